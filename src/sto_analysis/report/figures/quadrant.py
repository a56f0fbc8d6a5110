"""Two percentages against each other, with named quadrants. Its axes are in points, so that labels can be placed."""

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sto_analysis.report.context import Context
from sto_analysis.report.figures.canvas import GREY, LINE, WORDS, Sheet, drawing, extent, lines, paper, write
from sto_analysis.report.figures.dots import dots
from sto_analysis.report.figures.placing import At, Box, Label, placed

_TRIED = ((1.0, 44), (1.2, 44), (1.45, 60))
"""Times the height of the plot, and points from a dot to its label: both grow until there is room for all."""
_LEAST = 8
"""Per cent that an axis shows, at least."""
_STEPS = (1, 2, 5, 10, 20)
_APART = 34
"""Points between ticks, at least."""
_DASHED: dict[str, Any] = {"color": GREY, "lw": 1, "ls": (0, (4, 3)), "zorder": 1}


class Names(NamedTuple):
    """Words of a quadrant plot: of its axes, of its quadrants, and of what the dashed lines are."""

    x: str
    y: str
    above_left: str
    above_right: str
    below_left: str
    below_right: str
    median: str


class _Scale(NamedTuple):
    """Percentages along an axis of so many points; free before the smallest and after the largest."""

    values: pd.Series
    length: float
    before: float
    after: float

    def at(self, value: float) -> float:
        """Where a percentage stands."""
        low, high = self.values.min(), self.values.max()
        low -= max(0, _LEAST - (high - low)) / 2
        return float(self.before + (value - low) * (self.length - self.before - self.after) / max(high - low, _LEAST))

    def ticks(self) -> tuple[list[float], list[str]]:
        """Round percentages that lie on the axis, and where they stand."""
        step = next((step for step in _STEPS if self.at(step) - self.at(0) >= _APART), _STEPS[-1])
        found = {tick: self.at(tick) for tick in range(0, 101, step) if 0 <= self.at(tick) <= self.length}
        return list(found.values()), list(map(str, found))


class _Plan(NamedTuple):
    """Where everything in a plot stands, in points from its lower left."""

    wide: float
    high: float
    scales: tuple[_Scale, _Scale]
    at: list[At]
    median: At
    upright: tuple[float, float]
    """From where to where the line at the median goes up, between the names of quadrants."""
    corners: list[Box]
    labels: list[Label] | None


@drawing
def quadrant(sheet: Sheet, context: Context, x: pd.Series, y: pd.Series, strong: Sequence[str], names: Names) -> Figure:
    """Scatter of two percentages per concept with direct labels, lines at the medians and named quadrants.

    What ties has one label. Where there is no room for all names the dots have numbers, and the names stand below.

    Parameters
    ----------
    x, y : Series
        Percentages by concept; a concept that lacks one of them is left out.
    strong : sequence of str
        Concepts that stand out, as diamonds in the accent colour.
    names : Names
        Of axes and quadrants.
    """
    found, names_of = _tied(context, x, y, strong)
    room = (0.33 if sheet.narrow else 0.25) * sheet.width
    corners = [lines(name, 0.4 * sheet.width, sheet.size) for name in names[2:6]]
    told = list(zip(found["name"], found["place"], map(_weight, found["strong"]), strict=True))
    named = [[line for name in tied for line in lines(name, room, sheet.size, weight)] for tied, _, weight in told]
    numbered = [lines(", ".join(map(str, tied)), room, sheet.size, weight) for _, tied, weight in told]
    for texts, (tall, furthest) in product((named, numbered), _TRIED):
        sizes = [_size(sheet, text, weight) for text, (*_, weight) in zip(texts, told, strict=True)]
        plan = _planned(sheet, found, corners, sizes, tall, furthest)
        if plan.labels is not None:
            break
    below = [f"{place}. {name}" for place, name in enumerate(names_of, start=1)] if texts is numbered else []
    figure, axes = _frame(
        sheet, names, plan, [line for each in below for line in lines(each, sheet.width - 8, sheet.size)]
    )
    dots(axes, found.assign(value=[x for x, _ in plan.at], row=[y for _, y in plan.at]))
    for corner, box in zip(corners, plan.corners, strict=True):
        _write(sheet, axes, corner, box, color=GREY, style="italic")
    for text, label, apart in zip(texts, plan.labels or (), found["strong"], strict=False):
        _write(sheet, axes, text, label.box, **WORDS[apart])
        if label.tie:
            axes.plot(*zip(*label.tie, strict=True), color=GREY, lw=0.8, zorder=2)
    return figure


def _planned(
    sheet: Sheet,
    found: pd.DataFrame,
    corners: Sequence[Sequence[str]],
    sizes: Sequence[At],
    tall: float,
    furthest: float,
) -> _Plan:
    """Place all labels in a plot so tall, as far as they have room."""
    wide, high = sheet.width - _left(sheet) - 8, (320 if sheet.narrow else 290) * tall
    bands = [max(map(len, of)) * sheet.line + 16 for of in (corners[:2], corners[2:])]
    scales = _Scale(found["x"], wide, 0.08 * wide, 0.08 * wide), _Scale(found["y"], high, bands[1], bands[0])
    at = [(scales[0].at(right), scales[1].at(up)) for right, up in found[["x", "y"]].to_numpy()]
    median = scales[0].at(found["x"].median()), scales[1].at(found["y"].median())
    upright = bands[1] - 8, high - bands[0] + 8
    named = [_corner(sheet, corner, place, (wide, high)) for place, corner in enumerate(corners)]
    rules = [(0, median[1] - 1, wide, median[1] + 1), (median[0] - 1, upright[0], median[0] + 1, upright[1])]
    labels = placed(at, sizes, (2, 2, wide - 2, high - 2), [*named, *rules], furthest)
    return _Plan(wide, high, scales, at, median, upright, named, labels)


def _left(sheet: Sheet) -> float:
    """Points for the numbers at the left."""
    return extent("100", sheet.size) + 8


def _tied(context: Context, x: pd.Series, y: pd.Series, strong: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Places with all concepts that lie there, their names and their numbers; and the names by number."""
    shares = pd.DataFrame({"x": x, "y": y}).reindex(y.index).dropna()
    names = [context.short[str(concept)] for concept in shares.index]
    shares = shares.assign(strong=shares.index.isin(strong), name=names, place=range(1, len(shares) + 1))
    return shares.groupby(["x", "y", "strong"], sort=False).agg(list).reset_index(), names


def _weight(strong: bool) -> str:
    return "bold" if strong else "normal"


def _size(sheet: Sheet, text: Sequence[str], weight: str) -> At:
    return max(extent(line, sheet.size, weight) for line in text) + 2, len(text) * sheet.line


def _corner(sheet: Sheet, text: Sequence[str], place: int, plot: At) -> Box:
    """Where the name of a quadrant stands: above left, above right, below left, below right."""
    (wide, high), size = plot, _size(sheet, text, "normal")
    x, y = (wide - 4 - size[0] if place % 2 else 4), (4 if place > 1 else high - 4 - size[1])
    return x, y, x + size[0], y + size[1]


def _write(sheet: Sheet, axes: Axes, text: Sequence[str], box: Box, **look: Any) -> None:
    """Write lines in the middle of a box."""
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    centred: dict[str, Any] = {"ha": "center", "va": "center", "linespacing": LINE - 0.15, "fontsize": sheet.size}
    axes.text(*middle, "\n".join(text), **(centred | look))


def _frame(sheet: Sheet, names: Names, plan: _Plan, notes: Sequence[str]) -> tuple[Figure, Axes]:
    """Axes with medians; above them what goes up and what is dashed, below what goes right, and notes."""
    left, wide, high = _left(sheet), plan.wide, plan.high
    above, right = (lines(name, wide, sheet.size) for name in (f"↑ {names.y}", f"{names.x} →"))
    dashed = lines(f"┄┄ {names.median}", wide, sheet.size)
    head, foot = sheet.line * (len(above) + len(dashed)) + 6, sheet.line * (1 + len(right) + len(notes)) + 12
    figure, (axes,) = paper(sheet, head + high + foot, (left, head, wide, high))
    axes.set(xlim=(0, wide), ylim=(0, high))
    axes.set_xticks(*plan.scales[0].ticks())
    axes.set_yticks(*plan.scales[1].ticks())
    axes.tick_params(length=0, pad=4)
    axes.grid(visible=True)
    axes.hlines(plan.median[1], 0, wide, **_DASHED)
    axes.vlines(plan.median[0], *plan.upright, **_DASHED)
    end, size = {"ha": "right", "va": "top"}, sheet.size
    write(axes, 4, high + head - 2, "\n".join(above), size, va="top")
    write(axes, left + wide, high + sheet.line * len(dashed) + 4, "\n".join(dashed), size, color=GREY, **end)
    write(axes, left + wide, -sheet.line - 8, "\n".join(right), size, **end)
    write(axes, 4, -sheet.line * (1 + len(right)) - 10, "\n".join(notes), size, va="top")
    return figure, axes
