"""Letters know their size, and a drawing waits for its sheet."""

import pytest
from seaborn.utils import relative_luminance

from sto_analysis.report.figures import DESK, PHONE
from sto_analysis.report.figures.canvas import DARK, LINE, extent, letters_on, lines, paper


def _contrast(one: str, other: str) -> float:
    dark, light = sorted(map(relative_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_lines_are_no_wider_than_their_room():
    for room in (30, 90, 200):
        found = lines("Doorlopende leerlijnen en leerlingenaantallenprognosesystematiek in de regio", room, 9)
        assert all(extent(line, 9) <= room for line in found)
        assert "".join(found).replace(" ", "").startswith("Doorlopendeleerlijnen")
    assert lines("", 50, 9) == [""]
    assert extent("北京", 9) > extent("aa", 9)


@pytest.mark.parametrize("place", [0, 1])
def test_letters_stand_out_in_the_light_and_in_the_dark(place: int):
    """At least 4.5 to 1: all colours of the theme but that of the grid."""
    paper_colour = ("#ffffff", DARK["#ffffff"])[place]
    for bright, dark in DARK.items():
        if bright not in ("#ffffff", "#dbe3ea"):
            assert _contrast((bright, dark)[place], paper_colour) >= 4.5
    assert letters_on("#000000") != letters_on("#ffffff")


def test_letters_are_of_8_points_on_paper_and_12_pixels_on_the_narrowest_phone():
    column = (210 - 36) / 25.4 * 72  # points of A4 between margins of 18 mm
    assert DESK.size * min(1, column / DESK.width) >= 8
    assert PHONE.size * (320 - 40) / PHONE.width >= 12
    assert DESK.line == LINE * DESK.size


def test_axes_stand_at_points_from_the_upper_left():
    figure, (axes,) = paper(DESK, 200, (100, 50, 300, 100))
    assert figure.get_size_inches().tolist() == pytest.approx([DESK.width / 72, 200 / 72])
    assert axes.get_position().x0 * DESK.width == pytest.approx(100)
    assert axes.get_position().y1 * 200 == pytest.approx(150)
