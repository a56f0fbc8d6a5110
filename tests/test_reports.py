"""The real pages of a wave: accessible, alone, clean, and the same as PDF and Word."""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sto_workbench.pages import conforming
from sto_workbench.pages.drawn import decoded
from tests.browsing import faults, grid, needs_browser
from tests.conftest import ROOT
from tests.running import WAVE, sto, words

TWICE = ("published/published.{}.html", f"{WAVE}/national.{WAVE}.{{}}.html")
REGIONAL = tuple(f"{WAVE}/regions/{region}.{WAVE}.{{}}.html" for region in ("R01", "R05", "R07"))
PAGES = ["index.html", "index.en.html", *(name.format(lang) for name in TWICE + REGIONAL for lang in ("nl", "en"))]
NATIONAL = f"{WAVE}/national.{WAVE}.nl"
PRINTED = (NATIONAL, "published/published.nl", f"{WAVE}/regions/R02.{WAVE}.nl")
HEIGHT, MARGIN = 841.9, 45
"""Points of a page, and of what runs at its foot."""
pytestmark = pytest.mark.whole


@pytest.fixture
def reports(finished: Path) -> Path:
    return finished / "reports"


@pytest.fixture(scope="module")
def printed(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports with the Dutch pages as PDF and Word."""
    needs_browser()
    root = shutil.copytree(finished, tmp_path_factory.mktemp("printed") / "root")
    code, out, err = sto(root, *words(("R02",), "nl"), "--format", "pdf", "--format", "docx")
    assert code == 0, err
    assert "0 of 8 pages made, 8 were up to date" in out
    return root / "reports"


def _page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize(("name", "scheme", "width", "state"), grid(PAGES, 1))
def test_a_page_is_accessible_and_asks_for_nothing(
    chromium: Any, reports: Path, name: str, scheme: str, width: int, state: str
):
    assert faults(chromium, reports / name, scheme, width, state) == []


def test_no_page_holds_a_path_a_warning_or_more_than_a_megabyte(reports: Path):
    for path in reports.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert str(reports.parent) not in text, path.name
        assert str(ROOT) not in text, path.name
        assert sys.prefix not in text, path.name
        assert not re.search(r"\b\w*Warning\b:|Traceback|<stderr>", text), path.name
        assert path.stat().st_size < 1_000_000, path.name


def test_only_a_region_report_shows_an_answer_and_says_that_it_is_confidential(reports: Path):
    for path in reports.rglob("*.html"):
        confidential = _page(path).select(".confidential")
        assert bool(confidential) <= (path.parent.name == "regions"), path.name
    for path in (reports / WAVE / "regions").glob("*.html"):
        page = _page(path)
        for code in page.select(".code"):  # the notebook's default region stands in its first cell
            code.decompose()
        text = str(page)
        register = pd.read_csv(ROOT / "data" / "regions.csv", dtype=str)  # what merged into a region is that region
        itself = {path.name[:3], *register.loc[register["merged_into"] == path.name[:3], "id"]}
        other = set(re.findall(r"\bR\d\d\b", text)) - itself
        assert not other, f"{path.name} names {other}"


@pytest.mark.xdist_group("printed")
def test_word_holds_every_table_and_figure_as_such(printed: Path):
    from docx import Document

    page, document = _page(printed / f"{NATIONAL}.html"), Document(str(printed / f"{NATIONAL}.docx"))
    shown = [table for table in page.find_all("table") if not table.find_parent("details", "data")]
    assert len(document.tables) == len(shown)
    assert len(document.inline_shapes) == len(page.select("figure img"))
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Heading 1", "Title"} <= styles
    pictures = document.element.body.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    assert all(len(picture.get("descr", "").split()) > 5 for picture in pictures)


def _flat(marks: list) -> list:
    return [each for mark in marks for each in (_flat(mark) if isinstance(mark, list) else [mark])]


@pytest.mark.xdist_group("printed")
def test_a_pdf_is_tagged_with_bookmarks_and_every_figure_described(printed: Path):
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    for stem in (NATIONAL, f"{WAVE}/regions/R02.{WAVE}.nl"):
        reader = PdfReader(printed / f"{stem}.pdf")
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"].startswith("nl")
        assert len(_flat(reader.outline)) > 3
        figures, todo = [], [root["/StructTreeRoot"]]
        while todo:
            node = todo.pop()
            node = node.get_object() if isinstance(node, IndirectObject) else node
            if isinstance(node, list):
                todo += node
            elif hasattr(node, "get"):
                if node.get("/S") == "/Figure":
                    figures.append(str(node.get("/Alt", "")))
                if "/K" in node:
                    todo.append(node["/K"])
        assert len(figures) == len(_page(printed / f"{stem}.html").select("figure img"))
        assert all(len(alt.split()) > 5 for alt in figures)
        assert all(len(page.extract_text()) > 150 for page in reader.pages), f"{stem} has a page with next to nothing"
    assert len(PdfReader(printed / f"{WAVE}/regions/R02.{WAVE}.nl.pdf").pages) == 2  # one that moved on every aspect


@pytest.mark.xdist_group("printed")
def test_pages_on_paper_are_filled_marked_and_for_all_readers(printed: Path):
    from pypdf import PdfReader

    for stem in PRINTED:
        reader = PdfReader(printed / f"{stem}.pdf")
        assert list(conforming.faults(reader)) == []
        assert b"<pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data()
        lines = [_lines(page) for page in reader.pages]
        blank = [min(each) / HEIGHT - 18 / 297 for each in lines[:-1]]
        assert max(blank, default=0) < 0.4, f"{stem}: {[round(each, 2) for each in blank]}"
        for mark in _flat(reader.outline):
            after = [line for line in lines[reader.get_destination_page_number(mark)] if line < mark.top - 30]
            assert after, f"{stem}: the heading {mark.title} ends a page"
        if "regions" in stem:
            assert all("Vertrouwelijk: alleen voor deze regio" in page.extract_text() for page in reader.pages)


def _lines(page: Any) -> list[float]:
    """Where the text of a page stands, in points from its foot, without what runs there."""
    found: list[float] = []

    def note(text: str, current: list[float], matrix: list[float], *_: Any) -> None:
        if text.strip():
            found.append(matrix[4] * current[1] + matrix[5] * current[3] + current[5])

    page.extract_text(visitor_text=note)
    return [each for each in found if each > MARGIN]


@pytest.mark.xdist_group("printed")
def test_letters_of_charts_are_legible_on_paper(printed: Path):
    for stem in PRINTED:
        for picture in _page(printed / f"{stem}.html").select("figure img"):
            drawn = decoded(str(picture["src"]))
            wide = float(re.findall(r"<svg\b[^>]*?width='([\d.]+)pt'", drawn)[0])
            least = min(float(each) for each in re.findall(r"font(?:-size)?:[^;'\"]*?([\d.]+)px", drawn))
            room = 160.5 if "regions" in stem else 174  # millimetres that page.css gives
            assert least * min(1, room / 25.4 * 72 / wide) >= 8, f"{stem}: {picture['alt'][:40]}"
            assert least * min(1, 17 / 2.54 * 72 / wide) >= 8, "in Word"


@pytest.mark.xdist_group("printed")
def test_the_index_links_to_every_format(printed: Path):
    links = {a["href"] for a in _page(printed / "index.html").find_all("a", href=True)}
    assert {f"{NATIONAL}.html", f"{NATIONAL}.pdf", f"{NATIONAL}.docx"} <= links
    assert all((printed / link).is_file() for link in links if not link.startswith("#"))
