"""Dots: in labelled rows (shares, odds ratios, change, sample sizes), and two percentages against each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, BboxBase

from sto_analysis.known import records
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import APART, GREY, WORDS, beside, canvas, legible, note, row_canvas
from sto_analysis.report.rows import reason

Sizes = Mapping[str, Sequence[int]]
_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_OFFS = ((8, 0), (-8, 0), (0, 9), (0, -9), (8, 10), (8, -10))  # points from a dot to its label, best first


def intervals(context: Context, table: pd.DataFrame, x_label: str) -> Figure:
    """Shares with their intervals, one row per concept, the largest first, each with its percentage.

    Parameters
    ----------
    table : DataFrame
        ``concept``, ``share`` and, where there are intervals, ``low`` and ``high`` as proportions.
    x_label : str
        Axis label.
    """
    table = table.sort_values("share", ascending=False, kind="stable", ignore_index=True)
    figure, (axes,) = row_canvas([context.full[concept] for concept in table["concept"]], left=3.45, right=0.6)
    bounds = {"low": 0.0, "high": table["share"]} | {name: table[name] for name in ("low", "high") if name in table}
    _dots(axes, 100 * pd.DataFrame({"value": table["share"], **bounds}))
    for row, share in enumerate(table["share"]):
        beside(axes, row, context.plain.percent(share), 34, weight="bold")
    axes.set(xlim=(0, 100), xlabel=x_label)
    return figure


def forest(context: Context, associations: pd.DataFrame) -> Figure:
    """Odds ratios with intervals on a logarithmic axis, grouped by family.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table` with ``family``. A row that is not estimated shows only its reason, a ridge
        estimate is an open point without interval, an adjusted p below the level makes a row stand out; without any
        p there is no column for it.
    """
    texts, lines = context.plain, list[dict[str, Any]]()
    for family, found in associations.groupby("family", sort=False):
        lines += [{"name": texts(f"family.{family}")}, *records(found)]
    rows = pd.DataFrame(lines).rename(columns={"odds_ratio": "value"})
    rows["strong"], rows["open"] = rows["p_adjusted"] < context.alpha, rows["status"] == "ridge"
    names = rows["name"].fillna(rows["exposure"].map(context.short) + np.where(rows["open"], " (ridge)", ""))
    said = {"difference": (44, texts.points, "axis.points"), "p_adjusted": (92, texts.p, "axis.p")}
    said = {name: how for name, how in said.items() if rows[name].notna().any()}
    figure, (axes,) = row_canvas(list(names), left=2.45, right=0.1 + 0.65 * len(said))
    _odds_axis(context, axes, rows[["low", "high", "value"]].to_numpy(float))
    _dots(axes, rows)
    for row, line in enumerate(records(rows)):
        if isinstance(line["name"], str):
            axes.get_yticklabels()[row].set_fontweight("bold")
        elif np.isnan(line["value"]):
            note(axes, reason(context, line), (axes.get_xlim()[0], row), (4, 0), color=GREY)
        for name, (place, printed, head) in said.items():
            if not row or np.isfinite(line["value"]):
                beside(axes, row, printed(line[name]) if row else texts(head), place, **WORDS[line["strong"]])
    return figure


def _odds_axis(context: Context, axes: Axes, drawn: np.ndarray) -> None:
    """Logarithmic axis around what is drawn, and the line of no association."""
    known = drawn[np.isfinite(drawn)]
    axes.set_xscale("log", subs=())
    axes.set_xticks(_TICKS, [context.plain.number(tick, 2 if tick < 0.1 else 1 if tick < 1 else 0) for tick in _TICKS])
    axes.set(xlim=(known.min(initial=0.5) / 1.15, known.max(initial=2) * 1.15), xlabel=context.plain("axis.odds_ratio"))
    axes.axvline(1, color=GREY, lw=1)


def dumbbell(
    context: Context, earlier: pd.Series, later: pd.Series, marked: Mapping[str, str], legend: tuple[str, str]
) -> Figure:
    """Change of percentages between two waves, one row per concept, sorted by the change.

    Parameters
    ----------
    earlier, later : Series
        Percentages by concept.
    marked : mapping
        Concept → text at the right of its row; with an asterisk in it, the row stands out.
    legend : tuple of str
        Names of the earlier and the later wave.
    """
    order = (later - earlier).sort_values(ascending=False, kind="stable").index
    figure, (axes,) = row_canvas([context.short[concept] for concept in order], left=1.75, right=1.75, top=0.35)
    texts = [marked.get(concept, "") for concept in order]
    ends = pd.DataFrame({"low": earlier[order], "high": later[order]}).reset_index(drop=True)
    ends["strong"] = ["*" in text for text in texts]
    _dots(axes, ends.assign(value=ends["high"]))
    _dots(axes, ends[["strong"]].assign(value=ends["low"], open=True))
    for row, (before, after, strong) in enumerate(ends.itertuples(index=False)):
        for value, off in ((min(before, after), -8), (max(before, after), 8)):
            note(axes, context.plain.number(value), (value, row), (off, 0), **WORDS[strong])
        beside(axes, row, texts[row], 120, **WORDS[strong])
    for name, value in zip(legend, ends.loc[0, ["low", "high"]], strict=True):
        note(axes, name, (value, 0), (0, 9), color=GREY)
    drawn = ends[["low", "high"]].to_numpy(float)
    axes.set(xlim=(max(0, np.nanmin(drawn) - 8), min(100, np.nanmax(drawn) + 8)), xlabel="%")
    return figure


def feasible_sizes(context: Context, feasible: Sizes, bases: Sequence[int], joint: Sizes) -> Figure:
    """Sample sizes that each column of percentages allows, and those that a group of columns allows together.

    Parameters
    ----------
    feasible, joint : mapping
        Column → its sizes; group of columns → sizes that fit all of them, which stand out and have their numbers.
    bases : sequence of int
        Sizes that were tried.
    """
    rows = {**feasible, **joint}
    figure, (axes,) = row_canvas(list(rows), left=2.0)
    sizes = pd.DataFrame({"value": rows.values(), "strong": [name in joint for name in rows]}).explode("value")
    _dots(axes, sizes)
    numbered = [(row, size) for row, name in enumerate(rows) for size in joint.get(name, ())]
    for place, (row, size) in enumerate(numbered):
        note(axes, str(size), (size, row), (0, -6 if place % 2 else 6), **WORDS[True])
    axes.set(xlim=(bases[0] - 1, bases[-1] + 1), xlabel=context.plain("axis.n"))
    return figure


def quadrant(context: Context, x: pd.Series, y: pd.Series, strong: Sequence[str], x_label: str, y_label: str) -> Figure:
    """Scatter of two percentages per concept with direct labels and lines at the medians.

    Parameters
    ----------
    x, y : Series
        Percentages by concept; a concept that lacks one of them is left out.
    strong : sequence of str
        Concepts that stand out, as diamonds in the accent colour.
    x_label, y_label : str
        Axis labels.
    """
    points = pd.DataFrame({"value": x, "row": y}).reindex(y.index).dropna()
    (left, low), (right, high), (middle, center) = points.min(), points.max(), points.median()
    points["strong"] = points.index.isin(strong)
    figure, axes = canvas(4.1)
    _dots(axes, points)
    axes.axvline(middle, color=GREY, lw=0.8, ls=(0, (4, 3)))
    axes.axhline(center, color=GREY, lw=0.8, ls=(0, (4, 3)))
    axes.set(xlim=(left - 13, right + 13), ylim=(low - 7, high + 7), xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True)
    figure.draw_without_rendering()  # the layout, to know what a label takes
    taken: list[BboxBase] = [Bbox([at - 5, at + 5]) for at in axes.transData.transform(points[["value", "row"]])]
    for concept, at, up, stands_out in points.itertuples():
        taken.append(_label(axes, legible(context.short[concept], 40), (at, up), taken, strong=stands_out))
    return figure


def _label(axes: Axes, label: str, at: tuple[float, float], taken: Sequence[BboxBase], *, strong: bool) -> BboxBase:
    """Label a point in the first place that is free, else in the last; return what the label takes."""
    for off in _OFFS:
        text = note(axes, label, at, off, **WORDS[strong])
        box = text.get_window_extent()
        inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
        if off == _OFFS[-1] or (inside and not any(box.overlaps(other) for other in taken)):
            break
        text.remove()
    return box


def _dots(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw each row's ``value`` over its line from ``low`` to ``high``: apart if ``strong``, hollow if ``open``."""
    plain: dict[str, Any] = {"row": rows.index, "strong": False, "open": False, "low": np.nan, "high": np.nan}
    rows = rows.assign(**{name: value for name, value in plain.items() if name not in rows}).dropna(subset="value")
    if rows.empty:
        return
    colours = rows["strong"].map(APART["palette"])
    axes.hlines(rows["row"], rows["low"], rows["high"], colors=list(colours), lw=2.4, alpha=0.7)
    sns.scatterplot(rows, x="value", y="row", hue="strong", style="strong", s=56, lw=1.5, zorder=3, ax=axes, **APART)
    axes.collections[-1].set(facecolor=colours.mask(rows["open"], "white"), edgecolor=colours)
    axes.set_ylabel("")
