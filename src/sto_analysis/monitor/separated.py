"""Separated text: its encoding, its separator, its rows; what a cell says, and what no questionnaire has.

Imports little but the standard library: the process that parses an export pays for it.
"""

import csv
import datetime
import io
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from sto_analysis.inert import restored
from sto_analysis.messages import problem

MOST_CELLS, MOST_COLUMNS = 5_000_000, 10_000
SEPARATORS = (";", ",", "\t", "|")
Cells = list[str | None]
"""Texts of a row, None where blank."""
Fault = tuple[int, int, str, dict[str, Any]]
"""A cell that cannot be trusted: row from 1, place from 0 (or -1: the row), message of the catalogue, its values."""


def wide_enough(columns: int, cells: int) -> None:
    """Refuse what no questionnaire has."""
    if columns > MOST_COLUMNS:
        raise problem("separated.wide", columns=columns, most=MOST_COLUMNS)
    if cells > MOST_CELLS:
        raise problem("separated.many_cells")


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


def text_rows(
    path: Path, separator: str | None = None, encoding: str | None = None
) -> tuple[list[Cells], str, str, list[Fault]]:
    """Read separated text.

    Parameters
    ----------
    path : Path
        The file.
    separator, encoding : str, optional
        As stated; found where None.

    Returns
    -------
    rows : list of Cells
        As they stand, each as wide as it is.
    separator, encoding : str
        As used.
    faults : list of Fault
        Cells that swallowed rows.

    Raises
    ------
    Problem
        `UnreadableExport`: no text in that encoding, quotation marks that do not close, or more cells than a
        questionnaire has.
    """
    text, encoding = _decoded(path.read_bytes(), encoding)
    csv.field_size_limit(10_000_000)
    separator = separator or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Cells] = []
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            wide_enough(len(row), cells)
            rows.append([cell_text(restored(cell) if "'" in cell else cell) for cell in row])
    except csv.Error as error:
        raise problem("separated.no_text", at=reader.line_num, error=error) from error
    return rows, separator, encoding, list(_swallowed(rows, separator))


def _swallowed(rows: list[Cells], separator: str) -> Iterator[Fault]:
    """Cells that hold lines with half as many separators as a row or more: a quotation mark stays open."""
    enough = max(1, max(map(len, rows), default=0) - 1) / 2
    for number, row in enumerate(rows[1:], start=2):
        for place, cell in enumerate(row):
            lines = cell.splitlines()[1:] if cell and separator in cell else []
            if any(line.count(separator) >= enough for line in lines):
                yield number, place, "separated.swallowed", {"lines": len(lines)}


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Text of a file: UTF-16 by its mark, UTF-8 with or without, else cp1252, which reads nearly anything."""
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    tried = [encoding] if encoding else ["utf-16"] if utf16 else ["utf-8-sig", "cp1252"]
    for name in tried:
        with suppress(ValueError, LookupError):
            text = content.decode(name).removeprefix("\ufeff")
            text.encode()  # some decode to halves of letters
            if "\x00" not in text:
                return text, name
    raise problem("separated.no_encoding", tried=", ".join(tried))


def _separator(text: str) -> str:
    """The separator that gives the most columns in the most rows."""

    def score(separator: str) -> int:
        with suppress(csv.Error):
            rows = csv.reader(io.StringIO(text[:500_000], newline=""), delimiter=separator)
            widths = Counter(map(len, islice(rows, 50)))
            return math.prod(max(((often, width) for width, often in widths.items()), default=(0, 0)))
        return 0

    return max(SEPARATORS, key=score)
