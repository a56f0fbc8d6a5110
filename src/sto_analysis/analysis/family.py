"""A family of exposures: one headline model each, and p-values adjusted over all of them."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.design import Model, answering, level_indicators, stack_outcomes
from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.proportional_odds import score_residuals
from sto_analysis.analysis.replicates import FEWEST_REGIONS

TESTABLE = ("estimated", "ridge", "not_converged")
"""Statuses that do not take an exposure out of the test: all others follow from the regions that it is known of."""


def association_table(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjuster: pd.Series, permutations: int, seed: int, alpha: float
) -> pd.DataFrame:
    """Associations of exposures, one at a time, with p-values adjusted over all of them.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes by region and item.
    exposures : DataFrame
        By region: all that the question is about, because what is tested together holds the level together. When
        `adjuster` is itself among them it is estimated and tested without adjustment.
    adjuster : Series
        By region, few levels: indicators in the model, and the strata of the permutation.
    permutations, seed : int
        Of the max-T permutation.
    alpha : float
        Family-wise level.

    Returns
    -------
    DataFrame
        One row per exposure: the fields of `Association`, ``adjusted_for``, ``permutations``, ``seed``, ``critical``
        (the size that the largest statistic exceeds with probability `alpha` by chance), ``p`` and ``p_adjusted``
        (step-down max-T over all), and ``tested``: ``yes``, or why there is no p: ``not_estimable`` (its status says
        why), ``too_few_regions`` with answers, or an exposure ``constant_within`` every level of the adjuster. The
        test takes every region with the adjuster and a yield; one that misses an exposure weighs nothing in that one,
        so that ``regions`` are those of the model and of the test. When the adjuster is among the exposures its regions
        are exchanged freely and those of the others within its levels: the two are drawn apart. Within its levels the
        others' statistics are uncorrelated with its own.
    """
    own, levels = str(adjuster.name), level_indicators(adjuster)
    models = [Model(outcomes, exposures[[name]], None if name == own else levels) for name in exposures.columns]
    table = pd.DataFrame([asdict(found) for (found,) in associate_all(models)])
    table["adjusted_for"] = np.where(table["exposure"] == own, "", own)
    table["p"], table["p_adjusted"], table["critical"] = np.nan, np.nan, np.nan
    at = table["status"].isin(TESTABLE).to_numpy()
    table["permutations"], table["seed"] = permutations, seed
    table["tested"] = np.where(at, "too_few_regions", "not_estimable")
    regions = answering(outcomes, adjuster)
    if len(regions) < FEWEST_REGIONS or not at.any():
        return table
    family = exposures.loc[:, at].reindex(regions)
    observed, permuted = _statistics(outcomes.loc[regions], family, adjuster[regions], permutations, seed)
    testable = np.isfinite(observed)
    if testable.any():
        table["critical"] = float(np.quantile(np.abs(permuted[:, testable]).max(axis=1), 1 - alpha))
    table.loc[at, "p"], table.loc[at, "p_adjusted"] = max_t(observed, permuted)
    table.loc[at, "tested"] = np.where(testable, "yes", "constant_within")
    return table


def _statistics(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjuster: pd.Series, permutations: int, seed: int
) -> tuple[Floats, Floats]:
    """Statistics of exposures, observed and permuted: within levels of the adjuster, its own among all regions."""
    rng, own = np.random.Generator(np.random.PCG64(seed)), exposures.columns == adjuster.name
    observed, permuted = np.full(len(own), np.nan), np.full((permutations, len(own)), np.nan)
    for tested, level in ((~own, adjuster), (own, adjuster * 0)):
        if tested.any():
            scores = region_scores(outcomes, level_indicators(level).to_numpy(float))
            values, strata = exposures.loc[:, tested].to_numpy(float), pd.factorize(level, sort=True)[0]
            observed[tested], permuted[:, tested] = permuted_statistics(scores, values, strata, permutations, rng)
    return observed, permuted


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
