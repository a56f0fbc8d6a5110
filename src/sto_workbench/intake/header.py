"""Where the answers stand in a table: the rows of its header, what its columns are called, what cannot be trusted."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from sto_analysis.errors import MOST_PROBLEMS
from sto_analysis.messages import problem
from sto_analysis.monitor.separated import Cells, Fault
from sto_analysis.monitor.spelling import visible

Span = tuple[int, int, int, int]
"""A range of merged cells: first row, first column, last row, last column, from 0."""
LONGEST_NAME = 5_000
"""Characters of a column name or question."""
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


def read_table(
    rows: Sequence[Cells],
    layout: Layout,
    faults: Sequence[Fault],
    merged: Sequence[Span] = (),
    notices: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Find header and answers in the rows of a sheet or text.

    Parameters
    ----------
    rows : sequence of Cells
        From row 1 of the file, each as wide as it is.
    layout : Layout
        What is known.
    faults : sequence of Fault
        Cells that cannot be trusted, in the header too.
    merged : sequence of Span
        Ranges of merged cells.
    notices : tuple of str
        What a person should know.

    Returns
    -------
    dict
        As `sto_workbench.intake.parse.parse` gives.

    Raises
    ------
    Problem
        `UnreadableExport`: a header that is not to be found or cannot be right.
    """
    width = max(map(len, rows), default=0)
    table = [[*row, *[None] * (width - len(row))] for row in rows]
    layout = find_header(table, layout, merged)
    names, labels = _named(table, layout, merged)
    kept = {at: row for at, row in enumerate(table, start=1) if at >= (layout.first or 0) and any(row)}
    columns = list(zip(*kept.values(), strict=True)) or [()] * width
    named = enumerate(zip(names, columns, strict=True))
    titles = {at: name or f"column {letters(at)}" for at, (name, column) in named if name or any(column)}
    alone = {at: name for at, name in enumerate(_row(table, layout.names)) if name and layout.group and not labels[at]}
    skipped = _skipped(table, layout, columns)
    found = islice(
        chain(faults, _merged(merged, kept, titles), _uneven(rows, kept, layout), skipped.values()), MOST_PROBLEMS
    )
    return {
        "cells": {title: columns[at] for at, title in titles.items()},
        "rows": list(kept),
        "labels": {title: labels[at] or title for at, title in titles.items()},
        "own": {titles[at]: name for at, name in alone.items()},
        "layout": layout,
        "faults": [
            problem(name, sheet=layout.sheet, row=row, column=titles.get(at), **values)
            for row, at, name, values in found
            if row >= (layout.first or 0) or row in skipped
        ],
        "notices": notices,
    }


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
    rows = dict(enumerate(table[:_LOOKED_AT], start=1))
    filled = {number: sum(cell is not None for cell in row) for number, row in rows.items()}
    most = max(filled.values(), default=0)
    if not most:
        return layout
    group = labels = None
    names = next(number for number, count in filled.items() if count >= most / 2)
    below = rows.get(names + 1, [])
    spans = any(top == names - 1 and right > left for top, left, _, right in merged)
    if spans and any(below) and not any(map(_numeric, below)):
        group, names = names, names + 1
    elif filled.get(names - 1, 0) > 1 and len(set(rows[names]) - {None}) < filled[names]:
        group = names - 1
    told = next((number for number in (names + 1, names + 2) if any(map(_imported, rows.get(number, [])))), names)
    if told == names + 2 or (told == names and _is_labels(table, names)):  # between names and what Qualtrics adds
        labels = names + 1
    return replace(layout, group=group, names=names, labels=labels, first=max(told, labels or 0) + 1)


def _named(table: Sequence[Cells], layout: Layout, merged: Sequence[Span]) -> tuple[Cells, Cells]:
    """Names and labels of the columns; names have the heading of their group, and a number where they still repeat."""
    _refuse(table, layout)
    above = _row(table, layout.group)
    out: list[str | None] = []
    seen: Counter[str] = Counter()
    for name, heading, upper in zip(_row(table, layout.names), _headings(above, layout, merged), above, strict=True):
        whole = visible(f"{heading}: {name}" if name and heading and heading != name else name or upper or "") or None
        if whole:  # a cell merged downwards holds its name in the upper row
            seen[whole] += 1
        out.append(f"{whole} ({seen[whole]})" if whole and seen[whole] > 1 else whole)
    return out, _row(table, layout.labels)


def _headings(above: Cells, layout: Layout, merged: Sequence[Span]) -> Iterator[str | None]:
    """Heading that holds for each column."""
    ends = {left: right for top, left, _, right in merged if top + 1 == layout.group}
    heading: str | None = None
    end = len(above)
    for place, cell in enumerate(above):
        if cell or place in ends:
            heading, end = cell, ends.get(place, len(above))
        yield heading if place <= end else None


def _row(table: Sequence[Cells], number: int | None) -> Cells:
    """Cells of a row, counted from 1; all blank where `number` is None."""
    return [None] * len(table[0]) if number is None else table[number - 1]


def _refuse(table: Sequence[Cells], layout: Layout) -> None:
    """Raise what is wrong with a header that cannot be right."""
    if layout.names is None:
        raise problem("header.no_names", sheet=layout.sheet)
    stated = {name: row for name in ("group", "names", "labels") if (row := getattr(layout, name))}
    if beyond := ", ".join(f"{name}: {row}" for name, row in stated.items() if row > len(table)):
        raise problem("header.beyond", sheet=layout.sheet, stated=beyond, rows=len(table))
    longest = max(len(cell or "") for row in stated.values() for cell in table[row - 1])
    if longest > LONGEST_NAME:
        raise problem("header.long_name", sheet=layout.sheet, length=longest, most=LONGEST_NAME)


def _merged(merged: Sequence[Span], kept: Mapping[int, Cells], titles: Mapping[int, str]) -> Iterator[Fault]:
    """Merged cells among the answers."""
    for top, left, bottom, right in merged:
        at = next((row for row in range(top + 1, bottom + 2) if row in kept), None)
        if at and left in titles:
            span = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            yield at, left, "header.merged", {"span": span}


def _uneven(rows: Sequence[Cells], kept: Mapping[int, Cells], layout: Layout) -> Iterator[Fault]:
    """Rows of a text with fewer cells than the column names, or with answers beyond them."""
    wide = len(rows[(layout.names or 1) - 1])
    for row in kept:
        cells = rows[row - 1]
        if len(cells) < wide or any(cells[wide:]):
            yield row, -1, "header.uneven", {"cells": len(cells), "names": wide}


def _skipped(table: Sequence[Cells], layout: Layout, columns: Sequence[Sequence[Any]]) -> dict[int, Fault]:
    """Rows between header and first answer that say what answers say."""
    above = max(layout.group or 0, layout.names or 0, layout.labels or 0)
    out: dict[int, Fault] = {}
    for row in range(above + 1, min(layout.first or 0, len(table) + 1)):
        said = [cell in column for cell, column in zip(table[row - 1], columns, strict=True) if cell]
        if sum(said) > len(said) / 2:
            out[row] = row, -1, "header.skipped", {"first": layout.first}
    return out


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


def _numeric(cell: str | None) -> bool:
    return cell is not None and number(cell) is not None


def _imported(cell: str | None) -> bool:
    return cell is not None and cell.startswith('{"ImportId"')


def _is_labels(table: Sequence[Cells], names: int) -> bool:
    """Whether the row below the names holds questions: long texts above short ones, or texts above numbers."""
    below, *others = table[names : names + 11] or [[]]
    said, answers = [cell for cell in below if cell], [cell for row in others for cell in row if cell]
    if not said or not answers or any(map(_numeric, said)) or len(set(said)) < len(said):
        return False
    columns = [[cell for cell in column if cell] for column in zip(*others, strict=True)]
    counted = sum(bool(column) and all(map(_numeric, column)) for column in columns)
    mean = sum(map(len, said)) / len(said)
    named = sum(cell is not None for cell in table[names - 1])
    return (mean > 15 and mean > 2 * sum(map(len, answers)) / len(answers)) or (
        min(3 * counted, 2 * len(said)) >= named
    )
