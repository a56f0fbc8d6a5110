"""Where the answers stand in a table: the rows of its header, and what its columns are called."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sto_analysis.monitor.separated import Cells
from sto_analysis.monitor.wave import Wave

Span = tuple[int, int, int, int]
"""A range of merged cells: first row, first column, last row, last column, from 0."""
_LOOKED_AT = 120
"""Rows in which a header is looked for."""


@dataclass(frozen=True)
class Layout:
    """How the answers stand in the file; what is None is found.

    Parameters
    ----------
    sheet : str, optional
        Of a workbook.
    separator, encoding : str, optional
        Of separated text.
    group, names, labels, first : int, optional
        Rows as a person counts them: a line of headings above groups of columns, the column names, a line of labels
        below them, and the first answer.
    """

    sheet: str | None = None
    separator: str | None = None
    encoding: str | None = None
    group: int | None = None
    names: int | None = None
    labels: int | None = None
    first: int | None = None


def stated_layout(wave: Wave) -> Layout:
    """Take what wave.yaml says of how the answers stand in the file."""
    rows = wave.header.model_dump() if wave.header else {}
    return Layout(wave.sheet, wave.separator, wave.encoding, **rows)


def find_header(table: Sequence[Cells], layout: Layout, merged: Sequence[Span] = ()) -> Layout:
    """Find the rows of the header that are not stated.

    Parameters
    ----------
    table : sequence of Cells
        Its rows, all of the same width.
    layout : Layout
        What is known. Without anything to find ``names`` stays None.
    merged : sequence of Span
        Ranges of merged cells: a row with a cell merged over several columns has the names below it.
    """
    if layout.names is not None:
        after = max(layout.names, layout.labels or 0) + 1
        return replace(layout, first=layout.first or after)
    rows = table[:_LOOKED_AT]
    filled = [_filled(row) for row in rows[:100]]
    if not any(filled):
        return layout
    at = next(i for i, count in enumerate(filled) if count >= max(filled) / 2)
    labels = group = None
    below = rows[at + 1] if at + 1 < len(rows) else []
    spans = any(top == at and right > left for top, left, _, right in merged)
    if spans and any(below) and not any(map(_numeric, below)):
        group, at = at, at + 1
    first = at + 1
    imported = [i for i, row in enumerate(rows[at + 1 : at + 3], start=at + 1) if any(map(_imported, row))]
    if imported:  # Qualtrics
        labels, first = (at + 1 if imported[0] > at + 1 else None), imported[0] + 1
    elif first < len(rows) and _is_labels(rows, at):
        labels, first = at + 1, at + 2
    names = [cell for cell in rows[at] if cell is not None]
    if group is None and len(set(names)) < len(names) and at > 0 and _filled(rows[at - 1]) > 1:
        group = at - 1
    found: dict[str, Any] = {"group": group, "names": at, "labels": labels, "first": first}
    return replace(layout, **{name: row + 1 for name, row in found.items() if row is not None})


def column_names(table: Sequence[Cells], layout: Layout, merged: Sequence[Span]) -> list[str | None]:
    """Name the columns: with the heading of their group, and numbered where they still repeat.

    Parameters
    ----------
    table : sequence of Cells
        Its rows, all of the same width.
    layout : Layout
        With ``names`` stated or found.
    merged : sequence of Span
        Ranges of merged cells. A merged heading holds for the columns of its range, another one for those to its
        right up to the next.
    """
    above = row_of(table, layout.group)
    out: list[str | None] = []
    seen: Counter[str] = Counter()
    for name, heading, upper in zip(row_of(table, layout.names), _headings(above, layout, merged), above, strict=True):
        whole = f"{heading}: {name}" if name and heading and heading != name else name or upper
        if whole is None:  # a cell merged downwards holds its name in the upper row
            out.append(None)
            continue
        seen[whole] += 1
        out.append(whole if seen[whole] == 1 else f"{whole} ({seen[whole]})")
    return out


def _headings(above: Cells, layout: Layout, merged: Sequence[Span]) -> Iterator[str | None]:
    """Heading that holds for each column."""
    ends = {left: right for top, left, _, right in merged if layout.group is not None and top == layout.group - 1}
    last: str | None = None
    end: int | None = None
    for place, cell in enumerate(above):
        if cell or place in ends:
            last, end = cell, ends.get(place)
        elif end is not None and place > end:
            last = end = None
        yield last


def row_of(table: Sequence[Cells], number: int | None) -> Cells:
    """Cells of a row, counted from 1; all blank where `number` is None."""
    return [None] * len(table[0]) if number is None else table[number - 1]


def letters(place: int) -> str:
    """Name of a column in a spreadsheet: 0 is A, 26 is AA."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place + 1))


def unnumbered(name: str) -> str:
    """Column name without the number that tells it from its likes."""
    return re.sub(r" \(\d+\)$", "", name)


def number(text: str) -> float | None:
    """A text as a number, with point or comma."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _filled(row: Cells) -> int:
    return sum(cell is not None for cell in row)


def _numeric(cell: str | None) -> bool:
    return cell is not None and number(cell) is not None


def _imported(cell: str | None) -> bool:
    return cell is not None and cell.startswith('{"ImportId"')


def _is_labels(rows: Sequence[Cells], at: int) -> bool:
    """Whether the row below the names holds long texts where the rows below it hold short ones."""
    below = [cell for cell in rows[at + 1] if cell is not None]
    answers = [cell for row in rows[at + 2 : at + 12] for cell in row if cell is not None]
    if not below or not answers or any(number(cell) is not None for cell in below):
        return False
    mean = sum(map(len, below)) / len(below)
    return mean > 15 and mean > 2 * sum(map(len, answers)) / len(answers) and len(set(below)) == len(below)
