"""Columns of a parsed file: the codes of their cells, and the different texts that these count.

Imports nothing but the standard library: the process that parses an export pays for it.
"""

import datetime
import math
from array import array
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from sto_analysis.monitor.separated import wide_enough

Column = tuple[array, list[str]]  # type: ignore[type-arg]
"""Codes of the cells, -1 where blank, and the texts that they count."""


def cell_text(value: Any) -> str | None:
    """Text of a cell as a person sees it; None when blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).upper()  # as Excel shows it, and no code
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip().replace("\x00", "") or None


def table_columns(rows: list[Any]) -> list[Column]:
    """Turn the rows of a table, of any widths, into columns."""
    wide_enough(max(map(len, rows), default=0), sum(map(len, rows)))
    return [encoded(column) for column in zip_longest(*rows)]


def encoded(values: Iterable[Any]) -> Column:
    """Code the cells of a column."""
    seen: dict[Any, int] = {}
    places = [seen.setdefault(value, len(seen)) for value in values]
    texts: dict[str, int] = {}
    codes = [-1 if (text := cell_text(value)) is None else texts.setdefault(text, len(texts)) for value in seen]
    return array("i", map(codes.__getitem__, places)), list(texts)
