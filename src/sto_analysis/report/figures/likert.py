"""Answers on a scale: diverging bars, and one region's own answers among those of all."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import BLUE, GREY, INK, ORANGE, ROW, beside, legible, note, row_canvas

Panel = tuple[pd.DataFrame, pd.Series, Sequence[str]]
_SCALE = (ORANGE, "#e9b48e", "#dfe4e8", "#93bcd8", BLUE)  # blended to as many colours as the scale has positions
_HEIGHT, _GAP = 0.68, 0.2  # of a bar, in rows; beside each segment, in per cent
_SMALLEST = 7  # per cent that still has room for its number


def likert(context: Context, distribution: pd.DataFrame, levels: Sequence[str], top: pd.Series, heading: str) -> Figure:
    """Answers as bars that diverge from the middle category, the share of the top band at the right.

    Parameters
    ----------
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
        beside(axes, row, context.plain.percent(top[concept]), 50, weight="bold")
    beside(axes, -0.95, fill(heading, 11), 56, fontsize=8)
    return figure


def profile(context: Context, panels: Mapping[str, Panel], marker: str) -> Figure:
    """Answers of all regions to two questions beside each other, with the place of one region's own answers.

    Parameters
    ----------
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
        note(axes, heading, (0, 1), (0, 44), xycoords="axes fraction", ha="left", weight="bold")
        chosen = own.reindex(distribution.index).dropna().astype(int)
        rows = distribution.index.get_indexer(chosen.index)
        begins, across = starts[rows, chosen], widths[rows, chosen]
        axes.barh(rows, across, _HEIGHT, begins, fill=False, ec=INK, lw=1.6, zorder=3)
        axes.scatter(begins + across / 2, rows + 0.5, s=44, marker="^", color=INK, clip_on=False, zorder=3)
    if any(own.notna().any() for _, own, _ in panels.values()):
        note(each[0], f"▲ {marker}", (0, 0), (0, -7), xycoords="axes fraction", ha="left", weight="bold")
    return figure


def _bars(axes: Axes, starts: np.ndarray, widths: np.ndarray, levels: Sequence[str]) -> None:
    """Draw rows of segments with the percentages that have room, and the levels above, over their colours.

    seaborn's `histplot` stacks bars from zero only, and takes six times as long: there is a profile for every region.
    """
    colours = sns.blend_palette(_SCALE, len(levels))
    edges = np.linspace(*axes.get_xlim(), len(levels) + 1)
    axes.hlines([-0.72] * len(levels), edges[:-1], edges[1:], colors=colours, lw=6, clip_on=False)
    for at, level in zip((edges[:-1] + edges[1:]) / 2, levels, strict=True):
        axes.text(at, -0.95, fill(legible(level), 12), ha="center", va="bottom", fontsize=7.4, linespacing=1.0)
    rows, places = np.nonzero(widths > 0)
    begins, across = starts[rows, places], widths[rows, places]
    fills = [colours[place] for place in places]
    axes.hlines(rows, begins + _GAP, begins + across - _GAP, colors=fills, lw=72 * ROW * _HEIGHT)
    inks = ["white", *[INK] * (len(levels) - 2), "white"]
    for row, place, at, width in np.column_stack([rows, places, begins + across / 2, across]).tolist():
        if width >= _SMALLEST:
            said = f"{round_half_up(width, 0):.0f}"
            axes.text(at, row, said, ha="center", va="center", fontsize=8.2, color=inks[int(place)])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
