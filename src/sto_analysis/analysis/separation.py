"""Separation: which coefficients have no finite maximum likelihood estimate."""

import numpy as np
from scipy.optimize import linprog

from sto_analysis.analysis.arrays import Bools
from sto_analysis.analysis.counts import Stack


def separated(stack: Stack, among: Bools | None = None) -> Bools:
    """Tell which coefficients of one model have no finite estimate because the data separate on them.

    Parameters
    ----------
    stack : Stack
        One model: answers and predictors.
    among : ndarray of bool, shape (p,), optional
        Coefficients to look at; default all.

    Returns
    -------
    ndarray of bool, shape (p,)
        True where some direction of ever-rising likelihood moves the coefficient; found by linear programming, not by
        watching the estimates grow.

    References
    ----------
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic regression models.
    DPhil thesis, University of Oxford; the conditions here are those of the cumulative link.
    """
    p, levels = stack.x.shape[1], np.zeros_like(stack.y)
    cuts = np.zeros(int(stack.item.max()) + 1, dtype=np.int64)
    for item in range(len(cuts)):
        here = stack.item == item
        present, levels[here] = np.unique(stack.y[here], return_inverse=True)
        cuts[item] = max(len(present) - 1, 0)
    at, thresholds = (np.cumsum(cuts) - cuts)[stack.item] + levels, int(cuts.sum())
    hi, lo = levels < cuts[stack.item], levels > 0
    rising = np.zeros((int(hi.sum() + lo.sum()), thresholds + p))
    first, second = np.arange(hi.sum()), hi.sum() + np.arange(lo.sum())
    rising[first, at[hi]], rising[second, at[lo] - 1] = -1.0, 1.0
    rising[first, thresholds:], rising[second, thresholds:] = stack.x[hi], -stack.x[lo]
    rising = np.unique(rising, axis=0)
    found = np.zeros(p, dtype=bool)
    for j in np.arange(p) if among is None else np.flatnonzero(among):
        for sign in (1.0, -1.0):
            goal = np.zeros(thresholds + p)
            goal[thresholds + j] = -sign
            answer = linprog(goal, A_ub=rising, b_ub=np.zeros(len(rising)), bounds=(-1, 1), method="highs")
            if answer.status != 0 or answer.fun is None:
                raise ArithmeticError(f"the linear programme for separation ended with: {answer.message}")
            found[j] |= answer.fun < -1e-7
    return found
