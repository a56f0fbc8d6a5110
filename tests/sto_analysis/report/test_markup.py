"""Tables and figures as they stand in a page."""

import base64

import matplotlib.pyplot as plt

from sto_analysis.report.markup import aligned, picture, svg
from tests import samples


def test_decimal_marks_stand_under_each_other():
    expected = ["<0,001", "0,03\u2007", "2\u2008\u2007\u2007\u2007", "–"]
    assert aligned(["<0,001", "0,03", "2", "–"], ",") == expected
    assert aligned(["1 van 2", "0,5"], ",") == ["1 van 2", "0,5"]


def test_the_same_figure_gives_the_same_bytes():
    first, second = svg(samples.drawing()), svg(samples.drawing())
    plt.close("all")
    assert first == second
    assert "regio’s" in first.decode()
    assert "dc:date" not in first.decode()


def test_a_picture_carries_its_stamp_and_leaves_no_open_figure():
    address = picture(samples.drawing(), "SYNTHETIC")
    assert b">SYNTHETIC</text>" in base64.b64decode(address.partition("base64,")[2])
    assert not plt.get_fignums()
