"""Change between two waves."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, ORANGE, beside, row_canvas


def dumbbell(
    context: Context, earlier: pd.Series, later: pd.Series, marked: Mapping[str, str], legend: tuple[str, str]
) -> Figure:
    """Change of percentages between two waves, one row per concept, sorted by the change.

    Parameters
    ----------
    context : Context
        Names the concepts.
    earlier, later : Series
        Percentages by concept.
    marked : mapping
        Concept → text at the right of the row (concepts with text are drawn in the accent colour when it holds
        an asterisk).
    legend : tuple of str
        Names of the earlier and the later wave.
    """
    order = (later - earlier).sort_values(ascending=False, kind="stable").index
    figure, axes = row_canvas([context.short[concept] for concept in order], left=1.75, right=1.3, top=0.35)
    for row, concept in enumerate(order):
        before, after = float(earlier[concept]), float(later[concept])
        strong = "*" in marked.get(concept, "")
        colour = ORANGE if strong else BLUE
        axes.plot([before, after], [row, row], color=colour, lw=3.2 if strong else 2, alpha=0.5, zorder=2)
        axes.scatter(before, row, s=46, facecolor="white", edgecolor=colour, lw=1.6, zorder=3)
        axes.scatter(after, row, s=52, color=colour, zorder=4)
        for value, rises in ((before, before >= after), (after, after > before)):
            axes.annotate(
                f"{round_half_up(value, 0):.0f}", (value, row), (8 if rises else -8, 0), textcoords="offset points",
                ha="left" if rises else "right", va="center", fontsize=8.5, color=colour,
            )  # fmt: skip
        weight = "bold" if strong else "normal"
        beside(axes, row, marked.get(concept, ""), 88, color=colour, fontsize=9, weight=weight)
    first = order[0]
    for value, name in ((earlier[first], legend[0]), (later[first], legend[1])):
        axes.annotate(name, (value, 0), (0, 9), textcoords="offset points", ha="center", fontsize=8.5, color=GREY)
    least, most = min(earlier.min(), later.min()), max(earlier.max(), later.max())
    axes.set(xlim=(max(0, least - 8), min(100, most + 8)), xlabel="%")
    return figure
