"""Partial pooling is the posterior of its model, errs less than one at a time, and knows what it cannot rank."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import halfnorm, multivariate_normal, norm

from sto_analysis.analysis.design import Model
from sto_analysis.analysis.partial_pooling import partially_pool, pooled_table, shrunken

from .waves import wave


def _dense(estimates: np.ndarray, covariance: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Means, standard deviations, P(first is the larger) and tau of two effects, by brute force over all three."""
    z, taus = np.linspace(-5.95, 5.95, 120), (np.arange(200) + 0.5) * 5 * scale / 200
    first, second, tau = np.meshgrid(z, z, taus, indexing="ij")
    b = np.stack([tau * first, tau * second], axis=-1)
    density = multivariate_normal.pdf(b - estimates, cov=covariance) * norm.pdf(first) * norm.pdf(second)
    density *= halfnorm.pdf(tau, scale=scale) / (density * halfnorm.pdf(tau, scale=scale)).sum()
    means = np.einsum("abt,abtj->j", density, b)
    sds = np.sqrt(np.einsum("abt,abtj->j", density, (b - means) ** 2))
    return means, sds, density[first > second].sum() + density[first == second].sum() / 2, (density * tau).sum()


@pytest.mark.parametrize(
    ("estimates", "scale", "correlation"), [((1.2, 0.1), 1.0, 0.3), ((0.8, -0.9), 0.5, -0.4), ((2.0, 1.8), 1.0, 0.0)]
)
def test_it_is_the_posterior_on_a_dense_grid(estimates: tuple[float, float], scale: float, correlation: float):
    covariance = np.array([[0.25, correlation * 0.3], [correlation * 0.3, 0.36]])
    means, sds, first, tau = _dense(np.array(estimates), covariance, scale)
    found = partially_pool(np.array(estimates), covariance, scale)
    np.testing.assert_allclose(found.mean, means, atol=1e-3)
    spread = found.weights @ ((found.means - found.weights @ found.means)[:, :, None] * found.means[:, None]).reshape(
        -1, 4
    )
    covariances = spread.reshape(2, 2) + np.diag(found.weights @ found.variances)
    np.testing.assert_allclose(np.sqrt(np.diag(found.axes @ covariances @ found.axes.T)), sds, atol=1e-3)
    assert found.weights @ found.tau == pytest.approx(tau, abs=1e-3)
    drawn = found.draws(200_000, np.random.Generator(np.random.PCG64(1)))
    assert (drawn[:, 0] > drawn[:, 1]).mean() == pytest.approx(first, abs=0.005)
    np.testing.assert_allclose(drawn.std(axis=0), sds, rtol=0.01)


def test_what_is_selected_is_no_longer_overestimated():
    """Of 12 effects the largest estimate is a third too large on average; its posterior mean is not."""
    rng = np.random.Generator(np.random.PCG64(1))
    raw, pulled, truth = [], [], []
    for _ in range(2000):
        effects = rng.normal(0, 0.6, 12)
        estimates = effects + rng.normal(0, 0.5, 12)
        at = np.abs(estimates).argmax()
        sign = np.sign(estimates[at])
        raw.append(sign * estimates[at])
        pulled.append(sign * partially_pool(estimates, 0.25 * np.eye(12), 1.0).mean[at])
        truth.append(sign * effects[at])
    assert np.mean(raw) / np.mean(truth) > 1.25
    assert np.mean(pulled) / np.mean(truth) == pytest.approx(1, abs=0.1)


def test_the_exposure_with_the_effect_is_ranked_first_and_forms_alike_are_not_told_apart():
    outcomes, exposures = wave(1, 120, effect=2.0)
    clear = pooled_table(Model(outcomes, exposures[["x", "y", "z"]], exposures[["commitment"]]), 1.0, 1)
    first = clear.set_index("exposure").loc["x"]
    assert first["first"] > 0.95
    assert first["rank"] == first["rank_low"] == first["rank_high"] == 1
    assert 1 < first["odds_ratio"] < first["unpooled"]
    assert clear["first"].sum() == pytest.approx(1)
    none = pooled_table(Model(*_null()), 1.0, 1)
    assert none["first"].max() < 0.8
    assert (none["low"] < 1).all() and (none["high"] > 1).all()


def _null() -> tuple[pd.DataFrame, pd.DataFrame]:
    outcomes, exposures = wave(3, 60, effect=0.0)
    return outcomes, exposures[["x", "y", "z"]]


def test_the_same_seed_gives_the_same_table_and_another_one_nearly():
    once, again, other = (pooled_table(Model(*_null()), 1.0, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    np.testing.assert_allclose(once["first"], other["first"], atol=0.02)


def test_what_cannot_be_told_apart_or_estimated_is_named_and_the_others_are_pooled():
    outcomes, exposures = wave(2, 60)
    twins = exposures[["x", "y", "z"]].assign(twin=exposures["z"], same=1.0)
    found = pooled_table(Model(outcomes, twins, exposures[["commitment"]]), 1.0, 1).set_index("exposure")
    assert found["status"].to_dict() == {
        "x": "estimated", "y": "estimated", "z": "aliased", "twin": "aliased", "same": "constant",
    }  # fmt: skip
    assert found.loc["z", "alias"] == "twin"
    assert found["first"].notna().tolist() == [True, True, False, False, False]
    apart = pooled_table(Model(outcomes * 0 + exposures[["x"]].to_numpy(), exposures[["x", "y"]]), 1.0, 1)
    assert set(apart["status"]) == {"ridge"}
    assert apart["odds_ratio"].isna().all()
    few = pooled_table(Model(outcomes[:5], exposures[["x", "y"]][:5]), 1.0, 1)
    assert set(few["status"]) == {"too_few_regions"}


def test_shrunken_odds_ratios_lie_between_one_and_the_estimate_and_need_an_interval():
    rows = pd.DataFrame(
        {"exposure": list("abc"), "log_odds": [1.5, -0.2, 2.0], "low": [1.5, 0.4, np.nan], "df": [40.0, 30.0, np.nan]}
    )
    found = shrunken(rows, 1.0)
    assert 1 < found["a"] < np.exp(1.5)
    assert np.exp(-0.2) < found["b"] < 1
    assert np.isnan(found["c"])
    assert shrunken(rows[2:], 1.0).isna().all()
