"""The fit agrees with R and statsmodels, and says when there is no finite estimate."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from sto_analysis.analysis.proportional_odds import (
    Stack,
    fit,
    score_residuals,
    separated,
    top_probability_effect,
)

REFERENCE = Path(__file__).parents[1] / "reference"
EXPECTED = json.loads((REFERENCE / "expected.json").read_text())


def _single(y: np.ndarray, x: np.ndarray) -> Stack:
    return Stack(np.asarray(y, dtype=np.int64), np.zeros(len(y), dtype=np.int64), np.asarray(x, dtype=float))


def _random(seed: int, n: int = 120) -> Stack:
    rng = np.random.Generator(np.random.PCG64(seed))
    x = np.column_stack([rng.integers(0, 2, n), rng.standard_normal(n)])
    latent = x @ [0.8, -0.5] + rng.logistic(size=n)
    return _single(np.digitize(latent, [-1.0, 0.7, 1.8]), x)


@pytest.fixture(scope="module")
def wine() -> Stack:
    data = pd.read_csv(REFERENCE / "wine.csv")
    return _single(data["rating"] - 1, np.column_stack([data["temp"] == "warm", data["contact"] == "yes"]))


def test_wine_agrees_with_r_clm(wine: Stack):
    fitted, reference = fit(wine), EXPECTED["wine_clm"]
    np.testing.assert_allclose(fitted.coef[0], list(reference["coef"].values()), atol=1e-6)
    np.testing.assert_allclose(fitted.se[0], list(reference["se"].values()), atol=1e-6)
    np.testing.assert_allclose(fitted.thresholds[0, 0], reference["thresholds"], atol=1e-6)
    assert fitted.log_likelihood[0] == pytest.approx(reference["loglik"], abs=1e-6)
    assert fitted.converged.all()


def test_the_marginal_effect_of_wine_agrees_with_r(wine: Stack):
    effects = [top_probability_effect(wine, fit(wine), column, np.ones((1, 72)))[0] for column in (0, 1)]
    reference = EXPECTED["wine_clm"]["ame"]
    assert effects == pytest.approx([values[-1] for values in reference.values()], abs=1e-6)


def test_weighted_housing_agrees_with_r_polr():
    data = pd.read_csv(REFERENCE / "housing.csv")
    levels = [
        ("Infl", "Medium"),
        ("Infl", "High"),
        *(("Type", t) for t in ("Apartment", "Atrium", "Terrace")),
        ("Cont", "High"),
    ]
    x = np.column_stack([data[name] == level for name, level in levels])
    stack = _single(data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}), x)
    fitted, reference = fit(stack, data["Freq"].to_numpy(float)[None]), EXPECTED["housing_polr"]
    np.testing.assert_allclose(fitted.coef[0], list(reference["coef"].values()), atol=1e-6)
    np.testing.assert_allclose(fitted.se[0], list(reference["se"].values()), atol=1e-6)
    assert -2 * fitted.log_likelihood[0] == pytest.approx(reference["deviance"], abs=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_random_data_agree_with_ordered_model(seed: int):
    stack = _random(seed)
    reference = OrderedModel(stack.y, stack.x, distr="logit").fit(method="bfgs", gtol=1e-8, disp=False)
    fitted = fit(stack)
    np.testing.assert_allclose(fitted.coef[0], reference.params[:2], atol=1e-6)
    np.testing.assert_allclose(fitted.se[0], reference.bse[:2], atol=1e-5)


def test_a_zero_weight_leaves_a_row_out():
    stack = _random(1)
    weights = np.ones((2, 120))
    weights[1, :20] = 0
    without = fit(Stack(stack.y[20:], stack.item[20:], stack.x[20:]))
    np.testing.assert_allclose(fit(stack, weights).coef[1], without.coef[0], atol=1e-8)


def test_a_category_that_loses_its_only_row_is_dropped_from_that_fit():
    stack = _random(2, 60)
    y = np.where(stack.y == 0, 1, stack.y)
    y[0] = 0
    weights = np.ones((2, 60))
    weights[1, 0] = 0
    found = fit(Stack(y, stack.item, stack.x), weights)
    without = fit(Stack(y[1:] - 1, stack.item[1:], stack.x[1:]))
    assert found.converged.all()
    np.testing.assert_allclose(found.coef[1], without.coef[0], atol=1e-8)


def test_items_have_thresholds_of_their_own():
    one, two = _random(3), _random(4)
    both = Stack(np.r_[one.y, two.y // 2], np.r_[one.item, two.item + 1], np.vstack([one.x, two.x]))
    fitted = fit(both)
    assert fitted.thresholds.shape == (1, 2, 3)
    assert np.isnan(fitted.thresholds[0, 1, 1:]).all()
    x = np.column_stack([both.x, both.item])
    binary = Stack((both.y > 0).astype(np.int64), both.item, both.x)
    from statsmodels.api import Logit

    reference = Logit(binary.y, np.column_stack([x, np.ones(len(x))])).fit(disp=False, tol=1e-12)
    np.testing.assert_allclose(fit(binary).coef[0], reference.params[:2], atol=1e-7)


def test_score_residuals_are_the_derivative_of_the_log_likelihood():
    stack = _random(5)
    null = Stack(stack.y, stack.item, stack.x[:, :0])
    step, column = 1e-5, stack.x[:, [1]]
    from scipy import special

    theta = np.r_[-np.inf, fit(null).thresholds[0, 0], np.inf]

    def log_likelihood(b: float) -> float:
        eta = b * column[:, 0]
        return float(np.log(special.expit(theta[stack.y + 1] - eta) - special.expit(theta[stack.y] - eta)).sum())

    numerical = (log_likelihood(step) - log_likelihood(-step)) / (2 * step)
    assert score_residuals(null) @ column[:, 0] == pytest.approx(numerical, rel=1e-6)


def test_score_residuals_sum_to_zero_in_every_item():
    one, two = _random(6), _random(7)
    both = Stack(np.r_[one.y, two.y], np.r_[one.item, two.item + 1], np.zeros((240, 0)))
    assert np.bincount(both.item, weights=score_residuals(both)) == pytest.approx([0, 0], abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_planted_separation_names_its_coefficient(seed: int):
    stack = _random(seed, 60)
    x = np.column_stack([stack.x, stack.y >= 2])
    assert separated(_single(stack.y, x)).tolist() == [False, False, True]
    assert not separated(stack).any()


def test_quasi_separation_is_found_where_an_empty_cell_is():
    x = np.array([0, 0, 0, 0, 1, 1, 1])
    y = np.array([0, 1, 2, 1, 2, 2, 2])
    assert separated(_single(y, x[:, None])).tolist() == [True]


def test_an_item_with_one_category_says_nothing():
    stack = _random(8)
    more = Stack(np.r_[stack.y, [0] * 5], np.r_[stack.item, [1] * 5], np.vstack([stack.x, np.ones((5, 2))]))
    np.testing.assert_allclose(fit(more).coef, fit(stack).coef, atol=1e-8)
    assert (score_residuals(Stack(more.y, more.item, more.x[:, :0]))[-5:] == 0).all()
