"""Exposures that neighbouring regions share: a test that exchanges their values between whole clusters."""

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints


def cluster_codes(labels: pd.Series) -> Ints | None:
    """Number the clusters of regions.

    Parameters
    ----------
    labels : Series
        Of the cluster by region; a region without one stands alone.

    Returns
    -------
    ndarray of int, optional
        0, 1, ... by region; none where no two regions share a cluster.
    """
    codes, names = pd.factorize(labels)
    alone = codes < 0
    codes[alone] = len(names) + np.arange(alone.sum())
    return np.asarray(codes, dtype=np.int64) if len(np.unique(codes)) < len(codes) else None


def shared_clusters(exposures: pd.DataFrame, clusters: pd.DataFrame | None) -> dict[str, Ints]:
    """Number the clusters of every exposure that regions share.

    Parameters
    ----------
    exposures : DataFrame
        By region; one of which an exposure is not known shares nothing.
    clusters : DataFrame, optional
        By region, labels by exposure.

    Returns
    -------
    dict
        Exposure → codes by region, as `cluster_codes` gives; without those that no two regions share.
    """
    told: dict[str, Ints] = {}
    for name in exposures.columns:
        if (labels := labels_of(clusters, name)) is not None:
            codes = cluster_codes(labels.reindex(exposures.index).where(exposures[name].notna()))
            told |= {} if codes is None else {str(name): codes}
    return told


def labels_of(clusters: pd.DataFrame | None, name: str) -> pd.Series | None:
    """Return the clusters of an exposure by region; none where none are known."""
    return None if clusters is None or name not in clusters else clusters[name]


def shared_information(
    scores: pd.Series, exposures: pd.DataFrame, adjuster: pd.Series, clusters: pd.DataFrame | None
) -> dict[str, float]:
    """How much less regions tell of an exposure that clusters share than as many regions apart.

    Parameters
    ----------
    scores : Series
        By region that counts, centred.
    exposures, adjuster, clusters : DataFrame, Series and DataFrame, optional
        Of more regions, such as all of a frame; exposures are taken less their mean at a level of the adjuster.

    Returns
    -------
    dict
        Of each exposure that regions share, ρ (d - 1): with ρ the correlation of scores within clusters
        (`alike_in_clusters`) and d the sum over clusters of the squared sum of the exposure by its sum of squares. The
        variance of a slope over these regions is 1 + ρ (d - 1) times what it is without clusters.
    """
    told = {}
    for name, codes in shared_clusters(exposures, clusters).items():
        levels = adjuster * 0 if name == adjuster.name else adjuster
        x = (exposures[name] - exposures[name].groupby(levels).transform("mean")).fillna(0.0).to_numpy()
        counted = codes[exposures.index.get_indexer(scores.index)]
        rho = float(alike_in_clusters(scores.to_numpy()[:, None], counted)[0])
        told[name] = rho * float((np.bincount(codes, x) ** 2).sum() / max((x**2).sum(), 1e-12) - 1)
    return told


def alike_in_clusters(scores: Floats, clusters: Ints) -> Floats:
    """Correlation between regions of one cluster, from products of pairs; between 0 and 1.

    Parameters
    ----------
    scores : ndarray, shape (g, q)
        Scores of regions, centred.
    clusters : ndarray of int, shape (g,)
        As `cluster_codes` gives.

    Returns
    -------
    ndarray, shape (q,)
    """
    member = _member(clusters)
    pairs = (member.sum(axis=0) ** 2).sum() - len(scores)
    squares = (scores**2).sum(axis=0)
    shared = ((member.T @ scores) ** 2).sum(axis=0) - squares
    return np.asarray(np.clip(shared / max(pairs, 1.0) / np.maximum(squares / len(scores), 1e-300), 0.0, 1.0))


def clustered_statistics(
    scores: Floats, exposure: Floats, strata: Ints, clusters: Ints, permutations: int, rng: np.random.Generator
) -> Floats:
    """Standardised score statistics of an exposure that clusters of regions share, observed and under exchange.

    Parameters
    ----------
    scores : ndarray, shape (g, q)
        Scores per region, such as its sum of score residuals; q of them are told one by one.
    exposure : ndarray, shape (g,)
        Of the regions; where regions of one cluster differ, each stands at their mean. NaN where unknown: such a
        region weighs nothing.
    strata : ndarray of int, shape (g,)
        Levels of the adjuster, taken out of scores and exposure.
    clusters : ndarray of int, shape (g,)
        As `cluster_codes` gives.
    permutations : int
        How often the values of the clusters are exchanged, all among each other.
    rng : Generator
        Source of the permutations.

    Returns
    -------
    ndarray, shape (1 + permutations, q)
        The observed statistic first: the sum of scores times exposure, each less its mean in the stratum, divided by
        its standard deviation for scores that correlate rho within a cluster: the root of sigma² ((1 - rho) times the
        sum over regions of the exposure squared, plus rho times the sum over clusters of its squared sum), computed
        anew in each permutation. NaN where strata leave nothing of the exposure.

    Notes
    -----
    Clusters are of unequal size. Without that scale an exchange finds too much where large clusters have the
    outlying values (simulated with 30 clusters and 51 regions: .14 to .16 at .05, against .04 with it); one within
    sizes, or studentised by the scores of the clusters, holds its level too, with two thirds of the power at the size
    that the family asks for.
    """
    here = ~np.isnan(exposure)
    member, level = _member(clusters[here]), _member(strata[here])
    s = scores[here] - level @ (level.T @ scores[here] / level.sum(axis=0)[:, None])
    number, regions = member.T @ level, level.sum(axis=0)
    size = number.sum(axis=1)
    values = np.tile(member.T @ exposure[here] / size, (1 + permutations, 1))
    values[1:] = rng.permuted(values[1:], axis=1)
    mean = values @ number / regions
    squares = (values**2 @ size - mean**2 @ regions)[:, None]
    shared = ((values * size - mean @ number.T) ** 2).sum(axis=1)[:, None]
    rho = alike_in_clusters(s, clusters[here])
    sigma = (s**2).sum(axis=0) / max(len(s) - len(regions), 1)
    variance = sigma * ((1 - rho) * squares + rho * shared)
    found = values @ (member.T @ s) / np.sqrt(np.maximum(variance, 1e-12))
    return np.asarray(np.where(variance[0] > 1e-12, found, np.nan))


def exchanged(
    scores: Floats, exposure: Floats, strata: Ints, clusters: Ints, permutations: int, rng: np.random.Generator
) -> tuple[float, Floats]:
    """`clustered_statistics` of one score, (g,), by the root of their mean square under exchange: as max-T wants."""
    found = clustered_statistics(scores[:, None], exposure, strata, clusters, permutations, rng)[:, 0]
    found /= np.sqrt((found[1:] ** 2).mean())
    return float(found[0]), found[1:]


def _member(codes: Ints) -> Floats:
    """Return who is in which group, (members, groups)."""
    return np.asarray(codes[:, None] == np.unique(codes), dtype=float)
