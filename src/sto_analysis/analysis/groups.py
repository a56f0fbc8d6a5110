"""Rows that belong together and are left out together: who carries an estimate, and its degrees of freedom."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.balance import Balance

_T = TypeVar("_T", bound=np.generic)
FEWEST_CLUSTERS = 8
"""Clusters below which nothing is said of what they share: intervals and tests are no longer to be trusted."""
_NOTHING = 1e-9
"""Share of variation below which there is none."""


def layered(values: NDArray[_T], unit: Ints) -> NDArray[_T]:
    """Put the rows of each unit in one layer each.

    Parameters
    ----------
    values : ndarray, shape (rows, ...)
        Anything by row.
    unit : ndarray of int, shape (rows,)
        Unit of each row, 0, 1, ...

    Returns
    -------
    ndarray, shape (layers, units, ...)
        As many layers as the largest unit has rows; 0 where a unit does not fill one.
    """
    order = np.argsort(unit, kind="stable")
    size = np.bincount(unit)
    layer = np.empty(len(unit), dtype=np.int64)
    layer[order] = np.arange(len(unit)) - np.repeat(np.cumsum(size) - size, size)
    out = np.zeros((size.max(), len(size), *values.shape[1:]), dtype=values.dtype)
    out[layer, unit] = values
    return out


def cluster_balance(exposure: Floats, beside: Floats, unit: Ints) -> Balance:
    """Degrees of freedom of a delete-one-cluster jackknife, and whether there are clusters enough for it.

    Parameters
    ----------
    exposure, beside : ndarray, shape (regions,) and (regions, p)
        As for `balance`.
    unit : ndarray of int, shape (regions,)
        Cluster of each region, 0, 1, ...

    Returns
    -------
    Balance
        Degrees of freedom as `degrees_of_freedom` has them, at most one less than there are clusters. ``carriers`` is
        not 0 where one cluster, or two, carry the estimate, or where there are fewer than `FEWEST_CLUSTERS`.
    """
    z = np.moveaxis(layered(np.column_stack([beside, exposure]), unit), 1, 0)
    blocks = np.einsum("gtk,gtl->gkl", z, z)
    whole = blocks.sum(axis=0)
    left = float(last_coefficient(whole, np.zeros(len(whole)))[0])
    if len(z) < FEWEST_CLUSTERS or left <= _NOTHING * max(float(exposure @ exposure), _NOTHING):
        return Balance(np.nan, 1)
    carried = carriers(blocks, left)
    return Balance(np.nan, carried) if carried else Balance(min(degrees_of_freedom(z, whole), len(z) - 1.0), 0)


def last_coefficient(blocks: Floats, products: Floats) -> tuple[Floats, Floats]:
    """What the other predictors leave of the last one, and its coefficient.

    Parameters
    ----------
    blocks : ndarray, shape (..., k, k)
        Cross products of the predictors.
    products : ndarray, shape (..., k)
        Of predictors and outcome.
    """
    share = np.linalg.pinv(blocks[..., :-1, :-1], hermitian=True) @ blocks[..., :-1, -1:]
    left = blocks[..., -1, -1] - (blocks[..., -1:, :-1] @ share)[..., 0, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return left, (products[..., -1] - (products[..., None, :-1] @ share)[..., 0, 0]) / left


def carriers(blocks: Floats, left: Floats | float) -> int:
    """Count the units without which nothing is left to estimate the last coefficient from.

    Parameters
    ----------
    blocks : ndarray, shape (units, k, k)
        Cross products of the predictors within each unit.
    left : float
        What the others leave of the last predictor.

    Returns
    -------
    int
        1 or 2 where one unit, or the one that weighs most with another, carries the estimate; else 0.
    """
    whole, nothing = blocks.sum(axis=0), np.zeros(blocks.shape[-1])
    without = last_coefficient(whole - blocks, nothing)[0]
    if without.min() <= _NOTHING * left:
        return 1
    most = int(without.argmin())
    rest = np.delete(blocks, most, axis=0)
    return 2 if last_coefficient(whole - blocks[most] - rest, nothing)[0].min() <= _NOTHING * left else 0


def degrees_of_freedom(z: Floats, whole: Floats) -> float:
    """Satterthwaite's degrees of freedom of the jackknife variance over units, under independent equal errors.

    Parameters
    ----------
    z : ndarray, shape (units, rows, k)
        Predictors of the rows of each unit, that asked about last; 0 in rows that a unit does not have.
    whole : ndarray, shape (k, k)
        Their cross products over all units.

    References
    ----------
    Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. Survey Methodology, 28(2), 169-181.
    """
    inverse = np.linalg.pinv(whole, hermitian=True)
    hat = z @ inverse @ z.transpose(0, 2, 1)
    weights = np.linalg.pinv(np.eye(z.shape[1]) - hat, hermitian=True) @ (z @ inverse[:, -1])[:, :, None]
    size, crossed = (weights[:, :, 0] ** 2).sum(axis=1), (z.transpose(0, 2, 1) @ weights)[:, :, 0]
    shared = np.einsum("gk,kl,gl->g", crossed, inverse, crossed)
    between = inverse @ (crossed.T @ crossed)
    return float((size - shared).sum() ** 2 / ((size**2 - 2 * size * shared).sum() + np.trace(between @ between)))
