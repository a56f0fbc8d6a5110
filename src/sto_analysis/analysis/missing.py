"""Regions that did not answer, beside those that did."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.clusters import exchanged, shared_clusters, shared_information
from sto_analysis.analysis.permutation import max_t, permuted_statistics

_POWER = 0.8
"""Probability with which the detectable difference would have been seen."""


def compare_response(
    frame: pd.DataFrame,
    answered: pd.Series,
    permutations: int,
    seed: int,
    alpha: float = 0.05,
    clusters: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compare the regions that answered with those that did not on what is known of them.

    Parameters
    ----------
    frame : DataFrame
        Every region of the frame; a numeric column per variable, NaN where unknown.
    answered : Series of bool
        By region.
    permutations, seed : int
        Of the max-T test over the variables.
    alpha : float
        Level of that test.
    clusters : DataFrame, optional
        By region, a column for every variable that regions share, as for `association_table`: its values are exchanged
        between whole clusters, because neighbours may answer, and stay silent, together.

    Returns
    -------
    DataFrame
        A row per variable: ``variable``, ``answering`` and ``silent`` (means of the regions of which it is known),
        ``regions_answering`` and ``regions_silent`` (how many these are),
        ``difference`` (standardised: difference of means over the root of the mean of the two variances), ``p``,
        ``p_adjusted`` (who answered exchanged among all regions, an unknown value at the mean of its variable), and
        ``detectable``: the standardised difference that the test would have seen with 80 % probability.

    Notes
    -----
    With n regions of which a variable is known, m = n1 n2 / n of both groups, c the critical value (what the largest
    statistic in size exceeds with probability alpha among the permutations) and t = c + 0.84, the detectable difference
    is t / sqrt(m (1 - t^2 / n)): the statistic is the difference over its spread among all regions, groups together,
    and has about unit variance when there is a difference too. Infinite where t^2 is not below n. For a variable that
    regions share t is first taken times the root of 1 + ρ (d - 1) (`shared_information`, of who answered).

    References
    ----------
    Austin, P. C. (2009). Balance diagnostics for comparing the distribution of baseline covariates. Statistics in
    Medicine, 28(25), 3083-3107.
    """
    answers = answered.astype(bool)
    inside, outside = frame[answers], frame[~answers]
    spread = np.sqrt((inside.var() + outside.var()) / 2)
    difference = (inside.mean() - outside.mean()) / spread.where(spread > 0)
    known = pd.DataFrame({"regions_answering": inside.count(), "regions_silent": outside.count()})
    means = known.assign(answering=inside.mean(), silent=outside.mean(), difference=difference)
    result = means.assign(p=np.nan, p_adjusted=np.nan, detectable=np.nan).rename_axis("variable")
    compared = frame.columns[known.gt(0).all(axis="columns")]
    if len(compared):
        values = (frame[compared] - frame[compared].mean()).fillna(0.0).to_numpy(float)
        together, rng = np.zeros(len(frame), dtype=np.int64), np.random.Generator(np.random.PCG64(seed))
        who = np.asarray(answers, dtype=np.float64)
        observed, permuted = permuted_statistics(who, values, together, permutations, rng)
        for name, codes in shared_clusters(frame[compared], clusters).items():
            x, j = frame[name].to_numpy(float), compared.get_loc(name)
            observed[j], permuted[:, j] = exchanged(who, x, together, codes, permutations, rng)
        less = shared_information(answers - who.mean(), frame[compared], answers * 0, clusters)
        result.loc[compared, "p"], result.loc[compared, "p_adjusted"] = max_t(observed, permuted)
        varying = list(compared[np.isfinite(observed)])
        if varying:
            largest = np.abs(permuted[:, np.isfinite(observed)]).max(axis=1)
            t = float(np.quantile(largest, 1 - alpha) + norm.ppf(_POWER))
            ts = t * np.sqrt(1 + np.array([less.get(name, 0.0) for name in varying]))
            result.loc[varying, "detectable"] = _detectable(ts, *known.loc[varying].to_numpy(float).T)
    return result.reset_index()


def _detectable(t: Floats, inside: Floats, outside: Floats) -> Floats:
    """Standardised difference of two groups whose statistic is expected at t."""
    n = inside + outside
    within = 1 - t**2 / n
    return np.where(within > 0, t / np.sqrt(inside * outside / n * np.maximum(within, 1e-9)), np.inf)
