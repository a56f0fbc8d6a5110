"""The real pages of a wave: accessible, alone, clean, and the same as PDF and Word."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.browsing import faults, needs_browser
from tests.conftest import ROOT, make_copy

WAVE = "synthetic-2024"
REGIONS = ("R01", "R05", "R07")
PAGES = (
    "index.html", "index.en.html",
    *(f"published/published.{language}.html" for language in ("nl", "en")),
    *(f"{WAVE}/national.{WAVE}.{language}.html" for language in ("nl", "en")),
    *(f"{WAVE}/regions/{region}.{WAVE}.{language}.html" for region in REGIONS for language in ("nl", "en")),
)  # fmt: skip
NATIONAL = f"{WAVE}/national.{WAVE}.nl"
pytestmark = [pytest.mark.whole, pytest.mark.xdist_group("reports")]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs_browser()
    root = make_copy(tmp_path_factory.mktemp("reports"))
    words = [
        "run", WAVE, "--language", "nl", "--language", "en", "--format", "pdf", "--format", "docx",
        "-p", "permutations", "499", "-p", "simulations", "20",
        *(word for region in REGIONS for word in ("--region", region)),
    ]  # fmt: skip
    command = [sys.executable, "-c", "from sto_workbench.cli import main; main()", *words]
    ran = subprocess.run(
        command, cwd=root, env={**os.environ, "STO_ROOT": str(root)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return root / "reports"


def _page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_asks_for_nothing(reports: Path, name: str):
    assert faults([reports / name]) == []


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
        other = set(re.findall(r"\bR\d\d\b", text)) - {path.name[:3]}
        assert not other, f"{path.name} names {other}"


def test_word_holds_every_table_and_figure_as_such(reports: Path):
    from docx import Document

    page, document = _page(reports / f"{NATIONAL}.html"), Document(str(reports / f"{NATIONAL}.docx"))
    shown = [table for table in page.find_all("table") if not table.find_parent("details")]
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


def test_a_pdf_is_tagged_with_bookmarks_and_every_figure_described(reports: Path):
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    for stem in (NATIONAL, f"{WAVE}/regions/R01.{WAVE}.nl"):
        reader = PdfReader(reports / f"{stem}.pdf")
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
        assert len(figures) == len(_page(reports / f"{stem}.html").select("figure img"))
        assert all(len(alt.split()) > 5 for alt in figures)
        assert all(len(page.extract_text()) > 150 for page in reader.pages), f"{stem} has a page with next to nothing"
    assert 2 <= len(PdfReader(reports / f"{WAVE}/regions/R01.{WAVE}.nl.pdf").pages) <= 4


def test_the_index_links_to_every_format(reports: Path):
    links = {a["href"] for a in _page(reports / "index.html").find_all("a", href=True)}
    assert {f"{NATIONAL}.html", f"{NATIONAL}.pdf", f"{NATIONAL}.docx"} <= links
    assert all((reports / link).is_file() for link in links if not link.startswith("#"))
