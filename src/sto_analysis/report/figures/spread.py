"""How measured values of all regions are spread, with the cut-offs between levels."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, ORANGE, Sheet, drawing, lines, paper

_DEEP, _LEFT, _GAP = 90.0, 30.0, 14.0
"""Points of a plot from its top, of what stands left of it, and between plots."""


class Spread(NamedTuple):
    """One variable: its name and unit, what was measured and the cut-offs, and whether they are proportions."""

    name: str
    unit: str
    measured: pd.Series
    cuts: Sequence[float]
    proportion: bool


@drawing
def spreads(sheet: Sheet, context: Context, shown: Sequence[Spread]) -> Figure:
    """Draw a histogram of the regions per variable, a line at each cut-off.

    Parameters
    ----------
    shown : sequence of Spread
        The variables.
    """
    across = 1 if sheet.narrow else 2
    wide = (sheet.width - 8 - _GAP * (across - 1)) / across
    heads = [lines(each.name, wide, sheet.size, "bold") for each in shown]
    units = [lines(each.unit, wide, sheet.size) for each in shown]
    head, under = (max((len(each) for each in of), default=1) * sheet.line + 8 for of in (heads, units))
    deep = head + _DEEP + sheet.line + under + _GAP
    boxes = [
        (4 + place % across * (wide + _GAP) + _LEFT, place // across * deep + head, wide - _LEFT - 8, _DEEP)
        for place in range(len(shown))
    ]
    figure, made = paper(sheet, max(1, -(-len(shown) // across)) * deep, *boxes)
    for axes, each, name, unit in zip(made, shown, heads, units, strict=True):
        _draw(axes, context, each)
        axes.set_title("\n".join(name), loc="left", x=-_LEFT / (wide - _LEFT - 8), fontsize=sheet.size, weight="bold")
        axes.set_xlabel("\n".join(unit), fontsize=sheet.size)
    return figure


def _draw(axes: Axes, context: Context, of: Spread) -> None:
    digits = 0 if of.proportion else 1
    scale, sign = (100, "%") if of.proportion else (1, "")
    sns.histplot(x=scale * of.measured.dropna(), ax=axes, bins=16, color=BLUE, alpha=1, edgecolor="white")
    for cut in of.cuts:
        axes.axvline(scale * cut, color=ORANGE, lw=2, ls="--")
    axes.set_ylabel("")
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: context.plain.number(value, digits) + sign))
