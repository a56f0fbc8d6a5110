"""Numbers and texts that know which result, or which declared constant, they are."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from sto_analysis.declared import declared
from sto_analysis.results import ROW, WITHHELD


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number stands.

    Parameters
    ----------
    id : str
        Of the result, or the name of the constant.
    part : str
        ``value``, ``low``, ``high`` or ``n`` of the result; ``interval`` where both its ends are printed together.
    table : str
        Of the store; empty for a constant.
    withheld : bool
        Whether a release does not show it.
    """

    id: str
    part: str = "value"
    table: str = ""
    withheld: bool = False


class Known(float):
    """A number that knows its source; whatever is computed with it does not."""

    __slots__ = ("source",)
    source: Source

    def __new__(cls, value: float, source: Source) -> "Known":
        """Make one of a number."""
        made = super().__new__(cls, value)
        made.source = source
        return made

    def __getnewargs__(self) -> tuple[float, Source]:  # type: ignore[override]
        """Of a copy."""
        return float(self), self.source


class Told(str):
    """A printed text that is a result, and knows its source."""

    __slots__ = ("source",)
    source: Source

    def __new__(cls, text: str, source: Source) -> "Told":
        """Make one of a text."""
        made = super().__new__(cls, text)
        made.source = source
        return made

    def __getnewargs__(self) -> tuple[str, Source]:  # type: ignore[override]
        """Of a copy."""
        return str(self), self.source


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries by column name.

    Parameters
    ----------
    frame : DataFrame
        With the column ``result`` of `read_result`, its numbers are `Known` and its printed texts `Told`.
    """
    columns = [str(name) for name in frame.columns]
    rows = [
        dict(zip(columns, values, strict=True))
        for values in zip(*(frame.iloc[:, place].tolist() for place in range(len(columns))), strict=True)
    ]
    return [_known(row) if isinstance(row.get(ROW), str) else row for row in rows]


def numbers(frame: pd.DataFrame, column: str) -> list[float]:
    """Return the known numbers of a column, that know their sources where the frame does: for the least, the most."""
    return [row[column] for row in records(frame[[*({ROW, WITHHELD} & {*frame}), column]]) if not pd.isna(row[column])]


def whole(frame: pd.DataFrame, *columns: str) -> dict[str, float]:
    """Return numbers that are the same in all rows; missing ones where there are no rows."""
    row = next(iter(records(frame[[*({ROW, WITHHELD} & {*frame}), *columns]].iloc[:1])), {})
    return {column: row.get(column, math.nan) for column in columns}


def constant(name: str, value: float) -> Known:
    """Give a number that was declared, not computed, its name: in constants.yaml, or its place in the codebook."""
    return Known(value, Source(name))


def _known(row: dict[str, Any]) -> dict[str, Any]:
    table, place = row[ROW].split(":", 1)
    hidden = row.get(WITHHELD, ())
    for column, name, statistic, part, whole in _numbers(table):
        if column in row:
            value = row[column]
            source = Source(f"{statistic}.{name if whole else place}", part, name, column in hidden)
            row[column] = Told(value, source) if isinstance(value, str) else Known(value, source)
    return row


@cache
def _numbers(table: str) -> list[tuple[str, str, str, str, bool]]:
    """Columns of a table that are numbers: column, the table that holds it, statistic, part, whether it is of all."""
    of = declared(table)
    tables = [("associations", set(of.same)), (table, set(of.parts))]
    return [
        (column, name, statistic, part, declared(name).statistics[statistic].whole)
        for name, columns in tables
        for column, (statistic, part) in declared(name).parts.items()
        if column in columns
    ]
