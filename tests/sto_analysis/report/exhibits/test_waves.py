"""Waves beside each other."""

import pandas as pd

from sto_analysis.report.exhibits import waves
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import compared

NL = named("nl", a="Alfa", b="Beta")
ROWS = pd.DataFrame(
    [
        {"item": "a", "earlier": 24, "later": 37, "became": 13, "ceased": 0, "difference": 13 / 42, "p": 0.0002},
        {"item": "b", "earlier": 30, "later": 28, "became": 1, "ceased": 3, "difference": -2 / 42, "p": 0.6},
    ]
).assign(base=42, low=0.1, high=0.4, p_holm=0.01)
CHANGE = compared(ROWS)


def test_the_shares_of_both_waves_stand_beside_their_difference():
    shown = waves.change_figure(NL, CHANGE, ("2021", "2024"))
    assert shown.table.iloc[0].to_dict() == {
        "Aspect": "Alfa",
        "2021": "57%",
        "2024": "88%",
        "Verandering": "+31",
        "n": "42",
    }
    assert shown.words["each"] == "Alfa (+31 procentpunt)"
    assert shown.figure is not None


def test_a_change_is_printed_with_its_moves_and_its_interval():
    shown = waves.change_table(NL, CHANGE, since="2021")
    assert shown.table.iloc[1].tolist() == ["Beta", "1 / 3", "−5", "+10 tot +40", "0,600", "0,010", "42"]
    assert shown.words == {"since": "2021", "count": 2}
