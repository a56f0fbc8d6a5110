"""What is said of an exposure is tried over all levels that it may have."""

import itertools

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.family import association_table
from sto_analysis.analysis.hidden import over_open_levels
from sto_analysis.analysis.pooled import associate

from .waves import wave


def _over(exposures: pd.DataFrame, hidden: pd.Series, outcomes: pd.DataFrame, **changes: object) -> pd.Series:
    """Over levels of x that are open between 0 and 1 in the regions of `hidden`."""
    low, high = (exposures[["x"]].mask(hidden.to_numpy()[:, None], level).astype("Int64") for level in (0.0, 1.0))
    low.iloc[-1] = high.iloc[-1] = pd.NA
    given = {"permutations": 199, "seed": 1, "alpha": 0.05} | changes
    return (
        over_open_levels(outcomes, exposures, (low, high), exposures["commitment"], **given)
        .set_index("exposure")
        .loc["x"]
    )


def test_nothing_open_is_an_empty_table():
    outcomes, exposures = wave(1)
    bounds = exposures[["x"]], exposures[["x"]]
    assert over_open_levels(outcomes, exposures, bounds, exposures["commitment"], 99, 1, 0.05).empty
    assert over_open_levels(outcomes, exposures, (exposures[[]],) * 2, exposures["commitment"], 99, 1, 0.05).empty


def test_as_coded_it_is_the_headline():
    outcomes, exposures = wave(1, 150)
    hidden = pd.Series(np.arange(150) < 1, outcomes.index)
    found = _over(exposures, hidden, outcomes)
    told = association_table(outcomes, exposures, exposures["commitment"], 199, 1, 0.05).set_index("exposure").loc["x"]
    assert found["odds_ratio"] == pytest.approx(told["odds_ratio"])
    assert found["p_least"] <= told["p_adjusted"] <= found["p_most"]
    assert found["verdict"] == "found"
    assert found["found_in"] == found["assignments"]
    assert (found["open"], found["regions"]) == (1, 150)


def test_the_truth_lies_between_the_ends_and_these_are_those_of_all_assignments():
    """Six regions, 64 assignments: each with its own fit."""
    outcomes, exposures = wave(3)
    hidden = pd.Series(np.arange(60) % 10 == 4, outcomes.index)
    found, ratios = _over(exposures, hidden, outcomes), []
    levels = pd.get_dummies(exposures["commitment"], drop_first=True, dtype=float)
    for values in itertools.product([0.0, 1.0], repeat=6):
        x = exposures["x"].copy()
        x[hidden] = values
        ratios.append(associate(outcomes, x, levels).odds_ratio)
    assert found["lowest"] == pytest.approx(min(ratios), rel=0.02)
    assert found["highest"] == pytest.approx(max(ratios), rel=0.02)
    assert found["lowest"] < associate(outcomes, exposures["x"], levels).odds_ratio < found["highest"]


def test_an_answer_that_hangs_on_what_is_hidden_depends():
    outcomes, exposures = wave(1, 100)
    assert _over(exposures, pd.Series(np.arange(100) < 60, outcomes.index), outcomes)["verdict"] == "depends"
    noise = exposures.assign(x=exposures["y"].sample(frac=1, random_state=1).to_numpy())
    assert _over(noise, pd.Series(np.arange(100) < 2, outcomes.index), outcomes)["verdict"] == "not_found"


def test_regions_that_share_a_value_are_moved_together():
    outcomes, exposures = wave(4)
    clusters = np.arange(60) % 20
    shared = exposures.assign(x=(np.arange(20) % 3 == 0).astype(float)[clusters])
    labels = pd.DataFrame({"x": clusters}, index=outcomes.index)
    found = _over(shared, pd.Series(clusters == 5, outcomes.index), outcomes, clusters=labels)
    assert found["open"] == 3
    ends = []
    for level in (0.0, 1.0):
        x = shared["x"].mask(clusters == 5, level)
        ends.append(
            associate(outcomes, x, pd.get_dummies(shared["commitment"], drop_first=True, dtype=float)).odds_ratio
        )
    assert sorted(ends) == pytest.approx([found["lowest"], found["highest"]])


def test_the_adjuster_itself_may_be_open():
    outcomes, exposures = wave(2, 100)
    own = exposures[["commitment"]]
    bounds = own.where(np.arange(100)[:, None] >= 3, 0.0), own.where(np.arange(100)[:, None] >= 3, 2.0)
    found = over_open_levels(outcomes, exposures, bounds, exposures["commitment"], 199, 1, 0.05).iloc[0]
    told = associate(outcomes, exposures["commitment"])
    assert found["lowest"] < told.odds_ratio < found["highest"]
    assert found["odds_ratio"] == pytest.approx(told.odds_ratio)
