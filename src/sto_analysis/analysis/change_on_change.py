"""Change on change: whether yields move where a form moves, each region compared with itself over the waves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtrit
from scipy.stats import norm

from sto_analysis.analysis.arrays import Bools, Floats, Ints
from sto_analysis.analysis.permutation import exchanges, max_t
from sto_analysis.analysis.replicates import FEWEST_REGIONS

_NOTHING = 1e-9
"""Share of variation below which there is none."""
_CARRIED = {1: "one_region", 2: "two_regions"}
_COLUMNS = [
    *("exposure", "waves", "regions", "changing", "difference", "difference_low", "difference_high", "df", "status"),
    *("p", "p_adjusted", "detectable_effect"),
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
        and ``p_adjusted`` (step-down max-T over the forms), ``detectable_effect`` (the critical value of the family
        plus the normal quantile of `power`, in standard errors under permutation), ``permutations``, ``seed``,
        ``status``:
        ``estimated``, ``one_wave``, ``too_few_regions``, ``unchanged`` (no region changed, or all alike), or
        ``one_region`` and ``two_regions`` (without which nothing is left). Only what is estimated is tested.

    References
    ----------
    Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
    samples. Survey Methodology, 28(2), 169-181. For the permutation of whole trajectories: `max_t`.
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
        observed, permuted, error = trajectories_exchanged(y, x[at], permutations, seed)
        p, adjusted = max_t(observed, permuted)
        critical = np.quantile(np.abs(permuted).max(axis=1), 1 - alpha)
        for name, values in (
            ("p", p),
            ("p_adjusted", adjusted),
            ("detectable_effect", (critical + norm.ppf(power)) * error),
        ):
            table.loc[at, name] = values
    return table


def _estimate(y: Floats, x: Floats, alpha: float) -> dict[str, object]:
    """Estimate of one form with its interval, or why there is none."""
    known = ~(np.isnan(y) | np.isnan(x))
    known &= (known.sum(axis=1) > 1)[:, None]
    here = known.any(axis=1)
    moved = int((np.where(known, x, -np.inf).max(axis=1) > np.where(known, x, np.inf).min(axis=1))[here].sum())
    row: dict[str, object] = {
        "regions": int(here.sum()),
        "changing": moved,
        "difference": np.nan,
        "difference_low": np.nan,
        "difference_high": np.nan,
    }
    row |= {"df": np.nan, "status": "one_wave" if y.shape[1] < 2 else "too_few_regions"}
    if here.sum() < FEWEST_REGIONS or y.shape[1] < 2:
        return row
    z, left = _within_regions(x[here], y[here], known[here])
    blocks, products = np.einsum("gtk,gtl->gkl", z, z), np.einsum("gtk,gt->gk", z, left)
    whole, total = blocks.sum(axis=0), products.sum(axis=0)
    left_of, slope = _last(whole, total)
    carried = _carriers(blocks, left_of) if left_of > _NOTHING else 0
    if left_of <= _NOTHING or carried:
        return row | {"status": _CARRIED.get(carried, "unchanged")}
    replicates = _last(whole - blocks, total - products)[1]
    g, df = len(replicates), _degrees_of_freedom(z, whole)
    half = stdtrit(df, 1 - alpha / 2) * np.sqrt((g - 1) / g * ((replicates - slope) ** 2).sum())
    found = {"difference": float(slope), "difference_low": float(slope - half), "difference_high": float(slope + half)}
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


def _last(blocks: Floats, products: Floats) -> tuple[Floats, Floats]:
    """What the waves leave of the form, and its coefficient, from cross products (the form last)."""
    share = np.linalg.pinv(blocks[..., :-1, :-1], hermitian=True) @ blocks[..., :-1, -1:]
    left = blocks[..., -1, -1] - (blocks[..., -1:, :-1] @ share)[..., 0, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return left, (products[..., -1] - (products[..., None, :-1] @ share)[..., 0, 0]) / left


def _carriers(blocks: Floats, left: Floats) -> int:
    """1 or 2 where one region, or the one that weighs most with another, carries the estimate; else 0."""
    whole, nothing = blocks.sum(axis=0), np.zeros(blocks.shape[-1])
    without = _last(whole - blocks, nothing)[0]
    if without.min() <= _NOTHING * left:
        return 1
    most = int(without.argmin())
    rest = np.delete(blocks, most, axis=0)
    return 2 if _last(whole - blocks[most] - rest, nothing)[0].min() <= _NOTHING * left else 0


def _degrees_of_freedom(z: Floats, whole: Floats) -> float:
    """Satterthwaite's degrees of freedom of the jackknife variance over regions, under independent equal errors."""
    inverse = np.linalg.pinv(whole, hermitian=True)
    hat = z @ inverse @ z.transpose(0, 2, 1)
    weights = np.linalg.pinv(np.eye(z.shape[1]) - hat, hermitian=True) @ (z @ inverse[:, -1])[:, :, None]
    size, crossed = (weights[:, :, 0] ** 2).sum(axis=1), (z.transpose(0, 2, 1) @ weights)[:, :, 0]
    shared = np.einsum("gk,kl,gl->g", crossed, inverse, crossed)
    between = inverse @ (crossed.T @ crossed)
    return float((size - shared).sum() ** 2 / ((size**2 - 2 * size * shared).sum() + np.trace(between @ between)))


def trajectories_exchanged(y: Floats, x: Floats, permutations: int, seed: int) -> tuple[Floats, Floats, Floats]:
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
    observed : ndarray, shape (j,)
        Sum over regions and waves of form times yields, each without the means of its region and of its wave among the
        regions that answered the same waves, in units of its permutation standard deviation; NaN where nothing varies.
    permuted : ndarray, shape (permutations, j)
    error : ndarray, shape (j,)
        That standard deviation as one of the coefficient.
    """
    answered = ~np.isnan(y)
    strata = np.unique(answered, axis=0, return_inverse=True)[1].reshape(-1)
    yields = _doubly_centred(y, answered, strata)
    known = answered & ~np.isnan(x)
    known &= (known.sum(axis=2) > 1)[:, :, None]
    form = np.array([_doubly_centred(each, where, strata) for each, where in zip(x, known, strict=True)])
    variance = np.zeros(len(x))
    for stratum in np.unique(strata):
        here = strata == stratum
        products = np.einsum("rt,ru->tu", yields[here], yields[here])
        variance += np.einsum("jrt,jru,tu->j", form[:, here], form[:, here], products) / max(here.sum() - 1, 1)
    scale = np.sqrt(np.where(variance > _NOTHING**2, variance, np.nan))
    flat = form.reshape(len(x), -1).T
    rng = np.random.Generator(np.random.PCG64(seed))
    permuted = np.vstack(
        [yields[order].reshape(len(order), -1) @ flat for order in exchanges(strata, permutations, rng)]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return yields.ravel() @ flat / scale, permuted / scale, scale / (flat**2).sum(axis=0)


def _doubly_centred(values: Floats, known: Bools, strata: Ints) -> Floats:
    """Values without the means of their region and of their wave in the stratum; 0 where not known."""
    out = _centred(np.where(known, values, 0.0), known & (known.sum(axis=1) > 1)[:, None])
    for stratum in np.unique(strata):
        here = strata == stratum
        part = known[here] & (known[here].sum(axis=1) > 1)[:, None]
        out[here] -= np.where(part, out[here].sum(axis=0) / np.maximum(part.sum(axis=0), 1), 0.0)
    return out
