"""Partial pooling is the posterior of its model, errs less than one at a time, and knows what it cannot rank."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

from sto_analysis.analysis.design import Model
from sto_analysis.analysis.partial_pooling import partially_pool, pooled_table, shrunken

from .waves import wave

PRIOR_SD = 0.75


def _dense(estimates: np.ndarray, covariance: np.ndarray, sd: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Means, standard deviations and P(first is the larger) of two effects, by brute force over a grid of both."""
    b = np.stack(np.meshgrid(*[np.linspace(-5, 5, 1001)] * 2, indexing="ij"), axis=-1)
    density = multivariate_normal.pdf(b - estimates, cov=covariance) * norm.pdf(b / sd).prod(axis=-1)
    density /= density.sum()
    means = np.einsum("ab,abj->j", density, b)
    sds = np.sqrt(np.einsum("ab,abj->j", density, (b - means) ** 2))
    return means, sds, density[b[..., 0] > b[..., 1]].sum() + np.trace(density) / 2


@pytest.mark.parametrize(
    ("estimates", "sd", "correlation"), [((1.2, 0.1), 1.0, 0.3), ((0.8, -0.9), 0.5, -0.4), ((2.0, 1.8), 0.75, 0.0)]
)
def test_it_is_the_posterior_on_a_dense_grid(estimates: tuple[float, float], sd: float, correlation: float):
    covariance = np.array([[0.25, correlation * 0.3], [correlation * 0.3, 0.36]])
    means, sds, first = _dense(np.array(estimates), covariance, sd)
    mean, left = partially_pool(np.array(estimates), covariance, sd)
    np.testing.assert_allclose(mean, means, atol=1e-3)
    np.testing.assert_allclose(np.sqrt(np.diag(left)), sds, atol=1e-3)
    np.testing.assert_allclose(left, left.T, atol=1e-12)
    apart = (mean[0] - mean[1]) / np.sqrt(left[0, 0] + left[1, 1] - 2 * left[0, 1])
    assert norm.cdf(apart) == pytest.approx(first, abs=1e-3)


@pytest.mark.parametrize("one", [1.1, 1.3, 1.5])
def test_what_is_selected_is_no_longer_overestimated(one: float):
    """A flagged effect among eleven nulls, at the error that 51 regions have; the level asks for 2.85 errors."""
    rng = np.random.Generator(np.random.PCG64(1))
    estimates = one + rng.normal(0, 0.48, 4000)
    flagged = estimates[estimates > 2.85 * 0.48]
    pulled, _ = partially_pool(flagged, 0.48**2 * np.eye(len(flagged)), PRIOR_SD)
    assert flagged.mean() / one > 1.15
    assert 0.8 < pulled.mean() / one < 1.1
    assert np.mean((pulled - one) ** 2) < np.mean((flagged - one) ** 2)


def test_the_exposure_with_the_effect_is_ranked_first_and_forms_alike_are_not_told_apart():
    outcomes, exposures = wave(1, 120, effect=2.0)
    clear = pooled_table(Model(outcomes, exposures[["x", "y", "z"]], exposures[["commitment"]]), PRIOR_SD, 1)
    first = clear.set_index("exposure").loc["x"]
    assert first["first"] > 0.95
    assert first["rank"] == first["rank_low"] == first["rank_high"] == 1
    assert 1 < first["odds_ratio"] < first["unpooled"]
    assert clear["first"].sum() == pytest.approx(1)
    none = pd.concat([pooled_table(Model(*_null(seed)), PRIOR_SD, 1) for seed in range(6)])
    assert none["first"].max() < 0.9
    assert ((none["low"] > 1) | (none["high"] < 1)).mean() < 0.12


def _null(seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    outcomes, exposures = wave(seed, 60, effect=0.0)
    return outcomes, exposures[["x", "y", "z"]]


def test_the_same_seed_gives_the_same_table_and_another_one_nearly():
    once, again, other = (pooled_table(Model(*_null()), PRIOR_SD, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    np.testing.assert_allclose(once["first"], other["first"], atol=0.02)


def test_what_cannot_be_told_apart_or_estimated_is_named_and_the_others_are_pooled():
    outcomes, exposures = wave(2, 60)
    twins = exposures[["x", "y", "z"]].assign(twin=exposures["z"], same=1.0)
    found = pooled_table(Model(outcomes, twins, exposures[["commitment"]]), PRIOR_SD, 1).set_index("exposure")
    assert found["status"].to_dict() == {
        "x": "estimated", "y": "estimated", "z": "aliased", "twin": "aliased", "same": "constant",
    }  # fmt: skip
    assert found.loc["z", "alias"] == "twin"
    assert found["first"].notna().tolist() == [True, True, False, False, False]
    apart = pooled_table(Model(outcomes * 0 + exposures[["x"]].to_numpy(), exposures[["x", "y"]]), PRIOR_SD, 1)
    assert set(apart["status"]) == {"ridge"}
    assert apart["odds_ratio"].isna().all()
    few = pooled_table(Model(outcomes[:5], exposures[["x", "y"]][:5]), PRIOR_SD, 1)
    assert set(few["status"]) == {"too_few_regions"}


def test_shrunken_odds_ratios_lie_between_one_and_the_estimate_and_need_an_interval():
    rows = pd.DataFrame(
        {"exposure": list("abc"), "log_odds": [1.5, -0.2, 2.0], "low": [1.5, 0.4, np.nan], "df": [40.0, 30.0, np.nan]}
    )
    found = shrunken(rows, PRIOR_SD)
    assert 1 < found["a"] < np.exp(1.5)
    assert np.exp(-0.2) < found["b"] < 1
    assert np.isnan(found["c"])
    assert shrunken(rows[2:], PRIOR_SD).isna().all()
