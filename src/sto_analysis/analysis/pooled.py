"""The headline model: one exposure on all eight yields at once, with intervals and p-values that respect regions."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student_t

from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.proportional_odds import (
    Fit,
    Stack,
    fit,
    score_residuals,
    separated,
    top_probability_effect,
)

Floats = NDArray[np.float64]

FEWEST_REGIONS = 10
"""Below this the jackknife and the permutation say nothing worth printing."""


LEVEL = 0.05
"""Family-wise level of the critical value from which the minimum detectable effect is computed."""
PRIOR_SD = 2.5
"""Standard deviation of the normal prior on log odds that takes over where the data separate (ridge)."""
_SUSPICIOUS = 8.0
"""Log odds over the range of a predictor beyond which a fit is checked for separation."""


@dataclass(frozen=True)
class Association:
    """One exposure and the stacked yields.

    Parameters
    ----------
    exposure : str
        Name of the exposure.
    regions : int
        Regions in the fit: those with the exposure, the adjusters and at least one yield.
    log_odds, odds_ratio, low, high : float
        Effect of one step of the exposure on a higher answer, with its 95 % delete-one-region jackknife interval
        on t(G - 1); about the process, so without finite population correction.
    effect, effect_low, effect_high : float
        Average marginal effect on the share in the top band, as a difference of proportions.
    least, most : float
        Smallest and largest odds ratio when any one region is left out (exact refits).
    status : str
        ``estimated``; ``ridge`` where the data separate on the exposure (with or without one region), so that there is
        no finite maximum likelihood estimate and one under a normal prior (`PRIOR_SD`) is given; or why there is no
        estimate at all: ``too_few_regions``, ``constant``, ``collinear``, ``no_variation_in_outcome``.
    """

    exposure: str
    regions: int
    log_odds: float = np.nan
    odds_ratio: float = np.nan
    low: float = np.nan
    high: float = np.nan
    effect: float = np.nan
    effect_low: float = np.nan
    effect_high: float = np.nan
    least: float = np.nan
    most: float = np.nan
    status: str = "estimated"


def stack_outcomes(outcomes: pd.DataFrame, predictors: Floats) -> tuple[Stack, NDArray[np.int64]]:
    """Stack a table of answers into one row per answer.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes by region and item; NaN where missing. Items with one observed category are left out.
    predictors : ndarray, shape (regions, p)
        Values per region, complete.

    Returns
    -------
    stack : Stack
        Categories counted anew within each item, so that an empty band leaves a two-level item.
    region : ndarray of int
        Row of `outcomes` that each answer came from.
    """
    y: list[NDArray[np.int64]] = []
    item: list[NDArray[np.int64]] = []
    region: list[NDArray[np.int64]] = []
    for column in outcomes.columns:
        answered = np.flatnonzero(outcomes[column].notna())
        levels, codes = np.unique(outcomes[column].to_numpy()[answered], return_inverse=True)
        if len(levels) > 1:
            y.append(codes)
            item.append(np.full(len(codes), len(item)))
            region.append(answered)
    if not y:
        empty = np.zeros(0, dtype=np.int64)
        return Stack(empty, empty, predictors[:0]), empty
    rows = np.concatenate(region)
    return Stack(np.concatenate(y), np.concatenate(item), predictors[rows]), rows


def associate(outcomes: pd.DataFrame, exposure: pd.Series, adjust: pd.DataFrame | None = None) -> Association:
    """Fit the stacked proportional-odds model for one exposure.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes (0 low, 1 middle, 2 top) by region and item.
    exposure : Series
        By region: 0/1, or steps.
    adjust : DataFrame, optional
        Adjusters by region.

    Returns
    -------
    Association
        Never raises for thin data: `Association.status` says why there is no estimate.
    """
    return associate_jointly(outcomes, exposure.to_frame(), adjust)[0]


def associate_jointly(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjust: pd.DataFrame | None = None
) -> list[Association]:
    """Fit the stacked proportional-odds model for several exposures that adjust for each other.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes (0 low, 1 middle, 2 top) by region and item.
    exposures : DataFrame
        By region, an exposure per column.
    adjust : DataFrame, optional
        Further adjusters by region.

    Returns
    -------
    list of Association
        One per exposure, from one model.

    References
    ----------
    MacKinnon, J. G., Nielsen, M. Ø., & Webb, M. D. (2023). Fast and reliable jackknife and bootstrap methods for
    cluster-robust inference. J. Applied Econometrics, 38(5), 671-694 (CV3, centred on the full estimate).
    """
    predictors = pd.concat([exposures, *([] if adjust is None else [adjust])], axis="columns").reindex(outcomes.index)
    complete = predictors.notna().all(axis="columns") & outcomes.notna().any(axis="columns")
    x, regions = predictors[complete].to_numpy(float), int(complete.sum())
    names = [str(name) for name in exposures.columns]
    stack, region = stack_outcomes(outcomes[complete], x)
    if reason := _not_estimable(stack, x):
        constant = np.ptp(x, axis=0) == 0 if regions else np.zeros(x.shape[1], dtype=bool)
        return [
            Association(name, regions, status="constant" if constant[j] and reason == "collinear" else reason)
            for j, name in enumerate(names)
        ]
    weights = np.vstack([np.ones(len(region)), region[None, :] != np.unique(region)[:, None]])
    fits = fit(stack, weights, start=fit(stack))
    status = "estimated"
    size = np.abs(fits.coef[:, : len(names)]).max() * np.ptp(x[:, : len(names)], axis=0).max()
    if not fits.converged.all() or size > _SUSPICIOUS:
        apart = separated(stack) | (np.abs(fits.coef).max(axis=0) * np.ptp(x, axis=0) > 1.5 * _SUSPICIOUS)
        if apart.any() or not fits.converged.all():
            status, fits = "ridge", fit(stack, weights, prior_sd=PRIOR_SD)
    return [_association(name, regions, stack, fits, j, weights, status) for j, name in enumerate(names)]


def _not_estimable(stack: Stack, x: Floats) -> str:
    """Why a model cannot be fitted at all; empty when it can."""
    if len(x) < FEWEST_REGIONS:
        return "too_few_regions"
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(x)), x])) < x.shape[1] + 1:
        return "collinear"
    return "" if len(stack.y) else "no_variation_in_outcome"


def _association(
    name: str, regions: int, stack: Stack, fits: Fit, column: int, weights: Floats, status: str
) -> Association:
    log_odds = fits.coef[:, column]
    effect = top_probability_effect(stack, fits, column, weights)
    low, high = _jackknife_interval(log_odds)
    effect_low, effect_high = _jackknife_interval(effect)
    return Association(
        name, regions, float(log_odds[0]), float(np.exp(log_odds[0])), float(np.exp(low)), float(np.exp(high)),
        float(effect[0]), effect_low, effect_high, float(np.exp(log_odds.min())), float(np.exp(log_odds.max())), status,
    )  # fmt: skip


def _jackknife_interval(estimates: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Interval from the full estimate (first) and the delete-one-region estimates (the others)."""
    full, left_out = estimates[0], estimates[1:]
    g = len(left_out)
    se = np.sqrt((g - 1) / g * ((left_out - full) ** 2).sum())
    half = student_t.ppf(0.5 + confidence / 2, g - 1) * se
    return float(full - half), float(full + half)


def association_table(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjuster: pd.Series, permutations: int, seed: int
) -> pd.DataFrame:
    """Associations of a family of exposures, one at a time, with p-values adjusted over the family.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes by region and item.
    exposures : DataFrame
        By region; when `adjuster` is itself among them it is estimated and tested without adjustment.
    adjuster : Series
        By region, few levels: indicators in the model, and the strata of the permutation.
    permutations, seed : int
        Of the max-T permutation.

    Returns
    -------
    DataFrame
        One row per exposure: the fields of `Association`, ``adjusted_for``, ``permutations``, ``seed``, ``critical``
        (the size that the largest statistic of the family exceeds with probability `LEVEL` by chance), ``p`` and
        ``p_adjusted`` (step-down max-T over the family, on regions complete on all its exposures; a constant exposure
        leaves it). When the adjuster is in the family its regions are exchanged freely and those of the others within
        its levels: the two are drawn apart, which ignores any dependence between their statistics.
    """
    own = str(adjuster.name)
    found = []
    for name in exposures.columns:
        adjust = None if name == own else level_indicators(adjuster)
        found.append(
            {
                **asdict(associate(outcomes, exposures[name], adjust)),
                "adjusted_for": "" if name == own else own,
            }
        )
    table = pd.DataFrame(found)
    family = [name for name, status in zip(table["exposure"], table["status"], strict=True) if status != "constant"]
    complete = exposures[family].notna().all(axis="columns") & adjuster.reindex(exposures.index).notna()
    complete &= outcomes.reindex(exposures.index).notna().any(axis="columns")
    table["p"], table["p_adjusted"], table["critical"], table["permutations"] = np.nan, np.nan, np.nan, permutations
    table["seed"] = seed
    if complete.sum() < FEWEST_REGIONS or not family:
        return table
    answers, level = outcomes.loc[exposures.index[complete]], adjuster[exposures.index[complete]]
    rng = np.random.Generator(np.random.PCG64(seed))
    observed, permuted = np.full(len(family), np.nan), np.full((permutations, len(family)), np.nan)
    for tested, strata, base in (
        (
            [name for name in family if name != own],
            pd.factorize(level, sort=True)[0],
            level_indicators(level).to_numpy(float),
        ),
        (
            [name for name in family if name == own],
            np.zeros(len(level), dtype=int),
            np.zeros((len(level), 0)),
        ),
    ):
        if tested:
            scores = region_scores(answers, base)
            columns = [family.index(name) for name in tested]
            values = exposures.loc[answers.index, tested].to_numpy(float)
            observed[columns], permuted[:, columns] = permuted_statistics(scores, values, strata, permutations, rng)
    p, adjusted = max_t(observed, permuted)
    testable = np.isfinite(observed)
    if testable.any():
        table["critical"] = float(np.quantile(np.abs(permuted[:, testable]).max(axis=1), 1 - LEVEL))
    by_name = table.set_index("exposure").index.get_indexer(pd.Index(family))
    table.loc[by_name, "p"], table.loc[by_name, "p_adjusted"] = p, adjusted
    return table


def level_indicators(adjuster: pd.Series) -> pd.DataFrame:
    """Indicators of the levels of an adjuster but the first; missing stays missing."""
    columns = pd.get_dummies(adjuster, prefix=str(adjuster.name), drop_first=True, dtype=float)
    columns.loc[adjuster.isna()] = np.nan
    return columns


def region_scores(outcomes: pd.DataFrame, base: Floats) -> Floats:
    """Sum the score residuals of the null model per region.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes by region and item.
    base : ndarray, shape (regions, p)
        Predictors of the null model.

    Returns
    -------
    ndarray, shape (regions,)
    """
    stack, region = stack_outcomes(outcomes, base)
    if not len(stack.y):
        return np.zeros(len(outcomes))
    return np.asarray(np.bincount(region, weights=score_residuals(stack), minlength=len(outcomes)), dtype=float)
