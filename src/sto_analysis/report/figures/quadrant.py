"""Two percentages per concept against each other."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, BboxBase

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import APART, GREY, canvas, note

_OFFS = ((8, 0), (-8, 0), (0, 9), (0, -9), (8, 10), (8, -10))  # points from a dot to its label, best first


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
    points = pd.DataFrame({"x": x, "y": y}).reindex(y.index).dropna()
    points["strong"] = points.index.isin(stand_out)
    figure, axes = canvas(4.1)
    sns.scatterplot(points, x="x", y="y", hue="strong", style="strong", s=55, lw=0, zorder=3, ax=axes, **APART)
    axes.axvline(points["x"].median(), color=GREY, lw=0.8, ls=(0, (4, 3)))
    axes.axhline(points["y"].median(), color=GREY, lw=0.8, ls=(0, (4, 3)))
    (left, low), (right, high) = points[["x", "y"]].min(), points[["x", "y"]].max()
    axes.set(xlim=(left - 13, right + 13), ylim=(low - 7, high + 7), xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True)
    figure.draw_without_rendering()  # the layout, to know what a label takes
    taken: list[BboxBase] = [Bbox([at - 5, at + 5]) for at in axes.transData.transform(points[["x", "y"]])]
    for concept, at, up, strong in points.itertuples():
        taken.append(_label(axes, context.short[concept], (at, up), taken, strong=strong))
    return figure


def _label(axes: Axes, label: str, at: tuple[float, float], taken: Sequence[BboxBase], *, strong: bool) -> BboxBase:
    """Label a point in the first place that is free, else in the last; return what the label takes."""
    for off in _OFFS:
        plate = {"fc": "white", "ec": "none", "pad": 0.8}
        text = note(axes, label, at, off, strong=strong, fontsize=9.5, bbox=plate)
        box = text.get_window_extent()
        inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1
        if off == _OFFS[-1] or (inside and not any(box.overlaps(other) for other in taken)):
            break
        text.remove()
    return box
