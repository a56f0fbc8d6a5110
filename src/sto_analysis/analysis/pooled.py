"""The headline model: one exposure on all eight yields at once, with intervals and p-values that respect regions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.counts import Counts, count, patterns
from sto_analysis.analysis.design import Model, complete_design, independent, stacked, told_apart, with_ones
from sto_analysis.analysis.links import LINKS
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.proportional_odds import fit_counts, top_probability_effect

FEWEST_REGIONS = 10
"""Below this the jackknife and the permutation say nothing worth printing."""
PRIOR_SD = 2.5
"""Standard deviation of the normal prior on log odds that takes over where the data separate (ridge)."""
_ANSWERS_AT_ONCE = 80_000
"""Answers of the models whose tables of counts, for each region left out, are held in memory together."""


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
        on t(G - 1); about the process, so without finite population correction. A ridge estimate has no interval: it
        is pulled towards no effect, and the jackknife does not see by how much.
    effect, effect_low, effect_high : float
        Average marginal effect on the share in the top band, as a difference of proportions.
    least, most : float
        Smallest and largest odds ratio when any one region is left out (exact refits).
    status : str
        ``estimated``; ``ridge`` where the data separate on an exposure of the model (with or without one region), so
        that there is no finite maximum likelihood estimate and one under a normal prior (`PRIOR_SD`) is given; or why
        there is no estimate at all: ``too_few_regions``, ``constant``, ``collinear`` (with the adjusters), ``aliased``
        (with other exposures of the model), ``no_variation_in_outcome``, ``not_converged``. Separation on an adjuster
        alone leaves the estimate of an exposure finite and sets no status.
    alias : str
        The exposures that an aliased one cannot be told apart from, separated by spaces.
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
    alias: str = ""


@dataclass(frozen=True)
class Replicates:
    """A model's full fit and its exact refits without each region.

    Parameters
    ----------
    regions : int
        Regions in the model.
    status : tuple of str
        Per exposure, as `Association.status`.
    alias : tuple of str
        Per exposure, as `Association.alias`.
    column : tuple of int
        Per exposure, its column in the fits (-1 for one without).
    counts : Counts, optional
        Answers of the full sample first, then without each region; none when no exposure has an estimate.
    fits : Fit, optional
        Fits in the same order.
    """

    regions: int
    status: tuple[str, ...]
    alias: tuple[str, ...]
    column: tuple[int, ...]
    counts: Counts | None = None
    fits: Fit | None = None


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
    most = max([model.outcomes.size for model in models], default=1)
    at_once = max(_ANSWERS_AT_ONCE // max(most, 1), 1)
    chunks = [models[first : first + at_once] for first in range(0, len(models), at_once)]
    return [
        [_association(str(name), found, j, model.link) for j, name in enumerate(model.exposures.columns)]
        for chunk in chunks
        for model, found in zip(chunk, replicate(chunk), strict=True)
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
    seen: dict[tuple[int, int], Floats] = {}
    tables = [(id(model.outcomes), id(model.exposures), id(model.adjust)) for model in models]
    ready = {key: _prepare(model, stacks, seen) for key, model in dict(zip(tables, models, strict=True)).items()}
    found = [ready[key] for key in tables]
    together: dict[tuple[str, int, int, int, int, int], list[int]] = {}
    for i, (here, model) in enumerate(zip(found, models, strict=True)):
        if here.counts is not None:
            _, items, patterns, k = here.counts.n.shape
            size = int(np.ceil(np.log2(patterns)))  # padded to the most, so those of like size go together
            fitted = max(here.column) + 1
            together.setdefault((model.link, fitted, here.counts.x.shape[2], items, size, k), []).append(i)
    for (link, fitted, *_), alike in together.items():
        counted = [counts for i in alike if (counts := found[i].counts) is not None]
        for i, (status, fits) in zip(alike, _fit_together(counted, link, fitted), strict=True):
            found[i] = replace(found[i], status=tuple(why or status for why in found[i].status), fits=fits)
    return found


def _prepare(
    model: Model, stacks: dict[tuple[int, bytes], tuple[Ints, Ints, Ints]], seen: dict[tuple[int, int], Floats]
) -> Replicates:
    """Count the answers of a model with and without each region, or say why it cannot be fitted at all.

    `stacks` and `seen` keep the stacked answers and the values of tables that several models share.
    """
    names = [str(name) for name in model.exposures.columns]
    complete, exposures, adjust = complete_design(model, seen)
    regions = int(complete.sum())
    nothing = Replicates(regions, ("too_few_regions",) * len(names), ("",) * len(names), (-1,) * len(names))
    if regions < FEWEST_REGIONS:
        return nothing
    status, alias, column = told_apart(names, exposures, adjust)
    nothing = replace(nothing, status=status, alias=alias)
    if all(status):
        return nothing
    key = (id(model.outcomes), complete.tobytes())
    if key not in stacks:
        stacks[key] = stacked(model.outcomes.to_numpy(float)[complete])
    y, item, region = stacks[key]
    if not len(y):
        return replace(nothing, status=tuple(why or "no_variation_in_outcome" for why in status))
    values, pattern = patterns(np.hstack([exposures[:, independent(exposures, with_ones(adjust))], adjust]))
    each = count(y, item, pattern[:, region], values.shape[1], region)
    each = each[each.any(axis=(1, 2, 3))]  # a region may have answered one-level items only
    total = each.sum(axis=0, keepdims=True)
    return replace(nothing, column=column, counts=Counts(np.concatenate([total, total - each]), values))


def _fit_together(tables: Sequence[Counts], link: str, exposures: int) -> list[tuple[str, Fit]]:
    """Fit several models with their refits, and those that separate on an exposure under the prior instead."""
    full = _batch([Counts(counts.n[:1], counts.x) for counts in tables], link, checked=exposures)
    apart = {i for i, fits in enumerate(full) if fits.separated.any()}
    plain = [i for i in range(len(tables)) if i not in apart]
    found = dict(zip(plain, _batch([tables[i] for i in plain], link, [full[i] for i in plain], exposures), strict=True))
    apart |= {i for i, fits in found.items() if fits.separated.any()}
    prior = PRIOR_SD / LINKS[link].scale
    found |= dict(zip(apart, _batch([tables[i] for i in apart], link, prior_sd=prior), strict=True))
    return [
        ("not_converged" if not found[i].converged.all() else "ridge" if i in apart else "estimated", found[i])
        for i in range(len(tables))
    ]


def _batch(
    tables: Sequence[Counts],
    link: str,
    start: Sequence[Fit] = (),
    checked: int | None = None,
    prior_sd: float = np.inf,
) -> list[Fit]:
    """Fit the tables of several models, padded to the same shape, at once."""
    if not tables:
        return []
    shape = np.max([counts.n.shape[1:] for counts in tables], axis=0)
    size = [len(counts.n) for counts in tables]
    n = np.moveaxis(np.zeros((*shape, sum(size))), -1, 0)  # models last in memory, as the fit wants them
    x = np.zeros((len(tables), shape[1], tables[0].x.shape[2]))
    theta = np.full((len(start), shape[0], shape[2] - 1), np.nan)
    first = np.cumsum(size) - size
    for i, counts in enumerate(tables):
        _, items, patterns, k = counts.n.shape
        n[first[i] : first[i] + size[i], :items, :patterns, :k] = counts.n
        x[i, :patterns] = counts.x[0]
        if start:
            theta[i, :items, : k - 1] = start[i].thresholds[0]
    owner = np.repeat(np.arange(len(tables)), size)
    near = None
    if start:
        near = replace(start[0], coef=np.concatenate([each.coef for each in start])[owner], thresholds=theta[owner])
    fits = fit_counts(Counts(n, x[owner]), link=link, prior_sd=prior_sd, start=near, checked=checked)
    parts = []
    for counts, at, many in zip(tables, first, size, strict=True):
        own = fits.select(slice(at, at + many))
        parts.append(replace(own, thresholds=own.thresholds[:, : counts.n.shape[1], : counts.n.shape[3] - 1]))
    return parts


def _association(name: str, found: Replicates, j: int, link: str) -> Association:
    status, alias = found.status[j], found.alias[j]
    if found.fits is None or found.counts is None or status not in {"estimated", "ridge"}:
        return Association(name, found.regions, status=status, alias=alias)
    log_odds = found.fits.coef[:, found.column[j]]
    effect = top_probability_effect(found.counts, found.fits, found.column[j], link)
    bounds, effect_bounds = (
        jackknife_interval(each) if status == "estimated" else (np.nan, np.nan) for each in (log_odds, effect)
    )
    ratio, low, high, least, most = np.exp([log_odds[0], *bounds, log_odds.min(), log_odds.max()]).tolist()
    effects = (float(effect[0]), *effect_bounds)
    return Association(name, found.regions, float(log_odds[0]), ratio, low, high, *effects, least, most, status)


def jackknife_interval(estimates: Floats, confidence: float = 0.95) -> tuple[float, float]:
    """Interval from the full estimate (first) and the delete-one-region estimates (the others)."""
    full, left_out = estimates[0], estimates[1:]
    g = len(left_out)
    se = np.sqrt((g - 1) / g * ((left_out - full) ** 2).sum())
    half = stdtrit(g - 1, 0.5 + confidence / 2) * se
    return float(full - half), float(full + half)
