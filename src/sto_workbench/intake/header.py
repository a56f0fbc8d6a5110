"""Where the answers stand in a table: the rows of its header, and what its columns are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.columns import Column

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


class Grid:
    """A parsed table, by row.

    Parameters
    ----------
    columns : sequence of Column
        As `sto_workbench.intake.parse` gives.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.codes = [np.frombuffer(codes, np.intc) for codes, _ in columns]
        self.texts = [texts for _, texts in columns]
        self.height = len(self.codes[0]) if columns else 0

    def row(self, number: int | None) -> list[str | None]:
        """Cells of a row, counted from 1; all blank where `number` is None."""
        if number is None:
            return [None] * len(self.codes)
        return [
            texts[codes[number - 1]] if codes[number - 1] >= 0 else None
            for codes, texts in zip(self.codes, self.texts, strict=True)
        ]

    def filled(self) -> np.ndarray:
        """Whether each row holds anything."""
        out = np.zeros(self.height, dtype=bool)
        for codes in self.codes:
            out |= codes >= 0
        return out


def find_header(grid: Grid, layout: Layout, merged: Sequence[Span] = ()) -> Layout:
    """Find the rows of the header that are not stated.

    Parameters
    ----------
    grid : Grid
        The table.
    layout : Layout
        What is known. Without anything to find ``names`` stays None.
    merged : sequence of Span
        Ranges of merged cells: a row with a cell merged over several columns has the names below it.
    """
    if layout.names is not None:
        after = max(layout.names, layout.labels or 0) + 1
        return replace(layout, first=layout.first or after)
    rows = [grid.row(number) for number in range(1, min(grid.height, _LOOKED_AT) + 1)]
    filled = [sum(cell is not None for cell in row) for row in rows[:100]]
    if not filled or not max(filled):
        return layout
    at = next(i for i, count in enumerate(filled) if count >= max(filled) / 2)
    labels = group = None
    below = rows[at + 1] if at + 1 < len(rows) else []
    spans = any(top == at and right > left for top, left, _, right in merged)
    if spans and any(cell is not None for cell in below) and not any(map(_numeric, below)):
        group, at = at, at + 1
    first = at + 1
    imported = [i for i in (at + 1, at + 2) if i < len(rows) and any(_imported(cell) for cell in rows[i])]
    if imported:  # Qualtrics
        labels, first = (at + 1 if imported[0] > at + 1 else None), imported[0] + 1
    elif first < len(rows) and _is_labels(rows, at):
        labels, first = at + 1, at + 2
    names = [cell for cell in rows[at] if cell is not None]
    if group is None and len(set(names)) < len(names) and at > 0 and sum(c is not None for c in rows[at - 1]) > 1:
        group = at - 1
    return replace(
        layout,
        group=None if group is None else group + 1,
        names=at + 1,
        labels=None if labels is None else labels + 1,
        first=first + 1,
    )


def column_names(grid: Grid, layout: Layout, merged: Sequence[Span]) -> list[str | None]:
    """Name the columns: with the heading of their group, and numbered where they still repeat.

    Parameters
    ----------
    grid : Grid
        The table.
    layout : Layout
        With ``names`` stated or found.
    merged : sequence of Span
        Ranges of merged cells. A merged heading holds for the
        columns of its range, another one for those to its right up to the next.
    """
    own = grid.row(layout.group)
    ends = {left: right for top, left, _, right in merged if layout.group is not None and top == layout.group - 1}
    headings: list[str | None] = []
    last: str | None = None
    end: int | None = None
    for place, cell in enumerate(own):
        if cell or place in ends:
            last, end = cell, ends.get(place)
        elif end is not None and place > end:
            last = end = None
        headings.append(last)
    out: list[str | None] = []
    seen: dict[str, int] = {}
    for name, heading, above in zip(grid.row(layout.names), headings, own, strict=True):
        found = name or above  # a cell merged downwards holds its name in the upper row
        if found is None:
            out.append(None)
            continue
        whole = f"{heading}: {name}" if name and heading and heading != name else found
        seen[whole] = seen.get(whole, 0) + 1
        out.append(whole if seen[whole] == 1 else f"{whole} ({seen[whole]})")
    return out


def letters(place: int) -> str:
    """Name of a column in a spreadsheet: 0 is A, 26 is AA."""
    out = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        out = chr(65 + rest) + out
    return out


def unnumbered(name: str) -> str:
    """Column name without the number that tells it from its likes."""
    return re.sub(r" \(\d+\)$", "", name)


def number(text: str) -> float | None:
    """A text as a number, with point or comma."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _numeric(cell: str | None) -> bool:
    return cell is not None and number(cell) is not None


def _imported(cell: str | None) -> bool:
    return cell is not None and cell.startswith('{"ImportId"')


def _is_labels(rows: list[list[str | None]], at: int) -> bool:
    """Whether the row below the names holds long texts where the rows below it hold short ones."""
    below = [cell for cell in rows[at + 1] if cell is not None]
    answers = [cell for row in rows[at + 2 : at + 12] for cell in row if cell is not None]
    if not below or not answers or any(number(cell) is not None for cell in below):
        return False
    mean = sum(map(len, below)) / len(below)
    return mean > 15 and mean > 2 * sum(map(len, answers)) / len(answers) and len(set(below)) == len(below)
