"""Boxes on slides: a few numbers as cards, and a chain of stages with what each holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pptx.enum.dml import MSO_THEME_COLOR as THEME
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from sto_workbench.pages import fitting
from sto_workbench.pages.shown import Runs, Stage

ACROSS = 4
"""Boxes beside each other."""
_BETWEEN, _INSIDE, _GAP = 14.0, 9.0, 4.0
"""Between boxes, within them at each side, and between their paragraphs, in points."""
_LARGE, _TEXT = (54, 48, 40, 36, 32, 28, 24, 20), (20, 18, 16, 14)
_HEADS, _POINTS = (16, 15, 14, 13, 12, 11), (16, 15, 14, 13, 12, 11, 10, 9)
_HEAD = 48.0
"""Height of the head of a stage, in points."""
Look = Literal["head", "group", "plain", "card", "aside"]


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float


def cards(slide: Any, told: Sequence[Runs], room: Box) -> float:
    """Draw cards beside each other: what is bold in each stands large above the rest; give how high they are."""
    width = (room.width - _BETWEEN * (len(told) - 1)) / len(told)
    inner, split = width - 2 * _INSIDE, [_split(runs) for runs in told]
    for large in _LARGE:
        left = room.height - 2 * _INSIDE - 1.3 * large
        text = min(fitting.largest([rest], (inner, left), _TEXT) or 0 for _, rest in split)
        if text and all(fitting.lines(big, inner / large, bold=True) == 1 for big, _ in split):
            break
    text = text or _TEXT[-1]
    high = 2 * _INSIDE + 1.3 * large + max(fitting.height([rest], inner, text) for _, rest in split)
    for place, (big, rest) in enumerate(split):
        frame = _box(slide, Box(room.left + place * (width + _BETWEEN), room.top, width, high), "card")
        _say(frame.paragraphs[0], [(big, True)], large, THEME.ACCENT_1)
        _say(frame.add_paragraph(), [(rest, False)], text)
    return high


def chain(
    slide: Any, stages: Sequence[Stage], bodies: Sequence[Sequence[Runs]], room: Box, look: Look = "head"
) -> None:
    """Draw stages, each above what it holds, in rows where they are many.

    Parameters
    ----------
    slide : Slide
        Where to draw.
    stages : sequence of Stage
        Their names.
    bodies : sequence of sequence of Runs
        What each holds.
    room : Box
        Where there is room.
    look : {"head", "group"}
        Whether a stage points to the next one.
    """
    rows = [range(first, min(first + ACROSS, len(stages))) for first in range(0, len(stages), ACROSS)]
    widths = [(room.width - _BETWEEN * (len(row) - 1)) / len(row) for row in rows]
    for size in _POINTS:
        heights = [
            max(fitting.height(list(map(_words, bodies[place])), width - 2 * _INSIDE, size, _GAP) for place in row)
            for row, width in zip(rows, widths, strict=True)
        ]
        if sum(heights) + len(rows) * (_HEAD + 2 * _INSIDE) + (len(rows) - 1) * _BETWEEN <= room.height:
            break
    top = room.top
    for row, width, height in zip(rows, widths, heights, strict=True):
        for across, place in enumerate(row):
            at = Box(
                room.left + across * (width + _BETWEEN), top, width, _HEAD + (height + 2 * _INSIDE if height else 0)
            )
            _stage(slide, stages[place].name, bodies[place], at, size, look)
        top += _HEAD + height + 2 * _INSIDE + _BETWEEN


def _stage(slide: Any, name: str, body: Sequence[Runs], at: Box, size: float, look: Look) -> None:
    """Draw the head of a stage, and below it what it holds."""
    head = fitting.largest([name], (at.width - 2 * _INSIDE - _HEAD / 4, _HEAD), _HEADS, bold=True) or _HEADS[-1]
    frame = _box(slide, replace(at, height=_HEAD), look)
    _say(frame.paragraphs[0], [(name, True)], head, THEME.BACKGROUND_1)
    if body:
        _fill(_box(slide, Box(at.left, at.top + _HEAD, at.width, at.height - _HEAD), "plain"), body, size)


def aside(slide: Any, told: Sequence[Runs], room: Box) -> None:
    """Draw what stands beside a chain in a dashed box."""
    inner = room.width - 2 * _INSIDE, room.height - _INSIDE
    size = fitting.largest(list(map(_words, told)), inner, _POINTS, _GAP) or _POINTS[-1]
    _fill(_box(slide, room, "aside"), told, size)


def _box(slide: Any, at: Box, look: Look) -> Any:
    """Frame for the text of a new box."""
    kind, above = MSO_SHAPE.PENTAGON if look == "head" else MSO_SHAPE.RECTANGLE, look in ("head", "group")
    shape = slide.shapes.add_shape(kind, *(Pt(each) for each in (at.left, at.top, at.width, at.height)))
    shape._element.remove(shape._element.find("{*}style"))  # which brings a shadow
    fill = dict.fromkeys(("head", "group"), THEME.ACCENT_1) | {"aside": THEME.BACKGROUND_1}
    shape.fill.solid()
    shape.fill.fore_color.theme_color = fill.get(look, THEME.BACKGROUND_2)
    if look == "aside":
        shape.line.color.theme_color, shape.line.dash_style, shape.line.width = THEME.ACCENT_2, 4, Pt(1.5)
    else:
        shape.line.fill.background()
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE if above else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Pt(_INSIDE)
    frame.margin_top = frame.margin_bottom = Pt(0 if above else _INSIDE / 2)
    if look == "head":
        shape.adjustments[0] = 0.25
    return frame


def _fill(frame: Any, told: Sequence[Runs], size: float) -> None:
    for number, runs in enumerate(told):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.space_after = Pt(_GAP)
        _say(paragraph, runs, size)


def _say(paragraph: Any, runs: Runs, size: float, colour: THEME = THEME.TEXT_1) -> None:
    paragraph.alignment = 1
    for text, bold in runs:
        run = paragraph.add_run()
        run.text, run.font.bold, run.font.size = text, bold, Pt(size)
        run.font.color.theme_color = colour


def _split(runs: Runs) -> tuple[str, str]:
    """What is bold at the beginning of a paragraph, and the rest."""
    bold = [text for text, strong in runs if strong][:1]
    return "".join(bold).strip(), "".join(text for text, strong in runs if not strong or text not in bold).strip()


def _words(runs: Runs) -> str:
    return "".join(text for text, _ in runs)
