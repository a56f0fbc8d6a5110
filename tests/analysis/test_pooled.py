"""The headline model recovers what is there, and says why when it cannot."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.pooled import (
    Model,
    associate,
    associate_all,
    association_table,
    level_indicators,
    stack_outcomes,
)
from sto_analysis.analysis.proportional_odds import fit


def _wave(seed: int, regions: int = 60, effect: float = 1.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.Generator(np.random.PCG64(seed))
    index = [f"r{i}" for i in range(regions)]
    commitment = rng.integers(0, 3, regions).astype(float)
    forms = (rng.standard_normal((regions, 3)) + 0.4 * commitment[:, None] > 0).astype(float)
    shared = rng.standard_normal((regions, 1))
    latent = 0.8 * shared + rng.logistic(size=(regions, 8)) + effect * forms[:, [0]] + 0.5 * commitment[:, None]
    outcomes = pd.DataFrame(np.digitize(latent, [-0.5, 1.5]).astype(float), index=index, columns=list("abcdefgh"))
    exposures = pd.DataFrame(forms, index=index, columns=["x", "y", "z"]).assign(commitment=commitment)
    return outcomes, exposures


def test_an_effect_is_found_and_nulls_are_not_flagged():
    outcomes, exposures = _wave(1, 150)
    table = association_table(outcomes, exposures, exposures["commitment"], 999, 1).set_index("exposure")
    assert (table["status"] == "estimated").all()
    assert table.at["x", "p_adjusted"] == 0.001
    assert table.at["x", "low"] < np.exp(1.0) < table.at["x", "high"]
    assert table.loc[["y", "z"], "p_adjusted"].min() > 0.05
    assert table.at["commitment", "adjusted_for"] == ""
    assert table.at["x", "adjusted_for"] == "commitment"


def test_the_interval_covers_and_is_wider_than_independent_rows():
    inside, wider = 0, 0
    for seed in range(120):
        outcomes, exposures = _wave(seed, 49, effect=0.0)
        found = associate(outcomes, exposures["y"], exposures[["commitment"]])
        inside += found.low <= 1 <= found.high
        stack, _ = stack_outcomes(outcomes, exposures[["y", "commitment"]].to_numpy())
        wider += np.log(found.high / found.low) > 2 * 1.96 * fit(stack).se[0, 0]
    assert 0.89 <= inside / 120 <= 0.99
    assert wider / 120 > 0.9


def test_the_marginal_effect_is_the_mean_difference_in_predicted_top_share():
    outcomes, exposures = _wave(3, 200)
    found = associate(outcomes, exposures["x"])
    top = outcomes == 2
    raw = top[exposures["x"] == 1].mean().mean() - top[exposures["x"] == 0].mean().mean()
    assert found.effect == pytest.approx(raw, abs=0.03)
    assert found.effect_low < found.effect < found.effect_high


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda y, x: (y.iloc[:9], x), "too_few_regions"),
        (lambda y, x: (y, x.assign(x=1.0)), "constant"),
        (lambda y, x: (y, x.assign(x=x["commitment"])), "collinear"),
        (lambda y, x: (y * 0, x), "no_variation_in_outcome"),
    ],
)
def test_thin_data_give_a_reason_instead_of_an_estimate(change, status):
    outcomes, exposures = change(*_wave(4))
    found = associate(outcomes, exposures["x"], exposures[["commitment"]])
    assert found.status == status
    assert np.isnan(found.odds_ratio)


def test_a_separated_exposure_gets_a_labelled_ridge_estimate_that_is_finite():
    outcomes, exposures = _wave(4)
    found = associate(outcomes.mul(0).add(exposures["x"], axis=0), exposures["x"], exposures[["commitment"]])
    assert found.status == "ridge"
    assert 1 < found.odds_ratio < np.exp(4 * 2.5)


def test_a_ridge_estimate_has_no_interval():
    """Its jackknife interval covered the truth in 5 of 207 simulated separated cells."""
    outcomes, exposures = _wave(4)
    found = associate(outcomes.mul(0).add(exposures["x"], axis=0), exposures["x"])
    assert found.status == "ridge"
    assert np.isnan([found.low, found.high, found.effect_low, found.effect_high]).all()
    assert np.isfinite([found.odds_ratio, found.effect, found.least, found.most]).all()


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_separation_is_seen_under_either_link(link):
    for seed in range(20):
        outcomes, exposures = _wave(seed)
        outcomes[exposures["x"] == 1] = 2.0
        (found,) = associate_all([Model(outcomes, exposures[["x"]], exposures[["commitment"]], link)])[0]
        assert found.status == "ridge"


def test_separation_on_an_adjuster_leaves_the_estimate_of_the_exposure():
    outcomes, exposures = _wave(3, 80)
    adjuster = (exposures[["commitment"]] == 2).astype(float)
    outcomes[adjuster["commitment"] == 1] = 2.0
    found = associate(outcomes, exposures["x"], adjuster)
    rest = adjuster["commitment"] == 0  # the separated level says nothing about x
    assert found.status == "estimated"
    assert found.odds_ratio == pytest.approx(associate(outcomes[rest], exposures["x"][rest]).odds_ratio, rel=1e-5)


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_a_level_that_only_a_left_out_region_has_is_no_adjuster(level):
    outcomes, exposures = _wave(6)
    commitment = exposures["commitment"].replace(level, 1.0)
    commitment.iloc[0] = level
    outcomes.iloc[0] = np.nan
    found = associate(outcomes, exposures["x"], level_indicators(commitment))
    without = associate(outcomes.iloc[1:], exposures["x"].iloc[1:], level_indicators(commitment.iloc[1:]))
    assert found.status == "estimated"
    assert found.odds_ratio == pytest.approx(without.odds_ratio)


def test_a_constant_and_a_doubled_exposure_leave_the_joint_model_to_the_others():
    outcomes, exposures = _wave(9, 150)
    forms = exposures[["x", "y", "z"]].assign(same=1.0, again=exposures["x"])
    (jointly,) = associate_all([Model(outcomes, forms, exposures[["commitment"]])])
    by = {found.exposure: found for found in jointly}
    assert {name: found.status for name, found in by.items()} == {
        "x": "aliased", "y": "estimated", "z": "estimated", "same": "constant", "again": "aliased",
    }  # fmt: skip
    assert (by["x"].alias, by["again"].alias) == ("again", "x")
    assert np.isnan(by["x"].odds_ratio)
    (alone,) = associate_all([Model(outcomes, exposures[["x", "y", "z"]], exposures[["commitment"]])])
    assert by["y"].odds_ratio == pytest.approx(alone[1].odds_ratio)
    assert by["z"].high == pytest.approx(alone[2].high)


def test_what_is_estimated_but_not_tested_says_why():
    outcomes, exposures = _wave(6)
    holes = exposures[["x", "y", "z"]].copy()
    for place, name in enumerate(holes):
        holes.loc[[i % 3 != place for i in range(60)], name] = np.nan
    table = association_table(outcomes, holes, exposures["commitment"], 99, 1)
    assert (table["status"] == "estimated").all()
    assert table["p"].isna().all()
    assert (table["tested"] == "too_few_complete").all()
    within = exposures[["x"]].assign(high=(exposures["commitment"] == 2).astype(float))
    tested = association_table(outcomes, within, exposures["commitment"], 99, 1).set_index("exposure")["tested"]
    assert tested.to_dict() == {"x": "yes", "high": "constant_within"}


def test_an_estimate_that_hangs_on_one_region_is_a_ridge_estimate():
    outcomes, exposures = _wave(5)
    exposed = exposures["x"] == 1
    outcomes[exposed] = 2.0
    outcomes.iloc[np.flatnonzero(exposed)[0]] = 0.0
    assert associate(outcomes, exposures["x"]).status == "ridge"


def test_leaving_one_region_out_gives_the_range_of_the_odds_ratio():
    outcomes, exposures = _wave(2, 30)
    found = associate(outcomes, exposures["x"])
    left = [associate(outcomes.drop(r), exposures["x"].drop(r)).odds_ratio for r in outcomes.index]
    assert (found.least, found.most) == pytest.approx((min([*left, found.odds_ratio]), max([*left, found.odds_ratio])))


def test_exposures_that_adjust_for_each_other_come_from_one_model():
    outcomes, exposures = _wave(9, 150)
    alone = associate(outcomes, exposures["y"], exposures[["commitment", "x", "z"]])
    (jointly,) = associate_all([Model(outcomes, exposures[["x", "y", "z"]], exposures[["commitment"]])])
    assert [found.exposure for found in jointly] == ["x", "y", "z"]
    assert jointly[1].odds_ratio == pytest.approx(alone.odds_ratio, rel=1e-6)
    assert jointly[1].low == pytest.approx(alone.low, rel=1e-5)


def test_a_family_with_an_exposure_that_cannot_be_estimated_still_comes_out():
    outcomes, exposures = _wave(6)
    table = association_table(outcomes, exposures.assign(y=1.0), exposures["commitment"], 99, 1).set_index("exposure")
    assert table.at["y", "status"] == "constant"
    assert np.isnan(table.at["y", "p"])
    assert table.loc[["x", "z"], "p"].notna().all()


def test_regions_with_missing_answers_count_where_they_answered():
    outcomes, exposures = _wave(7)
    outcomes.iloc[0, :] = np.nan
    outcomes.iloc[1, :4] = np.nan
    _, region = stack_outcomes(outcomes, exposures[["x"]].to_numpy())
    assert 0 not in region
    assert (region == 1).sum() == 4
    assert associate(outcomes, exposures["x"]).regions == 59


def test_an_empty_lower_band_leaves_a_two_level_item():
    outcomes, exposures = _wave(8)
    outcomes["a"] = outcomes["a"].clip(lower=1)
    stack, _ = stack_outcomes(outcomes, exposures[["x"]].to_numpy())
    assert set(stack.y[stack.item == 0]) == {0, 1}
