"""Permutation of whole regions with max-T: p-values that hold for a family of tests together."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_AT_ONCE = 10_000
"""Permutations held in memory together."""


def permuted_statistics(
    scores: Floats, exposures: Floats, strata: Ints, permutations: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Standardised score statistics of several exposures, observed and under permutation within strata.

    Parameters
    ----------
    scores : ndarray, shape (g,)
        One score per region (its answers move together), such as the sum of its score residuals.
    exposures : ndarray, shape (g, j)
        Exposures of the regions; their correlations are kept.
    strata : ndarray of int, shape (g,)
        Regions are exchanged only inside a stratum; all equal for free permutation.
    permutations : int
        How many.
    rng : Generator
        Source of the permutations.

    Returns
    -------
    observed : ndarray, shape (j,)
        Statistics in units of their permutation standard deviation; NaN for an exposure that does not vary
        inside any stratum.
    permuted : ndarray, shape (permutations, j)

    Raises
    ------
    ValueError
        For fewer than one permutation.

    References
    ----------
    Hothorn, T., Hornik, K., van de Wiel, M. A., & Zeileis, A. (2006). A Lego system for conditional inference.
    The American Statistician, 60(3), 257-263 (its conditional variance is used here).
    """
    if permutations < 1:
        raise ValueError(f"{permutations} permutations give no p-value")
    centred_x, centred_s = np.empty_like(exposures, dtype=float), np.empty_like(scores, dtype=float)
    variance = np.zeros(exposures.shape[1])
    members = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    for here in members:
        centred_x[here] = exposures[here] - exposures[here].mean(axis=0)
        centred_s[here] = scores[here] - scores[here].mean()
        if len(here) > 1:
            variance += (centred_s[here] ** 2).sum() * (centred_x[here] ** 2).sum(axis=0) / (len(here) - 1)
    scale = np.where(variance > 1e-12, np.sqrt(np.maximum(variance, 1e-300)), np.nan)
    permuted = np.empty((permutations, exposures.shape[1]))
    for first in range(0, permutations, _AT_ONCE):
        chunk = permuted[first : first + _AT_ONCE]
        shuffled = np.empty((len(chunk), len(scores)))
        for here in members:
            shuffled[:, here] = rng.permuted(np.tile(centred_s[here], (len(chunk), 1)), axis=1)
        np.divide(shuffled @ centred_x, scale, out=chunk)
    return centred_s @ centred_x / scale, permuted


def max_t(observed: Floats, permuted: Floats) -> tuple[Floats, Floats]:
    """Two-sided permutation p-values, alone and adjusted for the family by step-down max-T.

    Parameters
    ----------
    observed : ndarray, shape (j,)
        Standardised statistics; NaN (not testable) leaves the family.
    permuted : ndarray, shape (b, j)
        The same under permutation, row by row from one permutation.

    Returns
    -------
    p, p_adjusted : ndarray, shape (j,)
        ``(1 + exceedances) / (1 + b)``; NaN where `observed` is.

    References
    ----------
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing, algorithm 4.1; Phipson, B., & Smyth,
    G. K. (2010). Permutation p-values should never be zero. Stat. Appl. Genet. Mol. Biol., 9(1), 39.
    """
    p, adjusted = np.full(len(observed), np.nan), np.full(len(observed), np.nan)
    testable = np.flatnonzero(np.isfinite(observed))
    size = np.abs(observed[testable])
    reached = np.abs(permuted[:, testable]) >= size * (1 - 1e-9)
    p[testable] = (1 + reached.sum(axis=0)) / (1 + len(permuted))
    order = testable[np.argsort(-size, kind="stable")]
    largest = np.zeros(len(permuted))
    exceed = np.empty(len(order))
    for rank in range(len(order) - 1, -1, -1):
        largest = np.maximum(largest, np.abs(permuted[:, order[rank]]))
        exceed[rank] = (largest >= np.abs(observed[order[rank]]) * (1 - 1e-9)).sum()
    adjusted[order] = np.maximum.accumulate((1 + exceed) / (1 + len(permuted)))
    return p, adjusted
