"""The model on answers as they are, or weighted, as textbooks fit it; with their standard errors."""

from typing import Any

import numpy as np

from sto_analysis.analysis.counts import Counts, Stack, patterns, tabulate
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.proportional_odds import fit_counts


def fit(stack: Stack, weights: np.ndarray | None = None, **how: Any) -> Fit:
    """Fit the models; with weights of the answers, a row per fit: many of one model, or one row for each of many."""
    return fit_counts(tabulate(stack) if weights is None else _weighted(stack, weights), **how)


def _weighted(stack: Stack, weights: np.ndarray) -> Counts:
    x, pattern = patterns(stack.x)
    n = np.zeros((len(weights), stack.item.max() + 1, x.shape[1], stack.y.max() + 1))
    np.add.at(n, (np.arange(len(weights))[:, None], stack.item, pattern, stack.y), weights)
    return Counts(n, x)


def se(found: Fit) -> np.ndarray:
    """Standard errors from the observed information (independent rows), shape (m, p)."""
    return np.sqrt(np.diagonal(np.linalg.inv(found.information), axis1=1, axis2=2))
