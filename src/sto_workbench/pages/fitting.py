"""Whether a text fits its box: measured, with letters at least as wide as those of the slides."""

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from sto_workbench.pages.drawn import fonts

_LEADING = 1.2
"""Height of a line in sizes of its letters."""


@cache
def _font() -> Any:
    """DejaVu Sans: a tenth wider than Arial and Helvetica, and as wide as they are bold."""
    from PIL import ImageFont

    return ImageFont.truetype(f"{fonts()}/DejaVuSans.ttf", 100, layout_engine=ImageFont.Layout.BASIC)


@cache
def width(text: str) -> float:
    """Width of the widest line of a text, in sizes of its letters."""
    return max(float(_font().getlength(line)) for line in text.split("\n")) / 100


def lines(text: str, room: float) -> int:
    """Count the lines that a text takes.

    Parameters
    ----------
    text : str
        With line breaks where it has them.
    room : float
        Width of the box in sizes of its letters; a word that is wider is broken.
    """
    return sum(_wrapped(line, room) for line in text.split("\n"))


def _wrapped(text: str, room: float) -> int:
    count, used, blank = 1, 0.0, width(" ")
    for word in text.split(" "):
        wide = width(word)
        if used and used + blank + wide > room:
            count, used = count + 1, 0.0
        elif used:
            used += blank
        used += wide
        if used > room:
            count, used = count + math.ceil(used / room) - 1, used % room
    return count


def height(paragraphs: Sequence[str], room: float, size: float, gap: float = 0) -> float:
    """Height of paragraphs of a size in a box of a width, with a gap between them; all in points."""
    return sum(lines(each, room / size) for each in paragraphs) * size * _LEADING + gap * max(0, len(paragraphs) - 1)


def largest(
    paragraphs: Sequence[str], box: tuple[float, float], sizes: Sequence[float], gap: float = 0
) -> float | None:
    """The first of some sizes at which paragraphs fit a box (width, height); None where they do at none."""
    return next((size for size in sizes if height(paragraphs, box[0], size, gap) <= box[1]), None)
