"""From tables of answers, exposures and adjusters to what is fitted: regions, predictors, stacked answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Bools, Floats, Ints
from sto_analysis.analysis.counts import Stack

_NO_SHARE = 1e-6
"""Share of an exposure in another below which it is rounding error."""


@dataclass(frozen=True)
class Model:
    """A stacked model to be fitted.

    Parameters
    ----------
    outcomes : DataFrame
        Category codes by region and item (bands: 0 low, 1 middle, 2 top); NaN where missing.
    exposures : DataFrame
        By region, an exposure per column; they adjust for each other.
    adjust : DataFrame, optional
        Further adjusters by region.
    link : str
        Of the cumulative probabilities, a key of `LINKS`; with any but logit, ``log_odds`` and ``odds_ratio`` of the
        result are those of its latent scale and not to be shown as odds.
    clusters : Series, optional
        By region, what it shares an exposure's value with: then whole clusters are left out instead of regions.
    """

    outcomes: pd.DataFrame
    exposures: pd.DataFrame
    adjust: pd.DataFrame | None = None
    link: str = "logit"
    clusters: pd.Series | None = None


def level_indicators(adjuster: pd.Series) -> pd.DataFrame:
    """Indicators of the levels of an adjuster but the first; missing stays missing."""
    columns = pd.get_dummies(adjuster, prefix=str(adjuster.name), drop_first=True, dtype=float)
    columns.loc[adjuster.isna()] = np.nan
    return columns


def answering(outcomes: pd.DataFrame, adjuster: pd.Series) -> pd.Index:
    """Return the regions with the adjuster and at least one answer, in the order of `outcomes`."""
    known = adjuster.reindex(outcomes.index).notna()
    return outcomes.index[known & outcomes.notna().any(axis="columns")]


def stack_outcomes(outcomes: pd.DataFrame, predictors: Floats) -> tuple[Stack, Ints]:
    """Stack a table of answers into one row per answer.

    Parameters
    ----------
    outcomes : DataFrame
        Category codes by region and item; NaN where missing. Items with one observed category are left out.
    predictors : ndarray, shape (regions, p)
        Values per region, complete.

    Returns
    -------
    stack : Stack
        Categories counted anew within each item, so that an empty band leaves a two-level item.
    region : ndarray of int
        Row of `outcomes` that each answer came from.
    """
    y, item, region = stacked(outcomes.to_numpy(float))
    return Stack(y, item, predictors[region]), region


def stacked(outcomes: Floats) -> tuple[Ints, Ints, Ints]:
    """Stack answers.

    Parameters
    ----------
    outcomes : ndarray, shape (regions, items)
        Category codes; NaN where missing. Items with one observed category are left out.

    Returns
    -------
    y, item, region : ndarray of int
        Category, item (both counted anew) and region of each answer.
    """
    nothing = np.zeros(0, dtype=np.int64)
    y, item, region = [nothing], [nothing], [nothing]
    for answers in outcomes.T:
        answered = np.flatnonzero(~np.isnan(answers))
        levels, codes = np.unique(answers[answered], return_inverse=True)
        if len(levels) > 1:
            item.append(np.full(len(codes), len(item) - 1))
            y.append(codes)
            region.append(answered)
    return np.concatenate(y), np.concatenate(item), np.concatenate(region)


def complete_design(
    model: Model, seen: dict[tuple[int, tuple[str, ...]], Floats] | None = None
) -> tuple[Bools, Floats, Floats]:
    """Select the regions of a model and its predictors among them.

    Parameters
    ----------
    model : Model
        Model.
    seen : dict, optional
        Keeps the values of tables that several models share.

    Returns
    -------
    complete : ndarray of bool
        Which rows of the outcomes are in the model: those with every predictor and at least one answer.
    exposures, adjust : ndarray
        Their exposures, and those adjusters that say something among them: a level that only left-out regions have is
        no predictor.
    """
    tables, at = [model.exposures, *([] if model.adjust is None else [model.adjust])], model.outcomes.index
    seen, values, names = {} if seen is None else seen, [], tuple(at.tolist())
    for table in tables:
        key = (id(table), names)
        if key not in seen:
            seen[key] = (table if table.index is at else table.reindex(at)).to_numpy(float)
        values.append(seen[key])
    complete = ~np.isnan(np.hstack(values)).any(axis=1) & ~np.isnan(model.outcomes.to_numpy(float)).all(axis=1)
    exposures = values[0][complete]
    adjust = values[1][complete] if len(values) > 1 else np.zeros((len(exposures), 0))
    return complete, exposures, adjust[:, independent(adjust, np.ones((len(adjust), 1)))]


def independent(columns: Floats, beside: Floats) -> Ints:
    """Select the columns that are no combination of those before them and of `beside`.

    Parameters
    ----------
    columns, beside : ndarray, shape (regions, p)
        Predictors, and those that stand whatever happens.

    Returns
    -------
    ndarray of int
        Places of the columns kept.
    """
    if np.linalg.matrix_rank(np.hstack([beside, columns])) == beside.shape[1] + columns.shape[1]:
        return np.arange(columns.shape[1])
    kept: list[int] = []
    for j in range(columns.shape[1]):
        if np.linalg.matrix_rank(np.hstack([beside, columns[:, [*kept, j]]])) == beside.shape[1] + len(kept) + 1:
            kept.append(j)
    return np.array(kept, dtype=np.int64)


def with_ones(columns: Floats) -> Floats:
    """Return the columns behind a column of ones."""
    return np.hstack([np.ones((len(columns), 1)), columns])


def told_apart(
    names: Sequence[str], exposures: Floats, adjust: Floats
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]:
    """Tell which exposures of a model can be told apart from each other and from the adjusters.

    Parameters
    ----------
    names : sequence of str
        Of the exposures.
    exposures, adjust : ndarray, shape (regions, p)
        As `complete_design` gives.

    Returns
    -------
    status : tuple of str
        Why an exposure cannot be estimated: ``constant``, ``collinear``, ``aliased``; empty where it can.
    alias : tuple of str
        The exposures that an aliased one cannot be told apart from, separated by spaces.
    column : tuple of int
        Its column among those that are fitted; -1 for none.
    """
    beside = with_ones(adjust)
    kept = independent(exposures, beside)
    column = np.full(len(names), -1)
    column[kept] = np.arange(len(kept))
    status, alias = [""] * len(names), [set[str]() for _ in names]
    for j in np.flatnonzero(column < 0):
        if np.ptp(exposures[:, j]) == 0:
            status[j] = "constant"
            continue
        share = np.linalg.lstsq(np.hstack([beside, exposures[:, kept]]), exposures[:, j], rcond=None)[0]
        one = [j, *kept[np.abs(share[beside.shape[1] :]) > _NO_SHARE]]
        for member in one:
            status[member] = "collinear" if len(one) == 1 else "aliased"
            alias[member] |= {names[other] for other in one if other != member}
    return tuple(status), tuple(" ".join(sorted(found, key=names.index)) for found in alias), tuple(column.tolist())
