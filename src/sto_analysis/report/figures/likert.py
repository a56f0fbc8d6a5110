"""Answers on a scale: diverging bars, and one region's own answers among those of all."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import GREY, INK, WIDTH, beside, label_rows, row_canvas, style

_LOW, _MIDDLE, _HIGH = ("#b5541a", "#e9b48e"), "#dfe4e8", ("#93bcd8", "#0b5c8c")
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
    rows = [context.short[str(concept)] for concept in distribution.index]
    figure, axes = row_canvas(rows, left=1.75, right=0.85, top=0.72, bottom=0.2)
    widths = 100 * distribution.to_numpy(float)
    middle = widths.shape[1] // 2
    start = -(widths[:, :middle].sum(axis=1) + widths[:, middle] / 2)
    _bars(axes, widths, start)
    reach = np.nanmax(np.abs(np.column_stack([start, start + widths.sum(axis=1), np.full(len(start), 10.0)])))
    axes.set_xlim(-reach - 1, reach + 1)
    axes.axvline(0, color=GREY, lw=0.8, zorder=0)
    _bare(axes)
    for row, concept in enumerate(distribution.index):
        if np.isfinite(top[concept]):
            beside(axes, row, f"{round_half_up(100 * top[concept], 0):.0f}%", 50, weight="bold")
    beside(axes, -0.95, fill(heading, 11), 56, fontsize=8, color=INK)
    _scale(axes, levels, 0.4)
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
    style()
    concepts = list(next(iter(panels.values()))[0].index)
    left, gap, top, bottom, height = 1.75, 0.22, 0.85, 0.32, 0.37 * len(concepts)
    width, whole = (WIDTH - left - 0.12 - gap * (len(panels) - 1)) / len(panels), top + height + bottom
    figure = Figure(figsize=(WIDTH, whole))
    known = False
    for place, (heading, (distribution, own, levels)) in enumerate(panels.items()):
        at = left + place * (width + gap)
        axes = figure.add_axes((at / WIDTH, bottom / whole, width / WIDTH, height / whole))
        label_rows(
            axes, [context.short[str(concept)] for concept in concepts] if not place else [""] * len(concepts), left
        )
        widths = 100 * distribution.loc[concepts].to_numpy(float)
        _bars(axes, widths, np.zeros(len(concepts)))
        axes.set_xlim(0, 100)
        _bare(axes)
        answers = own.reindex(concepts).to_numpy(float)
        rows = np.flatnonzero(np.isfinite(answers))
        known |= bool(rows.size)
        chosen = answers[rows].astype(int)
        ends = np.cumsum(widths, axis=1)[rows, chosen]
        begins = ends - widths[rows, chosen]
        axes.scatter((begins + ends) / 2, rows + 0.5, s=44, marker="^", color=INK, clip_on=False, zorder=3)
        frames = [_box(*corner) for corner in np.column_stack([begins, ends, rows]).tolist()]
        axes.add_collection(PolyCollection(frames, facecolors="none", edgecolors=INK, linewidths=1.6), autolim=False)
        _scale(axes, levels, 0.36, heading)
    if known:
        figure.text(left / WIDTH, 0.1 / whole, f"▲ {marker}", fontsize=8.8, weight="bold", color=INK)
    return figure


def _colours(count: int) -> list[str]:
    """Low to high, light around the middle; an even scale has no middle."""
    half = count // 2
    low = [_LOW[0], _LOW[1]] if half > 1 else [_LOW[1]]
    high = [_HIGH[0], _HIGH[1]] if half > 1 else [_HIGH[1]]
    return [*low, *([_MIDDLE] if count % 2 else []), *high]


def _bars(axes: Axes, widths: NDArray[np.float64], start: NDArray[np.float64]) -> None:
    """Draw stacked bars as one collection, with the percentages that have room."""
    edges = start[:, None] + np.hstack([np.zeros((len(widths), 1)), np.cumsum(widths, axis=1)])
    colours, boxes, fills = _colours(widths.shape[1]), [], []
    for row, column in np.argwhere(widths > 0):
        low, high = edges[row, column], edges[row, column + 1]
        boxes.append(_box(low, high, row))
        fills.append(colours[column])
        if widths[row, column] >= _SMALLEST:
            axes.text(
                (low + high) / 2, row, f"{round_half_up(widths[row, column], 0):.0f}", ha="center", va="center",
                fontsize=8.2, color="white" if colours[column] in (_LOW[0], _HIGH[1]) else INK,
            )  # fmt: skip
    axes.add_collection(PolyCollection(boxes, facecolors=fills, edgecolors="white", linewidths=0.8), autolim=False)


def _box(low: float, high: float, row: float) -> list[tuple[float, float]]:
    """Corners of a segment of a bar."""
    return [(low, row - _HALF), (high, row - _HALF), (high, row + _HALF), (low, row + _HALF)]


def _bare(axes: Axes) -> None:
    """Take away the axis: the percentages are printed."""
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _scale(axes: Axes, levels: Sequence[str], inches: float, heading: str = "") -> None:
    """Name the levels above the rows, each over its colour, in the place of a legend."""
    left, right = axes.get_xlim()
    each, up = (right - left) / len(levels), -0.5 - inches / 0.4
    for place, (level, colour) in enumerate(zip(levels, _colours(len(levels)), strict=True)):
        low, high = left + place * each, left + (place + 1) * each
        strip = LineCollection([[(low, -0.72), (high, -0.72)]], colors=colour, linewidths=6, clip_on=False)
        strip.set_capstyle("butt")
        axes.add_collection(strip, autolim=False)
        axes.text((low + high) / 2, -0.95, fill(level, 12), ha="center", va="bottom", fontsize=7.4, linespacing=1.0)
    if heading:
        axes.text(left, up - 0.7, heading, ha="left", va="bottom", weight="bold", fontsize=9.5)
