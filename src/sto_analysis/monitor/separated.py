"""Separated text: its encoding, its separator, its rows; what a cell says, and what no questionnaire has.

Imports nothing but the standard library: the process that parses an export pays for it.
"""

import csv
import datetime
import io
import math
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

MOST_CELLS, MOST_COLUMNS = 25_000_000, 10_000
SEPARATORS = (";", ",", "\t", "|")
Cells = list[str | None]
"""Texts of a row, None where blank."""
Fault = tuple[int, int, str, str]
"""A cell that cannot be trusted: row from 1, place from 0, what is wrong, what to do."""


class Unreadable(Exception):  # noqa: N818
    """What is wrong with the file, and what to do."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.todo = what, todo


class Separated(NamedTuple):
    """What a separated text holds: its rows as they stand, how it was read, and cells that swallowed rows."""

    rows: list[Cells]
    separator: str
    encoding: str
    faults: list[Fault]


def wide_enough(columns: int, cells: int) -> None:
    """Refuse what no questionnaire has."""
    if columns > MOST_COLUMNS:
        what = f"it has {columns:,} columns, more than the {MOST_COLUMNS:,} that are read."
        raise Unreadable(what, "Ask for an export with one column per question.")
    if cells > MOST_CELLS:
        raise Unreadable("it has too many cells.", "Split the export, or save it as SPSS.")


@lru_cache(maxsize=100_000, typed=True)
def cell_text(value: Any) -> str | None:
    """Text of a cell as a person sees it, None when blank; equal cells share one text, which keeps surveys small."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).upper()  # as Excel shows it, and no code
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip().replace("\x00", "") or None


def text_rows(path: Path, separator: str | None = None, encoding: str | None = None) -> Separated:
    """Read separated text.

    Parameters
    ----------
    path : Path
        The file.
    separator, encoding : str, optional
        As stated; found where None.

    Raises
    ------
    Unreadable
        No text in that encoding, quotation marks that do not close, or more cells than a questionnaire has.
    """
    text, encoding = _decoded(path.read_bytes(), encoding)
    csv.field_size_limit(10_000_000)
    separator = separator or _separator(text)
    rows: list[Cells] = []
    faults: list[Fault] = []
    cells = line = widest = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells += len(row)
            wide_enough(len(row), cells)
            if reader.line_num > line + 1 and rows:
                faults += _swallowed(row, len(rows) + 1, separator, widest)
            rows.append(list(map(cell_text, row)))
            line, widest = reader.line_num, max(widest, len(row))
    except csv.Error as error:
        where = f"line {reader.line_num}: {error}"
        todo = "Open it in a text editor and mend the quotation marks, or ask for the export as .xlsx or .sav."
        raise Unreadable(f"the file is not readable as separated text ({where}).", todo) from error
    return Separated(rows, separator, encoding, faults)


def _swallowed(row: list[str], number: int, separator: str, widest: int) -> Iterator[Fault]:
    """Cells of a row that hold lines with as many separators as a row: a quotation mark stays open."""
    for place, cell in enumerate(row):
        lines = cell.splitlines()[1:]
        if any(line.count(separator) >= max(1, widest - 1) / 2 for line in lines):
            what = f"this cell holds {len(lines)} more lines that look like rows of answers."
            yield number, place, what, "Mend the quotation mark that stands alone, or ask for .xlsx or .sav."


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Text of a file: UTF-16 by its mark, UTF-8 with or without, else cp1252, which reads nearly anything."""
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    tried = [encoding] if encoding else (["utf-16"] if utf16 else ["utf-8-sig", "cp1252"])
    for name in tried:
        try:
            text = content.decode(name).removeprefix("\ufeff")
            if encoding:
                text.encode()  # some decode to halves of letters
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
            widths = Counter(len(row) for row in islice(rows, 50))
        except csv.Error:
            return 0.0
        often, usual = max(((often, width) for width, often in widths.items()), default=(0, 0))
        return usual * often / max(1, widths.total())

    return max(SEPARATORS, key=score)
