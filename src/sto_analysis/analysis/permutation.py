"""Permutation of whole regions with max-T: p-values that hold for a family of tests together."""

from collections.abc import Iterator, Sequence

import numpy as np

from sto_analysis.analysis.arrays import Floats, Ints

_AT_ONCE = 2_000_000
"""Places of regions in permutations that are held in memory together."""


def permuted_statistics(
    scores: Floats,
    exposures: Floats,
    strata: Ints,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Standardised score statistics of several exposures, observed and under permutation of whole regions.

    Parameters
    ----------
    scores : ndarray, shape (g,) or (g, q)
        One score per region (its answers move together), such as the sum of its score residuals; or q of them, as one
        per item, which a permutation moves together.
    exposures : ndarray, shape (g, j)
        Exposures of the regions; their correlations are kept. NaN where unknown: such a region weighs nothing for that
        exposure, and stays in the test of the others.
    strata : ndarray of int, shape (g,)
        Regions are exchanged only inside a stratum; all equal for free permutation.
    permutations : int
        How many.
    rng : Generator
        Source of the permutations.

    Returns
    -------
    observed : ndarray, shape (j,) or (q * j,)
        Statistics in units of their permutation standard deviation, the exposures of the first score first; NaN for
        an exposure that does not vary inside any stratum.
    permuted : ndarray, shape (permutations, j) or (permutations, q * j)

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
    s, x = scores.reshape(len(scores), -1).astype(float), exposures.astype(float)
    scale = center_and_scale(s, x, strata).ravel()
    permuted, done = np.empty((permutations, scale.size)), 0
    for order in exchanges(strata, permutations, rng):
        chunk = permuted[done : done + len(order)]
        done += len(order)
        for column in range(s.shape[1]):
            at = slice(column * x.shape[1], (column + 1) * x.shape[1])
            np.divide(s[:, column][order] @ x, scale[at], out=chunk[:, at])
    return (s.T @ x).ravel() / scale, permuted


def center_and_scale(scores: Floats, exposures: Floats, strata: Ints) -> Floats:
    """Center scores and exposures inside strata, in place, and give the permutation standard deviation of products.

    Parameters
    ----------
    scores : ndarray, shape (g, q)
        Scores of the regions.
    exposures : ndarray, shape (g, j)
        Exposures of the regions; centred over those that are known, and 0 where NaN.
    strata : ndarray of int, shape (g,)
        Strata.

    Returns
    -------
    ndarray, shape (q, j)
        NaN where nothing varies inside any stratum.
    """
    variance = np.zeros((scores.shape[1], exposures.shape[1]))
    known = ~np.isnan(exposures)
    exposures[~known] = 0.0
    for here in _members(strata):
        exposures[here] -= known[here] * exposures[here].sum(axis=0) / np.maximum(known[here].sum(axis=0), 1)
        scores[here] -= scores[here].mean(axis=0)
        if len(here) > 1:
            products = (scores[here] ** 2).sum(axis=0)[:, None] * (exposures[here] ** 2).sum(axis=0)
            variance += products / (len(here) - 1)
    return np.where(variance > 1e-12, np.sqrt(np.maximum(variance, 1e-300)), np.nan)


def exchanges(strata: Ints, permutations: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Permutations of whole regions inside their strata, as many at a time as memory holds with ease.

    Parameters
    ----------
    strata : ndarray of int, shape (g,)
        Strata.
    permutations : int
        How many.
    rng : Generator
        Source.

    Yields
    ------
    ndarray of int, shape (b, g)
        Per permutation, the region whose scores come to each place.
    """
    at_once = max(_AT_ONCE // max(len(strata), 1), 1)
    for first in range(0, permutations, at_once):
        order = np.empty((min(at_once, permutations - first), len(strata)), dtype=np.int64)
        for here in _members(strata):
            order[:, here] = rng.permuted(np.tile(here, (len(order), 1)), axis=1)
        yield order


def _members(strata: Ints) -> list[Ints]:
    return [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]


def take_out(values: Sequence[Floats], base: Floats, strata: Ints) -> tuple[list[Floats], float]:
    """Take adjusters and strata out of some values by least squares.

    Parameters
    ----------
    values : sequence of ndarray, shape (g, ...)
        Scores and exposures; what is NaN stays so, and is taken out of the others' regression.
    base : ndarray, shape (g, k)
        Adjusters.
    strata : ndarray of int, shape (g,)
        Strata.

    Returns
    -------
    residuals : list of ndarray
    shrunk : float
        Ratio of the standard deviation of residuals to that of errors, where strata alone would be taken out: the
        root of (n - rank) / (n - strata). An observed statistic of residuals is scaled by it.

    References
    ----------
    Winkler, A. M., Ridgway, G. R., Webster, M. A., Smith, S. M., & Nichols, T. E. (2014). Permutation inference for the
    general linear model. NeuroImage, 92, 381-397 (residuals exchanged: the methods of Smith and of Kennedy).
    """
    levels = (strata[:, None] == np.unique(strata)).astype(float)
    left, size, _ = np.linalg.svd(np.hstack([levels, base]), full_matrices=False)
    q = left[:, size > 1e-9 * size[0]]
    shrunk = float(np.sqrt(max(len(strata) - q.shape[1], 0) / max(len(strata) - levels.shape[1], 1)))
    return [_residuals(value, q) for value in values], shrunk


def _residuals(values: Floats, q: Floats) -> Floats:
    """Residuals on an orthonormal basis; columns with gaps are regressed where they are known."""
    out = values - q @ (q.T @ values)
    for j in np.flatnonzero(np.isnan(values).any(axis=0)):
        known = ~np.isnan(values[:, j])
        fitted = np.linalg.lstsq(q[known], values[known, j], rcond=None)[0]
        out[known, j] = values[known, j] - q[known] @ fitted
    return out


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
