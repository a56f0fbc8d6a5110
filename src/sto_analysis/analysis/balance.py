"""Who carries an estimate, and how many degrees of freedom that leaves its interval."""

from typing import NamedTuple

import numpy as np

from sto_analysis.analysis.arrays import Floats

_NOTHING = 1e-9
"""Share of variation below which there is none, and how near to 1 a leverage counts as 1."""


class Balance(NamedTuple):
    """What the other predictors of a design leave of one.

    Parameters
    ----------
    df : float
        Degrees of freedom of the interval of its coefficient.
    carriers : int
        1 or 2 where leaving out one region, or two, leaves nothing to estimate it from; 0 where it takes more.
    """

    df: float
    carriers: int


def balance(exposure: Floats, beside: Floats) -> Balance:
    """Degrees of freedom of a delete-one-region jackknife, and whether one or two regions carry the estimate.

    Parameters
    ----------
    exposure : ndarray, shape (regions,)
        The predictor asked about.
    beside : ndarray, shape (regions, p)
        The others, a constant among them.

    Returns
    -------
    Balance
        Satterthwaite's degrees of freedom of the jackknife variance (that of the weights ``w / (1 - h)``, with ``h``
        the leverages and ``w`` the weights of the least-squares coefficient) under independent errors of one size. For
        two groups without adjusters they are nearly Welch's: few where one group is small, whatever the other's size.
        Whether two regions carry it is tried by leaving out the region that weighs most.

    References
    ----------
    Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. Survey Methodology, 28(2), 169-181; Imbens, G. W., & Kolesár, M. (2016). Robust standard errors in small
    samples: some practical advice. Review of Economics and Statistics, 98(4), 701-712.
    """
    weights, leverage, basis = _least_squares(exposure, beside)
    carried = (leverage > 1 - _NOTHING) & (np.abs(weights) > _NOTHING * np.abs(weights).max(initial=0.0))
    if not weights.any() or carried.any():
        return Balance(np.nan, 1)
    most = int(np.abs(weights).argmax())
    rest, leverage_then, _ = _least_squares(np.delete(exposure, most), np.delete(beside, most, axis=0))
    if not rest.any() or ((leverage_then > 1 - _NOTHING) & (np.abs(rest) > _NOTHING * np.abs(rest).max())).any():
        return Balance(np.nan, 2)
    squared = np.where(leverage < 1 - _NOTHING, weights / np.maximum(1 - leverage, _NOTHING), 0.0) ** 2
    trace = (squared * (1 - leverage)).sum()
    crossed = ((basis * squared[:, None]).T @ basis) ** 2
    return Balance(trace**2 / ((squared**2 * (1 - 2 * leverage)).sum() + crossed.sum()), 0)


def _least_squares(exposure: Floats, beside: Floats) -> tuple[Floats, Floats, Floats]:
    """Weights of the coefficient (zero where it cannot be told apart), leverages, orthonormal basis of the design."""
    left, size, _ = np.linalg.svd(beside, full_matrices=False)
    basis = left[:, size > _NOTHING * size[0]]
    rest = exposure - basis @ (basis.T @ exposure)
    rest -= basis @ (basis.T @ rest)
    length = float(rest @ rest)
    if length <= _NOTHING * max(float(exposure @ exposure), _NOTHING):
        return np.zeros_like(exposure), (basis**2).sum(axis=1), basis
    basis = np.column_stack([basis, rest / np.sqrt(length)])
    return rest / length, (basis**2).sum(axis=1), basis
