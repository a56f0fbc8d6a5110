"""PDF of a page: tagged, described, complete, the same bytes each time; a missing tool is one clear line."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_markdown_cell, new_notebook
from pypdf import PdfReader

from sto_analysis.errors import MissingTool
from sto_workbench.pages import pdf as paper
from sto_workbench.pages.conforming import elements
from sto_workbench.pages.render import TEMPLATE, render
from tests import samples
from tests.browsing import needs_browser
from tests.hostile.outside import RAN, REFRESH, attacks, listening


def _flat(marks: list[Any]) -> Iterator[Any]:
    """Bookmarks of all levels."""
    for mark in marks:
        if isinstance(mark, list):
            yield from _flat(mark)
        else:
            yield mark


@pytest.mark.whole
def test_a_pdf_is_tagged_in_its_language_and_every_figure_has_its_alt_text(html: Path, pdf: Path):
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    root = PdfReader(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl-NL"
    tags = list(elements(root["/StructTreeRoot"]))
    alts = [str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"]
    assert alts == [img["alt"] for img in page.find_all("img")]
    assert sum(tag["/S"] == "/Table" for tag in tags) == len(page.find_all("table")) - len(
        page.select("details.data table")
    )


@pytest.mark.whole
def test_a_pdf_has_the_headings_as_bookmarks_and_their_pages_in_its_contents(pdf: Path, headings: list[str]):
    reader = PdfReader(pdf)
    marks = list(_flat(reader.outline))
    assert [mark.title for mark in marks] == ["Titel", *headings]
    assert reader.metadata.title.startswith("SYNTHETIC – Titel – synthetic-2024")
    last = reader.get_destination_page_number(marks[-1]) + 1
    assert last > 1
    contents = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    assert re.search(rf"2 Borging ?{last}\b", contents)


@pytest.mark.whole
def test_the_few_pages_of_a_region_have_no_contents_on_paper(tmp_path: Path):
    needs_browser()
    html = tmp_path / "R07.html"
    html.write_text(render(samples.report(region="R07"), "index.html"), encoding="utf-8")
    text = PdfReader(paper.to_pdf(html, tmp_path / "R07.pdf")).pages[0].extract_text()
    assert "Inhoud" not in text
    assert "R07" in text


@pytest.mark.whole
def test_a_bookmark_keeps_the_space_where_its_heading_breaks(tmp_path: Path):
    needs_browser()
    title = "Een kop die lang genoeg is om op papier over meer dan een regel te lopen, en dat moet hier ook zeker"
    notebook = new_notebook(cells=[new_markdown_cell(f"# T\n\n## {title}")])
    html = tmp_path / "x.html"
    html.write_text(render(notebook, "x"), encoding="utf-8")
    marks = _flat(PdfReader(paper.to_pdf(html, tmp_path / "x.pdf")).outline)
    assert f"1 {title}" in [mark.title for mark in marks]


@pytest.mark.whole
def test_the_same_page_gives_the_same_pdf(html: Path, pdf: Path, tmp_path: Path):
    assert paper.to_pdf(html, tmp_path / "again.pdf").read_bytes() == pdf.read_bytes()


@pytest.mark.whole
def test_a_pdf_holds_no_path_of_the_machine_and_no_date_but_that_of_its_page(html: Path, pdf: Path):
    assert b"/Title" in pdf.read_bytes()
    assert not re.search(rb"file:|/Creator|/Producer", pdf.read_bytes())
    day = date.fromtimestamp(html.stat().st_mtime)
    told = PdfReader(pdf).metadata
    assert abs(told.creation_date.date() - day) <= timedelta(days=1)  # its day in UTC
    assert told.creation_date == told.modification_date


@pytest.mark.whole
def test_each_page_of_a_pdf_says_what_it_is_whose_and_the_how_manieth(pdf: Path):
    pages = [page.extract_text() for page in PdfReader(pdf).pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert "SYNTHETIC · Vertrouwelijk: alleen voor deze regio" in text
        assert f"Pagina {number} van {len(pages)}" in text
    assert all("Titel – synthetic-2024" in text for text in pages)


@pytest.mark.whole
def test_markup_in_a_page_that_is_printed_runs_nothing_and_reaches_no_file_and_no_address(tmp_path: Path):
    """Without any policy in the page: it is put raw into one that has none."""
    needs_browser()
    secret, html = tmp_path / "secret.txt", tmp_path / "x.html"
    secret.write_text("THE-SECRET", encoding="utf-8")
    with listening() as (address, asked):
        raw = "\n".join([REFRESH.format(address=address), *attacks(address, secret).values()])
        html.write_text(f"<html lang='nl'><title>T</title><h1>Before</h1>{raw}<p>After</p></html>", encoding="utf-8")
        read = PdfReader(paper.to_pdf(html, tmp_path / "x.pdf"))
    text = "".join(page.extract_text() for page in read.pages)
    assert "Before" in text
    assert "After" in text
    assert "THE-SECRET" not in text
    assert RAN not in text + read.metadata.title
    assert asked == []


@pytest.mark.whole
def test_the_same_markup_in_a_browser_runs_reads_and_asks(chromium: Any, tmp_path: Path):
    """So that the test above can fail."""
    with listening() as (address, asked):
        html = tmp_path / "x.html"
        html.write_text("".join(attacks(address, html).values()), encoding="utf-8")
        page = chromium.new_page()
        page.goto(html.as_uri())
        page.wait_for_load_state("networkidle")
        assert RAN in page.inner_text("body")
        page.close()
    wanted = "script x.js svg srcdoc frame object picture set video css import background font"
    assert {f"/{name}" for name in wanted.split()} <= set(asked)


def _without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STO_BROWSER", raising=False)
    monkeypatch.setattr(paper.shutil, "which", lambda name: None)


@pytest.mark.whole
def test_without_a_browser_the_message_says_what_to_install(
    html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _without_browser(monkeypatch)
    with pytest.raises(MissingTool, match=r"no Chromium, Chrome or Edge.*STO_BROWSER.*other formats"):
        paper.to_pdf(html, tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_is_none_or_fails_or_makes_nothing_is_named(
    html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STO_BROWSER", str(tmp_path / "absent"))
    with pytest.raises(MissingTool, match=r"STO_BROWSER is .*not a program"):
        paper.to_pdf(html, tmp_path / "x.pdf")
    for name, does, message in (
        ("fails", "echo 'no display' >&2; exit 3", "fails could not make a PDF: no display"),
        ("idles", "exit 0", "idles made no PDF"),
        # where it works, the next run clears away what a killed one left
        ("tells", 'for last; do :; done; echo "$last" >&2; exit 3', r"reports/\.parts/tmp/sto-\w+/page\.mhtml"),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
        monkeypatch.setenv("STO_BROWSER", str(program))
        with pytest.raises(MissingTool, match=message):
            paper.to_pdf(html, tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_browsers_are_looked_for_where_windows_and_macos_keep_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("STO_BROWSER", raising=False)
    monkeypatch.setenv("PROGRAMFILES(X86)", "C:/Programs")
    seen = []
    monkeypatch.setattr(paper.shutil, "which", lambda name: seen.append(str(name)))
    assert paper.browser() is None
    assert any(re.search(r"Programs.*msedge\.exe$", name) for name in seen)
    assert any(name.endswith("MacOS/Google Chrome") for name in seen)


def test_what_is_left_out_before_printing_is_what_the_style_hides_in_print():
    style = (TEMPLATE / "page.css").read_text(encoding="utf-8").partition("@media print")[2]
    hidden = next(rule for rule in style.split("}") if "display:none!important" in rule)
    assert {*paper._NOT_ON_PAPER.split(", ")} <= {*hidden.partition("{")[0].strip().split(",")}
