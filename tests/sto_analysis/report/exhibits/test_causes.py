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
