"""Levels that hidden counts leave open: whether what is said of an exposure changes over all that they allow."""

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.clusters import shared_clusters
from sto_analysis.analysis.design import Model, answering, level_indicators
from sto_analysis.analysis.family import family_statistics, region_scores
from sto_analysis.analysis.permutation import max_t
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.replicates import FEWEST_REGIONS

_CUTS, _DRAWN = 20, 20
"""Steps between the two extremes in either order, and assignments that are drawn."""
_COLUMNS = ["exposure", "regions", "open", "assignments", "odds_ratio", "lowest", "highest", "p_least", "p_most"]
_COLUMNS += ["found_in", "verdict"]


def over_open_levels(
    outcomes: pd.DataFrame,
    exposures: pd.DataFrame,
    bounds: tuple[pd.DataFrame, pd.DataFrame],
    adjuster: pd.Series,
    permutations: int,
    seed: int,
    alpha: float,
    clusters: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Estimate and test every exposure whose level is open in some regions, over the levels that it may have.

    Parameters
    ----------
    outcomes, exposures, adjuster, permutations, seed, alpha, clusters
        As for `association_table`; without the exposures that it did not test.
    bounds : tuple of DataFrame
        The lowest and the highest level by region, a column for every exposure of which they are known.

    Returns
    -------
    DataFrame
        A row per exposure whose level is open in some region of the test: ``exposure``, ``regions``, ``open`` (in how
        many), ``assignments`` (tried), ``odds_ratio`` (as coded) with ``lowest`` and ``highest`` over them, ``p_least``
        and ``p_most`` (adjusted over the family), ``found_in`` (how many have one below `alpha`) and ``verdict``:
        ``found`` or ``not_found`` in all, or ``depends``. Empty where nothing is open.

        Tried are: as coded; all at their lowest and all at their highest; the regions with the highest scores at their
        highest and the others at their lowest, and the other way round, in steps (for levels that are open between the
        same two, without strata, the statistic has its ends there); and twenty that are drawn. Regions that share a
        value are moved together. Where the adjuster itself is open the others' models keep it as coded.
    """
    regions = answering(outcomes, adjuster)
    low, high = (each.reindex(regions).astype(float) for each in bounds)
    is_open = (low < high).reindex(columns=exposures.columns.intersection(low.columns)).any()
    outcomes, exposures, adjuster = outcomes.loc[regions], exposures.reindex(regions), adjuster[regions]
    if len(regions) < FEWEST_REGIONS or not is_open.any():
        return pd.DataFrame(columns=_COLUMNS)
    shared = shared_clusters(exposures, clusters)
    family = family_statistics(outcomes, exposures, adjuster, permutations, seed, shared)
    rows = []
    for name in is_open.index[is_open]:
        own = (adjuster * 0 if name == adjuster.name else adjuster).rename("")
        base = level_indicators(own)
        unit = shared.get(name, np.arange(len(regions)))
        ends = np.column_stack([exposures[name], low[name], high[name]]).astype(float)
        tried = _assignments(ends, region_scores(outcomes, base.to_numpy(float)), unit, seed)
        table = pd.DataFrame(tried.T, regions, [f"{place}" for place in range(len(tried))])
        each = dict.fromkeys(table.columns, unit) if name in shared else {}
        statistics = family_statistics(outcomes, table, own, permutations, seed, each)
        p = _in_family(family, list(exposures.columns).index(name), statistics)
        models = [Model(outcomes, table[[column]], base) for column in table]
        ratios = np.array([found.odds_ratio for (found,) in associate_all(models)])
        counts = exposures[name].notna().sum(), (low[name] < high[name]).sum()
        rows.append((name, *counts, *_summary(ratios, p, alpha)))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _summary(ratios: Floats, p: Floats, alpha: float) -> tuple[object, ...]:
    found = p < alpha
    verdict = "found" if found.all() else "depends" if found.any() else "not_found"
    spread = np.nanmin(ratios), np.nanmax(ratios), np.nanmin(p), np.nanmax(p)
    return len(p), ratios[0], *spread, found.sum(), verdict


def _assignments(ends: Floats, scores: Floats, unit: Ints, seed: int) -> Floats:
    """Levels by assignment and region, as coded first; `ends`: as coded, lowest and highest, by region."""
    coded, low, high = ends.T
    doubt = low < high
    units = np.unique(unit[doubt])
    ranked = units[np.argsort([scores[unit == each].sum() for each in units], kind="stable")]
    cuts = np.unique(np.linspace(0, len(units), min(len(units), _CUTS) + 1).round().astype(int))
    part = np.random.Generator(np.random.PCG64(seed)).random((2 * len(cuts) + _DRAWN, unit.max() + 1))
    for place, cut in enumerate(cuts):
        part[2 * place, ranked], part[2 * place + 1, ranked] = np.arange(len(units)) >= cut, np.arange(len(units)) < cut
    moved = low + np.round(part[:, unit] * (high - low))
    return np.vstack([coded, np.where(doubt, moved, coded)])


def _in_family(family: tuple[Floats, Floats], at: int, statistics: tuple[Floats, Floats]) -> Floats:
    """Adjusted p of each assignment, in the place of the exposure as coded."""
    (observed, permuted), found = (each.copy() for each in family), []
    for value, column in zip(statistics[0], statistics[1].T, strict=True):
        observed[at], permuted[:, at] = value, column
        found.append(max_t(observed, permuted)[1][at])
    return np.array(found)
