"""Rows of results."""

import numpy as np
import pandas as pd

from sto_analysis.report.language import Texts
from sto_analysis.report.rows import by_position, reason


def test_a_reason_names_what_an_exposure_cannot_be_told_apart_from():
    row = {"status": "aliased", "alias": "a b"}
    assert reason(Texts("nl"), {"a": "Alfa", "b": "Beta"}, row) == "niet te scheiden van Alfa en Beta"
    assert "gelijk" in reason(Texts("nl"), {}, {"status": "constant", "alias": np.nan})


def test_a_distribution_keeps_the_order_of_its_concepts():
    rows = [("b", 0, 0.2), ("b", 1, 0.8), ("a", 0, 0.5), ("a", 1, 0.5)]
    wide = by_position(pd.DataFrame(rows, columns=["concept", "position", "share"]))
    assert list(wide.index) == ["b", "a"]
    assert wide.loc["b", 1] == 0.8
