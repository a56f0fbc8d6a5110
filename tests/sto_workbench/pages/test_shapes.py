"""Boxes on slides: every word of the page in order, inside its place, in letters that can be read."""

from typing import Any

import pytest
from pptx import Presentation

from sto_workbench.pages import fitting, shapes
from sto_workbench.pages.deck import REFERENCE
from sto_workbench.pages.shapes import Box
from sto_workbench.pages.shown import Runs, Stage

ROOM = Box(43, 132, 873, 330)


def slide() -> Any:
    deck = Presentation(str(REFERENCE))
    return deck.slides.add_slide(deck.slide_layouts.get_by_name("Diagram"))


def boxes(made: Any) -> list[Any]:
    return [shape for shape in made.shapes if not shape.is_placeholder]


def inside(shape: Any, room: Box) -> bool:
    """Whether a box stands in a room and its text in the box."""
    sizes = [run.font.size.pt for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
    wide = shape.width.pt - 2 * 9
    told = sum(
        fitting.height([paragraph.text], wide, paragraph.runs[0].font.size.pt, bold=bool(paragraph.runs[0].font.bold))
        for paragraph in shape.text_frame.paragraphs
    )
    at = Box(shape.left.pt, shape.top.pt, shape.width.pt, shape.height.pt)
    across = room.left - 1 <= at.left and at.left + at.width <= room.left + room.width + 1
    down = room.top - 1 <= at.top and at.top + at.height <= room.top + room.height + 1
    return across and down and told <= at.height + 1 and min(sizes) >= 9


@pytest.mark.parametrize("count", [1, 3, 4])
def test_cards_show_what_is_bold_large_above_the_rest(count: int):
    made, told = (
        slide(),
        [[("39–43 %", True), (f" of the regions see much yield for number {n}.", False)] for n in range(count)],
    )
    high = shapes.cards(made, told, ROOM)
    found = boxes(made)
    assert [shape.text_frame.text for shape in found] == [
        f"39–43 %\nof the regions see much yield for number {n}." for n in range(count)
    ]
    assert all(inside(shape, ROOM) for shape in found)
    assert all(shape.height.pt == pytest.approx(high, abs=0.1) for shape in found)
    large, text = (paragraph.runs[0].font.size for paragraph in found[0].text_frame.paragraphs)
    assert large > text


@pytest.mark.parametrize(("stages", "points", "words"), [(7, 3, 6), (4, 11, 7), (9, 2, 5), (1, 1, 1)])
def test_a_chain_holds_every_stage_with_its_points_in_order(stages: int, points: int, words: int):
    body: list[Runs] = [[("word " * words + str(n), False)] for n in range(points)]
    made = slide()
    shapes.chain(made, [Stage(f"{n} stage of the chain", body, []) for n in range(stages)], [body] * stages, ROOM)
    found = boxes(made)
    assert len(found) == 2 * stages
    assert [shape.text_frame.text for shape in found[::2]] == [f"{n} stage of the chain" for n in range(stages)]
    assert all([p.text for p in shape.text_frame.paragraphs] == [runs[0][0] for runs in body] for shape in found[1::2])
    assert all(inside(shape, ROOM) for shape in found)


def test_a_stage_without_findings_is_its_head_alone():
    made = slide()
    shapes.chain(made, [Stage("first", [], []), Stage("second", [], [])], [[], [[("found", True)]]], ROOM)
    assert [shape.text_frame.text for shape in boxes(made)] == ["first", "second", "found"]


def test_what_stands_beside_fits_its_dashed_box():
    made, room = slide(), Box(43, 400, 873, 46)
    shapes.aside(made, [[("Context: ", True), ("one; " * 30, False)]], room)
    assert all(inside(shape, room) and shape.line.dash_style for shape in boxes(made))
