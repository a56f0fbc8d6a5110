"""Shares, with their intervals."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, beside, row_canvas
from sto_analysis.report.rows import records


def intervals(context: Context, table: pd.DataFrame, x_label: str) -> Figure:
    """Shares with their intervals, one row per concept, the largest first, each with its percentage.

    Parameters
    ----------
    context : Context
        Names the concepts.
    table : DataFrame
        ``concept``, ``share`` and, where there are intervals, ``low`` and ``high`` as proportions.
    x_label : str
        Axis label.
    """
    lines = records(table.sort_values("share", ascending=False, kind="stable"))
    figure, axes = row_canvas([context.full[line["concept"]] for line in lines], left=3.45, right=0.6)
    for row, line in enumerate(lines):
        share, low = 100 * line["share"], 100 * line.get("low", 0)
        if np.isnan(share):
            continue
        high = 100 * line.get("high", line["share"])
        axes.plot([low, high], [row, row], color=BLUE, lw=6, alpha=0.28, solid_capstyle="butt")
        axes.scatter(share, row, s=52, color=BLUE, zorder=3)
        beside(axes, row, f"{round_half_up(share, 0):.0f}%", 34, weight="bold")
    axes.set(xlim=(0, 100), xlabel=x_label)
    return figure
