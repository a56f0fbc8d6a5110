"""The headline model: one exposure on all eight yields at once, with intervals and p-values that respect regions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sto_analysis.analysis.design import Model
from sto_analysis.analysis.proportional_odds import top_probability_effect
from sto_analysis.analysis.replicates import Replicates, jackknife_interval, replicate

_ANSWERS_AT_ONCE = 1_000_000
"""Answers of the models whose fits, with and without each region, are held in memory together."""

_FAR = 700.0
"""Log odds beyond which an odds ratio is no number any more."""


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
        Effect of one step of the exposure on a higher answer, with its 95 % delete-one-region jackknife interval;
        about the process, so without finite population correction. A ridge estimate has no interval: it is pulled
        towards no effect, and the jackknife does not see by how much.
    df : float
        Degrees of freedom of the interval: few where few regions differ from the others (see `Balance`).
    effect, effect_low, effect_high : float
        Average marginal effect on the share in the top band, as a difference of proportions.
    least, most : float
        Smallest and largest odds ratio when any one region is left out (exact refits).
    status : str
        ``estimated``; ``ridge`` where the data separate on an exposure of the model (with or without one region), so
        that there is no finite maximum likelihood estimate and one under a normal prior (`PRIOR_SD`) is given; or why
        there is no estimate at all: ``too_few_regions``, ``constant``, ``collinear`` (with the adjusters), ``aliased``
        (with other exposures of the model), ``one_region`` or ``two_regions`` (which alone carry it: without them
        nothing is left to estimate), ``few_clusters`` (regions share it in fewer than `FEWEST_CLUSTERS`, or one or two
        of these carry it), ``no_variation_in_outcome``, ``not_converged``. Separation on an adjuster
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
    df: float = np.nan
    effect: float = np.nan
    effect_low: float = np.nan
    effect_high: float = np.nan
    least: float = np.nan
    most: float = np.nan
    status: str = "estimated"
    alias: str = ""


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


def _association(name: str, found: Replicates, j: int, link: str) -> Association:
    status, alias = found.status[j], found.alias[j]
    if found.fits is None or found.counts is None or status not in {"estimated", "ridge"}:
        return Association(name, found.regions, status=status, alias=alias)
    log_odds = found.fits.coef[:, found.column[j]]
    effect = top_probability_effect(found.counts, found.fits, found.column[j], link)
    bounds, effect_bounds = (
        jackknife_interval(each, found.df[j]) if status == "estimated" else (np.nan, np.nan)
        for each in (log_odds, effect)
    )
    told = np.clip([log_odds[0], *bounds, log_odds.min(), log_odds.max()], -_FAR, _FAR)
    ratio, low, high, least, most = np.exp(told).tolist()
    effects = (float(effect[0]), *effect_bounds)
    df = found.df[j] if status == "estimated" else np.nan
    return Association(name, found.regions, float(log_odds[0]), ratio, low, high, df, *effects, least, most, status)
