"""Dots in labelled rows: shares, odds ratios, change, sample sizes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.known import records
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import APART, BLUE, GREY, ORANGE, WORDS, Sheet, drawing, extent, lines, write
from sto_analysis.report.figures.rows import Key, Panel, Rows, rows
from sto_analysis.report.rows import reason

Sizes = Mapping[str, Sequence[int]]
_TICKS = ((0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50), (0.1, 1, 10))
_MANY = 6
"""Sizes that are listed beside the name of their row, at most."""


@drawing
def intervals(sheet: Sheet, context: Context, table: pd.DataFrame, x_label: str) -> Figure:
    """Shares with their intervals, one row per concept, the largest first, each with its percentage.

    Parameters
    ----------
    table : DataFrame
        ``concept``, ``share`` and, where there are intervals, ``low`` and ``high`` as proportions.
    x_label : str
        Axis label.
    """
    table = table.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    drawn = rows(sheet, [context.full[concept] for concept in table["concept"]], 250, _right(sheet, "100%"), x_label)
    bounds = {"low": 0.0, "high": table["share"]} | {name: table[name] for name in ("low", "high") if name in table}
    _marks(drawn, 100 * pd.DataFrame({"value": table["share"], **bounds}))
    for row, share in enumerate(table["share"]):
        drawn.beside(row, context.plain.percent(share), weight="bold")
    drawn.panels[0].set_xlim(0, 100)
    return drawn.figure


@drawing
def forest(sheet: Sheet, context: Context, associations: pd.DataFrame) -> Figure:
    """Odds ratios with intervals on a logarithmic axis, grouped by family, with the difference of shares beside them.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table` with ``family``. A row that is not estimated shows only its reason, a ridge
        estimate is an open point without interval, an adjusted p below the level makes a row stand out; without any
        difference there is no column for it.
    """
    texts, told = context.plain, list[dict[str, Any]]()
    for family, found in associations.groupby("family", sort=False):
        told += [{"name": texts(f"family.{family}")}, *records(found)]
    frame = pd.DataFrame(told).rename(columns={"odds_ratio": "value"})
    frame["strong"], frame["open"] = frame["p_adjusted"] < context.alpha, frame["status"] == "ridge"
    names = frame["name"].fillna(frame["exposure"].map(context.short))
    heads, beside = frame.index[frame["name"].notna()], frame["difference"].notna().any()
    keys = [Key(texts("axis.linked"), ORANGE, "D")] * bool(frame["strong"].any())
    keys += [Key(texts("axis.open"), BLUE, "o", filled=False)] * bool(frame["open"].any())
    panel = Panel(keys=keys, column=texts("axis.difference") if beside else "")
    right = _right(sheet, "+100") if beside else 14
    drawn = rows(sheet, list(names), 190, right, texts("axis.odds_ratio"), [panel], heads)
    _odds_axis(drawn, context, frame[["low", "high", "value"]].to_numpy(float))
    _marks(drawn, frame)
    for row, line in enumerate(records(frame)):
        if row in heads:
            continue
        if np.isnan(line["value"]):
            _because(drawn, row, reason(context, line))
        elif beside:
            drawn.beside(row, texts.points(line["difference"]), **WORDS[line["strong"]])
    return drawn.figure


def _because(drawn: Rows, row: int, why: str) -> None:
    """Write in a row why it has no mark, as far as it has room."""
    axes, size = drawn.panels[0], drawn.sheet.size
    box = axes.get_position()
    room = (box.x1 - box.x0) * drawn.sheet.width - 8
    first, *rest = lines(why, room, size)
    x = box.x0 * drawn.sheet.width + 4
    write(axes, x, drawn.at[row], f"{first} …" if rest else first, size, va="center", color=GREY)


def _odds_axis(drawn: Rows, context: Context, values: np.ndarray) -> None:
    """Logarithmic axis around what is drawn, with as many ticks as have room, and the line of no association."""
    known, axes = values[np.isfinite(values)], drawn.panels[0]
    low, high = known.min(initial=0.5) / 1.15, known.max(initial=2) * 1.15
    box = axes.get_position()
    scale = (box.x1 - box.x0) * drawn.sheet.width / np.log(high / low)
    apart = extent("0,05", drawn.sheet.size) + 4
    ticks = next(each for each in _TICKS if min(np.diff(np.log(each))) * scale > apart or each is _TICKS[-1])
    axes.set_xscale("log", subs=())
    axes.set_xticks(ticks, [context.plain.number(tick, 2 if tick < 0.1 else 1 if tick < 1 else 0) for tick in ticks])
    axes.set_xticks([], minor=True)  # where matplotlib would write powers of ten
    axes.set_xlim(low, high)
    drawn.rule(axes, 1, color=GREY, lw=1, zorder=1)


@drawing
def dumbbell(
    sheet: Sheet,
    context: Context,
    before: pd.Series,
    after: pd.Series,
    difference: pd.Series,
    strong: Collection[str],
    legend: Sequence[str],
    column: str,
) -> Figure:
    """Two percentages per concept and their difference, sorted by it: of two waves, or without and with something.

    Parameters
    ----------
    before, after : Series
        Percentages by concept.
    difference : Series
        Of the shares: both ends may be rounded.
    strong : collection of str
        Concepts that stand out.
    legend : sequence of str
        What both are, the first is open; and what stands out.
    column : str
        Head of the differences.
    """
    order = list(difference.sort_values(ascending=False, kind="stable").index)
    keys = [Key(legend[0], BLUE, "o", filled=False), Key(legend[1], BLUE, "o")]
    keys += [Key(legend[2], ORANGE, "D")] * bool({*strong} & {*order})
    names = [context.short[concept] for concept in order]
    drawn = rows(sheet, names, 190, _right(sheet, "+100"), "%", [Panel(keys=keys, column=column)])
    ends = pd.DataFrame({"low": before[order], "high": after[order]}).reset_index(drop=True)
    ends["strong"] = [concept in strong for concept in order]
    _marks(drawn, ends.assign(value=ends["high"]))
    _marks(drawn, ends[["strong"]].assign(value=ends["low"], open=True))
    _spread(drawn, ends[["low", "high"]].to_numpy(float))
    for row, (first, last, apart) in enumerate(ends.itertuples(index=False)):
        if np.isfinite(last - first):
            _number(drawn, row, min(first, last), -8, context.plain.number(min(first, last)), **WORDS[apart])
            _number(drawn, row, max(first, last), 8, context.plain.number(max(first, last)), **WORDS[apart])
            drawn.beside(row, context.plain.points(difference[order[row]]), **WORDS[apart])
    return drawn.figure


def _spread(drawn: Rows, values: np.ndarray) -> None:
    """Limits around percentages, with room for their numbers at both sides; ticks only from 0 to 100."""
    axes, room = drawn.panels[0], extent("100", drawn.sheet.size) + 12
    box = axes.get_position()
    low, high = (
        (np.nanmin(values, initial=100), np.nanmax(values, initial=0)) if np.isfinite(values).any() else (0, 100)
    )
    edge = room * max(high - low, 10) / ((box.x1 - box.x0) * drawn.sheet.width - 2 * room)
    axes.set_xlim(low - edge, max(high, low + 10) + edge)
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= 100 and low - edge <= tick <= high + edge])


def _number(drawn: Rows, row: int, at: float, off: float, text: str, **look: Any) -> None:
    """Write beside a mark, at some points from it."""
    side: dict[str, Any] = {"ha": "right" if off < 0 else "left", "va": "center", "annotation_clip": False}
    side |= {"xytext": (off, 0), "textcoords": "offset points", "fontsize": drawn.sheet.size}
    drawn.panels[0].annotate(text, (at, drawn.at[row]), **side, **look)


@drawing
def feasible_sizes(sheet: Sheet, context: Context, feasible: Sizes, bases: Sequence[int], joint: Sizes) -> Figure:
    """Sample sizes that each column of percentages allows, and those that a group of columns allows together.

    Parameters
    ----------
    feasible, joint : mapping
        Column → its sizes; group of columns → sizes that fit all of them, which stand out and are named.
    bases : sequence of int
        Sizes that were tried.
    """
    found = {**feasible, **joint}
    told = [
        f"{name}: {', '.join(map(str, fit))}" if name in joint and 0 < len(fit) <= _MANY else name
        for name, fit in found.items()
    ]
    drawn = rows(sheet, told, 190, axis=context.plain("axis.n"))
    sizes = pd.DataFrame({"value": found.values(), "strong": [name in joint for name in found]}).explode("value")
    _marks(drawn, sizes)
    drawn.panels[0].set_xlim(bases[0] - 1, bases[-1] + 1)
    return drawn.figure


def _right(sheet: Sheet, widest: str) -> float:
    """Points for a column of numbers at the right."""
    return extent(widest, sheet.size, "bold") + 12


def _marks(drawn: Rows, frame: pd.DataFrame) -> None:
    """Draw the dots of rows by their number."""
    dots(drawn.panels[0], frame.assign(row=[drawn.at[int(row)] for row in frame.index]))


def dots(axes: Axes, frame: pd.DataFrame) -> None:
    """Draw dots, each over its line from ``low`` to ``high``.

    Parameters
    ----------
    frame : DataFrame
        ``value``, and its height ``row``; ``low`` and ``high``; apart if ``strong``, hollow if ``open``.
    """
    plain: dict[str, Any] = {"strong": False, "open": False, "low": np.nan, "high": np.nan}
    frame = frame.assign(**{name: value for name, value in plain.items() if name not in frame}).dropna(subset="value")
    if frame.empty:
        return
    colours = frame["strong"].map(APART["palette"])
    axes.hlines(frame["row"], frame["low"], frame["high"], colors=list(colours), lw=2.4, alpha=0.7)
    sns.scatterplot(frame, x="value", y="row", hue="strong", style="strong", s=56, lw=1.5, zorder=3, ax=axes, **APART)
    axes.collections[-1].set(facecolor=colours.mask(frame["open"], "white"), edgecolor=colours)
    axes.set(xlabel="", ylabel="")
