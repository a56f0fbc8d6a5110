"""Separated text: its encoding, its separator, its rows; and what no questionnaire has.

Imports nothing but the standard library: the process that parses an export pays for it.
"""

import csv
import io
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

MOST_CELLS, MOST_COLUMNS = 25_000_000, 10_000
SEPARATORS = (";", ",", "\t", "|")
Fault = tuple[int, int, str, str]
"""A cell that cannot be trusted: row from 1, place from 0, what is wrong, what to do."""


class Unreadable(Exception):  # noqa: N818
    """What is wrong with the file, and what to do."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.todo = what, todo


def wide_enough(columns: int, cells: int) -> None:
    """Refuse what no questionnaire has."""
    if columns > MOST_COLUMNS:
        what = f"it has {columns:,} columns, more than the {MOST_COLUMNS:,} that are read."
        raise Unreadable(what, "Ask for an export with one column per question.")
    if cells > MOST_CELLS:
        raise Unreadable("it has too many cells.", "Split the export, or save it as SPSS.")


def text_rows(path: Path, separator: str | None, encoding: str | None) -> tuple[list[list[str]], str, str, list[Fault]]:
    """Read separated text: its rows as they stand, separator, encoding, and cells that swallowed rows.

    Parameters
    ----------
    path : Path
        The file.
    separator, encoding : str, optional
        As stated; found where None.
    """
    text, encoding = _decoded(path.read_bytes(), encoding)
    csv.field_size_limit(10_000_000)
    separator = separator or _separator(text)
    rows: list[list[str]] = []
    faults: list[Fault] = []
    cells = line = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            wide_enough(len(row), cells)
            if reader.line_num > line + 1 and len(rows) > 1:
                faults += _swallowed(rows, separator)
            line = reader.line_num
    except csv.Error as error:
        where = f"line {reader.line_num}: {error}"
        todo = "Open it in a text editor and mend the quotation marks, or ask for the export as .xlsx or .sav."
        raise Unreadable(f"the file is not readable as separated text ({where}).", todo) from error
    return rows, separator, encoding, faults


def _swallowed(rows: list[list[str]], separator: str) -> Iterable[Fault]:
    """Cells of the last row that hold lines with as many separators as a row: a quotation mark stays open."""
    usual = max(1, max(map(len, rows[:-1])) - 1) / 2
    for place, cell in enumerate(rows[-1]):
        lines = cell.splitlines()[1:]
        if any(line.count(separator) >= usual for line in lines):
            what = f"this cell holds {len(lines)} more lines that look like rows of answers."
            yield len(rows), place, what, "Mend the quotation mark that stands alone, or ask for .xlsx or .sav."


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Text of a file: UTF-16 by its mark, UTF-8 with or without, else cp1252, which reads nearly anything."""
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    tried = [encoding] if encoding else (["utf-16"] if utf16 else ["utf-8-sig", "cp1252"])
    for name in tried:
        try:
            text = content.decode(name).removeprefix("\ufeff")
        except (ValueError, LookupError):
            continue
        if "\x00" in text:
            break
        return text, name
    raise Unreadable(
        f"it is no text in {' or '.join(tried)}.", "State its 'encoding' in wave.yaml, or save it as UTF-8."
    )


def _separator(text: str) -> str:
    """The separator that gives the most columns in the most rows."""

    def score(separator: str) -> float:
        try:
            rows = csv.reader(io.StringIO(text[:500_000], newline=""), delimiter=separator)
            widths = [len(row) for row in islice(rows, 50)]
        except csv.Error:
            return 0.0
        if not widths:
            return 0.0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return usual * widths.count(usual) / len(widths)

    return max(SEPARATORS, key=score)
