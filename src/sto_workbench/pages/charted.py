"""What a chart of slides draws: series of numbers that an exhibit prints, taken by the ids of their results."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.language import MARK
from sto_workbench.pages.shown import Cell, Number, Seen

Kind = Literal["bar", "stacked"]
Order = Literal["first", "difference", "rise", "mean", "page"]
Unit = Literal["percent", "points", "number"]
_VALUE = "value"
_ROUNDED = 0.005
"""How far a share that was rounded may be off."""


@dataclass(frozen=True)
class Series:
    """Numbers under one head: their values, None where the page has none, and how the page prints them."""

    name: str
    values: tuple[float | None, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Charted:
    """A chart.

    Parameters
    ----------
    kind : {"bar", "stacked"}
        Bars beside each other, or one bar of parts per row.
    rows : tuple of str
        What heads each row, from the top.
    series : tuple of Series
        One value per row.
    unit : {"percent", "points", "number"}
        Shares; differences of shares, in percentage points; anything else.
    named : frozenset of int
        Rows that the title names, or of which it prints the number.
    """

    kind: Kind
    rows: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit
    named: frozenset[int] = frozenset()


def charted(exhibit: Seen, kind: Kind, patterns: Sequence[str], order: Order) -> Charted | None:
    """Take series out of the table of an exhibit.

    Parameters
    ----------
    exhibit : Seen
        With at most one number per row in each column that is drawn.
    kind : {"bar", "stacked"}
        Of the chart.
    patterns : sequence of str
        Of ids of results (``share.urgency.*.top``): each column that holds such a number is a series.
    order : {"first", "difference", "rise", "mean", "page"}
        By what rows are sorted, greatest first: the first series; the first less the second, or the other way; the
        mean place in a bar of parts; or as on the page.

    Returns
    -------
    Charted or None
        None where the exhibit has no such numbers. A row of which a release withholds some ends in its mark. A bar of
        parts that lacks one would be read as the whole: it is not drawn, and where most lack one, the columns that are
        whole are drawn as bars.
    """
    places = [
        (place, pattern)
        for pattern in patterns
        for place in range(1, len(exhibit.heads))
        if any(_number(row[place], pattern) for row in exhibit.rows)
    ]
    rows = _rows(exhibit, places)
    if kind == "stacked" and 2 * sum(_is_whole(numbers) for _, numbers in rows) < len(rows):
        kind, whole = "bar", [n for n in range(len(places)) if all(numbers[n] for _, numbers in rows)]
        places, rows = [places[n] for n in whole], [(head, [numbers[n] for n in whole]) for head, numbers in rows]
    elif kind == "stacked":
        rows = [row if _is_whole(row[1]) else (_marked(row[0]), [None] * len(places)) for row in rows]
    shown = [number.shown for _, numbers in rows for number in numbers if number]
    if not shown:
        return None
    percent, signed = all(each.endswith("%") for each in shown), any(each[0] in "+−" for each in shown)
    unit: Unit = "percent" if percent else "points" if signed else "number"
    valued = [
        (head, [_value(number, unit) if number else None for number in numbers], numbers) for head, numbers in rows
    ]
    valued.sort(key=lambda row: _rank(row[1], order), reverse=True)
    series = tuple(
        Series(
            exhibit.heads[place],
            tuple(values[n] for _, values, _ in valued),
            tuple(number.shown if (number := numbers[n]) else "" for _, _, numbers in valued),
        )
        for n, (place, _) in enumerate(places)
    )
    named = frozenset(n for n, (head, _, numbers) in enumerate(valued) if _is_named(exhibit, head, numbers))
    return Charted(kind, tuple(_apart([head for head, *_ in valued])), series, unit, named)


def _rows(exhibit: Seen, places: Sequence[tuple[int, str]]) -> list[tuple[str, list[Number | None]]]:
    """Heads and numbers of the rows that have any, or would; marked where some are withheld.

    A row of which all are withheld belongs to the chart only where no row has numbers of something else.
    """
    read = [(row, [_number(row[place], pattern) for place, pattern in places]) for row in exhibit.rows]
    mixed = any(not any(numbers) and any(row[place].numbers for place, _ in places) for row, numbers in read)
    found = []
    for row, numbers in read:
        hidden = any(row[place].text == MARK for place, _ in places)
        if any(numbers) or (hidden and not mixed):
            found.append((_marked(row[0].text) if hidden else row[0].text, numbers))
    return found


def _marked(head: str) -> str:
    return f"{head.removesuffix(f' {MARK}')} {MARK}"


def _is_whole(numbers: Sequence[Number | None]) -> bool:
    """Whether parts make a whole, but for rounding."""
    parts = [float(number.value) for number in numbers if number]
    return len(parts) == len(numbers) and abs(sum(parts) - 1) <= _ROUNDED * (len(parts) + 1)


def _is_named(exhibit: Seen, head: str, numbers: Sequence[Number | None]) -> bool:
    """Whether the title names a row, or, of a single series, prints its number."""
    shown = {number.shown for number in numbers if number and len(numbers) == 1}
    name = re.escape(head.removesuffix(f" {MARK}"))
    return bool(shown & exhibit.printed) or bool(re.search(rf"(?<!\w){name}(?!\w)", exhibit.finding))


def _apart(heads: Sequence[str]) -> list[str]:
    """Heads of rows without what they all begin with, up to a colon."""
    shared = "".join(heads[0].rpartition(": ")[:2])
    alike = len(heads) > 1 and all(head.startswith(shared) for head in heads)
    return [head.removeprefix(shared) for head in heads] if alike else list(heads)


def renamed(drawn: Charted, names: Sequence[str]) -> Charted:
    """Give the series of a chart other names, where there are any."""
    series = (replace(each, name=name) for each, name in zip(drawn.series, names, strict=True))
    return replace(drawn, series=tuple(series)) if len(names) == len(drawn.series) else drawn  # some may be withheld


def _number(cell: Cell, pattern: str) -> Number | None:
    """The number of a cell that is such a result."""
    found = (each for each in cell.numbers if each.part == _VALUE and fnmatchcase(each.result, pattern))
    return next(found, None)


def _value(number: Number, unit: Unit) -> float:
    """What a chart draws: what the page knows, or else what it prints, where a program would print another number."""
    scale = {"percent": 1, "points": 100, "number": 1}[unit]
    value, shown = scale * float(number.value), number.shown.replace("−", "-").rstrip("%")
    decimals = len(re.split("[.,]", shown)[1]) if re.search("[.,]", shown) else 0
    printed = float(shown.replace(",", "."))
    drawn = round_half_up(100 * value if unit == "percent" else value, decimals)
    return value if drawn == printed else printed / 100 if unit == "percent" else printed


def _rank(values: Sequence[float | None], order: Order) -> float:
    known = [value or 0.0 for value in values]
    if order != "page" and not any(value is not None for value in values):
        return -math.inf
    if order in ("difference", "rise"):
        return (known[0] - known[1]) * (1 if order == "difference" else -1)
    if order == "mean":
        return sum(place * value for place, value in enumerate(known))
    return known[0] if order == "first" else 0.0
