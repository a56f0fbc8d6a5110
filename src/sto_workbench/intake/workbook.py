"""Workbooks: their cells, and what the cells hold that is no value (see `sto_workbench.intake.parse`)."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine
from python_calamine import SheetVisibleEnum

from sto_analysis.monitor.separated import Fault, Unreadable, wide_enough
from sto_workbench.intake.columns import table_columns

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
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = list(book.sheet_names)
            if sheet is not None and sheet not in names:
                listed = ", ".join(map(repr, names))
                raise Unreadable(f"there is no sheet {sheet!r}.", f"Choose one of {listed} in wave.yaml.")
            hidden = {told.name for told in book.sheets_metadata if told.visible != SheetVisibleEnum.Visible}
            choice = [sheet] if sheet is not None else [name for name in names if name not in hidden] or names
            found = [(name, book.get_sheet_by_name(name)) for name in choice]
            if not found:
                raise Unreadable("it has no sheet.", "Save one sheet with the answers.")
            name, chosen = max(found, key=lambda pair: pair[1].height * pair[1].width)
            wide_enough(chosen.total_width, chosen.total_height * chosen.total_width)
            columns = table_columns(chosen.to_python(skip_empty_area=False))
            merged = [(*start, *end) for start, end in (chosen.merged_cell_ranges or ())]
    except python_calamine.CalamineError as error:
        if open_xml and (slowly := _openpyxl(path, sheet)):
            return slowly
        todo = "Open it in Excel and save it anew as .xlsx, without a password."
        raise Unreadable(f"the file is not readable as a workbook ({error}).", todo) from error
    faults: list[Fault] = []
    notices: list[str] = []
    try:
        faults = list(_no_values(path, name)) if open_xml else []
    except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError):
        open_xml = False
    if not open_xml:
        notices.append(f"sheet {name!r}: {_ERRORS_LOST}")
    notices += _chosen(names, name, hidden, sheet)
    return {"columns": columns, "sheet": name, "merged": merged, "faults": faults, "notices": notices}


def _chosen(names: list[str], name: str, hidden: set[str], stated: str | None) -> list[str]:
    others = ", ".join(f"{other!r}{' (hidden)' * (other in hidden)}" for other in names if other != name)
    largest = "the largest that is not hidden" if hidden else "the largest"
    return [f"sheet {name!r} is read, {largest}; the others: {others}."] if others and stated is None else []


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


def _openpyxl(path: Path, sheet: str | None) -> dict[str, Any] | None:
    """Read what calamine refuses (numbers of other notation); None where this reader refuses it too."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True, read_only=True)
        found = {}
        for each in book.worksheets:
            each.reset_dimensions()  # which a file may state wrongly
            found[each.title] = list(each.iter_rows(values_only=True))
        hidden = {each.title for each in book.worksheets if each.sheet_state != "visible"}
        choice = [title for title in found if title not in hidden] or list(found)
        name = sheet or max(choice, key=lambda title: sum(map(len, found[title])))
        columns = table_columns(found[name])
        faults = list(_no_values(path, name))
    except Exception:  # a second opinion on a broken file: whatever it says, the first reader's message stands
        return None
    notices = _chosen(list(found), name, hidden, sheet)
    return {"columns": columns, "sheet": name, "merged": [], "faults": faults, "notices": notices}
