"""No sentence and no cell of any region's report contradicts the region's own answers."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sto_analysis.monitor.answers import read_regions
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.own import read_own
from sto_analysis.monitor.scales import Language
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.results import read_result
from sto_workbench.intake.clean import clean_wave, write_clean
from tests.conftest import make_copy
from tests.regional import National, contradictions, national, shown, told, truth
from tests.running import EARLIER, WAVE

LANGUAGES: tuple[Language, ...] = ("nl", "en")
BEFORE = {WAVE: EARLIER, EARLIER: ""}


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory, codebook: Codebook) -> tuple[Path, dict[str, National]]:
    """A compendium with both waves cleaned, and what is national of each."""
    root = make_copy(tmp_path_factory.mktemp("regions"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STO_ROOT", str(root))
        for wave in BEFORE:
            write_clean(wave, clean_wave(wave))
        return root, {wave: national(wave, codebook) for wave in BEFORE}


@pytest.fixture
def waves(cleaned: tuple[Path, dict[str, National]], monkeypatch: pytest.MonkeyPatch) -> dict[str, National]:
    monkeypatch.setenv("STO_ROOT", str(cleaned[0]))
    return cleaned[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("wave", "answered"), [(WAVE, 51), (EARLIER, 0)])
def test_no_report_contradicts_an_answer(
    waves: dict[str, National], codebook: Codebook, wave: str, answered: int, language: Language
):
    context, of, many, twice, kinds = Context(language, codebook), waves[wave], 0, 0, set[str]()
    for region in read_regions(wave).index:
        own, right = read_own(wave, region, codebook), truth(context, wave, BEFORE[wave], region, of["like"])
        said, tables = told(context, own, of)
        assert contradictions(right, said, tables) == [], region
        many, twice = many + bool(own.answers), twice + bool(own.since)
        kinds |= set(tables)
    assert many == (answered or many) > 40
    assert len(kinds) == 5
    assert twice == (42 if wave == WAVE else 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_that_is_told_as_another_is_found(waves: dict[str, National], codebook: Codebook, language: Language):
    context, of = Context(language, codebook), waves[WAVE]
    own = read_own(WAVE, "R01", codebook)
    said, tables = told(context, own, of)
    missed = []
    for item in own.answers:
        right = truth(context, WAVE, EARLIER, "R01", of["like"])
        levels = [level.id for level in codebook.items[item].scale.levels]
        right.now[item] = levels[levels.index(right.now[item]) - 1]  # the next one down, or from the lowest the highest
        missed += [] if contradictions(right, said, tables) else [item]
    assert len(own.answers) > 25
    assert missed == []


@pytest.mark.parametrize(
    ("language", "told_as", "instead"),
    [
        ("nl", "enige opbrengst", "weinig opbrengst"),
        ("nl", "Urgent, met (veel) opbrengst: ", "Urgent, met (veel) opbrengst: Docenten en "),
        ("nl", "Is dat een keuze?", "Dat is een goede keuze."),
        ("en", "some yield", "little yield"),
        ("en", "You answered: ‘no’.", "You answered: ‘arranged’."),
    ],
)
def test_a_planted_contradiction_is_found(
    waves: dict[str, National], codebook: Codebook, language: Language, told_as: str, instead: str
):
    context, of = Context(language, codebook), waves[WAVE]
    said, tables = told(context, read_own(WAVE, "R01", codebook), of)
    assert any(told_as in each for each in said)
    right = truth(context, WAVE, EARLIER, "R01", of["like"])
    assert contradictions(right, said, tables) == []
    assert contradictions(right, [each.replace(told_as, instead) for each in said], {})


@pytest.mark.whole
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", ["R01", "R02", "R03", "R07"])
def test_no_published_page_contradicts_an_answer(
    finished: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch, region: str, language: Language
):
    monkeypatch.setenv("STO_ROOT", str(finished))
    path = finished / "reports" / WAVE / "regions" / f"{region}.{WAVE}.{language}.html"
    said, tables = shown(BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser"))
    context = Context(language, codebook)
    assert len(said) > 8
    assert contradictions(truth(context, WAVE, EARLIER, region, read_result(WAVE, "alike")), said, tables) == []


def _lix(text: str) -> float:
    """Words per sentence and long words per hundred: up to 40 is easy, above 50 hard (Björnsson 1968)."""
    words = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", text)
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)", text) if re.search(r"\w", part)]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


_STATISTICS = re.compile(r"odds|jackknife|max-T|ridge|\bp [=<]|permutati|interval", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_is_short_and_easy_to_read_and_without_statistics(
    waves: dict[str, National], codebook: Codebook, language: Language
):
    context, of = Context(language, codebook), waves[WAVE]
    for region in read_regions(WAVE).index:
        own = read_own(WAVE, region, codebook)
        begin = context.texts("sentence.answered" if own.answers else "sentence.not_answered", name=own.name)
        said = plain(begin) + " " + " ".join(told(context, own, of)[0])
        assert _lix(said) <= 38, region
        assert len(said.split()) < 460, region
        assert not _STATISTICS.search(said), region
