"""The headline beside its checks, and all exposures of a family in one model."""

import numpy as np
import pandas as pd

from sto_analysis.analysis.design import Model
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.robustness import beside_checks, mutually_adjusted


def test_every_exposure_of_the_headline_stays_with_or_without_a_curve():
    led = dict.fromkeys(("family", "least", "most", "tested"), 1.0) | {"odds_ratio": 4.0, "status": "ridge"}
    headline = pd.DataFrame([{"exposure": name, **led, "p_adjusted": 0.01} for name in ("b", "a")])
    jointly = headline.assign(odds_ratio=[1.0, 2.0], low=0.1, high=9.0, alias="")
    extremes = pd.DataFrame({"exposure": ["a", "b"], "filled": 3, "lowest": 0.5, "highest": 5.0, "extremes": "ridge"})
    curves = pd.DataFrame({"exposure": ["index", "a"], "specifications": 128, "positives": 108, "p_adjusted": 0.2})
    curves["estimated"] = 120
    top = pd.DataFrame({"exposure": ["a", "a", "a", "a", "index"], "effect": [0.1, 0.4, 0.2, np.nan, 0.5]})
    table = beside_checks(headline, jointly, extremes, curves, top).set_index("exposure")
    assert list(table.index) == ["b", "a"]
    assert table["odds_ratio"].tolist() == [4.0, 4.0]
    assert table["joint_odds_ratio"].tolist() == [1.0, 2.0]
    assert table.loc["a", ["p_adjusted", "curve_p_adjusted", "estimated", "positives"]].tolist() == [
        0.01,
        0.2,
        120,
        108,
    ]
    assert table.loc["a", ["top_count", "top_median", "top_min", "top_max"]].tolist() == [3, 0.2, 0.1, 0.4]
    assert table.loc["b", ["specifications", "top_count"]].isna().all()


def test_the_exposures_of_a_family_adjust_for_each_other():
    rng = np.random.default_rng(3)
    yields = pd.DataFrame(rng.integers(0, 3, (40, 4)), columns=list("wxyz")).astype(float)
    exposures = pd.DataFrame(rng.integers(0, 2, (40, 3)), columns=list("abc")).astype(float)
    families = {"one": Model(yields, exposures[["a", "b"]]), "two": Model(yields, exposures[["c"]])}
    table = mutually_adjusted(families).set_index("exposure")
    assert table["family"].tolist() == ["one", "one", "two"]
    (alone,), (first, _) = associate_all([Model(yields, exposures[["a"]])])[0], associate_all([families["one"]])[0]
    assert table.at["a", "odds_ratio"] == first.odds_ratio != alone.odds_ratio


def test_of_a_shared_exposure_whole_clusters_are_left_out_of_the_joint_model():
    rng, clusters = np.random.default_rng(4), np.repeat(np.arange(20), 3)
    yields = pd.DataFrame(rng.integers(0, 3, (60, 4)), columns=list("wxyz")).astype(float)
    exposures = pd.DataFrame({"a": rng.integers(0, 3, 20)[clusters], "b": rng.integers(0, 2, 60)}).astype(float)
    labels = pd.DataFrame({"a": clusters.astype(str)})
    table = mutually_adjusted({"one": Model(yields, exposures)}, labels)
    plain = mutually_adjusted({"one": Model(yields, exposures)})
    (whole, _) = associate_all([Model(yields, exposures, clusters=labels["a"])])[0]
    assert table["exposure"].tolist() == ["a", "b"]
    assert table.at[0, "df"] == whole.df < plain.at[0, "df"] and table.at[0, "low"] == whole.low
    pd.testing.assert_frame_equal(table.loc[[1]], plain.loc[[1]])
