"""The headline model recovers what is there, and says why when it cannot."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.design import Model, level_indicators, stack_outcomes
from sto_analysis.analysis.pooled import associate, associate_all

from .fitted import fit, se
from .waves import wave


@pytest.mark.whole
def test_the_interval_covers_and_is_wider_than_independent_rows():
    inside, wider = 0, 0
    for seed in range(120):
        outcomes, exposures = wave(seed, 49, effect=0.0)
        found = associate(outcomes, exposures["y"], exposures[["commitment"]])
        inside += found.low <= 1 <= found.high
        stack, _ = stack_outcomes(outcomes, exposures[["y", "commitment"]].to_numpy())
        wider += np.log(found.high / found.low) > 2 * 1.96 * se(fit(stack))[0, 0]
    assert 0.89 <= inside / 120 <= 0.99
    assert wider / 120 > 0.9


def test_the_marginal_effect_is_the_mean_difference_in_predicted_top_share():
    outcomes, exposures = wave(3, 200)
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
    outcomes, exposures = change(*wave(4))
    found = associate(outcomes, exposures["x"], exposures[["commitment"]])
    assert found.status == status
    assert np.isnan(found.odds_ratio)


def test_a_separated_exposure_gets_a_labelled_ridge_estimate_that_is_finite():
    outcomes, exposures = wave(4)
    found = associate(outcomes.mul(0).add(exposures["x"], axis=0), exposures["x"], exposures[["commitment"]])
    assert found.status == "ridge"
    assert 1 < found.odds_ratio < np.exp(4 * 2.5)


def test_a_ridge_estimate_has_no_interval():
    """Its jackknife interval covered the truth in 5 of 207 simulated separated cells."""
    outcomes, exposures = wave(4)
    found = associate(outcomes.mul(0).add(exposures["x"], axis=0), exposures["x"])
    assert found.status == "ridge"
    assert np.isnan([found.low, found.high, found.effect_low, found.effect_high]).all()
    assert np.isfinite([found.odds_ratio, found.effect, found.least, found.most]).all()


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_separation_is_seen_under_either_link(link):
    for seed in range(20):
        outcomes, exposures = wave(seed)
        outcomes[exposures["x"] == 1] = 2.0
        (found,) = associate_all([Model(outcomes, exposures[["x"]], exposures[["commitment"]], link)])[0]
        assert found.status == "ridge"


def test_separation_on_an_adjuster_leaves_the_estimate_of_the_exposure():
    outcomes, exposures = wave(3, 80)
    adjuster = (exposures[["commitment"]] == 2).astype(float)
    outcomes[adjuster["commitment"] == 1] = 2.0
    found = associate(outcomes, exposures["x"], adjuster)
    rest = adjuster["commitment"] == 0  # the separated level says nothing about x
    assert found.status == "estimated"
    assert found.odds_ratio == pytest.approx(associate(outcomes[rest], exposures["x"][rest]).odds_ratio, rel=1e-5)


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_a_level_that_only_a_left_out_region_has_is_no_adjuster(level):
    outcomes, exposures = wave(6)
    commitment = exposures["commitment"].replace(level, 1.0)
    commitment.iloc[0] = level
    outcomes.iloc[0] = np.nan
    found = associate(outcomes, exposures["x"], level_indicators(commitment))
    without = associate(outcomes.iloc[1:], exposures["x"].iloc[1:], level_indicators(commitment.iloc[1:]))
    assert found.status == "estimated"
    assert found.odds_ratio == pytest.approx(without.odds_ratio)


def test_a_constant_and_a_doubled_exposure_leave_the_joint_model_to_the_others():
    outcomes, exposures = wave(9, 150)
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


def test_an_estimate_that_hangs_on_one_region_is_a_ridge_estimate():
    outcomes, exposures = wave(5)
    exposed = exposures["x"] == 1
    outcomes[exposed] = 2.0
    outcomes.iloc[np.flatnonzero(exposed)[0]] = 0.0
    assert associate(outcomes, exposures["x"]).status == "ridge"


def test_exposures_that_adjust_for_each_other_come_from_one_model():
    outcomes, exposures = wave(9, 150)
    alone = associate(outcomes, exposures["y"], exposures[["commitment", "x", "z"]])
    (jointly,) = associate_all([Model(outcomes, exposures[["x", "y", "z"]], exposures[["commitment"]])])
    assert [found.exposure for found in jointly] == ["x", "y", "z"]
    assert jointly[1].odds_ratio == pytest.approx(alone.odds_ratio, rel=1e-6)
    assert jointly[1].low == pytest.approx(alone.low, rel=1e-5)


def test_a_region_without_answers_does_not_count():
    outcomes, exposures = wave(7)
    outcomes.iloc[0, :] = np.nan
    outcomes.iloc[1, :4] = np.nan
    assert associate(outcomes, exposures["x"]).regions == 59


@pytest.mark.parametrize("items", [1, 8])
def test_answers_in_which_one_region_alone_differs_give_no_estimate(items: int):
    """Without it all answers are alike; its exposure in the middle, they do not separate."""
    outcomes = pd.DataFrame(np.full((51, items), 2.0))
    outcomes.iloc[20] = 1.0
    found = associate(outcomes, pd.Series(np.repeat([0.0, 1.0, 2.0], 17), name="steps"))
    assert found.status == "one_region"
    assert np.isnan([found.odds_ratio, found.low, found.effect]).all()


def test_an_interval_over_hundreds_of_log_odds_stays_a_number(monkeypatch: pytest.MonkeyPatch):
    """As with less than one degree of freedom and refits far apart."""
    monkeypatch.setattr("sto_analysis.analysis.pooled.jackknife_interval", lambda *_: (-1e4, 1e4))
    outcomes, exposures = wave(3, 30)
    found = associate(outcomes, exposures["x"], exposures[["commitment"]])
    assert 0 < found.low < found.odds_ratio < found.high < np.inf
