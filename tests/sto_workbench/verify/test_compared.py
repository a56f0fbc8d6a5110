import io
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from docx import Document
from docx.oxml import OxmlElement
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from sto_workbench.pages.fields import field, run_of
from sto_workbench.verify.compared import contents, numbers

FONT = {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}


def table(value: float, unit: str = "share", **more: object) -> pd.DataFrame:
    told = {"id": "share.a", "value": value, "low": math.nan, "high": math.nan, "n": 51.0, "unit": unit, "text": None}
    return pd.DataFrame([told | more])


@pytest.mark.parametrize(
    ("known", "made", "unit", "word"),
    [
        (0.25, 0.25, "share", "equal"),
        (0.25, 0.2500000000001, "share", "equal"),
        (0.25, 0.2549, "share", "within tolerance"),
        (0.25, 0.256, "share", "different"),
        (0.031, 0.0312, "p", "within tolerance"),
        (0.031, 0.032, "p", "different"),
        (12.0, 13.0, "count", "different"),
        (12.0, math.nan, "count", "different"),
        (math.inf, math.inf, "ratio", "equal"),
    ],
)
def test_a_number_is_equal_within_tolerance_or_different(known: float, made: float, unit: str, word: str):
    found = {each.what: each.word for each in numbers(table(known, unit), table(made, unit), "f")}
    assert found["f: share.a (value)"] == word
    assert found["f: share.a (n)"] == "equal"


def test_what_is_missing_on_one_side_and_a_text_that_differs_are_named():
    found = [*numbers(table(0.1), table(0.1).assign(id="share.b"), "f")]
    assert [(each.what, each.word) for each in found] == [("f: share.a", "different"), ("f: share.b", "different")]
    (said,) = [e for e in numbers(table(0.1, text="x"), table(0.1, text="y"), "f") if "text" in e.what]
    assert (said.word, said.why) == ("different", "x in the release, y made again")


def office(text: str, mark: str = "1", *, year: int = 2026, within: bytes = b"") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as pack:
        for name, part in {"a.xml": f"<w a='{mark}'><t>{text}</t></w>".encode(), "b.xlsx": within}.items():
            if part:
                pack.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), part)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("name", "known", "made", "word"),
    [
        ("a.html", b"<p>12</p>", b"<p>12</p>\n", "equal"),
        ("a.html", b"<p>12</p>", b"<p>13</p>", "different"),
        ("a.html", b'<data value="1">x</data>', b'<data value="2">x</data>', "different"),
        ("a.html", b'<img alt="1">', b'<img alt="2">', "different"),
        ("a.html", b"<p>12</p><script>1</script>", b"<p>12</p>", "different"),
        ("a.svg", b"<path d='M 1 2'/>", b"<path d='M 1 3'/>", "different"),
        ("a.docx", office("12"), office("12", year=2027), "equal"),
        ("a.docx", office("12"), office("12", mark="2"), "different"),
        ("a.pptx", office("", within=office("1")), office("", within=office("2")), "different"),
        ("a.docx", office("12"), office("13"), "different"),
        ("a.docx", b"no zip", office("13"), "different"),
        ("a.csv", b"1\n", b"2\n", "different"),
        ("a.png", b"1", b"2", "different"),
        ("a.png", b"1", b"1", "equal"),
    ],
)
def test_a_file_is_equal_by_its_bytes_or_by_what_people_read_in_it(name: str, known: bytes, made: bytes, word: str):
    assert contents(name, known, made).word == word


def test_the_place_where_two_files_part_is_told():
    why = contents("a.md", b"one\ntwo 2\n", b"one\ntwo 3\n").why
    assert why == "line 2: “two 2” in the release, “two 3” made again"
    why = contents("a.pptx", office("", within=office("1")), office("", within=office("2"))).why
    assert why.startswith("b.xlsx: a.xml, line 1: “<w a='1'><t>1</t></w>” in the release")


@pytest.mark.parametrize(("said", "word"), [("Shares", "within tolerance"), ("Gaps", "different")])
def test_pages_that_the_contents_of_a_document_name_may_be_others_and_nothing_else(said: str, word: str):
    """As where LibreOffice lays it out otherwise, or is not there."""

    def document(text: str, pages: Mapping[str, int]) -> bytes:
        made, whole = Document(), io.BytesIO()
        for name in ("a", "b.c"):
            paragraph, runs = made.add_paragraph(text), list[Any]()
            if name in pages:
                tab = run_of("")
                tab[:] = [OxmlElement("w:tab")]
                runs = [tab, *field(rf"PAGEREF {name} \h", [run_of(str(pages[name]))])]
            paragraph._p.extend(runs)
        made.save(whole)
        return whole.getvalue()

    known = document("Shares", {"a": 2, "b.c": 13})
    for pages in ({"a": 2, "b.c": 14}, {}):
        found = contents("a.docx", known, document(said, pages))
        assert found.word == word, found


@pytest.mark.parametrize(
    ("text", "alt", "title", "drawn", "word", "where"),
    [
        ("12", "of 12", "12", "", "equal", ""),
        ("12", "of 12", "12", "q Q", "within tolerance", ""),
        ("13", "of 12", "12", "", "different", "page 1"),
        ("12", "of 13", "12", "", "different", "/Alt"),
        ("12", "of 12", "13", "", "different", "properties"),
    ],
)
def test_a_pdf_is_compared_by_what_it_says(text: str, alt: str, title: str, drawn: str, word: str, where: str):
    found = contents("a.pdf", pdf(text, alt, title, drawn), pdf("12", "of 12", "12", ""))
    assert found.word == word
    assert where in found.why


def pdf(text: str, alt: str, title: str, drawn: str) -> bytes:
    writer, whole = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(99, 99)
    font = DictionaryObject({NameObject(f"/{k}"): NameObject(f"/{v}") for k, v in FONT.items()})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F"): font})})
    stream = StreamObject()
    stream.set_data(f"BT /F 9 Tf ({text}) Tj ET {drawn}".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer._add_object(DictionaryObject({NameObject("/Alt"): TextStringObject(alt)}))
    writer.add_metadata({"/Title": title})
    writer.write(whole)
    return whole.getvalue()


def test_every_column_of_results_is_compared():
    one, other = table(0.1, method="a", labels="1"), table(0.1, method="a", labels="2")
    assert [each.what for each in numbers(one, other, "f") if each.word == "different"] == ["f: share.a (labels)"]
    assert "f: more" in [each.what for each in numbers(one.assign(more=1), other, "f") if each.word == "different"]
