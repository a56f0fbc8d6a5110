"""Fields have their result in them; a caption that is not the next of its kind says its number."""

from docx import Document
from docx.oxml.ns import qn

from sto_workbench.pages.fields import field, number_captions, run_of


def _captions(*texts: str) -> list[str]:
    """Instructions of the fields of a document with such captions."""
    document = Document()
    for style in ("Image Caption", "Table Caption"):
        document.styles.add_style(style, 1)
    for text in texts:
        document.add_paragraph(style="Image Caption" if text.startswith("Figuur") else "Table Caption").add_run(text)
    before = [paragraph.text for paragraph in document.paragraphs]
    number_captions(document)
    assert [paragraph.text for paragraph in document.paragraphs] == before
    return [part.text.strip() for part in document.element.body.iter(qn("w:instrText"))]


def test_each_kind_counts_on_its_own():
    told = _captions("Figuur 1.", "Tabel 1.", "Figuur 2.")
    assert told == [r"SEQ Figuur \* ARABIC", r"SEQ Tabel \* ARABIC", r"SEQ Figuur \* ARABIC"]


def test_a_number_that_is_not_the_next_is_given_and_counted_from():
    assert _captions("Figuur 1.", "Figuur 4.", "Figuur 5.")[1:] == [
        r"SEQ Figuur \* ARABIC \r 4",
        r"SEQ Figuur \* ARABIC",
    ]


def test_a_caption_without_a_number_stays_as_it_is():
    assert _captions("Figuren en tabellen", "Tabel zonder nummer") == []


def test_a_field_shows_its_result():
    told = ["".join(part.text or "" for part in run.iter(qn("w:t"))) for run in field("PAGE", [run_of("7")])]
    assert told == ["", "", "", "7", ""]
