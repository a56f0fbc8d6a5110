"""Regions as tiles: every region once per variable, its area above it, no name wider than its tile."""

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from sto_analysis.report import figures
from sto_analysis.report.figures import DESK, PHONE, Sheet, Tiled
from sto_analysis.report.figures.canvas import ORANGE, extent, letters_on
from tests.sto_analysis.report.figures import words

REGIONS = [f"R{at:02d}" for at in range(1, 15)]
AREAS = pd.Series(["Zeeland", "Groningen", "Noord-Holland", "Fryslân", "Aa", "", "Zeeland"] * 2, REGIONS)


def _tiled(name: str = "Krimp", **of: float) -> Tiled:
    position = pd.Series(dict.fromkeys(REGIONS, 0.0) | of)
    return Tiled(name, ["laag", "midden", "hoog"], position, pd.Series(False, REGIONS))


@pytest.mark.parametrize("sheet", [DESK, PHONE])
def test_every_region_is_a_tile_in_each_variable_and_areas_stand_where_provinces_lie(sheet: Sheet):
    told = words(figures.tiles(AREAS, [_tiled(), _tiled("Werk")], "open", "onbekend"), sheet)
    assert [told.count(region) for region in REGIONS] == [2] * len(REGIONS)
    order = [each for each in told if each in {"Groningen", "Fryslân", "Zeeland", "Aa"} or each.startswith("Noord-")]
    assert order[:5] == ["Noord-" if sheet.narrow else "Noord-Holland", "Fryslân", "Groningen", "Zeeland", "Aa"]
    assert "open" not in told and "onbekend" not in told


def test_what_is_open_or_unknown_is_told_by_its_edge_and_in_the_legend():
    shown = _tiled(R01=float("nan"), R02=2.0)
    shown.open["R02"] = True
    draw = figures.tiles(AREAS, [shown], "staat open", "onbekend")
    assert {"staat open", "onbekend"} <= set(words(draw))
    boxes = [each for each in draw(DESK).axes[0].patches if isinstance(each, Rectangle)]
    edges = [each for each in boxes if each.get_linewidth() == 2 and each.get_edgecolor()[:3] != (0, 0, 0)]
    assert len(edges) == 2  # the tile, and the legend
    assert ORANGE == "#b5541a" and letters_on("#dfe4e8") != letters_on("#0b5d8c")


@pytest.mark.parametrize("sheet", [DESK, PHONE])
def test_a_long_id_is_cut_to_its_tile_and_no_tile_leaves_the_sheet(sheet: Sheet):
    names = [f"streek-met-een-lange-naam-{at}" for at in range(9)]
    position, shut = pd.Series(1.0, names), pd.Series(False, names)
    draw = figures.tiles(pd.Series("Zuid-Holland", names), [Tiled("x" * 200, ["$a$"], position * 0, shut)], "o", "u")
    figure = draw(sheet)
    tiles = [each for each in figure.axes[0].patches if isinstance(each, Rectangle) and each.get_height() > sheet.line]
    assert len(tiles) == 9
    for tile in tiles:
        assert tile.get_x() >= 0 and tile.get_x() + tile.get_width() <= sheet.width
    for text in figure.axes[0].texts:
        if text.get_ha() == "center":
            assert extent(text.get_text(), sheet.size) <= tiles[0].get_width()


def test_no_variable_and_no_region_is_an_empty_sheet():
    assert words(figures.tiles(pd.Series(dtype="str"), [], "o", "u")) == []
