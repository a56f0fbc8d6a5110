"""Answers on a scale: diverging bars, and one region's own answers among those of all."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, INK, ORANGE, beside, note, row_canvas

_SCALE = (ORANGE, "#e9b48e", "#dfe4e8", "#93bcd8", BLUE)  # blended to as many colours as the scale has positions
_HALF = 0.34  # of a bar
_SMALLEST = 7  # per cent that still has room for its number


def likert(context: Context, distribution: pd.DataFrame, levels: Sequence[str], top: pd.Series, heading: str) -> Figure:
    """Answers as bars that diverge from the middle category, the share of the top band at the right.

    Parameters
    ----------
    context : Context
        Names the concepts.
    distribution : DataFrame
        Shares (rows: concepts; columns: positions of the scale, low to high, an odd number).
    levels : sequence of str
        Names of the positions.
    top : Series
        Share of the top band by concept.
    heading : str
        Above those shares.
    """
    concepts, widths = list(distribution.index), 100 * distribution.to_numpy(float)
    figure, (axes,) = row_canvas([context.short[concept] for concept in concepts], 1.75, 0.85, top=0.72, bottom=0.2)
    middle = widths.shape[1] // 2
    starts = np.cumsum(widths, axis=1) - widths
    starts -= starts[:, [middle]] + widths[:, [middle]] / 2
    reach = np.nanmax(np.abs([starts, starts + widths]), initial=10) + 1
    axes.set_xlim(-reach, reach)
    axes.axvline(0, color=GREY, lw=0.8, zorder=0)
    _bars(axes, starts, widths, levels)
    for row, concept in enumerate(concepts):
        beside(axes, row, context.texts.percent(top[concept]), 50, weight="bold")
    beside(axes, -0.95, fill(heading, 11), 56, fontsize=8)
    return figure


def profile(
    context: Context, panels: Mapping[str, tuple[pd.DataFrame, pd.Series, Sequence[str]]], marker: str
) -> Figure:
    """Answers of all regions to two questions beside each other, with the place of one region's own answers.

    Parameters
    ----------
    context : Context
        Names the concepts.
    panels : mapping
        Heading → shares (rows: concepts; columns: positions, low to high), position of the region's own answer by
        concept (NaN where it gave none), names of the positions. All have the same concepts.
    marker : str
        Name of the own answer.
    """
    names = [context.short[concept] for concept in next(iter(panels.values()))[0].index]
    figure, each = row_canvas(names, 1.75, 0.12, top=0.85, bottom=0.32, panels=len(panels))
    for axes, (heading, (distribution, own, levels)) in zip(each, panels.items(), strict=True):
        widths = 100 * distribution.to_numpy(float)
        starts = np.cumsum(widths, axis=1) - widths
        axes.set_xlim(0, 100)
        _bars(axes, starts, widths, levels)
        note(axes, heading, (0, 1), (0, 44), xycoords="axes fraction", ha="left", weight="bold", fontsize=9.5)
        chosen = own.reindex(distribution.index).dropna().astype(int)
        rows = distribution.index.get_indexer(chosen.index)
        begins, across = starts[rows, chosen], widths[rows, chosen]
        frames = [_box(*frame) for frame in np.column_stack([begins, rows, across]).tolist()]
        axes.add_collection(PolyCollection(frames, facecolors="none", edgecolors=INK, linewidths=1.6), autolim=False)
        axes.scatter(begins + across / 2, rows + 0.5, s=44, marker="^", color=INK, clip_on=False, zorder=3)
    if any(own.notna().any() for _, own, _ in panels.values()):
        note(each[0], f"▲ {marker}", (0, 0), (0, -7), xycoords="axes fraction", ha="left", weight="bold")
    return figure


def _bars(axes: Axes, starts: NDArray[np.float64], widths: NDArray[np.float64], levels: Sequence[str]) -> None:
    """Draw rows of segments with the percentages that have room, and the levels above, over their colours.

    seaborn's `histplot` stacks bars from zero only, and in four times the time: there is a profile for every region.
    """
    colours = sns.blend_palette(_SCALE, len(levels))
    left, right = axes.get_xlim()
    each = (right - left) / len(levels)
    boxes = []
    for place, level in enumerate(levels):
        at = left + place * each
        boxes.append(_box(at, -0.72, each, 0.08))
        axes.text(at + each / 2, -0.95, fill(level, 12), ha="center", va="bottom", fontsize=7.4, linespacing=1.0)
    given = np.argwhere(widths > 0).tolist()
    for row, place in given:
        start, width = starts[row, place], widths[row, place]
        boxes.append(_box(start, row, width))
        if width >= _SMALLEST:
            ink = INK if 0 < place < len(levels) - 1 else "white"
            said = f"{round_half_up(width, 0):.0f}"
            axes.text(start + width / 2, row, said, ha="center", va="center", fontsize=8.2, color=ink)
    fills = [*colours, *(colours[place] for _, place in given)]
    bars = PolyCollection(boxes, facecolors=fills, edgecolors="white", linewidths=0.8, clip_on=False)
    axes.add_collection(bars, autolim=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _box(start: float, row: float, width: float, half: float = _HALF) -> list[tuple[float, float]]:
    """Corners of a segment: rows of boxes in one collection are drawn in half the time of bars."""
    end = start + width
    return [(start, row - half), (end, row - half), (end, row + half), (start, row + half)]
