"""Workbooks: their cells, and what the cells hold that is no value (see `sto_workbench.intake.parse`)."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine
from python_calamine import SheetVisibleEnum

from sto_analysis.messages import problem, say
from sto_analysis.monitor.separated import Fault, cell_text, wide_enough
from sto_workbench.intake.header import Layout

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
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            hidden = {told.name: told.visible != SheetVisibleEnum.Visible for told in book.sheets_metadata}
            sheets = map(book.get_sheet_by_name, _choice(hidden, layout.sheet))
            sheet = max(sheets, key=lambda one: one.height * one.width)
            wide_enough(sheet.total_width, sheet.total_height * sheet.total_width)
            rows = [list(map(cell_text, row)) for row in sheet.to_python(skip_empty_area=False)]
    except python_calamine.CalamineError as error:
        raise problem("workbook.not_readable", error=error) from error
    told = {name: say("workbook.away", name=name) if away else repr(name) for name, away in hidden.items()}
    others = [text for name, text in told.items() if name != sheet.name]
    notices = (
        [say("workbook.sheets", sheet=sheet.name, others=", ".join(others))] if others and not layout.sheet else []
    )
    content = b""
    with suppress(Exception):
        content = _content(path, sheet.name)
    if not content:
        notices.append(say("workbook.errors_lost", sheet=sheet.name))
    if _HIDDEN.search(content):
        notices.append(say("workbook.hidden", sheet=sheet.name))
    return {
        "layout": replace(layout, sheet=sheet.name),
        "rows": rows,
        "merged": [(*start, *end) for start, end in (sheet.merged_cell_ranges or ())],
        "faults": list(_no_values(content)),
        "notices": tuple(notices),
    }


def _no_values(content: bytes) -> Iterator[Fault]:
    """Find error values and formulas without a value in a sheet: the reader gives blanks for both."""
    from openpyxl.utils import column_index_from_string

    for column, row, error in _NO_VALUE.findall(content):
        name = "workbook.error_value" if error else "workbook.never_calculated"
        yield int(row), column_index_from_string(column.decode()) - 1, name, {}


def _choice(hidden: dict[str, bool], stated: str | None) -> list[str]:
    """Sheets that may hold the answers."""
    chosen = [name for name, away in hidden.items() if name == stated or (stated is None and not away)]
    if not chosen:
        told = "workbook.no_such_sheet" if stated else "workbook.all_hidden"
        raise problem(told, stated=stated, sheets=", ".join(map(repr, hidden)))
    return chosen


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
