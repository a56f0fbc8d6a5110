"""Where the answers stand in a table: the rows of its header, and what its columns are called."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sto_analysis.monitor.separated import Cells

if TYPE_CHECKING:
    from sto_analysis.monitor.wave import Wave  # the process that parses a file does without

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


def stated_layout(wave: "Wave") -> Layout:
    """Take what wave.yaml says of how the answers stand in the file."""
    rows = wave.header.model_dump() if wave.header else {}
    return Layout(wave.sheet, wave.separator, wave.encoding, **rows)


def find_header(table: Sequence[Cells], layout: Layout, merged: Sequence[Span] = ()) -> Layout:
    """Find the rows of the header that are not stated.

    Parameters
    ----------
    table : sequence of Cells
        Its rows.
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


def column_names(table: Sequence[Cells], layout: Layout, merged: Sequence[Span]) -> list[str | None]:
    """Name the columns: with the heading of their group, and numbered where they still repeat.

    Parameters
    ----------
    table : sequence of Cells
        Its rows.
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
        if whole:  # a cell merged downwards holds its name in the upper row
            seen[whole] += 1
        out.append(f"{whole} ({seen[whole]})" if whole and seen[whole] > 1 else whole)
    return out


def _headings(above: Cells, layout: Layout, merged: Sequence[Span]) -> Iterator[str | None]:
    """Heading that holds for each column."""
    ends = {left: right for top, left, _, right in merged if top + 1 == layout.group}
    heading: str | None = None
    end = len(above)
    for place, cell in enumerate(above):
        if cell or place in ends:
            heading, end = cell, ends.get(place, len(above))
        yield heading if place <= end else None


def row_of(table: Sequence[Cells], number: int | None) -> Cells:
    """Cells of a row, counted from 1, as many as the widest row has; all blank where `number` is None."""
    cells = [] if number is None else table[number - 1]
    return [*cells, *[None] * (max(map(len, table)) - len(cells))]


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
    """Whether the row below the names holds long texts where the rows below it hold short ones."""
    below, *others = [[cell for cell in row if cell is not None] for row in table[names : names + 11]] or [[]]
    answers = [cell for row in others for cell in row]
    if not below or not answers or any(map(_numeric, below)):
        return False
    mean = sum(map(len, below)) / len(below)
    return mean > 15 and mean > 2 * sum(map(len, answers)) / len(answers) and len(set(below)) == len(below)
