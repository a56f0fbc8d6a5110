"""The fit agrees with R and statsmodels, and says when there is no finite estimate."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, gammaln
from scipy.stats import chi2
from statsmodels.miscmodels.ordinal_model import OrderedModel

from sto_analysis.analysis.counts import Stack, tabulate
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.proportional_odds import score_residuals, top_probability_effect

from .fitted import fit, se
from .waves import simulated, single

REFERENCE = Path(__file__).parents[2] / "reference"
EXPECTED = json.loads((REFERENCE / "expected.json").read_text())


def _marginal(stack: Stack, fitted: Fit, column: int) -> list[float]:
    """Average marginal effect of a 0/1 predictor on every category, from the estimates."""

    def shares(value: float) -> np.ndarray:
        x = stack.x.copy()
        x[:, column] = value
        below = expit(fitted.thresholds[0, 0] - (x @ fitted.coef[0])[:, None])
        return np.diff(below, prepend=0, append=1, axis=1).mean(axis=0)

    return (shares(1) - shares(0)).tolist()


@pytest.fixture(scope="module")
def wine() -> Stack:
    data = pd.read_csv(REFERENCE / "wine.csv")
    return single(data["rating"] - 1, np.column_stack([data["temp"] == "warm", data["contact"] == "yes"]))


def test_wine_agrees_with_r_clm(wine: Stack):
    fitted, reference = fit(wine), EXPECTED["wine_clm"]
    np.testing.assert_allclose(fitted.coef[0], list(reference["coef"].values()), atol=1e-6)
    np.testing.assert_allclose(se(fitted)[0], list(reference["se"].values()), atol=1e-6)
    np.testing.assert_allclose(fitted.thresholds[0, 0], reference["thresholds"], atol=1e-6)
    assert fitted.log_likelihood[0] == pytest.approx(reference["loglik"], abs=1e-6)
    assert fitted.converged.all()


def test_the_interaction_and_the_aic_of_wine_agree_with_r_clm(wine: Stack):
    more = single(wine.y, np.column_stack([wine.x, wine.x.prod(axis=1)]))
    ratio = 2 * (fit(more).log_likelihood - fit(wine).log_likelihood)[0]
    reference = EXPECTED["wine_clm"]["LR_interaction"]
    assert ratio == pytest.approx(reference["stat"], abs=5e-6)  # printed with five decimals
    assert more.x.shape[1] - wine.x.shape[1] == reference["df"]
    assert chi2.sf(ratio, reference["df"]) == pytest.approx(reference["p"], abs=5e-6)
    aic = -2 * fit(wine).log_likelihood[0] + 2 * (2 + 4)
    assert aic == pytest.approx(EXPECTED["wine_clm"]["AIC"], abs=1e-6)


def test_ucla_agrees_with_r_clm():
    data = pd.read_csv(REFERENCE / "ologit_ucla.csv")
    y = data["apply"].map({"unlikely": 0, "somewhat likely": 1, "very likely": 2}).to_numpy()
    stack = single(y, data[["pared", "public", "gpa"]].to_numpy())
    fitted, reference = fit(stack), EXPECTED["ucla_ologit"]
    np.testing.assert_allclose(fitted.coef[0], list(reference["coef"].values()), atol=1e-6)
    np.testing.assert_allclose(se(fitted)[0], list(reference["se"].values()), atol=1e-6)
    np.testing.assert_allclose(fitted.thresholds[0, 0], reference["thresholds"], atol=1e-6)
    assert fitted.log_likelihood[0] == pytest.approx(reference["loglik"], abs=1e-6)
    for column, name in enumerate(["pared", "public"]):  # the reference has none for gpa
        assert _marginal(stack, fitted, column) == pytest.approx(reference["ame"][name], abs=reference["tol"])
        effect = top_probability_effect(tabulate(stack), fitted, column)[0]
        assert effect == pytest.approx(reference["ame"][name][-1], abs=reference["tol"])
    assert list(reference["ame"]) == ["pared", "public"]


def test_grouped_pneumoconiosis_agrees_with_vgam():
    """VGAM models P(Y >= k): its intercepts are our thresholds with the other sign."""
    data = pd.read_csv(REFERENCE / "pneumo.csv")
    counts = data[["normal", "mild", "severe"]].to_numpy(float)
    stack = single(np.tile([0, 1, 2], 8), np.repeat(np.log(data[["exposure.time"]].to_numpy()), 3, axis=0))
    fitted, reference = fit(stack, counts.reshape(1, -1)), EXPECTED["pneumo"]
    assert fitted.coef[0, 0] == pytest.approx(reference["coef"]["logtime"], abs=1e-5)
    intercepts = [reference["coef"][name] for name in ("Intercept1", "Intercept2")]
    np.testing.assert_allclose(-fitted.thresholds[0, 0], intercepts, atol=1e-5)
    n = counts.sum(axis=1)  # VGAM's log likelihood is that of the grouped counts: with their multinomial coefficients
    grouped = fitted.log_likelihood[0] + (gammaln(n + 1) - gammaln(counts + 1).sum(axis=1)).sum()
    assert f"grouped loglik {grouped:.10f}" == reference["loglik_note"]


def test_the_diverging_endometrial_estimate_is_called_separated():
    """`glm` prints 18.19 with a standard error of 1716 for NV; there is no finite estimate."""
    data = pd.read_csv(REFERENCE / "endometrial.csv")
    found = fit(single(data["HG"], data[["NV", "PI", "EH"]]))
    assert "+Inf" in EXPECTED["endometrial_firth"]["ml_NV_diverges"]
    assert found.separated.tolist() == [[True, False, False]]
    assert found.coef[0, 0] > 15


def test_the_likelihood_ratios_of_housing_agree_with_r_polr():
    data = pd.read_csv(REFERENCE / "housing.csv")
    terms = {name: pd.get_dummies(data[name]).iloc[:, 1:].to_numpy(float) for name in ("Infl", "Type", "Cont")}
    y, weights = data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy(), data["Freq"].to_numpy(float)[None]
    full = fit(single(y, np.hstack(list(terms.values()))), weights).log_likelihood[0]
    reference = EXPECTED["housing_polr"]
    for name, (ratio, df) in reference["dropterm_LR"].items():
        rest = np.hstack([columns for other, columns in terms.items() if other != name])
        found = 2 * (full - fit(single(y, rest), weights).log_likelihood[0])
        assert found == pytest.approx(ratio, abs=reference["tol"])
        assert terms[name].shape[1] == df


def test_the_marginal_effect_of_wine_agrees_with_r(wine: Stack):
    for column, values in enumerate(EXPECTED["wine_clm"]["ame"].values()):
        assert _marginal(wine, fit(wine), column) == pytest.approx(values, abs=1e-6)
        assert top_probability_effect(tabulate(wine), fit(wine), column)[0] == pytest.approx(values[-1], abs=1e-6)


def test_weighted_housing_agrees_with_r_polr():
    data = pd.read_csv(REFERENCE / "housing.csv")
    levels = [
        ("Infl", "Medium"),
        ("Infl", "High"),
        *(("Type", t) for t in ("Apartment", "Atrium", "Terrace")),
        ("Cont", "High"),
    ]
    x = np.column_stack([data[name] == level for name, level in levels])
    stack = single(data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}), x)
    fitted, reference = fit(stack, data["Freq"].to_numpy(float)[None]), EXPECTED["housing_polr"]
    np.testing.assert_allclose(fitted.coef[0], list(reference["coef"].values()), atol=1e-6)
    np.testing.assert_allclose(se(fitted)[0], list(reference["se"].values()), atol=1e-6)
    np.testing.assert_allclose(fitted.thresholds[0, 0], reference["thresholds"], atol=reference["tol"])
    assert -2 * fitted.log_likelihood[0] == pytest.approx(reference["deviance"], abs=reference["tol"])


@pytest.mark.parametrize("seed", range(50))
def test_random_data_agree_with_ordered_model(seed: int):
    stack = simulated(seed)
    reference = OrderedModel(stack.y, stack.x, distr="logit").fit(method="bfgs", gtol=1e-8, disp=False)
    fitted = fit(stack)
    np.testing.assert_allclose(fitted.coef[0], reference.params[:2], atol=1e-6)
    np.testing.assert_allclose(se(fitted)[0], reference.bse[:2], atol=1e-6)
    thresholds = reference.model.transform_threshold_params(reference.params[2:])[1:-1]
    np.testing.assert_allclose(fitted.thresholds[0, 0], thresholds, atol=1e-6)


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize("seed", range(50))
def test_a_fit_says_on_which_coefficient_it_is_separated(seed: int, link: str):
    stack = simulated(seed, 60)
    together = Stack(
        np.stack([stack.y, stack.y]),
        np.stack([stack.item, stack.item]),
        np.stack(
            [np.column_stack([stack.x, stack.y >= 2]), np.column_stack([stack.x, stack.x[:, 0] ** 2 * stack.x[:, 1]])]
        ),
    )
    found = fit(together, link=link)
    assert found.separated.tolist() == [[False, False, True], [False, False, False]]
    assert found.converged.tolist() == [False, True]
    assert (found.iterations > 0).all()


def test_a_zero_weight_leaves_a_row_out():
    stack = simulated(1)
    weights = np.ones((2, 120))
    weights[1, :20] = 0
    without = fit(Stack(stack.y[20:], stack.item[20:], stack.x[20:]))
    np.testing.assert_allclose(fit(stack, weights).coef[1], without.coef[0], atol=1e-8)


def test_a_category_that_loses_its_only_row_is_dropped_from_that_fit():
    stack = simulated(2, 60)
    y = np.where(stack.y == 0, 1, stack.y)
    y[0] = 0
    weights = np.ones((2, 60))
    weights[1, 0] = 0
    found = fit(Stack(y, stack.item, stack.x), weights)
    without = fit(Stack(y[1:] - 1, stack.item[1:], stack.x[1:]))
    assert found.converged.all()
    np.testing.assert_allclose(found.coef[1], without.coef[0], atol=1e-8)


def test_items_have_thresholds_of_their_own():
    one, two = simulated(3), simulated(4)
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
    stack = simulated(5)
    null = Stack(stack.y, stack.item, stack.x[:, :0])
    step, column = 1e-5, stack.x[:, [1]]
    theta = np.r_[-np.inf, fit(null).thresholds[0, 0], np.inf]

    def log_likelihood(b: float) -> float:
        eta = b * column[:, 0]
        return float(np.log(expit(theta[stack.y + 1] - eta) - expit(theta[stack.y] - eta)).sum())

    numerical = (log_likelihood(step) - log_likelihood(-step)) / (2 * step)
    assert score_residuals(null) @ column[:, 0] == pytest.approx(numerical, rel=1e-6)


def test_score_residuals_sum_to_zero_in_every_item():
    one, two = simulated(6), simulated(7)
    both = Stack(np.r_[one.y, two.y], np.r_[one.item, two.item + 1], np.zeros((240, 0)))
    assert np.bincount(both.item, weights=score_residuals(both)) == pytest.approx([0, 0], abs=1e-6)


def test_an_item_with_one_category_says_nothing():
    stack = simulated(8)
    more = Stack(np.r_[stack.y, [0] * 5], np.r_[stack.item, [1] * 5], np.vstack([stack.x, np.ones((5, 2))]))
    np.testing.assert_allclose(fit(more).coef, fit(stack).coef, atol=1e-8)
    assert (score_residuals(Stack(more.y, more.item, more.x[:, :0]))[-5:] == 0).all()


def test_a_start_saves_iterations_and_changes_nothing():
    stack = simulated(9)
    weights = np.ones((121, 120))
    weights[np.arange(120), np.arange(120)] = 0
    cold, warm = fit(stack, weights), fit(stack, weights, start=fit(stack))
    np.testing.assert_allclose(warm.coef, cold.coef, atol=1e-8)
    np.testing.assert_allclose(warm.thresholds, cold.thresholds, atol=1e-8)
    assert warm.iterations.sum() < cold.iterations.sum()


def test_a_start_does_not_hide_separation():
    stack = simulated(3, 400)
    few = np.flatnonzero(stack.y == 3)[:4]
    x = np.column_stack([stack.x[:, 1], np.isin(np.arange(400), few)]).astype(float)
    y = stack.y.copy()
    y[few[0]] = 0  # the only answer against the separation
    weights = np.ones((2, 400))
    weights[1, few[0]] = 0
    data = Stack(y, stack.item, x)
    cold, warm = fit(data, weights), fit(data, weights, start=fit(data))
    assert abs(cold.coef[0, 1]) < 8
    assert cold.separated.tolist() == warm.separated.tolist() == [[False, False], [False, True]]
    assert warm.converged.tolist() == [True, False]


def test_a_start_is_fine_for_a_fit_that_loses_a_category():
    stack = simulated(2, 60)
    y = np.where(stack.y == 3, 2, stack.y)
    y[0] = 3
    weights = np.ones((2, 60))
    weights[1, 0] = 0
    two = Stack(np.r_[y, y % 2], np.r_[stack.item, stack.item + 1], np.vstack([stack.x, stack.x]))
    weights = np.hstack([weights, weights])
    cold, warm = fit(two, weights), fit(two, weights, start=fit(two))
    assert warm.converged.all()
    np.testing.assert_allclose(warm.coef, cold.coef, atol=1e-8)
    np.testing.assert_allclose(warm.thresholds, cold.thresholds, atol=1e-8)


def test_many_models_at_once_are_those_one_by_one():
    singles = [simulated(seed) for seed in range(5)]
    together = Stack(
        np.stack([one.y for one in singles]),
        np.stack([one.item for one in singles]),
        np.stack([one.x for one in singles]),
    )
    fitted = fit(together)
    for model, one in enumerate(singles):
        np.testing.assert_allclose(fitted.coef[model], fit(one).coef[0], atol=1e-9)
        np.testing.assert_allclose(se(fitted)[model], se(fit(one))[0], atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_probit_link_agrees_with_ordered_model(seed: int):
    stack = simulated(seed)
    reference = OrderedModel(stack.y, stack.x, distr="probit").fit(method="bfgs", gtol=1e-8, disp=False)
    fitted = fit(stack, link="probit")
    np.testing.assert_allclose(fitted.coef[0], reference.params[:2], atol=1e-6)
    assert fitted.log_likelihood[0] == pytest.approx(reference.llf, abs=1e-8)


def test_a_prior_keeps_a_separated_coefficient_finite_and_leaves_others_nearly_alone():
    stack = simulated(3)
    x = np.column_stack([stack.x, stack.y >= 2])
    ridge = fit(single(stack.y, x), prior_sd=2.5)
    assert ridge.converged.all()
    assert 0 < ridge.coef[0, 2] < 8
    without = fit(single(stack.y, x))
    assert not without.converged.any()
    assert without.separated.tolist() == [[False, False, True]]
    wide = fit(stack, prior_sd=1e6)
    np.testing.assert_allclose(wide.coef, fit(stack).coef, atol=1e-6)
