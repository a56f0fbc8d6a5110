"""Two percentages per concept against each other."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, INK, ORANGE, canvas

_PLACES: tuple[tuple[int, int, str, str], ...] = (
    (8, 0, "left", "center"),
    (-8, 0, "right", "center"),
    (0, 9, "center", "bottom"),
    (0, -9, "center", "top"),
    (8, 10, "left", "bottom"),
    (8, -10, "left", "top"),
)


def quadrant(
    context: Context, x: pd.Series, y: pd.Series, stand_out: Sequence[str], x_label: str, y_label: str
) -> Figure:
    """Scatter of two percentages per concept with direct labels and lines at the medians.

    Parameters
    ----------
    context : Context
        Names the concepts.
    x, y : Series
        Percentages by concept; a concept that lacks one of them is left out.
    stand_out : sequence of str
        Concepts in the accent colour, as diamonds.
    x_label, y_label : str
        Axis labels.
    """
    known = x.reindex(y.index).notna() & y.notna()
    x, y = x.reindex(y.index)[known], y[known]
    figure, axes = canvas(7.2, 4.1)
    for value, line in ((x.median(), axes.axvline), (y.median(), axes.axhline)):
        line(value, color=GREY, lw=0.8, ls=(0, (4, 3)))
    axes.set(xlim=(min(x) - 13, max(x) + 13), ylim=(min(y) - 7, max(y) + 7), xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True)
    points = [(concept, float(x[concept]), float(y[concept])) for concept in y.index]
    for concept, at, up in points:
        strong = concept in stand_out
        axes.scatter(at, up, s=55, marker="D" if strong else "o", color=ORANGE if strong else BLUE, zorder=3)
    figure.draw_without_rendering()
    taken = [_box(axes, at, up) for _, at, up in points]
    for concept, at, up in points:
        strong = concept in stand_out
        for dx, dy, ha, va in _PLACES:
            text = axes.annotate(
                context.short[concept], (at, up), (dx, dy), textcoords="offset points", ha=ha, va=va,
                color=ORANGE if strong else INK, weight="bold" if strong else "normal",
                bbox={"fc": "white", "ec": "none", "pad": 0.8},
            )  # fmt: skip
            box = text.get_window_extent()
            inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
            if (inside and not any(box.overlaps(other) for other in taken)) or (dx, dy) == _PLACES[-1][:2]:
                taken.append(box)
                break
            text.remove()
    return figure


def _box(axes: Axes, x: float, y: float) -> Any:
    at = axes.transData.transform((x, y))
    return Bbox.from_extents(at[0] - 5, at[1] - 5, at[0] + 5, at[1] + 5)
