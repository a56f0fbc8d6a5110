"""Shares as tables."""

import numpy as np
import pandas as pd

from sto_analysis.report import tables
from sto_analysis.report.language import Texts

NL = Texts("nl")


def test_urgency_stands_beside_yield_with_both_bases():
    urgency = pd.DataFrame({"share": [0.5, 0.9], "base": [42, 42]}, index=["a", "b"])
    top = pd.DataFrame({"share": [0.6, 0.4], "base": [51, 50]}, index=["a", "b"])
    table = tables.contrast_table(NL, {"a": "Alfa", "b": "Beta"}, urgency, top)
    assert table.iloc[0].tolist() == ["Beta", "90%", "42", "40%", "50", "+50"]
    assert table.iloc[1, -1] == "−10"


def test_percentages_stand_under_the_name_of_their_series():
    series = {"2021": pd.Series({"a": 57}), "2024": pd.Series({"a": np.nan})}
    table = tables.percentages_table(NL, {"a": "Alfa"}, "aspect", series)
    assert table.to_dict("list") == {"Aspect": ["Alfa"], "2021": ["57%"], "2024": ["–"]}
