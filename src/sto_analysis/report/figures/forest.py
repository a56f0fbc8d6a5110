"""Odds ratios with their intervals."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, ORANGE, beside, row_canvas
from sto_analysis.report.language import Texts
from sto_analysis.report.rows import reason, records

_EFFECT, _P = 44, 92  # points at the right of the axes
_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def forest(context: Context, associations: pd.DataFrame) -> Figure:
    """Odds ratios with intervals on a logarithmic axis, grouped by family.

    Parameters
    ----------
    context : Context
        Names the exposures; language; adjusted p-values below its level are drawn in the accent colour, as diamonds.
    associations : DataFrame
        Rows of `association_table` with ``family``; a row that is not estimated shows only its reason, a ridge
        estimate is an open point without interval. Without any p there is no column for it.
    """
    table, texts, labels = associations, context.texts, context.short
    groups = {family: texts(f"family.{family}") for family in table["family"].unique()}
    lines = [(name, rows) for name in groups for rows in [None, *records(table[table["family"] == name])]]
    named = [groups[f] if line is None else labels[line["exposure"]] + _prior(line["status"]) for f, line in lines]
    tested = bool(table["p_adjusted"].notna().any())
    figure, axes = row_canvas(named, left=2.45, right=1.4 if tested else 0.75)
    axes.axvline(1, color=GREY, lw=1)
    _odds_axis(axes, table, texts)
    for row, (_, line) in enumerate(lines):
        if line is not None:
            _row(axes, row, line, labels, texts, alpha=context.alpha, tested=tested)
    beside(axes, 0, texts("axis.points"), _EFFECT, color=GREY, fontsize=8.8)
    if tested:
        beside(axes, 0, texts("axis.p"), _P, color=GREY, fontsize=8.8)
    for (_, line), label in zip(lines, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if line is None else "normal")
    return figure


def _row(
    axes: Axes, row: int, line: Mapping[str, Any], labels: Mapping[str, str], texts: Texts, *, alpha: float,
    tested: bool,
) -> None:  # fmt: skip
    """Draw one exposure."""
    if np.isnan(line["odds_ratio"]):
        axes.text(
            0.02, row, reason(texts, labels, line), transform=axes.get_yaxis_transform(), va="center", color=GREY,
            fontsize=8.8, bbox={"fc": "white", "ec": "none", "pad": 1},
        )  # fmt: skip
        return
    strong, bare = line["p_adjusted"] < alpha, line["status"] == "ridge"
    colour = ORANGE if strong else BLUE
    axes.plot([line["low"], line["high"]], [row, row], color=colour, lw=2.4, solid_capstyle="round")
    axes.scatter(
        line["odds_ratio"], row, s=56, marker="D" if strong else "o", facecolor="white" if bare else colour,
        edgecolor=colour, zorder=3,
    )  # fmt: skip
    look: dict[str, Any] = {"color": colour, "fontsize": 8.8, "weight": "bold" if strong else "normal"}
    beside(axes, row, texts.points(line["effect"]), _EFFECT, **look)
    if tested:
        beside(axes, row, texts.p(line["p_adjusted"]), _P, **look)


def _odds_axis(axes: Axes, table: pd.DataFrame, texts: Texts) -> None:
    """Logarithmic axis around the estimates."""
    axes.set_xscale("log")
    bounds = table[["low", "high", "odds_ratio"]].to_numpy(float)
    bounds = bounds[np.isfinite(bounds)]
    low, high = (bounds.min(), bounds.max()) if bounds.size else (0.5, 2.0)
    axes.set_xlim(min(low, 0.5) / 1.15, max(high, 2) * 1.15)
    ticks = [tick for tick in _TICKS if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]]
    axes.set_xticks(ticks, [texts.number(tick, 2 if tick < 0.1 else 1 if tick < 1 else 0) for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(texts("axis.odds_ratio"))


def _prior(status: str) -> str:
    """Mark of an estimate under a prior."""
    return " (ridge)" if status == "ridge" else ""
