"""Shares with intervals."""

import numpy as np
import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from tests.sto_analysis.report.figures import words

NL = Texts("nl")


def test_shares_stand_in_order_with_their_percentages_rounded_half_up():
    table = pd.DataFrame({"concept": ["a", "b"], "share": [0.205, 0.9], "low": [0.1, 0.8], "high": [0.3, 0.95]})
    figure = figures.intervals(table, {"a": "A", "b": "B"}, "%")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["B", "A"]
    assert {"21%", "90%"} <= set(words(figure))


def test_a_share_of_nobody_is_left_empty():
    table = pd.DataFrame({"concept": ["a", "b"], "share": [np.nan, 0.9], "low": [np.nan, 0.8], "high": [np.nan, 1.0]})
    assert not any("nan" in word for word in words(figures.intervals(table, {"a": "A", "b": "B"}, "%")))
