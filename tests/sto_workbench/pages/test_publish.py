"""PDF and Word of a page: tagged, described, complete, the same bytes each time; a missing tool is one clear line."""

import re
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docx import Document
from nbformat.v4 import new_markdown_cell, new_notebook
from pypdf import PdfReader, PdfWriter

from sto_analysis.errors import MissingTool
from sto_workbench.pages import publish
from sto_workbench.pages.render import render
from tests import samples
from tests.browsing import needs_browser

HEADINGS = ["1 Wat is ‘urgent’, en hoe vaak?", "1.1 De regio’s (2021 → 2024)", "2 Borging", "2.1 Borging"]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "national.nl.html"
    path.write_text(render(samples.report(), "index.html"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def pdf(html: Path) -> Path:
    needs_browser()
    return publish.to_pdf(html, html.with_suffix(".pdf"))


@pytest.fixture(scope="module")
def docx(html: Path) -> Path:
    return publish.to_docx(html, html.with_suffix(".docx"), "nl")


def _tags(tag: Any, kind: str) -> list[Any]:
    """Structure elements of a kind at or below a tag."""
    tag = tag.get_object()
    if isinstance(tag, list):
        return [found for each in tag for found in _tags(each, kind)]
    if not isinstance(tag, dict):
        return []
    below = _tags(tag["/K"], kind) if "/K" in tag else []
    return [tag, *below] if tag.get("/S") == f"/{kind}" else below


def test_a_pdf_is_tagged_in_its_language_and_every_figure_has_its_alt_text(html: Path, pdf: Path):
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    root = PdfReader(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    tree = root["/StructTreeRoot"]
    assert [str(tag["/Alt"]) for tag in _tags(tree, "Figure")] == [img["alt"] for img in page.find_all("img")]
    assert len(_tags(tree, "Table")) == len(page.find_all("table")) - len(page.select("details table"))


def test_a_pdf_has_the_headings_as_bookmarks_and_their_pages_in_its_contents(pdf: Path):
    reader = PdfReader(pdf)
    marks = list(publish._flat(reader.outline))
    assert [mark.title for mark in marks] == ["Titel", *HEADINGS]
    assert reader.metadata.title.startswith("SYNTHETIC – Titel – synthetic-2024")
    last = reader.get_destination_page_number(marks[-1]) + 1
    assert last > 1
    contents = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    assert re.search(rf"2 Borging ?{last}\b", contents)


def test_the_few_pages_of_a_region_have_no_contents_on_paper(tmp_path: Path):
    needs_browser()
    html = tmp_path / "R07.html"
    html.write_text(render(samples.report(region="R07"), "index.html"), encoding="utf-8")
    text = PdfReader(publish.to_pdf(html, tmp_path / "R07.pdf")).pages[0].extract_text()
    assert "Inhoud" not in text
    assert "R07" in text


def test_a_bookmark_keeps_the_space_where_its_heading_breaks(tmp_path: Path):
    needs_browser()
    title = "Een kop die lang genoeg is om op papier over meer dan een regel te lopen, en dat moet hier ook zeker"
    notebook = new_notebook(cells=[new_markdown_cell(f"# T\n\n## {title}")])
    html = tmp_path / "x.html"
    html.write_text(render(notebook, "x"), encoding="utf-8")
    marks = publish._flat(PdfReader(publish.to_pdf(html, tmp_path / "x.pdf")).outline)
    assert f"1 {title}" in [mark.title for mark in marks]


def test_the_same_page_gives_the_same_pdf_and_word_file(html: Path, pdf: Path, docx: Path, tmp_path: Path):
    assert publish.to_pdf(html, tmp_path / "again.pdf").read_bytes() == pdf.read_bytes()
    assert publish.to_docx(html, tmp_path / "again.docx", "nl").read_bytes() == docx.read_bytes()


def test_a_pdf_holds_no_path_of_the_machine(pdf: Path):
    assert b"/Title" in pdf.read_bytes()
    assert b"file:" not in pdf.read_bytes()


def test_a_word_file_has_as_many_tables_and_figures_as_the_page_with_alt_texts(html: Path, docx: Path):
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    for folded in page.select("details"):
        folded.decompose()
    document = Document(str(docx))
    assert len(document.tables) == len(page.find_all("table")) == 5
    alts = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert alts == [img["alt"] for img in page.find_all("img")]
    assert all(next(table._tbl.iter(f"{W}tblHeader"), None) is not None for table in document.tables)
    with zipfile.ZipFile(docx) as whole:
        assert {Path(name).suffix for name in whole.namelist() if "/media/" in name} == {".png"}


def test_two_tables_in_a_row_have_a_caption_between_them(docx: Path):
    body = list(Document(str(docx)).element.body)
    tables = [place for place, part in enumerate(body) if part.tag == f"{W}tbl"]
    assert all(later - earlier > 1 for earlier, later in pairwise(tables))


def test_a_word_file_has_headings_and_captions_as_styles_and_no_code(docx: Path):
    paragraphs = [(p.style.name, p.text) for p in Document(str(docx)).paragraphs]
    headings = [text for style, text in paragraphs if style.startswith("Heading")]
    assert headings == HEADINGS
    assert [text for style, text in paragraphs if style == "Title"] == ["Titel"]
    captions = [text[:7] for style, text in paragraphs if style == "Table Caption"]
    assert captions == ["Tabel 1", "Tabel 2", "Tabel 3", "Figuren"]
    assert [text[:9] for style, text in paragraphs if style == "Image Caption"] == ["Figuur 1.", "Figuur 2."]
    text = "\n".join(text for _, text in paragraphs)
    assert "Vertrouwelijk" in text
    assert not re.search(r"page\.figure|print\(|Toon de code|Naar de inhoud|van 35%|geen waarde", text)


def test_a_word_file_has_its_contents_filled_in_its_language(docx: Path):
    document = Document(str(docx))
    contents = next(document.element.body.iter(f"{W}sdt"))
    words = ["".join(text.text for text in paragraph.iter(f"{W}t")) for paragraph in contents.iter(f"{W}p")]
    assert words[0] == "Inhoud"
    assert words[1:5] == HEADINGS
    marks = {mark.get(f"{W}name") for mark in document.element.body.iter(f"{W}bookmarkStart")}
    links = [link.get(f"{W}anchor") for link in document.element.body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
    assert set(links) <= marks
    assert document.core_properties.language == "nl-NL"
    assert 'w:val="nl-NL"' in document.styles.element.xml
    assert "SYNTHETIC" in document.sections[0].header.paragraphs[0].text


def test_columns_of_a_word_table_are_as_wide_as_what_they_hold(docx: Path):
    table = Document(str(docx)).tables[0]
    wide, narrow = (int(table._tbl.tblGrid.gridCol_lst[place].w) for place in (0, 1))
    assert wide > 1.2 * narrow


def _without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STO_BROWSER", raising=False)
    monkeypatch.setattr(publish.shutil, "which", lambda name: None)


def test_without_a_browser_the_message_says_what_to_install(
    html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _without_browser(monkeypatch)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingTool, match=r"no Chromium, Chrome or Edge.*STO_BROWSER.*weasyprint.*other formats"):
        publish.to_pdf(html, tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_without_a_browser_weasyprint_is_used_where_it_is(html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _without_browser(monkeypatch)
    asked = []

    def write_pdf(target: str, **options: str) -> None:
        asked.append(options)
        writer = PdfWriter()
        writer.add_blank_page(210, 297)
        writer.write(target)

    fake = SimpleNamespace(HTML=lambda filename: SimpleNamespace(write_pdf=write_pdf))
    monkeypatch.setitem(sys.modules, "weasyprint", fake)
    assert publish.to_pdf(html, tmp_path / "x.pdf").is_file()
    assert asked[0] == {"pdf_variant": "pdf/ua-1"}


def test_a_browser_that_is_none_or_fails_or_makes_nothing_is_named(
    html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STO_BROWSER", str(tmp_path / "absent"))
    with pytest.raises(MissingTool, match=r"STO_BROWSER is .*not a program"):
        publish.to_pdf(html, tmp_path / "x.pdf")
    for name, does, message in (
        ("fails", "echo 'no display' >&2; exit 3", "fails could not make a PDF: no display"),
        ("idles", "exit 0", "idles made no PDF"),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
        monkeypatch.setenv("STO_BROWSER", str(program))
        with pytest.raises(MissingTool, match=message):
            publish.to_pdf(html, tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_without_pandoc_the_message_says_what_to_install(html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(MissingTool, match=r"pandoc is not installed.*pypandoc-binary"):
        publish.to_docx(html, tmp_path / "x.docx", "nl")


def test_browsers_are_looked_for_where_windows_and_macos_keep_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("STO_BROWSER", raising=False)
    monkeypatch.setenv("PROGRAMFILES(X86)", "C:/Programs")
    seen = []
    monkeypatch.setattr(publish.shutil, "which", lambda name: seen.append(str(name)))
    assert publish.browser() is None
    assert any(re.search(r"Programs.*msedge\.exe$", name) for name in seen)
    assert any(name.endswith("MacOS/Google Chrome") for name in seen)
