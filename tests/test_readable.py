"""The reports are read by people: short sentences, short words, and statistics only where they are for researchers.

LIX (Björnsson, 1968) is words per sentence plus the percentage of words of more than six letters: below 40 is plain for
an adult, above 50 official prose. Dutch text may reach 38. English has no compounds: the same sentences of our
catalogues measure three to four lower, so English may reach 35. Names of forms and aspects count as they stand.
"""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.running import WAVE

LIX = {"nl": 38, "en": 35}
MOST_WORDS = 150
FORBIDDEN = re.compile(r"odds ratio|jackknife|max-T|\bridge\b|\bp = ", re.IGNORECASE)
_HIDDEN = "script, style, .code, .files, .hidden, .synthetic, details.researchers, details.data, .meaning"
_WORD = re.compile(r"[^\W_]+(?:[’'.,-][^\W_]+)*%?")


def lix(texts: list[str]) -> float:
    """Reading level of paragraphs, each of which ends a sentence."""
    words = [word for text in texts for word in _WORD.findall(text)]
    sentences = sum(max(1, len(re.findall(r"[.!?:](?:\s|$)", text))) for text in texts)
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def _page(path: Path, hidden: str = _HIDDEN) -> Tag:
    """What a reader has before him: `main` without what is folded for researchers, the code, and what words open."""
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for part in page.select(hidden):
        part.decompose()
    return page.select_one("main") or page


def _texts(parts: list[Tag]) -> list[str]:
    return [text for part in parts if (text := " ".join(part.get_text().split()))]


def _summary(main: Tag) -> list[Tag]:
    """Paragraphs and points of the first chapter, before its first part: without the figure."""
    (head, *_) = main.select("h2")
    last = main.select("h3")[0]
    between = [part for part in head.find_all_next(["p", "li"]) if part in last.find_all_previous(["p", "li"])]
    return [part for part in between if not part.find_parent(["figure", "li"]) and not part.find_parent(popover=True)]


@pytest.mark.whole
@pytest.mark.parametrize("language", LIX)
def test_a_programme_leader_reads_the_main_points_in_two_minutes(finished: Path, language: str):
    main = _page(finished / "reports" / WAVE / f"national.{WAVE}.{language}.html", f"{_HIDDEN}, [popover]")
    summary = _summary(main)
    points = _texts([part for part in summary if not part.find_parent(class_="callouts")])
    assert len(_WORD.findall(" ".join(points))) <= MOST_WORDS
    assert lix(_texts(summary)) <= LIX[language]
    everything = [part for part in main.select("p, li") if not part.find_parent(["figure", "nav"])]
    assert lix(_texts(everything)) <= LIX[language] + 2, "the whole page, with the labels of the questionnaire in it"


@pytest.mark.whole
@pytest.mark.parametrize("language", LIX)
def test_the_report_of_a_region_is_as_plain(finished: Path, language: str):
    for path in sorted((finished / "reports" / WAVE / "regions").glob(f"*.{language}.html")):
        main = _page(path, f"{_HIDDEN}, [popover]")
        texts = _texts([part for part in main.select("p, li") if not part.find_parent(["figure", "nav"])])
        assert lix(texts) <= LIX[language] + 2, path.name


@pytest.mark.whole
def test_statistics_stand_only_where_they_are_for_researchers(finished: Path):
    pages = [path for path in (finished / "reports").rglob("*.html") if path.parent.name != "notebooks"]
    assert len({path.name.split(".")[0] for path in pages} & {"index", "national", "published", "R01", "R05"}) == 5
    for path in pages:
        html = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for part in html.select("script, style, .code, details.researchers, img[alt]"):
            if part.decomposed:
                continue
            alt = str(part.get("alt", ""))
            assert not part.find_parent("main") or part.find_parent(class_="researchers") or not FORBIDDEN.search(alt)
            part.decompose()
        assert FORBIDDEN.findall(html.get_text(" ")) == [], path.name


def test_the_measure_tells_plain_from_official_prose():
    plain = ["We vroegen het aan elke regio. De meeste gaven antwoord."]
    official = [
        "De samenhang tussen borgingsvormen en opbrengstpercepties werd gestratificeerd onderzocht en geanalyseerd."
    ]
    assert lix(plain) < 30
    assert lix(official) > 50
