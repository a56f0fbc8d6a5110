"""Change on change: whether yields move where a form moves, each region compared with itself over the waves."""

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Bools, Floats, Ints
from sto_analysis.analysis.groups import carriers, degrees_of_freedom, last_coefficient
from sto_analysis.analysis.permutation import exchanges, max_t
from sto_analysis.analysis.replicates import FEWEST_REGIONS, jackknife_interval

_NOTHING = 1e-9
"""Share of variation below which there is none."""
_CARRIED = {1: "one_region", 2: "two_regions"}
_TESTED = ("p", "p_adjusted", "detectable_effect")
_COLUMNS = [
    *("exposure", "waves", "regions", "changing", "difference", "difference_low", "difference_high", "df", "status"),
    *_TESTED,
]


def change_on_change(
    shares: pd.DataFrame,
    forms: Mapping[str, pd.DataFrame],
    permutations: int,
    seed: int,
    alpha: float = 0.05,
    power: float = 0.8,
) -> pd.DataFrame:
    """Regress the share of top-band yields on one form at a time, within regions and waves.

    Parameters
    ----------
    shares : DataFrame
        Share of the answers about yield in the top band, by region and wave; NaN where there is none.
    forms : mapping of str to DataFrame
        Form → 0/1 by the same regions and waves; NaN where not known.
    permutations, seed : int
        Of the test.
    alpha, power : float
        Level of test and intervals, and the power for which the detectable effect is given.

    Returns
    -------
    DataFrame
        A row per form: ``exposure``, ``waves``, ``regions`` (with form and yields in two waves or more), ``changing``
        (of which the form changed), ``difference`` with ``difference_low`` and ``difference_high`` (proportions;
        delete-one-region jackknife, degrees of freedom of Bell and McCaffrey with regions as clusters), ``df``, ``p``
        and ``p_adjusted`` (step-down max-T over the forms), ``detectable_effect`` (the smallest positive effect which,
        added to exchanged yields, exceeds the critical value of the family with probability `power`; infinite beyond
        1), ``permutations``, ``seed``, ``status``:
        ``estimated``, ``one_wave``, ``too_few_regions``, ``unchanged`` (no region changed, or all alike), or
        ``one_region`` and ``two_regions`` (without which nothing is left). Only what is estimated is tested.

    References
    ----------
    Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. Survey Methodology, 28(2), 169-181. For the permutation: `exchanged`.
    """
    y = shares.to_numpy(float)
    x = np.array([forms[name].reindex(index=shares.index, columns=shares.columns).to_numpy(float) for name in forms])
    rows = [
        {"exposure": name, "waves": y.shape[1], **_estimate(y, each, alpha)}
        for name, each in zip(forms, x, strict=True)
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS).assign(permutations=permutations, seed=seed)
    at = np.flatnonzero(table["status"] == "estimated")
    if len(at):
        found = exchanged(y, x[at], permutations, seed)
        observed, *permuted = found.statistics()
        critical = float(np.quantile(np.abs(permuted).max(axis=1), 1 - alpha))
        p, adjusted = max_t(observed, np.array(permuted))
        for name, values in zip(_TESTED, (p, adjusted, _detectable(found, critical, power)), strict=True):
            table.loc[at, name] = values
    return table


def _estimate(y: Floats, x: Floats, alpha: float) -> dict[str, object]:
    """Estimate of one form with its interval, or why there is none."""
    known = ~(np.isnan(y) | np.isnan(x))
    known &= (known.sum(axis=1) > 1)[:, None]
    here = known.any(axis=1)
    moved = int((np.where(known, x, -np.inf).max(axis=1) > np.where(known, x, np.inf).min(axis=1))[here].sum())
    row: dict[str, object] = {"regions": int(here.sum()), "changing": moved}
    row["status"] = "one_wave" if y.shape[1] < 2 else "too_few_regions"
    if here.sum() < FEWEST_REGIONS or y.shape[1] < 2:
        return row
    z, left = _within_regions(x[here], y[here], known[here])
    blocks, products = np.einsum("gtk,gtl->gkl", z, z), np.einsum("gtk,gt->gk", z, left)
    whole, total = blocks.sum(axis=0), products.sum(axis=0)
    left_of, slope = last_coefficient(whole, total)
    carried = carriers(blocks, left_of) if left_of > _NOTHING else 0
    if left_of <= _NOTHING or carried:
        return row | {"status": _CARRIED.get(carried, "unchanged")}
    replicates = last_coefficient(whole - blocks, total - products)[1]
    df = degrees_of_freedom(z, whole)
    low, high = jackknife_interval(np.r_[slope, replicates], df, 1 - alpha)
    found = {"difference": float(slope), "difference_low": low, "difference_high": high}
    return row | found | {"df": df, "status": "estimated"}


def _within_regions(x: Floats, y: Floats, known: Bools) -> tuple[Floats, Floats]:
    """Indicators of all waves but the first, then the form, (regions, waves, k), and the yields, less their means."""
    waves = np.broadcast_to(np.eye(y.shape[1])[:, 1:], (*y.shape, y.shape[1] - 1))
    z = np.where(known[:, :, None], np.concatenate([waves, x[:, :, None]], axis=2), 0.0)
    return _centred(z, known[:, :, None]), _centred(np.where(known, y, 0.0), known)


def _centred(values: Floats, known: Bools) -> Floats:
    """Values without the mean over the known waves of each region; 0 where not known."""
    return np.where(
        known, values - values.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1), 0.0
    )


class Exchanged(NamedTuple):
    """Sums over regions of the products p of form and yields of each region, observed first, then under permutation.

    Parameters
    ----------
    sums, squares, crossed : ndarray, shape (1 + permutations, j)
        Of p, of p², and of p q, with q the sum of squares of the form in the region.
    own, own_squares : ndarray, shape (j,)
        Of q and of q².
    """

    sums: Floats
    squares: Floats
    crossed: Floats
    own: Floats
    own_squares: Floats

    def statistics(self, effect: Floats | float = 0.0) -> Floats:
        """Studentised sums, were `effect` times the form added to the yields; NaN where the form does not vary."""
        squares = self.squares + 2 * effect * self.crossed + effect**2 * self.own_squares
        size = (self.sums + effect * self.own) / np.sqrt(np.maximum(squares, _NOTHING**2))
        return np.where(self.own > _NOTHING, size, np.nan)


def exchanged(y: Floats, x: Floats, permutations: int, seed: int) -> Exchanged:
    """Exchange the yields of whole regions, over all waves together, among regions that answered the same waves.

    Parameters
    ----------
    y : ndarray, shape (regions, waves)
        Yields; NaN where not known.
    x : ndarray, shape (j, regions, waves)
        Forms; where one is not known, or known once only, it takes no part.
    permutations, seed : int
        How many, and their source.

    Returns
    -------
    Exchanged
        Of form and yields, each without the means of its region and of its wave among the regions that answered the
        same waves. Its statistics are studentised, because regions where a form changes may vary more than others in
        their yields too, and an exchange that ignores that is liberal.

    References
    ----------
    DiCiccio, C. J., & Romano, J. P. (2017). Robust permutation tests for correlation and regression coefficients.
    Journal of the American Statistical Association, 112(519), 1211-1220.
    """
    answered = ~np.isnan(y)
    strata = np.unique(answered, axis=0, return_inverse=True)[1].reshape(-1)
    yields, known = _doubly_centred(y, answered, strata), answered & ~np.isnan(x)
    form = np.array([_doubly_centred(each, where, strata) for each, where in zip(x, known, strict=True)])
    own, parts, done = (form**2).sum(axis=2), np.empty((3, permutations + 1, len(x))), 0
    rng = np.random.Generator(np.random.PCG64(seed))
    for order in chain([np.arange(len(y))[None]], exchanges(strata, permutations, rng)):
        moved, rows = yields[order], slice(done, done + len(order))
        for j, each in enumerate(form):
            products = np.einsum("brt,rt->br", moved, each)
            parts[:, rows, j] = products.sum(axis=1), (products**2).sum(axis=1), products @ own[j]
        done += len(order)
    return Exchanged(parts[0], parts[1], parts[2], own.sum(axis=1), (own**2).sum(axis=1))


def _detectable(found: Exchanged, critical: float, power: float) -> Floats:
    """Smallest effect, to 0.001, for which the wanted share of permutations exceeds the critical value; up to 1."""
    low, high = np.zeros_like(found.own), np.ones_like(found.own)
    enough = (np.abs(found.statistics(high)[1:]) > critical).mean(axis=0) >= power
    for _ in range(10):
        middle = (low + high) / 2
        reached = (np.abs(found.statistics(middle)[1:]) > critical).mean(axis=0) >= power
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.where(enough, high, np.inf)


def _doubly_centred(values: Floats, known: Bools, strata: Ints) -> Floats:
    """Values without the means of their region and of their wave in the stratum; 0 where not known."""
    out = _centred(np.where(known, values, 0.0), known & (known.sum(axis=1) > 1)[:, None])
    for stratum in np.unique(strata):
        here = strata == stratum
        part = known[here] & (known[here].sum(axis=1) > 1)[:, None]
        out[here] -= np.where(part, out[here].sum(axis=0) / np.maximum(part.sum(axis=0), 1), 0.0)
    return out
