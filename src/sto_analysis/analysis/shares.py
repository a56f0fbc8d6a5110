"""Shares of regions with Wilson intervals and a finite population correction."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint


def wilson(count: int, base: int, population: int | None = None, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson interval of a share, for a finite population when its size is given.

    Parameters
    ----------
    count, base : int
        Units with the trait, and units that answered.
    population : int, optional
        Size of the finite population that the statement is about; without it the statement is about the
        process, or a next wave.
    confidence : float
        Level of the interval.

    Returns
    -------
    tuple of float
        Lower and upper bound, as proportions. At ``base == population`` both are the share itself.

    Raises
    ------
    ValueError
        When base is zero or larger than the population.

    References
    ----------
    Wilson, E. B. (1927). JASA, 22, 209-212; with the effective sample size n (N - 1) / (N - n) of sampling
    without replacement (Cochran, W. G. (1977). Sampling Techniques, 3rd ed., section 3.2).
    """
    if base <= 0 or (population is not None and base > population):
        raise ValueError(f"no share of {base} answers in a population of {population}")
    if population == base:
        return score_interval(count / base, np.inf, confidence)
    effective = base if population is None else base * (population - 1) / (population - base)
    return score_interval(count / base, effective, confidence)


def score_interval(share: float, effective: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson interval of a share of as many answers as a simple random sample without limit would have had.

    Parameters
    ----------
    share : float
        A proportion.
    effective : float
        Number of such answers; infinite where nothing is left to chance.
    confidence : float
        Level of the interval.
    """
    if np.isinf(effective):
        return share, share
    low, high = proportion_confint(share * effective, effective, alpha=1 - confidence, method="wilson")
    return max(0.0, float(low)), min(1.0, float(high))


def shares(flags: pd.DataFrame, population: int) -> pd.DataFrame:
    """Share of regions per column, each with its own base.

    Parameters
    ----------
    flags : DataFrame of nullable boolean
        Regions in rows, concepts in columns; missing answers do not count in the base.
    population : int
        Regions in the frame.

    Returns
    -------
    DataFrame
        One row per column: ``concept``, ``count``, ``base``, ``population``, ``share`` and its 95 % Wilson
        interval ``low``, ``high`` about these regions (with finite population correction); NaN where nobody
        answered.
    """
    rows = []
    for concept in flags.columns:
        answered = flags[concept].dropna()
        count, base = int(answered.sum()), len(answered)
        low, high = wilson(count, base, population) if base else (np.nan, np.nan)
        rows.append({
            "concept": concept, "count": count, "base": base, "population": population,
            "share": count / base if base else np.nan, "low": low, "high": high,
        })  # fmt: skip
    return pd.DataFrame(rows)


def distribution(positions: pd.DataFrame, levels: int) -> pd.DataFrame:
    """Share of regions at every position of a scale, per column.

    Parameters
    ----------
    positions : DataFrame
        Positions counted from 0 by region and concept; NaN where missing.
    levels : int
        Positions of the scale.

    Returns
    -------
    DataFrame
        One row per concept and position: ``concept``, ``position``, ``share`` and ``base``; shares of a concept sum
        to one, and are NaN where nobody answered.
    """
    rows = []
    for concept in positions.columns:
        answered = positions[concept].dropna()
        counts = np.bincount(answered.astype(int), minlength=levels)
        shares_here = counts / len(answered) if len(answered) else np.full(levels, np.nan)
        rows += [
            {"concept": concept, "position": position, "share": share, "base": len(answered)}
            for position, share in enumerate(shares_here)
        ]
    return pd.DataFrame(rows)
