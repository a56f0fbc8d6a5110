"""A family of exposures: one headline model each, and p-values adjusted over all of them."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.clusters import exchanged, labels_of, shared_clusters
from sto_analysis.analysis.design import Model, answering, level_indicators, stack_outcomes
from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.proportional_odds import score_residuals
from sto_analysis.analysis.replicates import FEWEST_REGIONS

TESTABLE = ("estimated", "ridge", "not_converged")
"""Statuses that do not take an exposure out of the test: all others follow from the regions that it is known of."""


def association_table(
    outcomes: pd.DataFrame,
    exposures: pd.DataFrame,
    adjuster: pd.Series,
    permutations: int,
    seed: int,
    alpha: float,
    clusters: pd.DataFrame | None = None,
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
    clusters : DataFrame, optional
        By region, a column for every exposure whose value regions share with their neighbours: with which. Its interval
        leaves out whole clusters and its permutation exchanges values between them (`clustered_statistics`), each drawn
        apart; nothing changes where no two regions share a cluster. By Royen's inequality what is drawn apart makes an
        adjusted p larger, never smaller, as far as statistics are normal.

    Returns
    -------
    DataFrame
        One row per exposure: the fields of `Association`, ``values`` (how many different ones its regions have),
        ``clusters`` (how many share them; NaN where each region has its own), ``adjusted_for``, ``permutations``,
        ``seed``, ``critical`` (the size that the largest statistic exceeds with probability `alpha` by chance), ``p``
        and ``p_adjusted`` (step-down max-T over all), and ``tested``: ``yes``, or why there is no p: ``not_estimable``
        (its status says
        why), ``too_few_regions`` with answers, or an exposure ``constant_within`` every level of the adjuster. The
        test takes every region with the adjuster and a yield; one that misses an exposure weighs nothing in that one,
        so that ``regions`` are those of the model and of the test. When the adjuster is among the exposures its regions
        are exchanged freely and those of the others within its levels: the two are drawn apart. Within its levels the
        others' statistics are uncorrelated with its own.

    References
    ----------
    Royen, T. (2014). A simple proof of the Gaussian correlation conjecture extended to some multivariate gamma
    distributions. Far East J. Theoretical Statistics, 48(2), 139-145.
    """
    own, levels = str(adjuster.name), level_indicators(adjuster)
    models = [
        Model(outcomes, exposures[[name]], None if name == own else levels, clusters=labels_of(clusters, name))
        for name in exposures.columns
    ]
    table = pd.DataFrame([asdict(found) for (found,) in associate_all(models)])
    table["adjusted_for"] = np.where(table["exposure"] == own, "", own)
    table["p"], table["p_adjusted"], table["critical"] = np.nan, np.nan, np.nan
    at = table["status"].isin(TESTABLE).to_numpy()
    table["permutations"], table["seed"] = permutations, seed
    table["tested"] = np.where(at, "too_few_regions", "not_estimable")
    regions = answering(outcomes, adjuster)
    known = exposures.reindex(regions)
    shared = shared_clusters(known, clusters)
    table["values"] = known.nunique().to_numpy()
    table["clusters"] = [
        len(np.unique(shared[name][known[name].notna()])) if name in shared else np.nan for name in known
    ]
    if len(regions) < FEWEST_REGIONS or not at.any():
        return table
    family = known.loc[:, at]
    observed, permuted = family_statistics(outcomes.loc[regions], family, adjuster[regions], permutations, seed, shared)
    testable = np.isfinite(observed)
    if testable.any():
        table["critical"] = float(np.quantile(np.abs(permuted[:, testable]).max(axis=1), 1 - alpha))
    table.loc[at, "p"], table.loc[at, "p_adjusted"] = max_t(observed, permuted)
    table.loc[at, "tested"] = np.where(testable, "yes", "constant_within")
    return table


def family_statistics(
    outcomes: pd.DataFrame,
    exposures: pd.DataFrame,
    adjuster: pd.Series,
    permutations: int,
    seed: int,
    shared: Mapping[str, Ints],
) -> tuple[Floats, Floats]:
    """Statistics of exposures, observed and permuted: within levels of the adjuster, its own among all regions.

    Parameters
    ----------
    outcomes, exposures, adjuster, permutations, seed
        As for `association_table`, of the regions of the test.
    shared : mapping
        As `shared_clusters` gives: values of these exposures are exchanged between clusters, after all others.

    Returns
    -------
    observed : ndarray, shape (j,)
    permuted : ndarray, shape (permutations, j)
    """
    rng, own = np.random.Generator(np.random.PCG64(seed)), exposures.columns == adjuster.name
    observed, permuted = np.full(len(own), np.nan), np.full((permutations, len(own)), np.nan)
    grouped, drawn = exposures.columns.isin(list(shared)), list[tuple[int, Floats, Ints]]()
    for tested, level in ((~own, adjuster), (own, adjuster * 0)):
        if not tested.any():
            continue
        scores = region_scores(outcomes, level_indicators(level).to_numpy(float))
        strata, alone = pd.factorize(level, sort=True)[0].astype(np.int64), tested & ~grouped
        if alone.any():
            values = exposures.loc[:, alone].to_numpy(float)
            observed[alone], permuted[:, alone] = permuted_statistics(scores, values, strata, permutations, rng)
        drawn += [(int(j), scores, strata) for j in np.flatnonzero(tested & grouped)]
    for j, scores, strata in drawn:
        x, codes = exposures.to_numpy(float)[:, j], shared[exposures.columns[j]]
        observed[j], permuted[:, j] = exchanged(scores, x, strata, codes, permutations, rng)
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
