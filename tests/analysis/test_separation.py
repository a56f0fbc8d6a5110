"""Separation is found by linear programming, and its coefficient named."""

import numpy as np
import pytest

from sto_analysis.analysis.proportional_odds import Stack
from sto_analysis.analysis.separation import separated


def _single(y: np.ndarray, x: np.ndarray) -> Stack:
    return Stack(np.asarray(y, dtype=np.int64), np.zeros(len(y), dtype=np.int64), np.asarray(x, dtype=float))


def _random(seed: int, n: int = 120) -> Stack:
    rng = np.random.Generator(np.random.PCG64(seed))
    x = np.column_stack([rng.integers(0, 2, n), rng.standard_normal(n)])
    latent = x @ [0.8, -0.5] + rng.logistic(size=n)
    return _single(np.digitize(latent, [-1.0, 0.7, 1.8]), x)


@pytest.mark.parametrize("seed", range(50))
def test_planted_separation_names_its_coefficient(seed: int):
    stack = _random(seed, 60)
    x = np.column_stack([stack.x, stack.y >= 2])
    assert separated(_single(stack.y, x)).tolist() == [False, False, True]
    assert not separated(stack).any()


def test_quasi_separation_is_found_where_an_empty_cell_is():
    x = np.array([0, 0, 0, 0, 1, 1, 1])
    y = np.array([0, 1, 2, 1, 2, 2, 2])
    assert separated(_single(y, x[:, None])).tolist() == [True]


def test_only_the_coefficients_asked_for_are_looked_at():
    stack = _random(4, 60)
    x = np.column_stack([stack.x, stack.y >= 2])
    assert not separated(_single(stack.y, x), np.array([True, True, False])).any()
    assert separated(_single(stack.y, x), np.array([False, False, True])).tolist() == [False, False, True]
