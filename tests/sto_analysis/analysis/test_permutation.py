"""Permutation p-values hold for single tests and for the family."""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sto_analysis.analysis.permutation import max_t, permuted_statistics, take_out

REFERENCE = Path(__file__).parents[2] / "reference"


def _rng(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_p_agrees_with_all_permutations():
    scores = np.array([0.3, 1.2, -0.4, 2.2, -1.0, 0.1, 0.9])
    x = np.array([0, 1, 0, 1, 0, 0, 1.0])
    exact = [abs(np.dot(np.array(p) - scores.mean(), x)) for p in itertools.permutations(scores)]
    share = np.mean(np.array(exact) >= abs(np.dot(scores - scores.mean(), x)) - 1e-9)
    observed, permuted = permuted_statistics(scores, x[:, None], np.zeros(7, dtype=int), 20_000, _rng())
    assert max_t(observed, permuted)[0][0] == pytest.approx(share, abs=0.012)


def test_the_stratified_statistic_agrees_with_coin():
    """coin's linear-by-linear association test, stratified: the same conditional mean and variance."""
    data = pd.read_csv(REFERENCE / "jobsatisfaction.csv")
    units = data.loc[data.index.repeat(data["Freq"])]
    income = units["Income"].map({"<5000": 1, "5000-15000": 2, "15000-25000": 3, ">25000": 4}).to_numpy(float)
    levels = ["Very Dissatisfied", "A Little Satisfied", "Moderately Satisfied", "Very Satisfied"]
    satisfaction = units["Job.Satisfaction"].map({level: i for i, level in enumerate(levels)}).to_numpy(float)
    strata = (units["Gender"] == "Male").to_numpy(dtype=int)
    observed, permuted = permuted_statistics(satisfaction, income[:, None], strata, 20_000, _rng())
    reference = json.loads((REFERENCE / "expected.json").read_text())["jobsatisfaction"]
    assert observed[0] == pytest.approx(reference["lbl_Z"], abs=1e-8)
    assert max_t(observed, permuted)[0][0] == pytest.approx(reference["lbl_p"], abs=0.003)  # by permutation
    assert 2 * norm.sf(abs(observed[0])) == pytest.approx(reference["lbl_p"], abs=reference["tol"])  # asymptotic


def test_statistics_have_unit_variance_under_permutation():
    rng = _rng()
    _, permuted = permuted_statistics(
        rng.standard_normal(50), rng.standard_normal((50, 3)), rng.integers(0, 3, 50), 20_000, _rng(2)
    )
    np.testing.assert_allclose(permuted.std(axis=0), 1, atol=0.02)


def test_a_confounder_is_taken_out_by_its_strata():
    strata = np.repeat([0, 1], 25)
    scores = strata + 0.01 * _rng().standard_normal(50)
    exposure = (strata + (np.arange(50) % 5 == 0) > 0).astype(float)
    free, _ = permuted_statistics(scores, exposure[:, None], np.zeros(50, dtype=int), 10, _rng())
    within, _ = permuted_statistics(scores, exposure[:, None], strata, 10, _rng())
    assert abs(free[0]) > 4
    assert abs(within[0]) < 3


def test_an_exposure_constant_within_strata_is_not_testable():
    strata = np.repeat([0, 1], 10)
    observed, permuted = permuted_statistics(
        _rng().standard_normal(20), strata[:, None].astype(float), strata, 5, _rng()
    )
    assert np.isnan(observed).all()
    assert np.isnan(max_t(observed, permuted)[1]).all()


def test_step_down_p_rises_with_rank_and_lies_between_single_and_bonferroni():
    rng = _rng(4)
    permuted = rng.standard_normal((20_000, 5))
    observed = np.array([1.0, -3.4, 2.2, np.nan, 0.1])
    p, adjusted = max_t(observed, permuted)
    order = [1, 2, 0, 4]
    assert (np.diff(adjusted[order]) >= 0).all()
    assert (adjusted[order] >= p[order]).all()
    bonferroni = (np.abs(permuted[:, [0, 1, 2, 4]]) >= 3.4).mean(axis=0).sum()
    assert p[1] < adjusted[1] <= bonferroni + 1e-4
    assert np.isnan(adjusted[3])


def test_every_statistic_is_held_against_the_largest_of_those_that_are_no_larger():
    size = np.abs(_rng(4).standard_normal((2_000, 3)))
    observed = np.array([1.0, -2.5, 0.2])
    largest = np.column_stack([size[:, [0, 2]].max(axis=1), size.max(axis=1), size[:, 2]])
    alone = (1 + (largest >= np.abs(observed)).sum(axis=0)) / 2_001
    np.testing.assert_allclose(max_t(observed, size)[1], np.maximum.accumulate(alone[[1, 0, 2]])[[1, 0, 2]])


def test_the_family_wise_error_is_held():
    rng = _rng(5)
    flagged = 0
    for i in range(400):
        x = (rng.standard_normal((49, 7)) + rng.standard_normal((49, 1)) > 0).astype(float)
        observed, permuted = permuted_statistics(rng.standard_normal(49), x, rng.integers(0, 3, 49), 400, _rng(i))
        flagged += np.nanmin(max_t(observed, permuted)[1]) < 0.05
    assert flagged / 400 < 0.085


def test_the_same_seed_gives_the_same_statistics():
    arguments = (_rng().standard_normal(20), _rng(2).standard_normal((20, 2)), np.zeros(20, dtype=int), 50)
    np.testing.assert_array_equal(
        permuted_statistics(*arguments, _rng(3))[1], permuted_statistics(*arguments, _rng(3))[1]
    )


def test_many_scores_are_moved_together_and_equal_one_at_a_time():
    rng = _rng(6)
    scores, x, strata = rng.standard_normal((40, 8)), rng.standard_normal((40, 7)), rng.integers(0, 3, 40)
    observed, permuted = permuted_statistics(scores, x, strata, 50, _rng())
    assert permuted.shape == (50, 56)
    for item in range(8):
        alone, moved = permuted_statistics(scores[:, item], x, strata, 50, _rng())
        np.testing.assert_allclose(observed[7 * item : 7 * item + 7], alone)
        np.testing.assert_allclose(permuted[:, 7 * item : 7 * item + 7], moved)


def test_chunks_change_the_memory_and_not_the_statistics(monkeypatch):
    rng = _rng(7)
    scores, x = rng.standard_normal((20, 2)), rng.standard_normal((20, 3))
    whole = permuted_statistics(scores, x, np.zeros(20, dtype=int), 40, _rng())[1]
    monkeypatch.setattr("sto_analysis.analysis.permutation._AT_ONCE", 7)
    parts = permuted_statistics(scores, x, np.zeros(20, dtype=int), 40, _rng())[1]
    np.testing.assert_allclose(parts, whole, atol=1e-12)
    assert len(np.unique(parts.round(9), axis=0)) == 40


def _of_residuals(scores: np.ndarray, x: np.ndarray, base: np.ndarray, permutations: int, seed: int = 1):
    """Statistics of what is left of scores and exposures without the adjusters."""
    strata = np.zeros(len(scores), dtype=int)
    (s, left), shrunk = take_out([scores[:, None], x], base, strata)
    observed, permuted = permuted_statistics(s, left, strata, permutations, _rng(seed))
    return observed * shrunk, permuted


def test_residuals_are_exchanged_free_of_the_adjusters_and_scaled_by_n_minus_k():
    """The observed statistic, squared, is n - k times the squared partial correlation."""
    rng = _rng(8)
    base = rng.standard_normal((30, 4))
    x, scores = rng.standard_normal((30, 1)) + base[:, :1], rng.standard_normal(30) + 2 * base[:, 0]
    observed, permuted = _of_residuals(scores, x, base, 20_000)
    design = np.column_stack([np.ones(30), base])
    left = [v - design @ np.linalg.lstsq(design, v, rcond=None)[0] for v in (x[:, 0], scores)]
    assert observed[0] == pytest.approx(np.corrcoef(*left)[0, 1] * np.sqrt(30 - 5))
    assert permuted.std() == pytest.approx(1, abs=0.02)


def test_the_residual_permutation_holds_its_level_with_four_adjusters():
    rng, flagged = _rng(9), 0
    for i in range(600):
        base = rng.standard_normal((49, 4))
        x, scores = rng.standard_normal((49, 1)) + base[:, :1], rng.standard_normal(49) + base[:, 0]
        observed, permuted = _of_residuals(scores, x, base, 400, i)
        flagged += max_t(observed, permuted)[0][0] < 0.05
    assert 0.03 < flagged / 600 < 0.075
