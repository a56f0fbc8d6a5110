"""A family of exposures is tested as one, and says why where it cannot."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.family import association_table

from .waves import wave


def test_an_effect_is_found_and_nulls_are_not_flagged():
    outcomes, exposures = wave(1, 150)
    table = association_table(outcomes, exposures, exposures["commitment"], 999, 1, 0.05).set_index("exposure")
    assert (table["status"] == "estimated").all()
    assert table.at["x", "p_adjusted"] == 0.001
    assert table.at["x", "low"] < np.exp(1.0) < table.at["x", "high"]
    assert table.loc[["y", "z"], "p_adjusted"].min() > 0.05
    assert table.at["commitment", "adjusted_for"] == ""
    assert table.at["x", "adjusted_for"] == "commitment"


def test_a_region_that_misses_an_exposure_stays_in_the_test_of_the_others():
    """With every third region missing each of three forms, none is complete; all three are tested on their own."""
    outcomes, exposures = wave(6)
    holes = exposures[["x", "y", "z"]].copy()
    for place, name in enumerate(holes):
        holes.loc[[f"r{i}" for i in range(60) if i % 3 != place], name] = np.nan
    table = association_table(outcomes, holes, exposures["commitment"], 99, 1, 0.05)
    assert (table["tested"] == "yes").all()
    assert table["p"].notna().all()
    assert (table["regions"] == 20).all()


def test_a_missing_exposure_is_tested_as_the_mean_of_its_stratum():
    outcomes, exposures = wave(3)
    holes = exposures[["x", "y"]].copy()
    holes.iloc[[4, 17, 30], 0] = np.nan
    filled = holes.fillna(holes.groupby(exposures["commitment"]).transform("mean"))
    tables = [association_table(outcomes, each, exposures["commitment"], 999, 1, 0.05) for each in (holes, filled)]
    for column in ("p", "p_adjusted", "critical"):
        assert tables[0][column].to_numpy() == pytest.approx(tables[1][column].to_numpy(), abs=0.003)
    assert tables[0]["regions"].tolist() == [57, 60]


def test_an_exposure_that_hangs_on_two_regions_leaves_the_test():
    outcomes, exposures = wave(6)
    few = exposures.assign(y=np.repeat([0.0, 1.0], [2, 58]))
    table = association_table(outcomes, few, exposures["commitment"], 99, 1, 0.05).set_index("exposure")
    assert table.at["y", "tested"] == "not_estimable"
    assert np.isnan(table.at["y", "p"])
    without = association_table(outcomes, few.drop(columns="y"), exposures["commitment"], 99, 1, 0.05)
    assert table.drop("y")["p_adjusted"].tolist() == without["p_adjusted"].tolist()


def test_the_level_gives_the_critical_value():
    outcomes, exposures = wave(6)
    strict, loose = (
        association_table(outcomes, exposures, exposures["commitment"], 999, 1, alpha)["critical"].max()
        for alpha in (0.01, 0.10)
    )
    assert strict > loose + 0.3


def test_a_family_with_an_exposure_that_cannot_be_estimated_still_comes_out():
    outcomes, exposures = wave(6)
    table = association_table(outcomes, exposures.assign(y=1.0), exposures["commitment"], 99, 1, 0.05).set_index(
        "exposure"
    )
    assert table.at["y", "status"] == "constant"
    assert np.isnan(table.at["y", "p"])
    assert table.loc[["x", "z"], "p"].notna().all()


def _neighbours(seed: int = 4):
    """Regions in 20 clusters that share x and a part of their answers."""
    outcomes, exposures = wave(seed)
    clusters = np.arange(60) % 20
    shared = exposures.assign(x=(np.arange(20) % 3 == 0).astype(float)[clusters])
    return outcomes, shared, pd.DataFrame({"x": [f"AM{each}" for each in clusters]}, index=outcomes.index)


def test_clusters_change_their_own_exposure_and_no_estimate_or_p_of_another():
    outcomes, exposures, clusters = _neighbours()
    plain, told = (
        association_table(outcomes, exposures, exposures["commitment"], 999, 1, 0.05, each).set_index("exposure")
        for each in (None, clusters)
    )
    others = plain.drop("x").drop(columns=["p_adjusted", "critical"])
    pd.testing.assert_frame_equal(told.loc[others.index, others.columns], others, check_exact=True)
    assert told["clusters"].dropna().to_dict() == {"x": 20}
    assert told.at["x", "values"] == 2
    assert told.at["x", "df"] < 19 < plain.at["x", "df"]
    assert told.at["x", "odds_ratio"] == pytest.approx(plain.at["x", "odds_ratio"])
    assert told.at["x", "p"] != plain.at["x", "p"]


def test_clusters_of_one_region_each_change_nothing():
    outcomes, exposures, clusters = _neighbours()
    plain, alone = (
        association_table(outcomes, exposures, exposures["commitment"], 99, 1, 0.05, each)
        for each in (None, clusters.assign(x=clusters.index))
    )
    pd.testing.assert_frame_equal(plain, alone, check_exact=True)


def test_what_fewer_than_eight_clusters_share_is_not_tested():
    outcomes, exposures, clusters = _neighbours()
    few = clusters.assign(x=np.arange(60) % 7)
    exposures["x"] = (few["x"] < 4).astype(float)
    table = association_table(outcomes, exposures, exposures["commitment"], 99, 1, 0.05, few).set_index("exposure")
    assert table.loc["x", ["status", "tested"]].tolist() == ["few_clusters", "not_estimable"]
    assert table.loc["x", ["odds_ratio", "p"]].isna().all()
    assert table.at["x", "clusters"] == 7
    assert table.loc[["y", "z"], "p"].notna().all()
