"""All tables of a page as one Excel file: contents, a sheet per figure and table, and every number with its result."""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from sto_analysis.report.language import Texts
from sto_workbench.pages.celled import Celled, celled, columns
from sto_workbench.pages.exhibits import EXHIBIT, FINDING, cells, inside, words
from sto_workbench.pages.packed import packed, unpacked

BOOK = "page.book"
"""What the file is called in the catalogues."""
NUMBERS = "page.numbers"
"""What all numbers of a page are called there."""
_OFFERED = '<p class="files" id="book"></p>'
_CHANGED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_META = r'<meta\b(?=[^>]* name="{}")[^>]* content="([^"]*)"'
_SOURCE = re.compile(r'<span class="source">.*?</span>', re.DOTALL)
_NAME = re.compile(r'<strong class="name">(.*?)\.</strong>', re.DOTALL)
_FIRST = re.compile(r"(?<=[.:;?]) ")
_NO_SHEET = re.compile(r"[\[\]:*?/\\]")
_WIDEST, _NARROWEST = 60, 9
_WORDS, _HEAD = Font(name="Arial", size=10), Font(name="Arial", size=10, bold=True)
_TITLE = Font(name="Arial", size=14, bold=True, color="0B5C8C")
_LINK = Font(name="Arial", size=10, color="0B5C8C", underline="single")
_NOTE = Font(name="Arial", size=9, color="4F5F6E")
_WARN = Font(name="Arial", size=10, bold=True, color="B3261E")
_WRAPPED, _RUNS_ON = Alignment(wrap_text=True, vertical="top"), Alignment(wrap_text=False)
_RULE = Border(bottom=Side(style="medium", color="17293A"))
_FILL = PatternFill("solid", fgColor="F2F6F9")


@dataclass(frozen=True)
class Table:
    """A figure or table of a page: its name, what it shows, its source, and its columns, each with its head."""

    name: str
    title: str
    notes: tuple[str, ...]
    heads: list[str]
    columns: list[list[Celled]]
    html: str


def to_book(page: str, texts: Texts) -> bytes:
    """Put the tables of a page, and the data of its figures, in one Excel file.

    Parameters
    ----------
    page : str
        A rendered page.
    texts : Texts
        Of its language.

    Returns
    -------
    bytes
        The same for the same page. Numbers are numbers that look as they are printed, texts are texts whatever they
        begin with, each sheet says what nobody may overlook, and the last holds the result behind every number.
    """
    tables, book = list(_tables(page, texts)), Workbook()
    book._named_styles["Normal"].font = _WORDS
    mark = words("".join(re.findall(_META.format("sto-mark"), page)[:1]))
    title = words("".join(inside("title", page)[:1]))
    _contents(book, page, tables, texts)
    for table in tables:
        _sheet(book, table, mark, texts)
    _numbers(book, tables, mark, texts)
    for sheet in book:
        sheet.oddHeader.left.text, sheet.oddHeader.right.text = title.replace("&", "&&"), mark.replace("&", "&&")
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", False
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    facts = book.properties
    facts.title, facts.subject, facts.creator, facts.language = title, mark, texts("index.title"), texts.language
    whole = io.BytesIO()
    book.save(whole)
    files = unpacked(whole.getvalue())
    files["docProps/core.xml"] = _CHANGED.sub(rb"\g<1>2020-01-01T00:00:00Z", files["docProps/core.xml"])
    return packed(files)


def offered(page: str, links: Mapping[str, str], texts: Texts) -> str:
    """Offer files at the end of a page: key of what it is called → link."""
    link = '<a href="{}">{}</a>'
    told = " · ".join(link.format(escape(to), escape(texts(key))) for key, to in links.items())
    return page.replace(_OFFERED, f"{_OFFERED.removesuffix('</p>')}{told}</p>", 1)


def _tables(page: str, texts: Texts) -> Iterator[Table]:
    """Exhibits of a page in their order."""
    mark = texts.number(0.5, 1)[1]
    for html, _ in EXHIBIT.findall(page):
        above = "".join(inside("figcaption", html) or inside("caption", html)[:1])
        name = words("".join(_NAME.findall(above)[:1]))
        notes = re.findall(r'<p class="note">(.*?)</p>', html, re.DOTALL)
        told = [
            *FINDING.findall(html),
            _SOURCE.sub("", _NAME.sub("", above)),
            *(_SOURCE.sub("", each) for each in notes),
        ]
        first, *rest = (part for each in told for part in _FIRST.split(" ".join(words(each).split()), maxsplit=1))
        source = " ".join(" ".join(map(words, _SOURCE.findall(html)[:1])).split())
        heads, rows = _heads_and_rows(html, mark)
        wide = [columns([row[place] for row in rows]) for place in range(len(heads))]
        named = [
            head if len(part) == 1 else texts(f"book.{end}", head=head)
            for head, part in zip(heads, wide, strict=True)
            for end in ("low", "high")[: len(part)]
        ]
        yield Table(
            name,
            first,
            (*filter(None, rest), *filter(None, [source])),
            named,
            [each for part in wide for each in part],
            html,
        )


def _heads_and_rows(html: str, mark: str) -> tuple[list[str], list[list[list[Celled]]]]:
    above, *rows = inside("tr", html)
    heads = [" ".join(words(head).split()) for head in inside("th|td", above)]
    return heads, [[celled(cell, mark) for cell in inside("th|td", row)] for row in rows]


def _put(sheet: Any, row: int, column: int, value: float | str, font: Font | None = None, form: str = "") -> Any:
    """Fill a cell; a text stays one."""
    cell = sheet.cell(row, column, value)
    if font:
        cell.font = font
    if form:
        cell.number_format = form
    if isinstance(value, str):
        cell.data_type = "s"
        if len(value) > _WIDEST:
            cell.alignment = _WRAPPED
    return cell


def _line(sheet: Any, row: int, text: str, font: Font | None = None) -> None:
    """A line that runs on over the columns beside it."""
    _put(sheet, row, 1, text, font).alignment = _RUNS_ON


def _link(sheet: Any, row: int, value: str, target: str) -> None:
    cell = _put(sheet, row, 1, value, _LINK)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1", display=value)


def _sheet_name(name: str) -> str:
    return _NO_SHEET.sub(" ", name)[:31]


def _contents(book: Any, page: str, tables: Sequence[Table], texts: Texts) -> None:
    """The first sheet: what the file is, what nobody may overlook, and a link to every other."""
    sheet = book.active
    sheet.title = _sheet_name(texts("book.contents"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 110
    told = re.findall(r'<p class="(?:synthetic|confidential)" role="note">(.*?)</p>', page, re.DOTALL)
    about = re.findall(r'<p class="about">(.*?)</p>', page, re.DOTALL)
    _line(sheet, 1, words("".join(inside("h1", page)[:1])), _TITLE)
    lines = [
        *((words(each), _WORDS) for each in about),
        *((words(each), _WARN) for each in told),
        (texts("book.how"), _WORDS),
    ]
    for row, (line, font) in enumerate(lines, start=2):
        _line(sheet, row, line, font)
    row = len(lines) + 3
    for table in tables:
        _link(sheet, row, table.name, _sheet_name(table.name))
        _put(sheet, row, 2, table.title)
        row += 1
    _link(sheet, row, texts("book.numbers"), _sheet_name(texts("book.numbers")))
    _put(sheet, row, 2, texts("book.numbers_told"))
    cite = re.findall(r'<dl class="colophon cite">(.*?)</dl>', page, re.DOTALL)
    for place, line in enumerate((words(part) for each in cite for part in inside("dt|dd", each)), start=row + 2):
        _line(sheet, place, line, _NOTE)


def _head(sheet: Any, row: int, heads: Sequence[str], widths: Sequence[int]) -> None:
    """Heads of columns as wide as what stands under them, repeated on paper and kept in sight."""
    for place, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = _put(sheet, row, place, head, _HEAD)
        cell.border, cell.fill = _RULE, _FILL
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width + 2, _NARROWEST), _WIDEST)
    sheet.freeze_panes = sheet.cell(row + 1, 2)
    sheet.print_title_rows = f"{row}:{row}"


def _sheet(book: Any, table: Table, mark: str, texts: Texts) -> None:
    """A figure or table: what it shows, its cells, its notes."""
    sheet = book.create_sheet(_sheet_name(table.name))
    _link(sheet, 1, f"← {texts('book.contents')}", _sheet_name(texts("book.contents")))
    for row, (line, font) in enumerate(((f"{table.name}. {table.title}", _TITLE), (mark, _WARN)), start=2):
        _line(sheet, row, line, font)
    widths = [
        max((len(str(cell.value)) if isinstance(cell.value, str) else 8 for cell in column), default=0)
        for column in table.columns
    ]
    widths = [max(width, *map(len, head.split() or [""])) for head, width in zip(table.heads, widths, strict=True)]
    _head(sheet, 5, table.heads, widths)
    for place, column in enumerate(table.columns, start=1):
        for row, cell in enumerate(column, start=6):
            _put(sheet, row, place, cell.value, form=cell.form)
    for row, note in enumerate(table.notes, start=7 + max(map(len, table.columns), default=0)):
        _line(sheet, row, note, _NOTE)


def _numbers(book: Any, tables: Sequence[Table], mark: str, texts: Texts) -> None:
    """The last sheet: a row per number, with the result that it is."""
    sheet = book.create_sheet(_sheet_name(texts("book.numbers")))
    _link(sheet, 1, f"← {texts('book.contents')}", _sheet_name(texts("book.contents")))
    for row, (line, font) in enumerate(((texts("book.numbers_told"), _TITLE), (mark, _WARN)), start=2):
        _line(sheet, row, line, font)
    heads = [texts(f"book.{name}") for name in ("exhibit", "row", "column", "shown", "result", "part", "value")]
    _head(sheet, 5, heads, (12, 40, 24, 14, 40, 10, 12))
    found = ([table.name, *row] for table in tables for row in cells(table.html) if row[3])
    for row, values in enumerate(found, start=6):
        for place, value in enumerate(values, start=1):
            if isinstance(value, str) or math.isfinite(value):
                _put(sheet, row, place, value)
    sheet.auto_filter.ref = f"A5:G{max(sheet.max_row, 6)}"
