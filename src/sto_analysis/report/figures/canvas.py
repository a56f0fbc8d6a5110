"""The one theme of all figures, rows with labels at the left, and notes beside what they are about."""

import warnings
from collections.abc import Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from sto_analysis.report.plain import inert

INK, BLUE, ORANGE, GREY, PALE = "#1b2a3a", "#0b5c8c", "#b5541a", "#5f6d7a", "#dbe3ea"
APART: dict[str, Any] = {"palette": {False: BLUE, True: ORANGE}, "markers": {False: "o", True: "D"}, "legend": False}
WORDS: dict[bool, dict[str, str]] = {False: {}, True: {"color": ORANGE, "weight": "bold"}}
"""What stands out: how a seaborn plot tells it, by colour and by shape, and how words do."""
WIDTH = 7.4  # inches of a figure that fills the column
ROW = 0.4  # inches
_COLOURS = {"text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": GREY}
_BARE = {f"axes.spines.{side}": False for side in ("left", "top", "right")} | {"ytick.major.size": 0}


_PLAIN = {"text.parse_math": False, "grid.color": PALE}  # a dollar in a name is a dollar


def theme() -> None:
    """Put the theme of the house in place of whatever was set, in a matplotlibrc or by a notebook."""
    mpl.style.use("default")
    sns.set_theme(context="paper", style="ticks", font="DejaVu Sans", rc=_COLOURS | _BARE | _PLAIN)
    warnings.filterwarnings("ignore", "Glyph .* missing from")  # only its width is a guess: the page's fonts draw it


def legible(text: str, most: int = 60) -> str:
    """Name something in a figure: inert, and cut where it takes more than has room (the table under it has it all)."""
    text = inert(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def canvas(height: float, rows: int = 1, **layout: Any) -> tuple[Figure, Any]:
    """Make one or more axes above each other, `height` inches in all; the layout finds its own margins."""
    theme()
    return plt.subplots(rows, figsize=(WIDTH, height), layout="constrained", **layout)


def row_canvas(
    labels: Sequence[str], left: float, right: float = 0.25, top: float = 0.15, bottom: float = 0.6, panels: int = 1
) -> tuple[Figure, list[Axes]]:
    """Make panels of labelled rows; their margins in inches are fixed, which is quicker than measuring."""
    theme()
    whole = top + ROW * len(labels) + bottom
    figure = Figure(figsize=(WIDTH, whole))
    margins = {"left": left / WIDTH, "right": 1 - right / WIDTH, "bottom": bottom / whole, "top": 1 - top / whole}
    each = figure.subplots(1, panels, squeeze=False, gridspec_kw=margins | {"wspace": 0.09})[0].tolist()
    for axes in each:
        axes.set(ylim=(len(labels) - 0.5, -0.5), yticks=[])
        axes.grid(axis="x")
    wrapped = [fill(legible(label, int(38 * left)), int(12.8 * left)) for label in labels]
    each[0].set_yticks(range(len(labels)), wrapped, ha="left", linespacing=1.05, fontsize=9.5)
    each[0].tick_params(axis="y", pad=72 * left - 4)
    return figure, each


def beside(axes: Axes, row: float, text: str, points: float, **look: Any) -> None:
    """Write at the right of a row, flush right at some points from the axes."""
    note(axes, text, (1, row), (points, 0), xycoords=axes.get_yaxis_transform(), ha="right", **look)


def note(axes: Axes, text: str, at: tuple[float, float], off: tuple[float, float], **look: Any) -> Annotation:
    """Write at some points off a place in the data, away from it, on white so that no line runs through the words."""
    right, up = np.sign(off).astype(int)
    plate = {"fc": "white", "ec": "none", "pad": 0.8}
    plain = {"ha": ("center", "left", "right")[right], "va": ("center", "bottom", "top")[up], "bbox": plate}
    return axes.annotate(text, at, off, textcoords="offset points", annotation_clip=False, **(plain | look))
