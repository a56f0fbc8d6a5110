"""Sample sizes that percentages allow."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import GREY, ORANGE, row_canvas


def feasible_sizes(
    context: Context, feasible: Mapping[str, Sequence[int]], bases: Sequence[int], joint: Mapping[str, Sequence[int]]
) -> Figure:
    """Sample sizes that each column of percentages allows, and those that a group of columns allows together.

    Parameters
    ----------
    context : Context
        Language of the axis.
    feasible : mapping
        Column → sizes.
    bases : sequence of int
        Sizes that were tried.
    joint : mapping
        Group of columns → sizes that fit all of them.
    """
    rows = [(name, sizes, GREY) for name, sizes in feasible.items()] + [
        (name, sizes, ORANGE) for name, sizes in joint.items()
    ]
    figure, axes = row_canvas([name for name, _, _ in rows], left=2.0)
    for row, (_, sizes, colour) in enumerate(rows):
        axes.scatter(sizes, [row] * len(sizes), s=48, marker="s", color=colour, zorder=3)
        for size in sizes if colour == ORANGE else ():
            axes.annotate(
                str(size), (size, row), (0, 6), textcoords="offset points", ha="center", fontsize=8.5, color=colour
            )
    axes.set_ylim(len(rows) - 0.5, -0.7)
    axes.set(xlim=(bases[0] - 1, bases[-1] + 1), xlabel=context.texts("axis.n"))
    return figure
