"""The tables of a page as one Excel file: numbers are numbers, texts do nothing, and each sheet says what it is."""

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from sto_analysis.report.language import Texts
from sto_workbench.pages.book import BOOK, offered, to_book
from sto_workbench.pages.packed import unpacked

TABLE = """<table><caption><span><strong class="name">{name}.</strong> {title}</span></caption>
<thead><tr><th>=Aspect</th><th>(Heel) urgent</th><th>95%</th><th></th></tr></thead>
<tbody><tr><th><button popovertarget="w">=HYPERLINK("http://x","a")</button></th>
<td><data data-result="share.a" value="0.8823">88%</data>\u2007</td>
<td><data data-part="interval" data-result="share.a" value="-0.05/0.12">−5% tot 12%</data></td><td>@SUM(1)</td></tr>
<tr><th>B</th><td>–</td><td>–</td><td>ja</td></tr></tbody></table>"""
PAGE = f"""<html><head><title>SYNTHETIC – &lt;b&gt; &amp; R01</title><meta name="sto-data" content="SYNTHETIC">
<meta name="sto-mark" content="SYNTHETIC · Vertrouwelijk"></head><body><h1>Rapport</h1><p class="about">Regio R01</p>
<p class="synthetic" role="note"><strong>SYNTHETIC</strong> Verzonnen.</p>
<figure id="fig-1"><p class="finding"><strong>A is het meest urgent</strong></p><img src="data:," alt="x">
<figcaption><strong class="name">Figuur 1.</strong> Urgentie. Oranje: hoog.
<span class="source">Bron: STO.</span></figcaption>
{TABLE.format(name="De", title="x")}<p class="files"></p></figure>
<div class="boxed" id="table-1">{TABLE.format(name="Tabel 1", title="=Borging: nu.")}
<p class="note">De basis. <span class="source">Bron: b.</span></p><p class="files"></p></div>
<dl class="colophon cite"><dt>Verwijzen</dt><dd>STO (2026).</dd></dl><p class="files" id="book"></p></body></html>"""


@pytest.fixture(scope="module")
def book() -> Any:
    return load_workbook(io.BytesIO(to_book(PAGE, Texts("nl"))))


def _texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_contents_lead_to_every_sheet_and_back(book: Any):
    assert book.sheetnames == ["Inhoud", "Figuur 1", "Tabel 1", "Getallen"]
    links = [cell.hyperlink.location for row in book["Inhoud"].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Figuur 1'!A1", "'Tabel 1'!A1", "'Getallen'!A1"]
    assert {sheet["A1"].hyperlink.location for sheet in book.worksheets[1:]} == {"'Inhoud'!A1"}
    told = _texts(book["Inhoud"])
    assert told[:3] == ["Rapport", "Regio R01", "SYNTHETIC Verzonnen."]
    assert {"A is het meest urgent", "=Borging:", "STO (2026)."} <= set(told)


def test_numbers_are_numbers_and_an_interval_has_two_columns(book: Any):
    sheet = book["Figuur 1"]
    assert sheet["A2"].value == "Figuur 1. A is het meest urgent"
    assert [cell.value for cell in sheet[5]] == ["=Aspect", "(Heel) urgent", "95%: van", "95%: tot", None]
    assert [cell.value for cell in sheet[6]] == ['=HYPERLINK("http://x","a")', 0.8823, -0.05, 0.12, "@SUM(1)"]
    assert [cell.number_format for cell in sheet[6]][1:4] == ["0%", "0%", "0%"]
    assert _texts(sheet)[-3:] == ["Urgentie.", "Oranje: hoog.", "Bron: STO."]
    rows = [[cell.value for cell in row] for row in book["Getallen"].iter_rows(min_row=6)]
    assert rows[0] == ["Figuur 1", '=HYPERLINK("http://x","a")', "(Heel) urgent", "88%", "share.a", "value", 0.8823]
    assert [row[5] for row in rows] == ["value", "low", "high"] * 2


def test_nothing_in_it_runs_and_each_sheet_says_what_it_is(book: Any):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    files = unpacked(to_book(PAGE, Texts("nl")))
    assert not [name for name, part in files.items() if b"<f>" in part or b"TargetMode" in part]
    assert {sheet.oddHeader.right.text for sheet in book} == {"SYNTHETIC · Vertrouwelijk"}
    assert all(sheet["A3"].value == "SYNTHETIC · Vertrouwelijk" for sheet in book.worksheets[1:])
    assert (book.properties.title, book.properties.language) == ("SYNTHETIC – <b> & R01", "nl")


def test_the_same_page_gives_the_same_bytes():
    whole = to_book(PAGE, Texts("nl"))
    assert to_book(PAGE, Texts("nl")) == whole
    assert re.findall(rb"<dcterms:modified[^>]*>([^<]*)", unpacked(whole)["docProps/core.xml"]) == [
        b"2020-01-01T00:00:00Z"
    ]


def test_files_are_offered_at_the_end_of_the_page():
    page = offered(PAGE, {BOOK: "exhibits/a&b.xlsx"}, Texts("nl"))
    assert (
        '<p class="files" id="book"><a href="exhibits/a&amp;b.xlsx">Alle tabellen in één Excel-bestand</a></p>' in page
    )
