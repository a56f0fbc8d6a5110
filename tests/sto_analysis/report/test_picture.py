"""Figures as they stand in a page."""

import re
from urllib.parse import unquote

import matplotlib.pyplot as plt

from sto_analysis.report.figures import DESK, PHONE
from sto_analysis.report.picture import SVG, picture, svg
from tests import samples


def test_the_same_figure_gives_the_same_bytes():
    first, second = svg(samples.drawing()(DESK)), svg(samples.drawing()(DESK))
    plt.close("all")
    assert first == second
    assert "regio’s" in first.decode()
    assert "dc:date" not in first.decode()


def test_a_picture_carries_its_stamp_and_leaves_no_open_figure():
    address = picture(samples.drawing(), PHONE, "SYNTHETIC")
    assert not re.search('["<>#]', address), "as it stands in an attribute"
    assert ">SYNTHETIC</text>" in unquote(address.removeprefix(SVG))
    assert not plt.get_fignums()
