"""Whether a text fits its box: measured with the letters of the slides, Arial, which are as wide as Helvetica's."""

import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_LEADING = 1.2
"""Height of a line in sizes of its letters."""
_UNKNOWN, _MARGIN = 1.0, 1.02
"""Width of a letter that Helvetica has not; room that programs need beyond the width of letters."""
_LETTER = re.compile(r"WX (\d+) ; N (\w+) ;")


@cache
def _widths(*, bold: bool) -> dict[int, float]:
    """Letter → width in sizes, from the metrics that matplotlib brings along."""
    import matplotlib
    from fontTools.agl import AGL2UV

    name = f"Helvetica{'-Bold' if bold else ''}.afm"
    path = Path(matplotlib.get_data_path()) / "fonts" / "pdfcorefonts" / name
    letters = _LETTER.findall(path.read_text(encoding="ascii"))
    return {AGL2UV[letter]: int(wide) / 1000 for wide, letter in letters if letter in AGL2UV}


def width(text: str, *, bold: bool = False) -> float:
    """Width of the widest line of a text, in sizes of its letters."""
    known = _widths(bold=bold)
    return max(sum(known.get(ord(letter), _UNKNOWN) for letter in line) for line in text.split("\n")) * _MARGIN


def lines(text: str, room: float, *, bold: bool = False) -> int:
    """Count the lines that a text takes.

    Parameters
    ----------
    text : str
        With line breaks where it has them.
    room : float
        Width of the box in sizes of its letters; a word that is wider is broken.
    bold : bool
        Whether its letters are.
    """
    return sum(_wrapped([width(word, bold=bold) for word in line.split(" ")], room) for line in text.split("\n"))


def _wrapped(words: Sequence[float], room: float) -> int:
    count, used, blank = 1, 0.0, width(" ")
    for wide in words:
        if used and used + blank + wide > room:
            count, used = count + 1, 0.0
        elif used:
            used += blank
        used += wide
        if used > room:
            count, used = count + math.ceil(used / room) - 1, used % room
    return count


def height(paragraphs: Sequence[str], room: float, size: float, gap: float = 0, *, bold: bool = False) -> float:
    """Height of paragraphs of a size in a box of a width, with a gap between them; all in points."""
    told = sum(lines(each, room / size, bold=bold) for each in paragraphs)
    return told * size * _LEADING + gap * max(0, len(paragraphs) - 1)


def largest(
    paragraphs: Sequence[str], box: tuple[float, float], sizes: Sequence[float], gap: float = 0, *, bold: bool = False
) -> float | None:
    """The first of some sizes at which paragraphs fit a box (width, height); None where they do at none."""
    return next((size for size in sizes if height(paragraphs, box[0], size, gap, bold=bold) <= box[1]), None)
