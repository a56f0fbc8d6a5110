"""Shares with intervals."""

import numpy as np
import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from tests.sto_analysis.report.figures import words

TABLE = pd.DataFrame({"concept": ["enrolment", "teachers"], "share": [0.205, 0.9], "low": [0.1, 0.8], "high": [0.3, 1]})


def test_shares_stand_in_order_with_their_percentages_rounded_half_up(context: Context):
    figure = figures.intervals(context, TABLE, "%")
    shown = [label.get_text().replace("\n", " ") for label in figure.axes[0].get_yticklabels()]
    assert shown == [context.full["teachers"], context.full["enrolment"]]
    assert {"21%", "90%"} <= set(words(figure))


def test_a_share_of_nobody_is_left_empty(context: Context):
    table = TABLE.where(TABLE["concept"] == "teachers", np.nan).assign(concept=TABLE["concept"])
    assert not any("nan" in word for word in words(figures.intervals(context, table, "%")))
