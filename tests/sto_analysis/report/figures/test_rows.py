"""Rows stand under each other with all that belongs to them, on a desk and on a phone."""

import pytest

from sto_analysis.report.figures import DESK, PHONE, Sheet
from sto_analysis.report.figures.rows import Key, Panel, rows
from tests.sto_analysis.report.figures.test_quadrant import collisions

LONG = "Een naam van achtenvijftig letters waar geen einde aan komt"


@pytest.mark.parametrize("sheet", [DESK, PHONE])
@pytest.mark.parametrize("panels", [1, 2])
def test_long_names_keys_and_heads_touch_nothing(sheet: Sheet, panels: int):
    keys = [Key(LONG, "red"), Key("kort", "blue", "o"), Key("ook kort", "blue"), Key(f"{LONG} {LONG}", "red")]
    above = [Panel(f"{LONG} {place}", [Key(f"{key.text} {place}", key.colour) for key in keys], f"kop {place}")
             for place in range(panels)]  # fmt: skip
    labels = [f"{place} {LONG}" for place in range(3)] + ["Aaneengeschrevenbuitengewoonlangewoordenzonderspaties"]
    made = rows(sheet, labels, 120, 40, "" if panels > 1 else LONG, above, [1], ticks=panels == 1)
    for axes in made.panels:
        made.beside(0, f"{axes.get_position().y0:.2f}", axes)
        axes.set_xticks([])
    assert collisions(lambda _: made.figure, sheet) == []
    assert made.at == sorted(made.at)
    assert len({*made.starts}) == len(labels) + 1
