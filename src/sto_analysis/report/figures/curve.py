"""Specification curves."""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, ORANGE, PALE, label_rows, style
from sto_analysis.report.language import Texts


def specification_curve(
    context: Context, table: pd.DataFrame, dimensions: Sequence[str], headline: pd.Series
) -> Figure:
    """Effects of all specifications of one exposure, sorted, above the choices that made them.

    Parameters
    ----------
    context : Context
        Language of numbers and choices.
    table : DataFrame
        Rows of `sto_analysis.analysis.multiverse.specification_curve`: ``effect`` with ``effect_low`` and
        ``effect_high`` as proportions, ``status`` (ridge estimates are open points), and a column per dimension.
    dimensions : sequence of str
        Dimensions to show; those with one choice are left out.
    headline : Series of bool
        Which row is the headline, if any.
    """
    texts = context.texts
    order = table["effect"].sort_values(kind="stable").dropna().index
    place = pd.Series(np.arange(len(order)), index=order)
    varied = [name for name in dimensions if len(set(table[name])) > 1]
    rows = [(name, choice) for name in varied for choice in dict.fromkeys(table[name])]
    style()
    figure, (top, below) = plt.subplots(
        2, 1, figsize=(7.6, 2.9 + 0.2 * len(rows)), layout="constrained", sharex=True,
        gridspec_kw={"height_ratios": [2.6, 0.2 * len(rows) + 0.1]},
    )  # fmt: skip
    effects: dict[Any, float] = table["effect"].to_dict()
    values = 100 * table.loc[order, ["effect_low", "effect_high"]].to_numpy()
    top.plot(_segments(place.to_numpy()), _between(values[:, 0], values[:, 1]), color=PALE, lw=1.1)
    top.axhline(0, color=GREY, lw=1)
    top.plot(place.to_numpy(), [100 * effects[row] for row in order], color=BLUE, lw=2.2)
    ridge = [row for row in order if table.at[row, "status"] == "ridge"]
    if ridge:
        name, values_there = texts("axis.ridge", count=len(ridge)), [100 * effects[row] for row in ridge]
        top.scatter(place[ridge], values_there, s=14, facecolor="white", edgecolor=GREY, lw=0.8, zorder=3, label=name)
        top.legend(loc="upper left", frameon=False, fontsize=8.5)
    for row in order[headline[order]]:
        top.scatter(place[row], 100 * effects[row], s=60, color=ORANGE, zorder=3)
        top.annotate(
            texts("axis.headline"), (place[row], 100 * effects[row]), (0, 12), textcoords="offset points",
            ha="center", color=ORANGE, fontsize=8.8,
        )  # fmt: skip
    top.set_ylabel(texts("axis.points_top"))
    top.grid(axis="y")
    for row, (name, choice) in enumerate(rows):
        here = place[[index for index in order if table.at[index, name] == choice]].to_numpy()
        below.plot(
            _segments(here), _between(np.full(len(here), row - 0.32), np.full(len(here), row + 0.32)), color=BLUE, lw=1
        )
    label_rows(below, [_choice(texts, name, str(choice)) for name, choice in rows], 1.9)
    below.grid(visible=False)
    for row in range(1, len(rows)):
        if rows[row][0] != rows[row - 1][0]:
            below.axhline(row - 0.5, color=PALE, lw=1)
    below.set_xticks([])
    below.spines["bottom"].set_visible(False)
    below.set_xlabel(texts("axis.specifications", count=len(order)))
    return figure


def _choice(texts: Texts, dimension: str, choice: str) -> str:
    """A choice of a dimension in words; formulas and levels as they were declared."""
    kind, _, rest = choice.partition(":")
    if dimension == "adjust":
        return texts("choice.adjust", choice=choice)
    if dimension == "coding":
        return texts(f"choice.{kind}" if rest else "choice.level", choice=(rest or choice).replace("_", " "))
    return texts(f"choice.{choice}")


def _segments(x: Any) -> Any:
    """Abscissae of vertical strokes that make one path."""
    return np.repeat(np.asarray(x, dtype=float), 3)


def _between(low: Any, high: Any) -> Any:
    """Ordinates of those strokes."""
    return np.column_stack([low, high, np.full(len(low), np.nan)]).ravel()
