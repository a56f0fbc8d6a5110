"""The slides of a finished run: native charts with the numbers of the results, told and sourced; a page per slide."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pypdf import PdfReader

from sto_workbench.pages.slides import planned
from tests.decks import charts, descriptions, slides, texts
from tests.delivered import text_of
from tests.running import REGIONS, WAVE, sto, words

pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("slides")]
NATIONAL = f"{WAVE}/national.{WAVE}"
FOOTER, FOOT = 20, 38
"""Place of the footer, and points from the lower edge of a slide that it takes."""


@pytest.fixture(scope="module")
def decks(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports with all pages as slides."""
    root = shutil.copytree(finished, tmp_path_factory.mktemp("slides") / "root")
    code, _, err = sto(root, *words(REGIONS, "nl", "en"), "--format", "pptx")
    assert code == 0, err
    return root / "reports"


def _results(decks: Path, wave: str) -> dict[str, float]:
    folder = decks.parent / "data" / "processed" / wave / "results"
    tables = (pd.read_parquet(path) for path in folder.glob("*.parquet"))
    return {row.id: row.value for table in tables for row in table.itertuples()}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("stem", "notebook", "wave"),
    [(NATIONAL, "05_national_report", WAVE), ("published/published", "00_published", "published")],
)
def test_every_listed_chart_is_native_and_holds_numbers_of_the_results(
    decks: Path, stem: str, notebook: str, wave: str, language: str
):
    known = _results(decks, wave)
    drawn = [(slide, frame) for slide in slides(decks / f"{stem}.{language}.pptx") for frame in charts(slide)]
    assert len(drawn) == sum(bool(each.chart) for each in planned(notebook))
    for slide, frame in drawn:
        ids = re.findall(r"[a-z_]+(?:\.[\w-]+)+", slide.notes_slide.notes_text_frame.text)
        values = [known[each] for each in ids if each in known]
        shown = [value for series in frame.chart.plots[0].series for value in series.values if value is not None]  # noqa: PD011
        assert shown
        scale = 1 if max(map(abs, shown)) <= 1 else 100
        for value in shown:
            assert any(abs(value / scale - each) < 6e-5 for each in values), (slide.shapes.title.text, value)


def test_every_slide_has_a_title_its_footer_and_what_is_drawn_an_alt_text(decks: Path):
    for path in decks.rglob("*.pptx"):
        found = slides(path)
        assert len(found) >= 2, path.name
        for slide in found:
            assert slide.shapes.title.text.strip()
            assert sum("SYNTHETIC" in text for text in texts(slide)) >= (path.parent.name != "published"), path.name
            assert all(len(alt.split()) > 2 for alt in descriptions(slide)), path.name
            if descriptions(slide):
                assert "Bron:" in (notes := slide.notes_slide.notes_text_frame.text) or "Source:" in notes


def test_slides_of_a_region_say_nothing_of_another_and_that_they_are_confidential(decks: Path):
    answered = list[bool]()
    for path in sorted((decks / WAVE / "regions").glob("*.pptx")):
        page = path.with_suffix(".html").read_text(encoding="utf-8")
        told = {path.name[:3], *re.findall(r"\b(R\d\d)(?:, nu deel van| answered then)", page)}  # that became it
        assert set(re.findall(r"\bR\d\d\b", text_of(path))) <= told
        answered.append('data-exhibit="own_aspects"' in page)
        marked = [bool(re.search("Vertrouwelijk|Confidential", " ".join(texts(slide)))) for slide in slides(path)]
        assert marked == [True] * 3 if answered[-1] else not any(marked), path.name
    assert {*answered} == {True, False}
    assert not re.search(r"\bR\d\d\b", text_of(decks / f"{NATIONAL}.nl.pptx"))


def _impress() -> str:
    """LibreOffice, where it can show slides."""
    found = shutil.which("soffice")
    if not found or not (Path(found).resolve().parent / "libsdlo.so").is_file():
        pytest.skip("no LibreOffice that shows slides: on Debian `apt-get install libreoffice-impress`")
    return found


def _placed(page: Any) -> list[tuple[float, str]]:
    """Texts of a page with their height above its lower edge."""
    found = list[tuple[float, str]]()
    page.extract_text(visitor_text=lambda text, cm, tm, *_: found.append((tm[5] * cm[3] + cm[5], text)))
    return [(height, text) for height, text in found if text.strip()]


def test_libreoffice_makes_a_page_per_slide_and_no_text_runs_into_the_footer(decks: Path, tmp_path: Path):
    program, stems = _impress(), [f"{NATIONAL}.nl", "published/published.en", f"{WAVE}/regions/R01.{WAVE}.nl"]
    paths = [decks / f"{stem}.pptx" for stem in stems]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, paths)]
    subprocess.run(command, check=True, timeout=300, capture_output=True, env={**os.environ, "HOME": str(tmp_path)})
    for path in paths:
        pages, found = PdfReader(tmp_path / f"{path.stem}.pdf").pages, slides(path)
        assert len(pages) == len(found)
        for number, (page, slide) in enumerate(zip(pages, found, strict=True), start=1):
            footer = next(each for each in slide.placeholders if each.placeholder_format.idx == FOOTER)
            low = "".join(text for height, text in _placed(page) if height < FOOT)
            assert "".join(low.split()) == "".join(f"{footer.text_frame.text}{number}".split())
