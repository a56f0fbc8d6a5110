"""Workbooks: their cells, and what the cells hold that is no value (see `sto_workbench.intake.parse`)."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import python_calamine
from python_calamine import SheetVisibleEnum

from sto_analysis.errors import UnreadableExport
from sto_analysis.monitor.separated import Fault, cell_text, wide_enough
from sto_workbench.intake.header import Layout, Span

_NO_VALUE = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\br=["']([A-Z]{1,3})([0-9]{1,7})["'])"""
    rb"""(?:[^>]*\bt=["'](e)["']|(?![^>]*\bt=["']str["'])[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>))"""
)
"""A cell (its column and row) with an error (e), or with a formula without the value that it had when it was saved."""
_HIDDEN = re.compile(
    rb"""<(?:\w+:)?(row)\s[^>]*\bhidden=["'](?:1|true)["']|<(?:\w+:)?(col)\s[^>]*\bhidden=["'](?:1|true)["']"""
)
"""A row or columns that the sheet hides."""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
    notices, faults = [], None
    others = ", ".join(f"{name!r}{' (hidden)' * away}" for name, away in found.hidden.items() if name != found.name)
    if others and layout.sheet is None:
        largest = "the largest that is not hidden" if any(found.hidden.values()) else "the largest"
        notices.append(f"sheet {found.name!r} is read, {largest}; the others: {others}.")
    if open_xml:
        with suppress(
            KeyError, ElementTree.ParseError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError
        ):
            content = _content(path, found.name)
            faults = list(_no_values(content))
            if hidden := _HIDDEN.findall(content):
                kinds = ", ".join(sorted({"rows" if row else "columns" for row, _ in hidden}))
                notices.append(f"sheet {found.name!r} has hidden {kinds}, which are read too.")
    if faults is None:
        lost = "values such as #N/A are read as blanks here. Save it as .xlsx to have them found."
        notices.append(f"sheet {found.name!r}: {lost}")
    return {
        "layout": replace(layout, sheet=found.name),
        "rows": [list(map(cell_text, row)) for row in found.rows],
        "merged": found.merged,
        "faults": faults or [],
        "notices": tuple(notices),
    }


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
        todo = "Open it in Excel and save it anew as .xlsx, without a password."
        raise UnreadableExport(f"the file is not readable as a workbook ({error}).", todo) from error


def _choice(hidden: dict[str, bool], stated: str | None) -> list[str]:
    """Sheets that may hold the answers."""
    chosen = [name for name, away in hidden.items() if name == stated or (stated is None and not away)]
    if not chosen:
        what = f"there is no sheet {stated!r}." if stated else "it has no sheet that is not hidden."
        raise UnreadableExport(what, f"Choose one of {', '.join(map(repr, hidden))} in wave.yaml.")
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
    """The part that holds a sheet."""
    with zipfile.ZipFile(path) as parts:
        return parts.read(_part(parts, name))


def _no_values(content: bytes) -> Iterator[Fault]:
    """Find error values and formulas without a value in a sheet: the reader gives blanks for both."""
    from openpyxl.utils import column_index_from_string

    for column, row, error in _NO_VALUE.findall(content):
        what = "an error value" if error else "a formula that was never calculated"
        todo = "Open the workbook in Excel, mend the cell, and save it."
        place = column_index_from_string(column.decode()) - 1
        yield int(row), place, f"this cell holds {what}, not an answer.", todo


def _part(parts: zipfile.ZipFile, name: str) -> str:
    """Name of the part that holds a sheet."""
    sheets = ElementTree.fromstring(parts.read("xl/workbook.xml")).iterfind(".//{*}sheet")
    links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    link = {sheet.get("name"): sheet.get(_RELATION) for sheet in sheets}[name]
    return posixpath.join("xl", {one.get("Id"): one.get("Target", "") for one in links}[link]).removeprefix("/")
