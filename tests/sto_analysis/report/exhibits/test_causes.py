"""Tables of what else could explain a finding."""

import numpy as np
import pandas as pd

from sto_analysis.report.exhibits import causes
from tests.sto_analysis.report import named

NL = named("nl", a="Alfa", b="Beta")


def test_a_tipping_point_stands_beside_what_was_measured():
    row = {"exposure": "a", "regions": 51, "slope": 0.21, "robustness": 0.384, "robustness_interval": 0.2}
    row |= {"benchmark": "b", "with_exposure": 0.05, "with_yields": 0.22, "times": 3.44, "status": "estimated"}
    none = row | dict.fromkeys(["slope", "robustness", "robustness_interval", "with_exposure", "with_yields"], np.nan)
    shown = causes.tipping_table(NL, pd.DataFrame([row, none | {"benchmark": "", "times": np.inf}]))
    assert shown.table.iloc[0].tolist() == ["Alfa", "+21", "38%", "20%", "Beta", "5%", "22%", "3,4"]
    assert shown.table.iloc[1].tolist() == ["Alfa", *["–"] * 7]
    assert list(shown.base) == [51, 51]


def test_change_on_change_says_why_there_is_no_estimate():
    row = {"exposure": "a", "respondents": "unknown", "difference": 0.355, "difference_low": 0.237, "waves": 2,
           "difference_high": 0.473, "p": 0.0002, "p_adjusted": 0.0003, "detectable_effect": 0.262, "changing": 16,
           "regions": 39, "status": "estimated", "permutations": 4999}  # fmt: skip
    none = row | {"status": "one_region", "respondents": "all"}
    none |= dict.fromkeys(
        ["difference", "difference_low", "difference_high", "p", "p_adjusted", "detectable_effect"], np.nan
    )
    shown = causes.moved_table(NL, pd.DataFrame([row, none]))
    cells = ["Alfa", "niet bekend", "+36", "+24 tot +47", "<0,001", "<0,001", "+26", "16", "39"]
    assert shown.table.iloc[0].tolist() == cells
    assert shown.table.iloc[1].tolist() == [
        "Alfa",
        "ook gewisselde",
        NL.texts("status.one_region"),
        *["–"] * 4,
        "16",
        "39",
    ]
    assert shown.words == {"permutations": 4999, "waves": 2}


def test_planted_differences_stand_beside_one_wave_and_change_on_change():
    fields = ["exposure", "difference", "difference_low", "difference_high"]
    headline = pd.DataFrame([["a", 0.3, 0.1, 0.5], ["b", np.nan, np.nan, np.nan]], columns=fields)
    moved = pd.DataFrame([["a", 0.2, -0.1, 0.4]], columns=fields)
    shown = causes.truth_differences_table(NL, headline, moved, pd.Series({"a": 0.25, "b": 0.0}), "b")
    assert shown.table.iloc[0].tolist() == ["Alfa", "+25", "+30", "+10 tot +50", "+20", "−10 tot +40"]
    assert shown.table.iloc[1].tolist() == ["Beta", "0", *["–"] * 4]
    assert shown.words == {"trait": "Beta"}
