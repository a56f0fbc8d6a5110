"""Regions as tiles, by the area that they are in: a grid, without the shape of any country."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sto_analysis.report.figures.canvas import (
    GREY,
    INK,
    ORANGE,
    Sheet,
    drawing,
    extent,
    legible,
    letters_on,
    lines,
    paper,
)

ORDER = (
    "noordholland", "friesland", "fryslan", "groningen", "flevoland", "overijssel", "drenthe", "zuidholland",
    "utrecht", "gelderland", "zeeland", "noordbrabant", "limburg",
)  # fmt: skip
"""Provinces row by row in three columns, roughly where they lie: who reads from the left begins in the north-west."""
_ACROSS = 3
_SCALE = ("#dfe4e8", "#0b5d8c")
"""Blended to as many colours as there are levels; they carry letters, so they are the same in the dark."""
_GAP = 14.0
"""Points between panels."""


class Tiled(NamedTuple):
    """One variable: its name, the names of its levels, and by region its position on them, and whether it is open."""

    name: str
    levels: Sequence[str]
    position: pd.Series
    open: pd.Series


class _Block(NamedTuple):
    """An area at points from the left and top of its panel: its name in lines, and where each of its regions is."""

    name: list[str]
    left: float
    top: float
    tiles: list[tuple[str, float, float]]


@drawing
def tiles(sheet: Sheet, areas: pd.Series, shown: Sequence[Tiled], left_open: str, unknown: str) -> Figure:
    """A tile per region, coloured by its level; a panel per variable, the same areas in the same place in each.

    Parameters
    ----------
    areas : Series of str
        Area of each region (the index), or empty.
    shown : sequence of Tiled
        The variables.
    left_open, unknown : str
        Of the legend: a level that is not certain, or that nobody knows.
    """
    across = 1 if sheet.narrow else 2
    wide = (sheet.width - 8 - _GAP * (across - 1)) / across
    blocks, deep, side = _blocks(sheet, areas, wide)
    heads = [_keys(sheet, each, wide, left_open, unknown) for each in shown]
    rows = [max(map(len, heads[at : at + across])) * sheet.line + 6 for at in range(0, len(shown), across)]
    height = sum(rows) + max(1, len(rows)) * (deep + _GAP)
    figure, (axes,) = paper(sheet, height, (0, 0, sheet.width, height))
    axes.set(xlim=(0, sheet.width), ylim=(height, 0))
    axes.set_axis_off()
    for place, (each, said) in enumerate(zip(shown, heads, strict=True)):
        row, column = divmod(place, across)
        left, top = 4 + column * (wide + _GAP), sum(rows[:row]) + row * (deep + _GAP)
        _legend(axes, sheet, said, (left, top))
        _panel(axes, sheet, blocks, each, (left, top + rows[row]), side)
    return figure


def _ordered(areas: pd.Series) -> list[tuple[str, list[str]]]:
    """Areas and their regions; provinces where they lie, others by name, those without one last."""

    def place(name: str) -> tuple[bool, int, str]:
        plain = "".join(letter for letter in name.casefold().replace("â", "a") if letter.isalnum())
        return name == "", ORDER.index(plain) if plain in ORDER else len(ORDER), name

    found = {str(name): sorted(map(str, rows.index)) for name, rows in areas.groupby(areas)}
    return [(name, found[name]) for name in sorted(found, key=place)]


def _blocks(sheet: Sheet, areas: pd.Series, wide: float) -> tuple[list[_Block], float, tuple[float, float]]:
    """Lay the areas out in three columns; their height, and the width and height of a tile."""
    column, size = wide / _ACROSS, sheet.size
    widest = max((extent(legible(str(region)), size) for region in areas.index), default=0)
    side = min(max(widest + 5, sheet.line + 5), column - 6), sheet.line + 5
    many = max(1, int((column - 4) // (side[0] + 2)))
    blocks, top = list[_Block](), 0.0
    every = _ordered(areas)
    for start in range(0, len(every), _ACROSS):
        row = [(_named(name, column - 6, size), of) for name, of in every[start : start + _ACROSS]]
        under = top + max(len(name) for name, _ in row) * sheet.line + 2
        for place, (name, of) in enumerate(row):
            left = place * column
            spots = [
                (n, left + at % many * (side[0] + 2), under + at // many * (side[1] + 2)) for at, n in enumerate(of)
            ]
            blocks.append(_Block(name, left, top, spots))
        top = under + max(-(-len(of) // many) for _, of in row) * (side[1] + 2) + 6
    return blocks, top, side


def _named(area: str, room: float, size: float) -> list[str]:
    """Name an area in at most two lines, broken at a hyphen where it does not fit in one."""
    return [area] if extent(area, size) <= room else lines(area.replace("-", "- "), room, size)[:2]


def _colours(levels: int) -> list[str]:
    return list(map(str, sns.blend_palette(_SCALE, max(levels, 2)).as_hex()))


_Key = tuple[float, str, dict[str, Any]]


def _keys(sheet: Sheet, of: Tiled, wide: float, left_open: str, unknown: str) -> list[list[_Key]]:
    """Lines above a panel: its name, then each level with its look, as many in a line as fit."""
    said: list[list[_Key]] = [[(0, line, {})] for line in lines(of.name, wide, sheet.size, "bold")]
    looks: list[tuple[str, dict[str, Any]]]
    looks = [(name, {"fc": colour}) for name, colour in zip(of.levels, _colours(len(of.levels)), strict=False)]
    looks += [(left_open, {"fc": "white", "ec": ORANGE, "lw": 2})] * bool(of.open.any())
    looks += [(unknown, {"fc": "white", "ec": GREY, "lw": 1})] * bool(of.position.isna().any())
    used = wide
    for name, look in looks:
        first, *rest = lines(name, wide - sheet.size - 6, sheet.size)
        long = extent(first, sheet.size) + sheet.size + 6
        if rest or used + long > wide:
            said, used = [*said, []], 0.0
        said[-1].append((used, first, look))
        said += [[(sheet.size + 4, line, {"fc": "none"})] for line in rest]
        used = wide if rest else used + long + sheet.size
    return said


def _legend(axes: Axes, sheet: Sheet, said: Sequence[Sequence[_Key]], at: tuple[float, float]) -> None:
    for place, line in enumerate(said):
        y = at[1] + (place + 0.5) * sheet.line
        for x, text, look in line:
            left = at[0] + x
            if look and look["fc"] != "none":
                box = sheet.size * 0.8
                looks: dict[str, Any] = {"ec": "none"} | look
                axes.add_patch(Rectangle((left + 1, y - box / 2), box, box, **looks))
                left += sheet.size + 4
            weight = "bold" if not look else "normal"
            axes.text(left, y, text, fontsize=sheet.size, va="center", weight=weight, color=INK)


def _panel(
    axes: Axes, sheet: Sheet, blocks: Sequence[_Block], of: Tiled, at: tuple[float, float], side: tuple[float, float]
) -> None:
    """Draw the areas of one variable."""
    colours, size = _colours(len(of.levels)), sheet.size
    for block in blocks:
        for place, line in enumerate(block.name):
            y = at[1] + block.top + (place + 0.5) * sheet.line
            axes.text(at[0] + block.left, y, line, fontsize=size, va="center", color=INK)
        for region, x, y in block.tiles:
            known = pd.notna(of.position[region])
            fill = colours[int(of.position[region])] if known else "white"
            edge: dict[str, Any] = (
                {"ec": ORANGE, "lw": 2} if of.open[region] else {"ec": "none" if known else GREY, "lw": 1}
            )
            left, top = at[0] + x, at[1] + y
            axes.add_patch(Rectangle((left, top), *side, fc=fill, **edge))
            look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size}
            colour = letters_on(fill) if known else INK
            name, *_ = lines(region, side[0] - 2, size)
            axes.text(left + side[0] / 2, top + side[1] / 2, name, color=colour, **look)
