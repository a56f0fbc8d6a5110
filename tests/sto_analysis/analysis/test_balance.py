"""Degrees of freedom follow the balance of the groups; one or two regions carry no estimate."""

import numpy as np
import pytest

from sto_analysis.analysis.balance import balance


def _two_groups(few: int, many: int) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat([0.0, 1.0], [few, many]), np.ones((few + many, 1))


@pytest.mark.parametrize(("few", "many"), [(3, 48), (5, 46), (12, 39), (25, 26)])
def test_two_groups_have_nearly_the_degrees_of_freedom_of_welch(few, many):
    """Those of the sum of two jackknife variances, each a mean square of its group over n - 1."""
    parts = np.array([1 / (few - 1), 1 / (many - 1)])
    wanted = parts.sum() ** 2 / (parts**2 / (np.array([few, many]) - 1)).sum()
    found = balance(*_two_groups(few, many))
    assert found.df == pytest.approx(wanted)
    assert found.carriers == 0


def test_degrees_of_freedom_are_those_of_the_quadratic_form():
    """Satterthwaite's formula, from the eigenvalues of the whole matrix."""
    rng = np.random.default_rng(1)
    x, beside = rng.integers(0, 3, 40).astype(float), np.column_stack([np.ones(40), rng.integers(0, 2, (40, 2))])
    design = np.column_stack([beside, x])
    hat = design @ np.linalg.pinv(design)
    weights = np.linalg.pinv(design)[-1] / (1 - np.diag(hat))
    form = (np.eye(40) - hat) @ np.diag(weights**2) @ (np.eye(40) - hat)
    size = np.linalg.eigvalsh(form)
    assert balance(x, beside).df == pytest.approx(size.sum() ** 2 / (size**2).sum())


@pytest.mark.parametrize("few", [1, 2, 3])
def test_one_region_and_two_carry_an_estimate_and_three_do_not(few):
    assert balance(*_two_groups(few, 50)).carriers == (few if few < 3 else 0)
    x, ones = _two_groups(few, 50)
    assert balance(1 - x, ones).carriers == (few if few < 3 else 0)


def test_regions_whose_level_of_the_adjuster_is_all_alike_carry_nothing():
    """Five regions are without, but only in one stratum are there regions with it as well."""
    strata = np.repeat([0.0, 1.0], [4, 40])
    x = np.r_[np.zeros(4), 0.0, np.ones(39)]
    assert balance(x, np.column_stack([np.ones(44), strata])).carriers == 1
    x[5] = 0.0
    assert balance(x, np.column_stack([np.ones(44), strata])).carriers == 2
    x[6] = 0.0
    assert balance(x, np.column_stack([np.ones(44), strata])).carriers == 0


def test_two_regions_in_two_strata_carry_it_together():
    strata = np.repeat([0.0, 1.0], [20, 24])
    x = np.ones(44)
    x[[0, 43]] = 0.0
    assert balance(x, np.column_stack([np.ones(44), strata])).carriers == 2


def test_a_level_of_the_adjuster_that_one_region_has_takes_nothing_from_the_exposure():
    x, ones = _two_groups(12, 39)
    alone = np.zeros(51)
    alone[0] = 1.0
    found = balance(x, np.column_stack([ones, alone]))
    assert found.carriers == 0
    assert found.df == pytest.approx(balance(x[1:], ones[1:]).df)


def test_what_cannot_be_told_apart_is_carried_by_nothing():
    x, ones = _two_groups(12, 39)
    assert balance(x, np.column_stack([ones, x])).carriers == 1
