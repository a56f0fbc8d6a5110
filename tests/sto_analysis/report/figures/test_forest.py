"""The forest plot."""

import numpy as np
import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from tests.sto_analysis.report.figures import words

NL = Texts("nl")


def test_forest_shows_a_reason_where_there_is_no_estimate():
    numbers = ("odds_ratio", "low", "high", "effect", "p_adjusted")
    estimated = dict(zip(numbers, (2, 1, 4, 0.1, 0.01), strict=True)) | {"exposure": "a", "status": "estimated"}
    not_estimated = dict.fromkeys(numbers, np.nan) | {"exposure": "b", "status": "constant"}
    rows = [{"family": "borging", **estimated}, {"family": "borging", **not_estimated}]
    figure = figures.forest(pd.DataFrame(rows), {"a": "A", "b": "B"}, {"borging": "Vormen"}, NL, 0.05)
    texts = words(figure)
    assert {"Vormen", "A", "B", "+10", "0,010", NL("status.constant")} <= set(texts)


def test_a_forest_without_any_estimate_is_still_drawn():
    row = {"family": "borging", "exposure": "a", "status": "constant"} | dict.fromkeys(
        ("odds_ratio", "low", "high", "effect", "p_adjusted"), np.nan
    )
    assert NL("status.constant") in words(figures.forest(pd.DataFrame([row]), {"a": "A"}, {"borging": "V"}, NL, 0.05))


def test_a_forest_without_p_has_no_column_for_it():
    row = {"family": "f", "exposure": "a", "odds_ratio": 2.0, "low": 1.0, "high": 4.0, "effect": 0.1}
    table = pd.DataFrame([{**row, "status": "estimated", "p_adjusted": np.nan}])
    assert "p" not in words(figures.forest(table, {"a": "A"}, {"f": "F"}, NL, 0.05))
    assert "p" in words(figures.forest(table.assign(p_adjusted=0.2), {"a": "A"}, {"f": "F"}, NL, 0.05))


def test_a_ridge_estimate_is_an_open_point_without_interval():
    row = {"family": "f", "exposure": "a", "odds_ratio": 9.0, "low": np.nan, "high": np.nan, "effect": 0.1}
    figure = figures.forest(
        pd.DataFrame([{**row, "status": "ridge", "p_adjusted": 0.2}]), {"a": "A"}, {"f": "F"}, NL, 0.05
    )
    assert "A (ridge)" in words(figure)
    assert figure.axes[0].get_xlim()[1] > 9
    assert figure.axes[0].collections[0].get_facecolor()[0].tolist() == [1, 1, 1, 1]
