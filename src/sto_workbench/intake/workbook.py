"""Workbooks: their cells, and what the cells hold that is no value (see `sto_workbench.intake.parse`)."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import python_calamine
from python_calamine import SheetVisibleEnum

from sto_analysis.monitor.separated import Fault, Unreadable, cell_text, wide_enough

_ERROR = re.compile(rb"""<(?:\w+:)?c\s([^>]*\bt=["']e["'][^>]*)>""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|</(?:\w+:)?c>)"
)
"""A formula without the value that it had when the workbook was saved."""
_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ERRORS_LOST = "values such as #N/A are read as blanks here. Save it as .xlsx to have them found."


def workbook(path: Path, sheet: str | None) -> dict[str, Any]:
    """Parse a workbook; result and errors as for `sto_workbench.intake.parse.parse`.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str, optional
        Which sheet; the largest that is not hidden where None.
    """
    open_xml = path.suffix.lower() in (".xlsx", ".xlsm")
    try:
        found = _calamine(path, sheet)
    except python_calamine.CalamineError as error:
        slowly = _openpyxl(path, sheet) if open_xml else None
        if slowly is None:
            todo = "Open it in Excel and save it anew as .xlsx, without a password."
            raise Unreadable(f"the file is not readable as a workbook ({error}).", todo) from error
        found = slowly
    wide_enough(max(map(len, found.rows), default=0), sum(map(len, found.rows)))
    rows = [list(map(cell_text, row)) for row in found.rows]
    notices = list(found.passed_over(sheet))
    faults: list[Fault] = []
    try:
        faults = list(_no_values(path, found.name)) if open_xml else []
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError):
        open_xml = False
    if not open_xml:
        notices.append(f"sheet {found.name!r}: {_ERRORS_LOST}")
    return {"rows": rows, "sheet": found.name, "merged": found.merged, "faults": faults, "notices": tuple(notices)}


class _Sheet(NamedTuple):
    """A sheet, and the sheets of its workbook: whether each is hidden."""

    name: str
    rows: Sequence[Sequence[Any]]
    merged: list[tuple[int, int, int, int]]
    hidden: dict[str, bool]

    def passed_over(self, stated: str | None) -> Iterator[str]:
        """Say which other sheets there are, where nobody stated one."""
        others = ", ".join(f"{name!r}{' (hidden)' * away}" for name, away in self.hidden.items() if name != self.name)
        if others and stated is None:
            largest = "the largest that is not hidden" if any(self.hidden.values()) else "the largest"
            yield f"sheet {self.name!r} is read, {largest}; the others: {others}."


def _choice(hidden: dict[str, bool], stated: str | None) -> list[str]:
    """Sheets that may hold the answers."""
    if stated is not None and stated not in hidden:
        todo = f"Choose one of {', '.join(map(repr, hidden))} in wave.yaml."
        raise Unreadable(f"there is no sheet {stated!r}.", todo)
    if not hidden:
        raise Unreadable("it has no sheet.", "Save one sheet with the answers.")
    shown = [name for name, away in hidden.items() if not away] or list(hidden)
    return shown if stated is None else [stated]


def _calamine(path: Path, stated: str | None) -> _Sheet:
    with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
        hidden = {told.name: told.visible != SheetVisibleEnum.Visible for told in book.sheets_metadata}
        sheets = [book.get_sheet_by_name(name) for name in _choice(hidden, stated)]
        chosen = max(sheets, key=lambda sheet: sheet.height * sheet.width)
        wide_enough(chosen.total_width, chosen.total_height * chosen.total_width)
        merged = [(*start, *end) for start, end in (chosen.merged_cell_ranges or ())]
        return _Sheet(chosen.name, chosen.to_python(skip_empty_area=False), merged, hidden)


def _openpyxl(path: Path, stated: str | None) -> _Sheet | None:
    """Read what calamine refuses (numbers of other notation); None where this reader refuses it too."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True, read_only=True)
        hidden = {sheet.title: sheet.sheet_state != "visible" for sheet in book.worksheets}
        found = {}
        for name in _choice(hidden, stated):
            book[name].reset_dimensions()  # which a file may state wrongly
            found[name] = list(book[name].iter_rows(values_only=True))
        largest = max(found, key=lambda name: sum(map(len, found[name])))
    except Exception:  # a second opinion on a broken file: whatever it says, the first reader's message stands
        return None
    return _Sheet(largest, found[largest], [], hidden)


def _no_values(path: Path, name: str) -> Iterator[Fault]:
    """Find error values and formulas without a value in a sheet: the reader gives blanks for both."""
    with zipfile.ZipFile(path) as parts:
        content = parts.read(_part(parts, name))
    found = [(match[1], "an error value") for match in _ERROR.finditer(content)]
    if b"<f" in content or b":f" in content:
        found += [
            (match[1], "a formula that was never calculated")
            for match in _FORMULA.finditer(content)
            if not re.search(rb"""\bt=["'](?:str|e)["']""", match[1])
        ]
    for attributes, what in found:
        if at := _CELL.search(attributes):
            place = 0
            for letter in at[1]:
                place = 26 * place + letter - 64
            todo = "Open the workbook in Excel, mend the cell, and save it."
            yield int(at[2]), place - 1, f"this cell holds {what}, not an answer.", todo


def _part(parts: zipfile.ZipFile, name: str) -> str:
    """Name of the part that holds a sheet."""
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    for sheet in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet") and sheet.get("name") == name:
            for link in ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels")):
                if link.get("Id") == sheet.get(relation):
                    target = link.get("Target", "")
                    return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(name)
