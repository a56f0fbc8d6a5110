"""Word of a page: real tables, styles, alt texts, filled contents, the same bytes; a missing tool is one clear line."""

import re
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docx import Document

from sto_analysis.errors import MissingTool
from sto_workbench.pages import word
from sto_workbench.pages.about import about
from sto_workbench.pages.paged import office, pages_of
from sto_workbench.pages.pdf import read_page
from sto_workbench.pages.render import render
from tests import samples
from tests.hostile.outside import attacks, listening

pytestmark = pytest.mark.whole

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def docx(html: Path) -> Path:
    return word.to_docx(html, html.with_suffix(".docx"))


def test_the_same_page_gives_the_same_word_file(html: Path, docx: Path, tmp_path: Path):
    assert word.to_docx(html, tmp_path / "again.docx").read_bytes() == docx.read_bytes()


def test_a_word_file_has_as_many_tables_and_figures_as_the_page_with_alt_texts(html: Path, docx: Path):
    page = BeautifulSoup(html.read_text(encoding="utf-8"), "html.parser")
    for folded in page.select("details.data"):
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


def test_a_word_file_has_headings_and_captions_as_styles_and_no_code(docx: Path, headings: list[str]):
    paragraphs = [(p.style.name, p.text) for p in Document(str(docx)).paragraphs]
    shown = [text for style, text in paragraphs if style.startswith("Heading")]
    assert shown == headings
    assert [text for style, text in paragraphs if style == "Title"] == ["Titel"]
    captions = [text[:7] for style, text in paragraphs if style == "Table Caption"]
    assert captions == ["Tabel 1", "Tabel 2", "Tabel 3", "Figuren"]
    assert [text[:9] for style, text in paragraphs if style == "Image Caption"] == ["Figuur 1.", "Figuur 2."]
    text = "\n".join(text for _, text in paragraphs)
    assert "Vertrouwelijk" in text
    assert not re.search(r"page\.figure|print\(|Toon de code|Naar de inhoud|van 35%|geen waarde", text)


def test_a_word_file_has_its_contents_filled_in_its_language(docx: Path, headings: list[str]):
    document = Document(str(docx))
    contents = next(document.element.body.iter(f"{W}sdt"))
    words = ["".join(text.text for text in paragraph.iter(f"{W}t")) for paragraph in contents.iter(f"{W}p")]
    assert words[0] == "Inhoud"
    assert [re.sub(r"\d*$", "", entry) for entry in words[1:5]] == headings
    marks = {mark.get(f"{W}name") for mark in document.element.body.iter(f"{W}bookmarkStart")}
    links = [link.get(f"{W}anchor") for link in document.element.body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
    assert set(links) <= marks
    assert document.core_properties.language == "nl-NL"
    assert 'w:val="nl-NL"' in document.styles.element.xml
    assert 'w:val="nl-NL"' in document.settings.element.xml


def test_columns_of_a_word_table_are_as_wide_as_what_they_hold(docx: Path):
    table = Document(str(docx)).tables[0]
    wide, narrow = (int(table._tbl.tblGrid.gridCol_lst[place].w) for place in (0, 1))
    assert wide > 1.2 * narrow


def test_without_pandoc_the_message_says_what_to_install(html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(MissingTool, match=r"pandoc is not installed.*pypandoc-binary"):
        word.to_docx(html, tmp_path / "x.docx")


def test_a_pandoc_that_fails_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    html = tmp_path / "R07.html"
    html.write_text("<html lang='nl'><h1>Titel</h1></html>", encoding="utf-8")
    monkeypatch.setattr(word, "REFERENCE", tmp_path / "absent.docx")
    with pytest.raises(MissingTool, match=r"no Word file of R07.html: .*absent.docx"):
        word.to_docx(html, tmp_path / "x.docx")
    assert list(tmp_path.iterdir()) == [html]


def test_markup_in_a_page_becomes_no_request_no_file_and_no_raw_word(tmp_path: Path):
    secret, html = tmp_path / "secret.html", tmp_path / "R07.html"
    secret.write_text("<p>THE-SECRET</p>", encoding="utf-8")
    with listening() as (address, asked):
        raw = "".join(attacks(address, secret).values()) + '<pre class="{=openxml}"><w:p/></pre>```{=openxml}<w:p/>```'
        raw += f'<img src="{secret}"><img src="data:,"><math><mi>x</mi></math><p>$x^2$</p>'
        html.write_text(f"<html lang='nl'><h1>Titel</h1>{raw}<h2>Kop</h2><p>After</p></html>", encoding="utf-8")
        document = Document(str(word.to_docx(html, tmp_path / "x.docx")))
    xml = document.element.xml
    assert "After" in xml
    assert "$x^2$" in xml
    assert "THE-SECRET" not in xml
    assert "m:oMath" not in xml
    assert asked == []
    assert [each.target_ref for each in document.part.rels.values() if each.is_external] == []


def test_a_pandoc_that_takes_too_long_is_named(html: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word, "_SECONDS", 0.001)
    with pytest.raises(MissingTool, match=r"no Word file of .*took longer than 0.001 seconds"):
        word.to_docx(html, tmp_path / "x.docx")


def test_every_style_that_the_code_names_stands_in_the_reference_document(docx: Path):
    styles = {style.style_id: style.name for style in Document(str(word.REFERENCE)).styles}
    used = {mark.get(f"{W}val") for mark in Document(str(docx)).element.body.iter(f"{W}pStyle", f"{W}tblStyle")}
    assert used - {"SourceCode"} <= set(styles)  # pandoc brings its own for code
    assert {"Notice", "Source", "Table Text", "toc 1", "toc 2"} <= set(styles.values())


def test_each_page_of_a_word_file_says_what_it_is_whose_and_the_how_manieth(docx: Path):
    section = Document(str(docx)).sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    head = ["Titel · Ronde synthetic-2024", "SYNTHETIC · Vertrouwelijk: alleen voor deze regio"]
    assert [paragraph.text for paragraph in section.header.paragraphs] == head
    assert section.footer.paragraphs[0].text == "Pagina 1 van 1"
    assert re.findall(r" (\w+) </w:instrText>", section.footer._element.xml) == ["PAGE", "NUMPAGES"]


def test_a_word_file_knows_its_author_its_subject_and_the_date_of_its_page(html: Path, docx: Path):
    told, facts = Document(str(docx)).core_properties, about(read_page(html), html)
    assert (told.title, told.author, told.subject) == (facts.title, facts.author, facts.subject)
    assert (told.last_modified_by, told.keywords) == (facts.author, facts.keywords)
    assert facts.made is not None
    assert told.created == told.modified == facts.made


def test_captions_count_themselves_and_what_names_an_exhibit_follows(docx: Path):
    document = Document(str(docx))
    fields = re.findall(r"instrText[^>]*> ([^<]+) <", document.element.xml)
    assert fields.count(r"SEQ Figuur \* ARABIC") == 2
    assert fields.count(r"SEQ Tabel \* ARABIC") == 3
    marks = {mark.get(f"{W}name") for mark in document.element.body.iter(f"{W}bookmarkStart")}
    named = [each.split()[1] for each in fields if each.startswith("REF ")]
    assert sorted(named) == ["_RefFiguur1", "_RefFiguur2", "_RefTabel1", "_RefTabel2", "_RefTabel3"]
    assert set(named) <= marks
    assert "w:dirty" not in document.element.xml  # Word would ask
    assert "updateFields" not in document.settings.element.xml


def test_contents_name_the_page_on_which_libreoffice_lays_a_heading(docx: Path):
    if not office():
        pytest.skip("no LibreOffice: on Debian `apt-get install libreoffice-writer`")
    contents = next(Document(str(docx)).element.body.iter(f"{W}sdt"))
    pages = pages_of(docx.read_bytes())
    links = list(contents.iter(f"{W}hyperlink"))
    told = {link.get(f"{W}anchor"): [part.text for part in link.iter(f"{W}t")][-1] for link in links}
    assert told == {name: str(pages[name]) for name in told}
    assert len(set(told.values())) > 1


def test_without_libreoffice_the_contents_have_links_and_no_numbers(
    html: Path, headings: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(word, "office", lambda: None)
    document = Document(str(word.to_docx(html, tmp_path / "x.docx")))
    contents = next(document.element.body.iter(f"{W}sdt"))
    assert "PAGEREF" not in document.element.xml
    assert ["".join(t.text for t in link.iter(f"{W}t")) for link in contents.iter(f"{W}hyperlink")] == headings


def test_a_picture_is_as_wide_as_it_was_drawn_or_as_the_text(docx: Path):
    widths = [shape.width.cm for shape in Document(str(docx)).inline_shapes]
    assert widths[:2] == pytest.approx([16.256] * 2, abs=0.06)
    assert widths[-1] == pytest.approx(17, abs=0.06)


def test_a_table_repeats_its_head_is_named_and_a_short_one_stays_whole(docx: Path):
    short, long = Document(str(docx)).tables[:2]
    assert short._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val").startswith("Tabel 1. ")
    for table, kept in ((short, len(short.rows) - 1), (long, 1)):
        rows = [all(p.paragraph_format.keep_with_next for p in row.cells[0].paragraphs) for row in table.rows]
        assert (sum(rows), all(rows[:kept])) == (kept, True)


def test_the_few_pages_of_a_region_have_no_contents(tmp_path: Path):
    html = tmp_path / "R07.html"
    html.write_text(render(samples.report(region="R07"), "x"), encoding="utf-8")
    document = Document(str(word.to_docx(html, tmp_path / "R07.docx")))
    assert list(document.element.body.iter(f"{W}sdt")) == []
    assert "Commit" not in "".join(paragraph.text for paragraph in document.paragraphs)  # as on its paper
    assert document.core_properties.title == "SYNTHETIC – Titel – R07 – synthetic-2024"


def test_a_number_that_opens_a_panel_stays_in_its_sentence():
    page = BeautifulSoup(
        '<p>Of <button popovertarget="w"><data value="51">51</data></button> regions.</p>', "html.parser"
    )
    word.for_word(page)
    assert str(page) == "<p>Of 51 regions.</p>"


def test_a_figure_of_words_is_words_with_its_caption(tmp_path: Path):
    stage = '<li class="stage"><p class="head"><span class="number">1</span> Aanleiding</p><ul><li>punt</li></ul></li>'
    words = f'<div class="theory"><ol class="chain">{stage}</ol></div>'
    caption = '<figcaption><strong class="name">Figuur 1.</strong> Keten.</figcaption>'
    finding = '<p class="finding"><strong>Het stokt.</strong></p>'
    html = tmp_path / "x.html"
    figure = f'<figure id="fig-1">{finding}{words}{caption}</figure>'
    html.write_text(f"<html lang='nl'><h1>T</h1><h2 id='a'>A</h2>{figure}</html>", encoding="utf-8")
    document = Document(str(word.to_docx(html, tmp_path / "x.docx")))
    assert document.tables == []
    told = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert told[-4:] == [
        ("Finding", "Het stokt."),
        ("Finding", "1 Aanleiding"),
        ("Compact", "punt"),
        ("Image Caption", "Figuur 1. Keten."),
    ]
    assert "SEQ Figuur" in document.element.xml
