"""The forest plot."""

import numpy as np
import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from tests.sto_analysis.report.figures import words

NUMBERS = ("odds_ratio", "low", "high", "effect", "p_adjusted")
ROW = {"family": "borging", "exposure": "line_organisation", "status": "estimated", "alias": None}
ESTIMATED = ROW | dict(zip(NUMBERS, (2.0, 1.0, 4.0, 0.1, 0.01), strict=True))
CONSTANT = ROW | dict.fromkeys(NUMBERS, np.nan) | {"exposure": "joint_offer", "status": "constant"}


def test_forest_shows_a_reason_where_there_is_no_estimate(context: Context):
    texts = words(figures.forest(context, pd.DataFrame([ESTIMATED, CONSTANT])))
    named = {context.texts("family.borging"), "Lijnorganisatie", "Gezamenlijk aanbod"}
    assert named | {"+10", "0,010", context.texts("status.constant")} <= set(texts)


def test_a_forest_without_any_estimate_is_still_drawn(context: Context):
    assert context.texts("status.constant") in words(figures.forest(context, pd.DataFrame([CONSTANT])))


def test_a_forest_without_p_has_no_column_for_it(context: Context):
    table = pd.DataFrame([ESTIMATED | {"p_adjusted": np.nan}])
    assert "p" not in words(figures.forest(context, table))
    assert "p" in words(figures.forest(context, table.assign(p_adjusted=0.2)))


def test_a_ridge_estimate_is_an_open_point_without_interval(context: Context):
    ridge = ESTIMATED | {"odds_ratio": 9.0, "low": np.nan, "high": np.nan, "p_adjusted": 0.2, "status": "ridge"}
    figure = figures.forest(context, pd.DataFrame([ridge]))
    assert "Lijnorganisatie (ridge)" in words(figure)
    assert figure.axes[0].get_xlim()[1] > 9
    assert figure.axes[0].collections[0].get_facecolor()[0].tolist() == [1, 1, 1, 1]
