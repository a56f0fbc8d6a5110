"""The most and the least: whatever is printed equal is equal, and all of it is named."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.analysis.gaps import stand_out
from sto_analysis.known import records
from sto_analysis.report.language import Texts
from sto_analysis.report.plain import plain

_FEW = 3
"""So many that tie are not counted in words beside their names."""

Row = Mapping[str, Any]


def at_end(
    rows: Iterable[Row], of: Callable[[Row], float], form: Callable[[float], str], *, least: bool = False
) -> list[Row]:
    """Return the rows with the most of something, ties included.

    Parameters
    ----------
    rows : iterable of mapping
        As `records` gives; those without a finite number are left out.
    of : callable
        Row → its number.
    form : callable
        Number → as it is printed: rows whose numbers are printed equal tie.
    least : bool
        Whether those with the least are asked for.

    Returns
    -------
    list of mapping
        In their order; empty where no row has a number.
    """
    known = [row for row in rows if np.isfinite(of(row))]
    if not known:
        return []
    end = plain(form(of((min if least else max)(known, key=of))))
    return [row for row in known if plain(form(of(row))) == end]


def told(texts: Texts, count: int, value: str) -> str:
    """Tell the number that some share: ``88%`` of one, ``elk 88%`` of two or three, ``alle vier 88%`` of four."""
    if count <= 1:
        return value
    if count <= _FEW:
        return texts("ties.each", value=value)
    key = f"ties.count.{count}"
    return texts("ties.all", count=texts(key) if key in texts else texts("ties.so_many"), value=value)


def verb(texts: Texts, count: int) -> str:
    """Return the verb for one that has the most, or for several: ``is`` or ``zijn``."""
    return texts("ties.are" if count > 1 else "ties.is")


def furthest_behind(texts: Texts, gaps: pd.DataFrame) -> list[str]:
    """Name the concepts whose urgency stands furthest above their yield: those apart from the others, else all first.

    Parameters
    ----------
    texts : Texts
        Prints the differences, and so says which tie.
    gaps : DataFrame
        Result with ``concept`` and ``gap``; nothing without any.
    """
    rows = gaps.dropna(subset="gap")
    first = at_end(records(rows), itemgetter("gap"), texts.points)
    return stand_out(rows.set_index("concept")["gap"]) or [row["concept"] for row in first]
