"""Numbers of regions from counts of which the small ones are hidden: a value, and the bounds that they allow."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats

DECIMALS = 6
"""Of what is written."""


def middle(counts: pd.DataFrame) -> pd.Series:
    """Return the middle of what counts (``low``, ``high``) can be: 2.5 for each that is hidden."""
    return (counts["low"] + counts["high"]) / 2


def shares(part: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the share of a part in all.

    Parameters
    ----------
    part, others : DataFrame
        Index region; ``low`` and ``high`` of sums of other cells: what is hidden in one says nothing of the other.

    Returns
    -------
    DataFrame
        ``value``, ``low``, ``high``: sharp, because the share rises with each cell of the part and falls with each of
        the others; missing where there is nobody.
    """
    low = part["low"] / (part["low"] + others["high"])
    high = part["high"] / (part["high"] + others["low"])
    value = middle(part) / (middle(part) + middle(others))
    found = pd.DataFrame({"value": value, "low": low, "high": high})
    return found[part["high"] + others["high"] > 0].reindex(part.index)


def change(first: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Return the change from one year to another as a share of the first; as `shares`, missing where one had nobody."""
    value, low, high = middle(last) / middle(first), last["low"] / first["high"], last["high"] / first["low"]
    found = pd.DataFrame({"value": value, "low": low, "high": high}) - 1
    return found[(first["low"] > 0) & (last["low"] > 0)].reindex(first.index)


def weighted(values: Floats, low: Floats, high: Floats) -> tuple[float, float, float]:
    """Return a mean weighted by counts, and its sharp bounds.

    Parameters
    ----------
    values, low, high : ndarray, shape (n,)
        What is averaged; least and most of each weight.

    Returns
    -------
    value, least, most : float
        Missing where no weight can be more than nothing. At a bound all values above some point weigh what they can
        at most and all others what they must at least, or the other way.
    """
    if not high.sum() > 0:
        return np.nan, np.nan, np.nan
    order = np.argsort(values, kind="stable")
    values, low, high = values[order], low[order], high[order]
    middle_of = (low + high) / 2
    bounds = []
    for lower, upper in ((high, low), (low, high)):
        cut = np.arange(len(values) + 1)[:, None]
        weights = np.where(np.arange(len(values)) < cut, lower, upper).astype(float)
        of_all = weights.sum(axis=1)
        bounds.append((weights @ values)[of_all > 0] / of_all[of_all > 0])
    return float(middle_of @ values / middle_of.sum()), float(bounds[0].min()), float(bounds[1].max())


def largest(counts: Mapping[str, tuple[float, float]]) -> tuple[str, list[str]]:
    """Return the place with most, and all that can have most.

    Parameters
    ----------
    counts : mapping
        Place → least and most of its count.
    """
    most = max(sorted(counts), key=lambda place: sum(counts[place]))
    return most, [at for at in counts if all(counts[at][1] >= low for one, (low, _) in counts.items() if one != at)]


def levels(values: pd.Series, cuts: list[float], codes: list[int], *, falling: bool) -> pd.Series:
    """Return the code of each value.

    Parameters
    ----------
    values : Series
        Missing ones stay so.
    cuts : list of float
        Rising. A value at a cut is of the level that it begins.
    codes : list of int
        Of the levels, one more than there are cuts.
    falling : bool
        Whether the code rises as the value falls.
    """
    steps = np.sort(np.asarray(cuts))
    above = np.searchsorted(steps, values, side="right")
    place = len(steps) - np.searchsorted(steps, values, side="left") if falling else above
    return pd.Series(np.asarray(codes)[place], values.index).where(values.notna())
