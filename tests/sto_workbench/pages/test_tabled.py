"""Tables of slides: all rows, on as many slides as they need, in letters that can be read."""

from typing import Any

import pytest
from pptx import Presentation

from sto_workbench.pages import fitting, tabled
from sto_workbench.pages.deck import REFERENCE
from sto_workbench.pages.shown import Cell, Number

ROOM = (873.0, 330.0)


def cells(rows: int, text: str = "a word or two") -> list[list[Cell]]:
    return [[Cell(f"row {n}"), Cell(text), Cell("43%", (Number("a", "value", "0.43", "43%"),))] for n in range(rows)]


def table(heads: list[str], rows: Any) -> Any:
    deck = Presentation(str(REFERENCE))
    slide = deck.slides.add_slide(deck.slide_layouts.get_by_name("Table"))
    made = slide.placeholders[10].insert_table(len(rows) + 1, len(heads)).table
    tabled.fill(made, heads, rows, ROOM)
    return made


@pytest.mark.parametrize(("rows", "text"), [(4, "short"), (40, "short"), (12, "word " * 60), (1, "word " * 400)])
def test_no_row_is_lost_and_each_slide_has_room(rows: int, text: str):
    parts = tabled.parted(["Aspect", "Said", "Share"], cells(rows, text), ROOM)
    assert [cell[0].text for part in parts for cell in part] == [f"row {n}" for n in range(rows)]
    for part in parts:
        made = table(["Aspect", "Said", "Share"], part)
        assert sum(row.height.pt for row in made.rows) <= ROOM[1] or len(part) == 1
        assert sum(column.width.pt for column in made.columns) == pytest.approx(ROOM[0], abs=0.1)
        assert min(p.font.size.pt for row in made.rows for cell in row.cells for p in cell.text_frame.paragraphs) >= 12


def test_no_word_of_a_head_is_broken_and_numbers_stand_right():
    heads = ["Aspect", "(Heel) urgent", "Ontwikkelingssamenwerkingsverband"]
    made = table(heads, cells(6, "word " * 30))
    size = made.cell(0, 0).text_frame.paragraphs[0].font.size.pt
    for head, column in zip(heads, made.columns, strict=True):
        assert max(map(fitting.width, head.split())) * size <= column.width.pt
    assert made.cell(1, 2).text_frame.paragraphs[0].alignment != made.cell(1, 1).text_frame.paragraphs[0].alignment


def test_a_table_has_the_style_of_the_house():
    style = table(["a", "b", "c"], cells(1))._tbl.tblPr.find("{*}tableStyleId").text
    parts = {part.partname: part.blob for part in Presentation(str(REFERENCE)).part.package.iter_parts()}
    assert style.encode() in parts["/ppt/tableStyles.xml"]
