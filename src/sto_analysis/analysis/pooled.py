"""The headline model: one exposure on all eight yields at once, with intervals and p-values that respect regions."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.proportional_odds import (
    Counts,
    Fit,
    Link,
    Stack,
    count,
    fit_counts,
    patterns,
    score_residuals,
    top_probability_effect,
)
from sto_analysis.analysis.separation import separated

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_REGIONS = 10
"""Below this the jackknife and the permutation say nothing worth printing."""


LEVEL = 0.05
"""Family-wise level of the critical value from which the minimum detectable effect is computed."""
PRIOR_SD = 2.5
"""Standard deviation of the normal prior on log odds that takes over where the data separate (ridge)."""
_PROBIT_SCALE = 1.7
"""Log odds per unit of a probit coefficient, roughly (Amemiya, T. (1981). J. Economic Literature, 19(4), 1483-1536)."""
_MODELS_AT_ONCE = 200
"""Models whose tables of counts are held in memory together."""
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


@dataclass(frozen=True)
class Model:
    """A stacked model to be fitted.

    Parameters
    ----------
    outcomes : DataFrame
        Category codes by region and item (bands: 0 low, 1 middle, 2 top); NaN where missing.
    exposures : DataFrame
        By region, an exposure per column; they adjust for each other.
    adjust : DataFrame, optional
        Further adjusters by region.
    link : {"logit", "probit"}
        Of the cumulative probabilities; with probit, ``log_odds`` and ``odds_ratio`` of the result are those of the
        latent normal scale and not to be shown as odds.
    """

    outcomes: pd.DataFrame
    exposures: pd.DataFrame
    adjust: pd.DataFrame | None = None
    link: Link = "logit"


@dataclass(frozen=True)
class Replicates:
    """A model's full fit and its exact refits without each region.

    Parameters
    ----------
    regions : int
        Regions in the model.
    status : str
        As `Association.status`.
    counts : Counts, optional
        Answers of the full sample first, then without each region; none when there is no estimate.
    fits : Fit, optional
        Fits in the same order.
    constant : tuple of bool
        Per exposure, whether it is the same in all regions; empty where there is an estimate.
    """

    regions: int
    status: str
    counts: Counts | None = None
    fits: Fit | None = None
    constant: tuple[bool, ...] = ()


def stack_outcomes(outcomes: pd.DataFrame, predictors: Floats) -> tuple[Stack, Ints]:
    """Stack a table of answers into one row per answer.

    Parameters
    ----------
    outcomes : DataFrame
        Category codes by region and item; NaN where missing. Items with one observed category are left out.
    predictors : ndarray, shape (regions, p)
        Values per region, complete.

    Returns
    -------
    stack : Stack
        Categories counted anew within each item, so that an empty band leaves a two-level item.
    region : ndarray of int
        Row of `outcomes` that each answer came from.
    """
    y, item, region = _stacked(outcomes.to_numpy(float))
    return Stack(y, item, predictors[region]), region


def _stacked(outcomes: Floats) -> tuple[Ints, Ints, Ints]:
    """Category, item and region of each answer."""
    y, item, region = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for answers in outcomes.T:
        answered = np.flatnonzero(~np.isnan(answers))
        levels, codes = np.unique(answers[answered], return_inverse=True)
        if len(levels) > 1:
            item.append(np.full(len(codes), len(item) - 1))
            y.append(codes)
            region.append(answered)
    return np.concatenate(y), np.concatenate(item), np.concatenate(region)


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
    return associate_all([Model(outcomes, exposure.to_frame(), adjust)])[0][0]


def associate_all(models: Sequence[Model]) -> list[list[Association]]:
    """Fit many stacked models, each with its jackknife.

    Parameters
    ----------
    models : sequence of Model
        Models; those with the same number of predictors and the same link are worked on together.

    Returns
    -------
    list of list of Association
        Per model, one per exposure.
    """
    return [
        [_association(str(name), found, j, model.link) for j, name in enumerate(model.exposures.columns)]
        for model, found in zip(models, replicate(models), strict=True)
    ]


def replicate(models: Sequence[Model]) -> list[Replicates]:
    """Fit models on all their regions and without each of them.

    Parameters
    ----------
    models : sequence of Model
        As for `associate_all`.

    References
    ----------
    MacKinnon, J. G., Nielsen, M. Ø., & Webb, M. D. (2023). Fast and reliable jackknife and bootstrap methods for
    cluster-robust inference. J. Applied Econometrics, 38(5), 671-694 (CV3, centred on the full estimate).
    """
    stacks: dict[tuple[int, bytes], tuple[Ints, Ints, Ints]] = {}
    tables = [(id(model.outcomes), id(model.exposures), id(model.adjust)) for model in models]
    ready = {key: _prepare(model, stacks) for key, model in dict(zip(tables, models, strict=True)).items()}
    prepared = [ready[key] for key in tables]
    found: dict[int, Replicates] = {}
    together: dict[tuple[Link, int, int, int, int], list[int]] = {}
    for i, (here, model) in enumerate(zip(prepared, models, strict=True)):
        if here.counts is None:
            found[i] = here
        else:
            _, items, patterns, k = here.counts.n.shape
            size = int(np.ceil(np.log2(patterns)))  # padded to the most, so those of like size go together
            together.setdefault((model.link, here.counts.x.shape[2], items, size, k), []).append(i)
    for (link, *_), alike in together.items():
        for first in range(0, len(alike), _MODELS_AT_ONCE):
            chunk = alike[first : first + _MODELS_AT_ONCE]
            counted = [counts for i in chunk if (counts := prepared[i].counts) is not None]
            for i, counts, fitted in zip(chunk, counted, _fit_together(counted, link), strict=True):
                found[i] = _settled(models[i], prepared[i].regions, counts, fitted)
    return [found[i] for i in range(len(models))]


def _prepare(model: Model, stacks: dict[tuple[int, bytes], tuple[Ints, Ints, Ints]]) -> Replicates:
    """Count the answers of a model with and without each region, or say why it cannot be fitted at all.

    `stacks` keeps the stacked answers of tables that several models share.
    """
    tables = [model.exposures, *([] if model.adjust is None else [model.adjust])]
    at = model.outcomes.index
    predictors = np.hstack([(t if t.index is at else t.reindex(at)).to_numpy(float) for t in tables])
    answers = model.outcomes.to_numpy(float)
    complete = ~np.isnan(predictors).any(axis=1) & ~np.isnan(answers).all(axis=1)
    x, regions = predictors[complete], int(complete.sum())
    if regions < FEWEST_REGIONS:
        return Replicates(regions, "too_few_regions")
    if np.linalg.matrix_rank(np.column_stack([np.ones(regions), x])) < x.shape[1] + 1:
        same = np.ptp(x[:, : model.exposures.shape[1]], axis=0) == 0
        return Replicates(regions, "collinear", constant=tuple(same.tolist()))
    key = (id(model.outcomes), complete.tobytes())
    if key not in stacks:
        stacks[key] = _stacked(answers[complete])
    y, item, region = stacks[key]
    if not len(y):
        return Replicates(regions, "no_variation_in_outcome")
    values, pattern = patterns(x)
    each = count(y, item, pattern[:, region], values.shape[1], region)
    each = each[each.any(axis=(1, 2, 3))]  # a region may have answered one-level items only
    total = each.sum(axis=0, keepdims=True)
    return Replicates(regions, "", Counts(np.concatenate([total, total - each]), values))


def _fit_together(tables: Sequence[Counts], link: Link) -> list[Fit]:
    """Fit several models with their refits in one batch, padded to the same shape."""
    shape = np.max([counts.n.shape[1:] for counts in tables], axis=0)
    size = [len(counts.n) for counts in tables]
    n = np.moveaxis(np.zeros((*shape, sum(size))), -1, 0)  # models last in memory, as the fit wants them
    x = np.zeros((len(tables), shape[1], tables[0].x.shape[2]))
    first = np.cumsum(size) - size
    for i, counts in enumerate(tables):
        _, items, patterns, k = counts.n.shape
        n[first[i] : first[i] + size[i], :items, :patterns, :k] = counts.n
        x[i, :patterns] = counts.x[0]
    owner = np.repeat(np.arange(len(tables)), size)
    start = fit_counts(Counts(n[first], x), link=link)
    fits = fit_counts(Counts(n, x[owner]), link=link, start=start.select(owner))
    parts = []
    for counts, at, many in zip(tables, first, size, strict=True):
        own = fits.select(slice(at, at + many))
        parts.append(replace(own, thresholds=own.thresholds[:, : counts.n.shape[1], : counts.n.shape[3] - 1]))
    return parts


def _settled(model: Model, regions: int, counts: Counts, fits: Fit) -> Replicates:
    """Put ridge fits in the place of those that the data separate."""
    span, j = np.ptp(counts.x[0], axis=0), len(model.exposures.columns)
    size = np.abs(fits.coef).max(axis=0) * span
    if not fits.converged.all() or size[:j].max() > _SUSPICIOUS:
        item, pattern, y = np.nonzero(counts.n[0])
        among = size > _SUSPICIOUS if fits.converged.all() else None
        apart = separated(Stack(y, item, counts.x[0][pattern]), among) | (size > 1.5 * _SUSPICIOUS)
        if apart.any() or not fits.converged.all():
            prior = PRIOR_SD if model.link == "logit" else PRIOR_SD / _PROBIT_SCALE
            return Replicates(regions, "ridge", counts, fit_counts(counts, link=model.link, prior_sd=prior))
    return Replicates(regions, "estimated", counts, fits)


def _association(name: str, found: Replicates, column: int, link: Link) -> Association:
    if found.fits is None or found.counts is None:
        constant = any(found.constant[column : column + 1])
        return Association(name, found.regions, status="constant" if constant else found.status)
    log_odds = found.fits.coef[:, column]
    effect = top_probability_effect(found.counts, found.fits, column, link)
    low, high = jackknife_interval(log_odds)
    effect_low, effect_high = jackknife_interval(effect)
    return Association(
        name, found.regions, float(log_odds[0]), float(np.exp(log_odds[0])), float(np.exp(low)), float(np.exp(high)),
        float(effect[0]), effect_low, effect_high, float(np.exp(log_odds.min())), float(np.exp(log_odds.max())),
        found.status,
    )  # fmt: skip


def jackknife_interval(estimates: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Interval from the full estimate (first) and the delete-one-region estimates (the others)."""
    full, left_out = estimates[0], estimates[1:]
    g = len(left_out)
    se = np.sqrt((g - 1) / g * ((left_out - full) ** 2).sum())
    half = stdtrit(g - 1, 0.5 + confidence / 2) * se
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
    own, levels = str(adjuster.name), level_indicators(adjuster)
    models = [Model(outcomes, exposures[[name]], None if name == own else levels) for name in exposures.columns]
    table = pd.DataFrame([asdict(found) for (found,) in associate_all(models)])
    table["adjusted_for"] = np.where(table["exposure"] == own, "", own)
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
