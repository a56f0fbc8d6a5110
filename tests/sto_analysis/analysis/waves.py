"""Simulated answers with known effects."""

import numpy as np
import pandas as pd

from sto_analysis.analysis.counts import Stack


def wave(seed: int, regions: int = 60, effect: float = 1.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bands of eight items, and three forms (the first with the effect) beside commitment."""
    rng = np.random.Generator(np.random.PCG64(seed))
    index = [f"r{i}" for i in range(regions)]
    commitment = rng.integers(0, 3, regions).astype(float)
    forms = (rng.standard_normal((regions, 3)) + 0.4 * commitment[:, None] > 0).astype(float)
    shared = rng.standard_normal((regions, 1))
    latent = 0.8 * shared + rng.logistic(size=(regions, 8)) + effect * forms[:, [0]] + 0.5 * commitment[:, None]
    outcomes = pd.DataFrame(np.digitize(latent, [-0.5, 1.5]).astype(float), index=index, columns=list("abcdefgh"))
    exposures = pd.DataFrame(forms, index=index, columns=["x", "y", "z"]).assign(commitment=commitment)
    return outcomes, exposures


def single(y: np.ndarray, x: np.ndarray) -> Stack:
    """Answers to one item."""
    return Stack(np.asarray(y, dtype=np.int64), np.zeros(len(y), dtype=np.int64), np.asarray(x, dtype=float))


def simulated(seed: int, n: int = 120) -> Stack:
    """Answers in four levels, with two predictors."""
    rng = np.random.Generator(np.random.PCG64(seed))
    x = np.column_stack([rng.integers(0, 2, n), rng.standard_normal(n)])
    latent = x @ [0.8, -0.5] + rng.logistic(size=n)
    return single(np.digitize(latent, [-1.0, 0.7, 1.8]), x)
