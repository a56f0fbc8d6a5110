"""The tipping point of a finding: how strong an unmeasured trait of the region would have to be to explain it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import t as student

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.clusters import shared_clusters
from sto_analysis.analysis.design import level_indicators, with_ones
from sto_analysis.analysis.replicates import FEWEST_REGIONS

_NOTHING = 1e-12
"""Share of a variance below which nothing is left of it."""


@dataclass(frozen=True)
class TippingPoint:
    """How strong an unmeasured trait would have to be to explain one exposure, by least squares over regions.

    Parameters
    ----------
    exposure : str
        Name.
    regions : int
        Regions in the model.
    slope : float
        Of the share of top-band answers per step of the exposure (proportions).
    robustness : float
        Share of what is left of the differences between regions, of the exposure and of the yields alike, that the
        trait must explain for the slope to be zero.
    robustness_interval : float
        The same for its interval to reach zero; 0 where it does already.
    benchmark : str
        The measured trait that it is compared with; empty for none.
    with_exposure, with_yields : float
        Share that the benchmark, all its levels together, explains of what the other predictors leave of the exposure,
        and of what they and the exposure leave of the yields.
    times : float
        The slope is zero for a trait so many times as strong as the benchmark in both; infinite where the benchmark
        says nothing about one of them.
    status : str
        ``estimated``, ``too_few_regions``, ``constant`` (the exposure does not vary), or ``collinear`` (it does not
        vary beside the adjuster).
    """

    exposure: str
    regions: int
    slope: float = np.nan
    robustness: float = np.nan
    robustness_interval: float = np.nan
    benchmark: str = ""
    with_exposure: float = np.nan
    with_yields: float = np.nan
    times: float = np.nan
    status: str = "estimated"


def tipping_table(
    shares: pd.Series,
    exposures: pd.DataFrame,
    adjuster: pd.Series,
    context: pd.DataFrame,
    alpha: float = 0.05,
    clusters: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Tipping points of exposures, one at a time, adjusted for the levels of the adjuster.

    Parameters
    ----------
    shares : Series
        Share of the answers about yield in the top band, by region.
    exposures : DataFrame
        By region.
    adjuster : Series
        By region, few levels: also the benchmark. An exposure of the same name stands unadjusted; its benchmark is the
        context variable that comes nearest to explaining it (the fewest times).
    context : DataFrame
        Context variables by region, from which that benchmark is taken.
    alpha : float
        The interval is one of 1 - alpha.
    clusters : DataFrame, optional
        As for `association_table`. Least squares has no interval that clusters allow: an exposure that regions share
        has no ``robustness_interval``.

    Returns
    -------
    DataFrame
        The fields of `TippingPoint`, a row per exposure.

    References
    ----------
    Cinelli, C., & Hazlett, C. (2020). Making sense of sensitivity: extending omitted variable bias. Journal of the
    Royal Statistical Society B, 82(1), 39-67: robustness values, and the bounds by a group of covariates.
    """
    levels = level_indicators(adjuster)
    others = {
        str(name): level_indicators(context[name]) for name in context.columns.drop(str(adjuster.name), errors="ignore")
    }
    rows = []
    for name in exposures.columns:
        own = name == adjuster.name
        benchmarks = others if own else {str(adjuster.name): levels}
        rows.append(
            asdict(_tipping_point(shares, exposures[name], levels.iloc[:, : 0 if own else None], benchmarks, alpha))
        )
    table = pd.DataFrame(rows, columns=list(TippingPoint.__dataclass_fields__))
    table.loc[table["exposure"].isin(shared_clusters(exposures, clusters)), "robustness_interval"] = np.nan
    return table


def _tipping_point(
    shares: pd.Series,
    exposure: pd.Series,
    adjust: pd.DataFrame,
    benchmarks: Mapping[str, pd.DataFrame],
    alpha: float,
) -> TippingPoint:
    name, at = (
        str(exposure.name),
        pd.concat([shares, exposure, adjust, *benchmarks.values()], axis="columns").dropna().index,
    )
    y, x = shares[at].to_numpy(float), exposure[at].to_numpy(float)
    base = with_ones(adjust.loc[at].to_numpy(float))
    left, left_y = _left(x, base), _left(y, base)
    if len(at) < FEWEST_REGIONS:
        return TippingPoint(name, len(at), status="too_few_regions")
    if left @ left <= _NOTHING:
        return TippingPoint(name, len(at), status="collinear" if np.ptp(x) else "constant")
    odds = _odds(explained(y, x[:, None], base))
    df = len(at) - int(np.linalg.matrix_rank(np.column_stack([base, x])))
    found = {key: _beside(y, x, levels.loc[at].to_numpy(float)) for key, levels in benchmarks.items()}
    nearest = min(found, key=lambda key: found[key][2], default="")
    told = (nearest, *found[nearest]) if nearest else ()
    slope = float(left @ left_y / (left @ left))
    return TippingPoint(name, len(at), slope, *robustness_values(odds, df, alpha), *told)


def explained(y: Floats, columns: Floats, beside: Floats) -> float:
    """Share that predictors together explain of what others leave of `y` (a partial R²).

    Parameters
    ----------
    y : ndarray, shape (regions,)
        Of regions.
    columns, beside : ndarray, shape (regions, p)
        Predictors, and the others, a constant among them.
    """
    before, after = _left(y, beside), _left(y, np.hstack([beside, columns]))
    total = float(before @ before)
    return max(0.0, 1 - float(after @ after) / total) if total > _NOTHING else 0.0


def robustness_values(odds: float, df: int, alpha: float) -> tuple[float, float]:
    """Robustness values of a coefficient, and of its interval.

    Parameters
    ----------
    odds : float
        Its squared t by its degrees of freedom: partial R² by one minus it (Cohen's f²).
    df : int
        Degrees of freedom of its model.
    alpha : float
        The interval is one of 1 - alpha.

    Returns
    -------
    tuple of float
        Shares of what is left of exposure and outcome that a trait must explain, of both alike: for the coefficient to
        be zero, and for its interval to reach zero when the trait is in the model (one degree of freedom fewer).
    """
    if np.isinf(odds):
        return 1.0, 1.0
    f = np.sqrt(odds)
    edge = float(student.ppf(1 - alpha / 2, df - 1)) / np.sqrt(df - 1) if df > 1 else np.inf
    if f <= edge:
        return _alike(f), 0.0
    return _alike(f), float((odds - edge**2) / (1 + odds)) if f * edge > 1 else _alike(f - edge)


def _alike(f: float) -> float:
    """Share of both that moves a coefficient by `f`, in the units of Cohen's f."""
    return float(2 / (1 + np.sqrt(1 + 4 / f**2))) if f > 0 else 0.0


def times_as_strong(odds: float, with_exposure: float, with_yields: float) -> float:
    """How many times as strong as a benchmark, in both, a trait must be for a coefficient to be zero.

    Parameters
    ----------
    odds : float
        Of the coefficient in the model with the benchmark, as for `robustness_values`.
    with_exposure, with_yields : float
        Partial R² of the benchmark, as in `TippingPoint`.

    Returns
    -------
    float
        The smallest k for which `bound` reaches `odds`; infinite where the benchmark says nothing about one of them,
        and 0 where it says all about the exposure.
    """
    if min(with_exposure, with_yields) <= _NOTHING:
        return np.inf
    if with_exposure > 1 - _NOTHING:
        return 0.0
    most = (1 - with_exposure) / with_exposure * (1 - 1e-9)
    short = partial(_short, odds, with_exposure, with_yields)
    return float(brentq(short, 0.0, most)) if short(most) < 0 else most


def bound(times: float, with_exposure: float, with_yields: float) -> tuple[float, float]:
    """The most that a trait so many times as strong as a benchmark can explain.

    Parameters
    ----------
    times : float
        k.
    with_exposure, with_yields : float
        Partial R² of the benchmark, as in `TippingPoint`.

    Returns
    -------
    tuple of float
        Partial R² of the trait with the exposure, and with the outcome beside the exposure (at most 1).
    """
    if times == 0:
        return 0.0, 0.0
    exposure = times * _odds(with_exposure)
    both = times * with_exposure**2 / ((1 - times * with_exposure) * (1 - with_exposure))
    return exposure, min(1.0, (np.sqrt(times) + np.sqrt(both)) ** 2 / (1 - both) * _odds(with_yields))


def _short(odds: float, with_exposure: float, with_yields: float, times: float) -> float:
    """What a trait so many times as strong leaves of a coefficient (squared, in the units of Cohen's f²)."""
    exposure, outcome = bound(times, with_exposure, with_yields)
    return odds - outcome * _odds(exposure)


def _beside(y: Floats, x: Floats, levels: Floats) -> tuple[float, float, float]:
    """A benchmark: what it explains of the exposure and of the yields, and how many times that is needed."""
    ones, exposure = with_ones(levels[:, :0]), x[:, None]
    strength = explained(x, levels, ones), explained(y, levels, np.hstack([ones, exposure]))
    return *strength, times_as_strong(_odds(explained(y, exposure, with_ones(levels))), *strength)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else np.inf


def _left(values: Floats, base: Floats) -> Floats:
    """What least squares on `base` leaves."""
    return np.asarray(values - base @ np.linalg.lstsq(base, values, rcond=None)[0])
