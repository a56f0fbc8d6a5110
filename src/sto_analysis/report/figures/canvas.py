"""The one theme of all figures, the two sheets that each is drawn on, and letters that know their size."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec
from unicodedata import east_asian_width

import matplotlib.style
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform, blended_transform_factory

from sto_analysis.report.plain import inert

INK, BLUE, ORANGE, GREY, PALE = "#1b2a3a", "#0b5c8c", "#b5541a", "#5f6d7a", "#dbe3ea"
STAMP = "#b3261e"
DARK = {
    INK: "#e6edf3",
    BLUE: "#74b9e8",
    ORANGE: "#f2a56c",
    GREY: "#a8b6c3",
    PALE: "#3a4855",
    "#ffffff": "#12191f",
    STAMP: "#ff8f86",
}
"""Colours of the theme → those of a dark page; other colours stay (fills, and the letters on them)."""
APART: dict[str, Any] = {"palette": {False: BLUE, True: ORANGE}, "markers": {False: "o", True: "D"}, "legend": False}
WORDS: dict[bool, dict[str, Any]] = {False: {}, True: {"color": ORANGE, "weight": "bold"}}
"""What stands out: how a seaborn plot tells it, by colour and by shape, and how words do."""
_HALFWAY = 0.179  # luminance on which black and white letters stand out alike
LINE = 1.25  # of the size of letters
_COLOURS = {"text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": GREY}
_BARE = {f"axes.spines.{side}": False for side in ("left", "top", "right")} | {"ytick.major.size": 0}
_SIZES = ("font.size", "xtick.labelsize", "ytick.labelsize")
_PLAIN = {"text.parse_math": False, "grid.color": PALE}  # a dollar in a name is a dollar


@dataclass(frozen=True)
class Sheet:
    """What a figure is drawn on: its width and the size of its letters in points; `narrow`: labels above their row."""

    width: float
    size: float
    narrow: bool

    @property
    def line(self) -> float:
        """Points from one line of letters to the next."""
        return LINE * self.size


DESK = Sheet(532.8, 9.4, narrow=False)
"""Across the column of a page: letters of 8 points where that is 170 mm of paper, 12 pixels on a tablet."""
PHONE = Sheet(276.0, 12.0, narrow=True)
"""As many points as pixels on the narrowest phone, so that its letters are 12 pixels there."""

P = ParamSpec("P")
Drawing = Callable[[Sheet], Figure]
"""A figure that is still to be drawn, on one sheet or the other."""


def drawing(draw: Callable[Concatenate[Sheet, P], Figure]) -> Callable[P, Drawing]:
    """Let a function that draws on a sheet take its data first, and the sheet later."""

    @wraps(draw)
    def later(*data: P.args, **more: P.kwargs) -> Drawing:
        return lambda sheet: draw(sheet, *data, **more)

    return later


def theme(size: float) -> None:
    """Put the theme of the house, with letters of a size, in place of what a matplotlibrc or a notebook had set."""
    matplotlib.style.use("default")
    sns.set_theme(
        context="paper", style="ticks", font="DejaVu Sans", rc=_COLOURS | _BARE | _PLAIN | dict.fromkeys(_SIZES, size)
    )
    warnings.filterwarnings("ignore", "Glyph .* missing from")  # only its width is a guess: the page's fonts draw it


@cache
def _face(weight: str) -> FT2Font:
    return get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight)))


@cache
def extent(text: str, size: float, weight: str = "normal") -> float:
    """Width of a line of letters in points, in the font that is wider than those of the page."""
    face = _face(weight)
    face.set_size(size, 72)
    if not text.isascii():  # what the font has not is as wide as it is high
        text = "".join("W" if east_asian_width(letter) in "WF" else letter for letter in text)
    face.set_text(text, 0, flags=LoadFlags.NO_HINTING)
    return float(face.get_width_height()[0]) / 64


def letters_on(colour: str) -> str:
    """Colour of letters on a fill: that which stands out most."""
    return "#000000" if sns.utils.relative_luminance(colour) > _HALFWAY else "#fefefe"


def legible(text: str, most: int = 90) -> str:
    """Name something in a figure: inert, and cut where it takes more than has room (the table under it has it all)."""
    text = inert(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def lines(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """Break a name into lines that are no wider than `room` points; a word breaks only where it is wider itself."""
    found = [""]
    for word in legible(text).split():
        longer = f"{found[-1]} {word}".strip()
        if extent(longer, size, weight) <= room:
            found[-1] = longer
            continue
        found += _parts(word, room, size, weight)
    return [line for line in found if line] or [""]


def _parts(word: str, room: float, size: float, weight: str) -> list[str]:
    """A word in parts that fit."""
    if extent(word, size, weight) <= room or len(word) == 1:
        return [word]
    fits = max(1, sum(extent(word[:end], size, weight) <= room for end in range(1, len(word))))
    return [word[:fits], *_parts(word[fits:], room, size, weight)]


def write(axes: Axes, x: float, y: float, text: str, size: float, **look: Any) -> Text:
    """Write at points from the left of the figure, and at a height of the axes."""
    return axes.text(x, y, text, fontsize=size, transform=points(axes), clip_on=False, linespacing=LINE - 0.15, **look)


def points(axes: Axes) -> Transform:
    """Points from the left of the figure, and heights of the axes."""
    figure: Any = axes.figure
    return blended_transform_factory(Affine2D().scale(1 / 72) + figure.dpi_scale_trans, axes.transData)


def paper(sheet: Sheet, height: float, *boxes: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """Make a figure of a height, with axes at points from its left and its top: left, top, width, height."""
    theme(sheet.size)
    figure = Figure(figsize=(sheet.width / 72, height / 72))
    places = [
        (left / sheet.width, 1 - (top + deep) / height, wide / sheet.width, deep / height)
        for left, top, wide, deep in boxes
    ]
    return figure, [figure.add_axes(place) for place in places]
