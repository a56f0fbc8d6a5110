"""The one style of all figures, and rows with labels at the left."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, BLUE, ORANGE, GREY, PALE = "#1b2a3a", "#0b5c8c", "#b5541a", "#5f6d7a", "#dbe3ea"
WIDTH = 7.4  # inches of a figure that fills the column

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#e6ebf0",
    "figure.facecolor": "white",
}
_POINTS = 72  # per inch
_LETTER = 5.35  # points of an average letter in a label


def style() -> None:
    """Put the style of the house in place."""
    plt.style.use(_STYLE)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Make an empty figure (inches) whose layout finds its own margins."""
    style()
    figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
    return figure, axes


def row_canvas(
    labels: Sequence[str], *, left: float = 2.3, right: float = 0.25, top: float = 0.15, bottom: float = 0.6
) -> tuple[Figure, Axes]:
    """Make a figure of labelled rows from the top down; its margins (inches) are fixed: quicker than measuring.

    Parameters
    ----------
    labels : sequence of str
        Of the rows.
    left, right, top, bottom : float
        Margins; the labels stand in the left one.
    """
    style()
    height = 0.4 * len(labels)
    figure = Figure(figsize=(WIDTH, top + height + bottom))
    whole = top + height + bottom
    axes = figure.add_axes((left / WIDTH, bottom / whole, (WIDTH - left - right) / WIDTH, height / whole))
    label_rows(axes, labels, left)
    return figure, axes


def label_rows(axes: Axes, labels: Sequence[str], left: float) -> None:
    """Label rows from the top down, flush left in a margin of `left` inches, without spine or ticks."""
    wrap = int((left * _POINTS - 12) / _LETTER)
    axes.set_yticks(range(len(labels)), [fill(label, wrap) for label in labels], ha="left", linespacing=1.05)
    axes.tick_params(axis="y", pad=left * _POINTS - 4, length=0)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")


def beside(axes: Axes, row: float, text: str, points: float, **look: Any) -> None:
    """Write at the right of a row, flush right at some points from the axes."""
    axes.annotate(
        text, (1, row), (points, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
        ha="right", va="center", annotation_clip=False, **look,
    )  # fmt: skip
