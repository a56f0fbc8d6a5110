"""Answers on a scale: diverging bars, and one region's own answers among those of all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import GREY, INK, Sheet, drawing, extent, letters_on
from sto_analysis.report.figures.rows import Key, Panel, Rows, rows

Answers = tuple[pd.DataFrame, pd.Series, Sequence[str]]
_SCALE = ("#b5551a", "#e9b48e", "#dfe4e8", "#93bcd8", "#0b5d8c")
"""Blended to as many colours as the scale has positions; they carry letters, so they are the same in the dark."""
_HIGH, _GAP = 19.0, 0.9
"""Points of a bar, and between its segments."""


@drawing
def likert(
    sheet: Sheet, context: Context, distribution: pd.DataFrame, levels: Sequence[str], top: pd.Series, heading: str
) -> Figure:
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
    panel, right = Panel(keys=_keys(levels), column=heading), extent("100%", sheet.size, "bold") + 12
    drawn = rows(sheet, [context.short[concept] for concept in concepts], 150, right, "", [panel], ticks=False)
    middle, (axes,) = widths.shape[1] // 2, drawn.panels
    starts = np.cumsum(widths, axis=1) - widths
    starts -= starts[:, [middle]] + widths[:, [middle]] / 2
    axes.set_xlim(np.nanmin(starts, initial=-5) - 1, np.nanmax(starts + widths, initial=5) + 1)
    drawn.rule(axes, 0, color=GREY, lw=0.8, zorder=0)
    _bars(drawn, axes, starts, widths)
    for row, concept in enumerate(concepts):
        drawn.beside(row, context.plain.percent(top[concept]), weight="bold")
    return drawn.figure


@drawing
def profile(sheet: Sheet, context: Context, panels: Mapping[str, Answers], marker: str) -> Figure:
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
    answered = any(own.notna().any() for _, own, _ in panels.values())
    own_key = [Key(marker, INK, "^")] if answered else []
    above = [Panel(heading, [*_keys(levels), *own_key]) for heading, (_, _, levels) in panels.items()]
    drawn = rows(sheet, names, 150, 8, panels=above, ticks=False)
    for axes, (distribution, own, _) in zip(drawn.panels, panels.values(), strict=True):
        widths = 100 * distribution.to_numpy(float)
        starts = np.cumsum(widths, axis=1) - widths
        axes.set_xlim(0, 100)
        _bars(drawn, axes, starts, widths)
        chosen = own.reindex(distribution.index).dropna().astype(int)
        found = distribution.index.get_indexer(chosen.index)
        begins, across, at = starts[found, chosen], widths[found, chosen], np.array(drawn.at)[found]
        axes.add_collection(_frames(begins, across, at))
        axes.scatter(begins + across / 2, at + _HIGH / 2 + 4, s=30, marker="^", color=INK, clip_on=False, zorder=3)
    return drawn.figure


def _frames(begins: np.ndarray, across: np.ndarray, at: np.ndarray) -> PolyCollection:
    """Frames around segments, a little higher than they are."""
    right, low, high = begins + across, at - _HIGH / 2 - 2, at + _HIGH / 2 + 2
    corners = np.stack([begins, low, right, low, right, high, begins, high], axis=-1).reshape(-1, 4, 2)
    return PolyCollection(list(corners), facecolors="none", edgecolors=INK, linewidths=2, zorder=3)


def _keys(levels: Sequence[str]) -> list[Key]:
    """The levels over their colours."""
    return [Key(level, colour) for level, colour in zip(levels, _colours(len(levels)), strict=True)]


def _colours(count: int) -> list[str]:
    return list(map(str, sns.blend_palette(_SCALE, count).as_hex()))


def _bars(drawn: Rows, axes: Axes, starts: np.ndarray, widths: np.ndarray) -> None:
    """Draw rows of segments with the percentages that have room.

    seaborn's `histplot` stacks bars from zero only, and takes six times as long: there is a profile for every region.
    """
    colours, size, (low, high) = _colours(widths.shape[1]), drawn.sheet.size, axes.get_xlim()
    scale = axes.get_position().width * drawn.sheet.width / (high - low)  # points per per cent
    found, places = np.nonzero(widths > 0)
    begins, across, at = starts[found, places], widths[found, places], np.array(drawn.at)[found]
    gap = np.minimum(_GAP / scale / 2, across / 4)
    axes.hlines(at, begins + gap, begins + across - gap, colors=[colours[place] for place in places], lw=_HIGH)
    for place, y, middle, width in zip(places, at, begins + across / 2, across, strict=True):
        said = f"{round_half_up(width, 0):.0f}"
        if extent(said, size) + 3 <= width * scale:
            look: dict[str, Any] = {
                "ha": "center",
                "va": "center",
                "fontsize": size,
                "color": letters_on(colours[place]),
            }
            axes.text(middle, y, said, **look)
