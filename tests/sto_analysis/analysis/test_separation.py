"""Separation is found by linear programming, and its coefficient named."""

import numpy as np
import pytest

from sto_analysis.analysis.separation import separated

from .waves import simulated, single


@pytest.mark.parametrize("seed", range(50))
def test_planted_separation_names_its_coefficient(seed: int):
    stack = simulated(seed, 60)
    x = np.column_stack([stack.x, stack.y >= 2])
    assert separated(single(stack.y, x)).tolist() == [False, False, True]
    assert not separated(stack).any()


def test_quasi_separation_is_found_where_an_empty_cell_is():
    x = np.array([0, 0, 0, 0, 1, 1, 1])
    y = np.array([0, 1, 2, 1, 2, 2, 2])
    assert separated(single(y, x[:, None])).tolist() == [True]


def test_only_the_coefficients_asked_for_are_looked_at():
    stack = simulated(4, 60)
    x = np.column_stack([stack.x, stack.y >= 2])
    assert not separated(single(stack.y, x), np.array([True, True, False])).any()
    assert separated(single(stack.y, x), np.array([False, False, True])).tolist() == [False, False, True]
