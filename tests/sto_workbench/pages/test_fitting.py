"""Texts are measured: as many lines as they take, in letters at least as wide as those of the slides."""

import pytest

from sto_workbench.pages import fitting


def test_a_text_is_as_wide_as_its_widest_line():
    assert fitting.width("mm\nmmmm") == fitting.width("mmmm") > fitting.width("mm") > fitting.width("ii") > 0


@pytest.mark.parametrize(("text", "room", "lines"), [("", 5, 1), ("word", 5, 1), ("word word", 4, 2), ("a\nb", 50, 2)])
def test_lines_break_between_words(text: str, room: float, lines: int):
    assert fitting.lines(text, room) == lines


def test_a_word_that_is_wider_than_its_box_takes_more_lines():
    assert fitting.lines("m" * 58, 10) == -(-fitting.width("m" * 58) // 10)


def test_the_largest_size_that_fits_is_taken_and_none_where_none_does():
    room = (100.0, 40.0)
    assert fitting.largest(["short"], room, (28, 20, 12)) == 28
    assert fitting.largest(["five words that are long"], room, (28, 12)) == 12
    assert fitting.largest(["word " * 80], room, (28, 12)) is None
    assert fitting.height(["a", "b"], 100, 10, gap=6) == pytest.approx(2 * 12 + 6)
