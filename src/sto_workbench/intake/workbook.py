"""Workbooks: their cells, and what the cells hold that is no value (see `sto_workbench.intake.parse`)."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import python_calamine
from python_calamine import SheetVisibleEnum

from sto_analysis.messages import problem, say
from sto_analysis.monitor.separated import Fault, cell_text, wide_enough
from sto_workbench.intake.header import Layout, Span

_NO_VALUE = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["'])"""
    rb"""(?:[^>]*\bt=["'](e)["']|(?![^>]*\bt=["']str["'])[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>))"""
)
"""A cell (its column and row) with an error (e), or with a formula without the value that it had when it was saved."""
_HIDDEN = re.compile(rb"""<(?:\w+:)?(?:row|col)\s[^>]*\bhidden=["'](?:1|true)["']""")
"""A row or columns that the sheet hides."""


def workbook(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse a workbook; result and errors as for `sto_workbench.intake.parse.parse`.

    Parameters
    ----------
    path : Path
        The workbook.
    layout : Layout
        Its ``sheet`` is read; the largest that is not hidden where None.
    """
    open_xml = path.suffix.lower() in (".xlsx", ".xlsm")
    found = _sheet(path, layout.sheet, open_xml)
    told = {name: say("workbook.away", name=name) if away else repr(name) for name, away in found.hidden.items()}
    others = [text for name, text in told.items() if name != found.name]
    notices = (
        [say("workbook.sheets", sheet=found.name, others=", ".join(others))] if others and not layout.sheet else []
    )
    content = b""
    with suppress(Exception):
        content = _content(path, found.name) if open_xml else b""
    if not content:
        notices.append(say("workbook.errors_lost", sheet=found.name))
    if _HIDDEN.search(content):
        notices.append(say("workbook.hidden", sheet=found.name))
    return {
        "layout": replace(layout, sheet=found.name),
        "rows": [list(map(cell_text, row)) for row in found.rows],
        "merged": found.merged,
        "faults": list(_no_values(content)),
        "notices": tuple(notices),
    }


def _no_values(content: bytes) -> Iterator[Fault]:
    """Find error values and formulas without a value in a sheet: the reader gives blanks for both."""
    from openpyxl.utils import column_index_from_string

    for column, row, error in _NO_VALUE.findall(content):
        name = "workbook.error_value" if error else "workbook.never_calculated"
        yield int(row), column_index_from_string(column.decode()) - 1, name, {}


class _Sheet(NamedTuple):
    """A sheet, and the sheets of its workbook: whether each is hidden."""

    name: str
    rows: Sequence[Sequence[Any]]
    merged: list[Span]
    hidden: dict[str, bool]


def _sheet(path: Path, stated: str | None, open_xml: bool) -> _Sheet:
    """Read a sheet; one that calamine refuses (numbers of other notation) with openpyxl, whose errors say no more."""
    try:
        return _calamine(path, stated)
    except python_calamine.CalamineError as error:
        with suppress(Exception):
            if open_xml:
                return _openpyxl(path, stated)
        raise problem("workbook.not_readable", error=error) from error


def _choice(hidden: dict[str, bool], stated: str | None) -> list[str]:
    """Sheets that may hold the answers."""
    chosen = [name for name, away in hidden.items() if name == stated or (stated is None and not away)]
    if not chosen:
        told = "workbook.no_such_sheet" if stated else "workbook.all_hidden"
        raise problem(told, stated=stated, sheets=", ".join(map(repr, hidden)))
    return chosen


def _calamine(path: Path, stated: str | None) -> _Sheet:
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        hidden = {told.name: told.visible != SheetVisibleEnum.Visible for told in book.sheets_metadata}
        sheets = map(book.get_sheet_by_name, _choice(hidden, stated))
        chosen = max(sheets, key=lambda sheet: sheet.height * sheet.width)
        wide_enough(chosen.total_width, chosen.total_height * chosen.total_width)
        merged = [(*start, *end) for start, end in (chosen.merged_cell_ranges or ())]
        return _Sheet(chosen.name, chosen.to_python(skip_empty_area=False), merged, hidden)


def _openpyxl(path: Path, stated: str | None) -> _Sheet:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    hidden = {sheet.title: sheet.sheet_state != "visible" for sheet in book.worksheets}
    sheets = {}
    for name in _choice(hidden, stated):
        book[name].reset_dimensions()  # which a file may state wrongly
        sheets[name] = list(book[name].values)
    chosen = max(sheets, key=lambda name: sum(map(len, sheets[name])))
    wide_enough(max(map(len, sheets[chosen]), default=0), sum(map(len, sheets[chosen])))
    return _Sheet(chosen, sheets[chosen], [], hidden)


def _content(path: Path, name: str) -> bytes:
    """The part that holds a sheet, wherever and however written the parts are."""
    with zipfile.ZipFile(path) as parts:
        named = {part.replace("\\", "/").casefold(): part for part in parts.namelist()}
        book = next(part for part in named if posixpath.basename(part) == "workbook.xml")
        home = posixpath.dirname(book)
        sheets = ElementTree.fromstring(parts.read(named[book])).iterfind(".//{*}sheet")
        links = ElementTree.fromstring(parts.read(named[posixpath.join(home, "_rels/workbook.xml.rels")]))
        link = next(
            value for one in sheets if one.get("name") == name for key, value in one.items() if key[-3:] == "}id"
        )
        target = next(one.get("Target", "") for one in links if one.get("Id") == link)
        return parts.read(named[posixpath.join("/", home, target).removeprefix("/").casefold()])
