"""A table on slides: its columns as wide as what they hold, its rows on as many slides as they need."""

from collections.abc import Iterator, Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Pt

from sto_workbench.pages import fitting
from sto_workbench.pages.shown import Cell

Rows = Sequence[Sequence[Cell]]
_SIZES = (16, 14, 13, 12)
"""Of letters that are tried, in points."""
_BESIDE, _ABOVE = 14.4, 7.2
"""Margins of a cell, left and right together, and above and below, in points."""
_WIDEST = 20.0
"""Most that the longest word of a column takes, in sizes of its letters."""
_STYLE = "{7A1D0C52-5D0E-4B58-9C43-0B5C8C1B2A3A}"
"""Of tables, in ``reference.pptx``."""


def parted(heads: Sequence[str], rows: Rows, room: tuple[float, float]) -> list[Rows]:
    """Divide rows among slides with a room (width, height) in points."""
    return [rows] if _size(heads, rows, room) else list(_packed(heads, rows, room))


def fill(table: Any, heads: Sequence[str], rows: Rows, room: tuple[float, float]) -> None:
    """Write heads and rows into a table that has as many."""
    size = _size(heads, rows, room) or _SIZES[-1]
    wide = _widths(heads, rows, room[0], size)
    table._tbl.tblPr.find("{*}tableStyleId").text = _STYLE
    table.horz_banding = False
    for place, column in enumerate(wide):
        table.columns[place].width = Pt(column)
    numeric = [place > 0 and all(row[place].numbers for row in rows) for place in range(len(heads))]
    for number, texts in enumerate([list(heads), *([cell.text for cell in row] for row in rows)]):
        table.rows[number].height = Pt(_height(texts, wide, size))
        for place, text in enumerate(texts):
            cell = table.cell(number, place)
            cell.text, cell.vertical_anchor = text, MSO_ANCHOR.MIDDLE if number else MSO_ANCHOR.BOTTOM
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(size)
                paragraph.alignment = PP_ALIGN.RIGHT if numeric[place] else PP_ALIGN.LEFT


def _packed(heads: Sequence[str], rows: Rows, room: tuple[float, float]) -> Iterator[Rows]:
    """Rows that fit a slide at the smallest size, slide by slide."""
    wide, page = _widths(heads, rows, room[0], _SIZES[-1]), list[Sequence[Cell]]()
    first = used = _height(heads, wide, _SIZES[-1])
    for row in rows:
        high = _height([cell.text for cell in row], wide, _SIZES[-1])
        if page and used + high > room[1]:
            yield page
            page, used = [], first
        page.append(row)
        used += high
    yield page


def _size(heads: Sequence[str], rows: Rows, room: tuple[float, float]) -> int | None:
    """Largest letters at which a table fits one slide, if any do."""
    texts = [list(heads), *([cell.text for cell in row] for row in rows)]
    for size in _SIZES:
        wide = _widths(heads, rows, room[0], size)
        if sum(_height(each, wide, size) for each in texts) <= room[1]:
            return size
    return None


def _widths(heads: Sequence[str], rows: Rows, room: float, size: float) -> list[float]:
    """Divide a width: for each column its longest word, and what is left by what columns hold beyond that."""
    columns = [[head, *(row[place].text for row in rows)] for place, head in enumerate(heads)]
    least = [
        max(fitting.width(word, bold=True) for text in column for word in text.split() or [""]) for column in columns
    ]
    least = [min(each, _WIDEST) * size + _BESIDE for each in least]
    held = [max(map(fitting.width, column[1:]), default=0.0) * size + _BESIDE for column in columns]
    wanted = [max(most - low, 1.0) for most, low in zip(held, least, strict=True)]
    left = room - sum(least)
    return [low + left * more / sum(wanted) for low, more in zip(least, wanted, strict=True)]


def _height(texts: Sequence[str], wide: Sequence[float], size: float) -> float:
    """Height of a row."""
    each = (fitting.height([text], column - _BESIDE, size) for text, column in zip(texts, wide, strict=True))
    return max(each) + _ABOVE
