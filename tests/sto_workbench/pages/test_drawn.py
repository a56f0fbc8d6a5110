"""Figures become pictures whose letters are those that they were measured with."""

import base64
import io

import pytest
from PIL import Image

from sto_workbench.pages.drawn import decoded, png

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text y="15" style="font-family: X">ij</text></svg>'
)
COATS = ("data:image/svg+xml,%3Csvg%3E", "data:image/svg+xml;base64," + base64.b64encode(b"<svg>").decode())


@pytest.mark.parametrize("address", COATS)
def test_an_address_holds_its_svg_in_either_coat(address: str):
    assert decoded(address) == "<svg>"


def test_a_picture_has_the_width_that_was_asked_and_letters_in_it():
    picture = Image.open(io.BytesIO(png(SVG, 400)))
    assert picture.size == (400, 200)
    assert len(picture.convert("L").getcolors(256) or ()) > 5
