"""Rows with labels: at their left, or on a phone above them; and what stands above the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from sto_analysis.report.figures.canvas import GREY, Sheet, extent, lines, paper, points, write

_BETWEEN = 14  # points between panels
_ABOVE = 5  # points between what stands above rows and the rows


@dataclass(frozen=True)
class Key:
    """A line of the legend: what a colour or a mark stands for."""

    text: str
    colour: str
    mark: str = "s"
    filled: bool = True


@dataclass(frozen=True)
class Panel:
    """Above rows: a title, what the marks stand for, and the head of the column at the right."""

    title: str = ""
    keys: Sequence[Key] = ()
    column: str = ""


@dataclass(frozen=True)
class Rows:
    """Axes of labelled rows, whose vertical unit is a point.

    Attributes
    ----------
    at, starts : list of float
        Where the marks of each row stand, and where each row starts, in points from the top of its axes.
    right : float
        Points of the column at the right of each axes.
    """

    sheet: Sheet
    figure: Figure
    panels: list[Axes]
    at: list[float]
    starts: list[float]
    right: float

    def rule(self, axes: Axes, x: float, **look: Any) -> None:
        """Draw a line up and down at a value; on a phone beside the marks only, because labels stand between them."""
        if self.sheet.narrow:
            low, high = (np.array(self.at) + off for off in (-12, 13))
            axes.vlines([x] * len(self.at), low, high, **look)
        else:
            axes.axvline(x, **look)

    def beside(self, row: int, text: str, axes: Axes | None = None, **look: Any) -> Text:
        """Write at the right of a row, flush with the end of its column."""
        axes = axes or self.panels[0]
        x = axes.get_position().x1 * self.sheet.width + self.right - 2
        return write(axes, x, self.at[row], text, self.sheet.size, ha="right", va="center", **look)


class _Said(NamedTuple):
    """Something above a panel, at points from its left, or flush right; with the mark that it explains."""

    x: float
    text: str
    key: Key | None = None
    look: dict[str, Any] = {}  # noqa: RUF012 (never changed)


_Line = list[_Said]


def rows(
    sheet: Sheet,
    labels: Sequence[str],
    left: float,
    right: float = 14,
    axis: str = "",
    panels: Sequence[Panel] = (Panel(),),
    bold: Collection[int] = (),
    *,
    ticks: bool = True,
    over: float = 0,
) -> Rows:
    """Make panels of labelled rows: beside each other, or on a phone under each other.

    Parameters
    ----------
    sheet : Sheet
        On a narrow one each label stands above its row.
    labels : sequence of str
        Of the rows.
    left, right : float
        Points for the labels (not on a narrow sheet), and for a column at the right.
    axis : str
        Under the axes.
    panels : sequence of Panel
        What stands above each.
    bold : collection of int
        Rows that are headings, without a mark.
    ticks : bool
        Whether there is an axis.
    over : float
        Points of a plot above the rows of the only panel; its axes are the last.
    """
    narrow, many = sheet.narrow, 1 if sheet.narrow else len(panels)
    left = left if not narrow else 38 if over else 6
    across = (sheet.width - left - right - _BETWEEN * (many - 1)) / many
    weights = ["bold" if row in bold else "normal" for row in range(len(labels))]
    room = sheet.width - 8 if narrow else left - 12
    named = [lines(label, room, sheet.size, weight) for label, weight in zip(labels, weights, strict=True)]
    starts, at = _heights(sheet, [len(name) * sheet.line for name in named], bold)
    deep = starts[-1] or 1.0  # without any row
    told = lines(axis, sheet.width - 10 if narrow else across + right, sheet.size) if axis else []
    under = (sheet.line + 9) * ticks + len(told) * sheet.line + 4
    above = [_above(sheet, panel, sheet.width - 10 if narrow else across) for panel in panels]
    heads = [sheet.line * len(each) + _ABOVE for each in above]
    each_deep = [head + over + deep + under + _BETWEEN for head in heads]
    begins = list(accumulate(each_deep, initial=0.0)) if narrow else [max(heads) - head for head in heads]
    boxes = [
        (left + place % many * (across + _BETWEEN), begin + head + over, across, deep)
        for place, (begin, head) in enumerate(zip(begins, heads, strict=False))
    ]
    extra = [(left, heads[0], across, over - 8)] if over else []
    figure, made = paper(sheet, boxes[-1][1] + deep + under, *boxes, *extra)
    for place, (axes, box, said) in enumerate(zip(made, boxes, above, strict=False)):
        axes.set(ylim=(deep, 0), yticks=[])
        if ticks:
            axes.tick_params(length=3)
            axes.grid(visible=not narrow, axis="x")
            axes.set_axisbelow(True)
        else:
            axes.set_axis_off()
        x = 4 if narrow else box[0]
        _put(sheet, axes, said, (x, box[0] + across + right - 2), _ABOVE + over)
        if narrow or not place:
            _name(sheet, axes, named, weights, starts)
        if told:
            write(axes, x, deep + (sheet.line + 9) * ticks, "\n".join(told), sheet.size, va="top", color=GREY)
    return Rows(sheet, figure, made, at, starts, right)


def _heights(sheet: Sheet, tall: Sequence[float], bold: Collection[int]) -> tuple[list[float], list[float]]:
    """Where rows with labels so tall start, and where their marks stand, in points from the top."""
    if not sheet.narrow:
        starts = list(accumulate((max(27.0, each + 8) for each in tall), initial=0.0))
        return starts, [(start + end) / 2 for start, end in pairwise(starts)]
    deep = [each + (4 if row in bold else 31) for row, each in enumerate(tall)]
    starts = list(accumulate(deep, initial=0.0))
    return starts, [start + each + 15 for start, each in zip(starts, tall, strict=False)]


def _name(
    sheet: Sheet, axes: Axes, named: Sequence[Sequence[str]], weights: Sequence[str], starts: Sequence[float]
) -> None:
    """Write the labels of rows."""
    for name, weight, start, end in zip(named, weights, starts, starts[1:], strict=False):
        y, va = (start + 2, "top") if sheet.narrow else ((start + end) / 2, "center")
        write(axes, 4, y, "\n".join(name), sheet.size, va=va, weight=weight)


def _above(sheet: Sheet, panel: Panel, room: float) -> list[_Line]:
    """Lay out what stands above a panel, in lines: its title, its legend, the head of its column."""
    size, said = sheet.size, list[_Line]()
    if panel.title:
        said += [[_Said(0, line, look={"weight": "bold"})] for line in lines(panel.title, room, size, "bold")]
    said += _legend(sheet, panel.keys, room)
    if panel.column:
        said += [[_Said(-1, line, look={"ha": "right"})] for line in lines(panel.column, room, size)]
    return said


def _legend(sheet: Sheet, keys: Sequence[Key], room: float) -> list[_Line]:
    """As many keys in a line as fit; one that takes more than a line has its lines to itself."""
    said, used = list[_Line](), room
    for key in keys:
        indent = sheet.size + 4 if key.mark else 0
        first, *rest = lines(key.text, room - indent, sheet.size)
        wide = indent + extent(first, sheet.size)
        if rest or used + wide > room:
            said, used = [*said, []], 0.0
        said[-1].append(_Said(used, first, replace(key, text=first)))
        said += [[_Said(indent, line)] for line in rest]
        used = room if rest else used + wide + sheet.size
    return said


def _put(sheet: Sheet, axes: Axes, said: Sequence[_Line], ends: tuple[float, float], off: float) -> None:
    """Write what `_above` laid out between two ends, some points above the axes."""
    size, (left, right) = sheet.size, ends
    for place, line in enumerate(said):
        y = (place - len(said) + 0.5) * sheet.line - off
        for x, text, key, look in line:
            at = right if x < 0 else left + x
            if key and key.mark:
                fill = key.colour if key.filled else "white"
                mark: dict[str, Any] = {
                    "marker": key.mark,
                    "ms": 0.72 * size,
                    "mfc": fill,
                    "mec": key.colour,
                    "ls": "none",
                }
                axes.add_artist(Line2D([at + size / 2], [y], transform=points(axes), clip_on=False, **mark))
                at += size + 4
            write(axes, at, y, text, size, va="center", **look)
