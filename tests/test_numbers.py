"""Every numeral of the pages is a result, a declared constant or a name."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert.filters import markdown2html

from sto_analysis.monitor.answers import read_regions
from sto_analysis.report.columns import columns
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.language import catalogue
from sto_analysis.report.page import Page
from sto_analysis.report.sentences.wave import gap_sentence
from sto_analysis.results import read_results, write_result
from tests.conftest import ROOT
from tests.numerals import Numerals, literals, names, numerals
from tests.running import WAVE
from tests.samples import drawing, shown

PUBLISHED = "published"
LANGUAGES = ("nl", "en")
PAGES = {  # least numerals that a page has
    "published/published.{}.html": 300,
    f"{WAVE}/national.{WAVE}.{{}}.html": 1500,
    f"{WAVE}/regions/R01.{WAVE}.{{}}.html": 60,
    f"{WAVE}/regions/R05.{WAVE}.{{}}.html": 60,  # did not answer
}
GAPS = pd.DataFrame([("teachers", 0.45), ("image", 0.04), ("cooperation", -0.13)], columns=["concept", "gap"])


def _store(root: Path, page: str) -> pd.DataFrame:
    """Results that a page may show: of its wave, and of its own region."""
    wave = page.partition("/")[0]
    own = (root / "data" / "processed" / wave / "results").glob(f"own.{Path(page).name.split('.')[0]}.parquet")
    store = pd.concat([read_results(wave), *map(pd.read_parquet, own)], ignore_index=True)
    assert store["id"].is_unique, store.loc[store["id"].duplicated(), "id"].head().tolist()
    return store


@pytest.mark.whole
def test_every_numeral_of_the_pages_is_a_result_a_constant_or_a_name(finished: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    known = names(finished)
    for page, least in PAGES.items():
        store = _store(finished, page)
        for language in LANGUAGES:
            path = finished / "reports" / page.format(language)
            found = numerals(path.read_text(encoding="utf-8"), store, known)
            assert found.wrong == [], path.name
            assert found.resolved["result"] + found.resolved["constant"] + found.resolved["alt"] >= least, path.name


@pytest.mark.whole
def test_the_index_counts_what_it_lists(finished: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    for name in ("index.html", "index.en.html"):
        page = BeautifulSoup((finished / "reports" / name).read_text(encoding="utf-8"), "html.parser")
        for details in page.select(".regions details"):
            assert details.select_one(".count").get_text() == f"({len(details.select('li'))})"
        regions = read_regions(WAVE)
        told = page.select_one(".card p").get_text()
        assert [int(each) for each in re.findall(r"\d+", told)] == [regions["answered"].sum(), len(regions)]


def _text(source: str, language: str = "en") -> Numerals:
    return numerals(f'<html lang="{language}"><body>{markdown2html(source)}</body></html>', pd.DataFrame({"id": []}))


def _texts_of_notebooks() -> Iterator[tuple[str, str]]:
    """Texts of the notebooks whose pages are handed out, in both languages."""
    for path in sorted((ROOT / "notebooks").glob("*.nl.yaml")):
        notebook = path.with_name(path.name.replace(".nl.yaml", ".ipynb"))
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield "en", "".join(cell["source"])
        yield from (("nl", text) for text in yaml.safe_load(path.read_text(encoding="utf-8")).values())


def test_no_text_of_a_notebook_holds_a_literal():
    texts = list(_texts_of_notebooks())
    assert sum(_text(text, language).resolved["constant"] for language, text in texts) > 10
    assert [each for language, text in texts for each in _text(text, language).wrong] == []
    language, text = next((language, text) for language, text in texts if "data-constant" in text)
    assert _text(f"{text}\n\nThere are 8 of them.", language).wrong == ["p: '8' in 'There are 8 of them.'"]
    assert len(_text(text.replace(">2021<", ">2022<"), language).wrong) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_catalogue_holds_a_literal(language: str):
    texts = {key: text for key, text in catalogue(language).items() if not key.startswith("colophon.")}
    assert {key: literals(text) for key, text in texts.items() if literals(text)} == {}
    assert literals("{answered} of 78 regions, {c.interval}") == ["78"]


@pytest.fixture
def small(copy: Path) -> tuple[str, pd.DataFrame]:
    """A page with a sentence, a table and a figure of three results, and their store."""
    gaps = write_result(GAPS, PUBLISHED, "published_gaps")

    def say(page: Page) -> None:
        page.say(gap_sentence(page.context, gaps), Markup("At {} for 3 of them.").format(page.context.level))

    def show(page: Page) -> None:
        table = columns(page.context, gaps, "aspect:concept gap")
        page.table("own_borging", Exhibit(table, None, {"then": ""}))
        words = {"told": gap_sentence(page.context, gaps)}
        page.figure("gap", Exhibit(table, None, words, drawing()))

    outputs = shown("en", PUBLISHED, say, show)
    html = "\n".join(output["data"]["text/html"] for output in outputs)
    return f'<html lang="en"><body>{html}</body></html>', read_results(PUBLISHED)


def test_a_page_of_results_resolves_but_for_the_literal_of_its_sentence(small: tuple[str, pd.DataFrame]):
    found = numerals(*small)
    assert dict(found.resolved) == {"alt": 2, "result": 8, "constant": 2, "name": 2}
    assert [each[:6] for each in found.wrong] == ["p: '3'"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('<th scope="col">Aspect<', '<th scope="col">Aspect 7<', "th: '7' in 'Aspect 7'"),
        (">+4</data></td>", ">+4</data></td><td>51%</td>", "td: '51%' in '51%'"),
        ("Source: published", "Source: 12 published", "figcaption: '12'"),
        ('data-result="gap.teachers"', 'data-result="gap.teacher"', "gap.teacher: '+45' names a result that"),
        (">+45</data>", ">+46</data>", "gap.teachers: '+46' (0.45) is not {'value': 0.45}"),
        ('<data value="0.45" data-result', '<data value="0.46" data-result', "(0.46) is not {'value': 0.45}"),
        (">+4</data>", ">+4%</data>", "gap.image: '+4%'"),
        (
            'data-result="gap.image"',
            'data-result="gap.image" data-part="n"',
            "gap.image: '+4' (0.04) is not {'n': nan}",
        ),
        ('popovertarget="why1"', 'popovertarget="why9"', "opens no panel"),
        (">2024</data>", ">2025</data>", "year: '2025' is not 2024"),
        ('data-constant="year"', 'data-constant="years"', "names a constant that nobody declared"),
        ("from +45 to", "from +44 to", "alt: '+44'"),
        ('data-results="gap.teachers ', 'data-results="gap.mean ', "alt: '+45'"),
    ],
)
def test_what_does_not_resolve_is_named(small: tuple[str, pd.DataFrame], old: str, new: str, said: str):
    html, store = small
    assert old in html
    good, found = numerals(html, store).wrong, numerals(html.replace(old, new), store).wrong
    assert [each for each in found if said in each], found
    assert not [each for each in good if said in each]
