"""A family of exposures: one headline model each, and p-values adjusted over all of them."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.design import Model, level_indicators, stack_outcomes
from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.pooled import FEWEST_REGIONS, associate_all
from sto_analysis.analysis.proportional_odds import score_residuals

LEVEL = 0.05
"""Family-wise level of the critical value from which the minimum detectable effect is computed."""


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
        leaves it), and ``tested``: ``yes``, or why there is no p: ``too_few_complete`` regions, or an exposure
        ``constant_within`` every level of the adjuster. When the adjuster is in the family its regions are exchanged
        freely and those of the others within its levels: the two are drawn apart, which ignores any dependence between
        their statistics.
    """
    own, levels = str(adjuster.name), level_indicators(adjuster)
    models = [Model(outcomes, exposures[[name]], None if name == own else levels) for name in exposures.columns]
    table = pd.DataFrame([asdict(found) for (found,) in associate_all(models)])
    table["adjusted_for"] = np.where(table["exposure"] == own, "", own)
    family = [name for name, status in zip(table["exposure"], table["status"], strict=True) if status != "constant"]
    complete = exposures[family].notna().all(axis="columns") & adjuster.reindex(exposures.index).notna()
    complete &= outcomes.reindex(exposures.index).notna().any(axis="columns")
    table["p"], table["p_adjusted"], table["critical"], table["permutations"] = np.nan, np.nan, np.nan, permutations
    table["seed"], table["tested"] = seed, "too_few_complete"
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
    table["tested"] = np.where(table["p"].notna(), "yes", "constant_within")
    return table


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
