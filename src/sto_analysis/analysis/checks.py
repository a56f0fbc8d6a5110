"""Behind the headline: every form on every yield alone, and the proportional-odds assumption."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.analysis.design import Model, answering, complete_design, level_indicators
from sto_analysis.analysis.family import region_scores
from sto_analysis.analysis.firth import firth_logistic
from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.replicates import FEWEST_REGIONS, Replicates, jackknife_interval, replicate

ALL_ITEMS = "all_items"
"""Row of `proportionality` for all items together."""
_BANDS = 3
_ODDS = ("at_low", "at_top", "ratio", "low", "high")


def cell_table(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjuster: pd.Series, permutations: int, seed: int
) -> pd.DataFrame:
    """Associations of every exposure with every item alone: exploratory.

    Parameters
    ----------
    outcomes, exposures, adjuster, permutations, seed
        As for `association_table`; the adjuster is not among the exposures.

    Returns
    -------
    DataFrame
        A row per item and exposure: ``item``, the fields of `Association`, ``p`` and ``p_adjusted`` (step-down max-T
        over all cells). Where the data separate, a two-level item has Firth's estimate (status ``firth``, no interval)
        and a longer one that of the ridge.
    """
    levels = level_indicators(adjuster)
    cells = [(item, name) for item in outcomes.columns for name in exposures.columns]
    models = [Model(outcomes[[item]], exposures[[name]], levels) for item, name in cells]
    rows = []
    for (item, _), model, (fitted,) in zip(cells, models, associate_all(models), strict=True):
        found = {"item": item, **asdict(fitted)}
        if fitted.status == "ridge" and outcomes[item].nunique() == 2:
            found |= _firth(model)
        rows.append(found)
    table = pd.DataFrame(rows).assign(p=np.nan, p_adjusted=np.nan)
    regions = answering(outcomes, adjuster)
    if len(regions) >= FEWEST_REGIONS:
        level = adjuster[regions]
        base, strata = level_indicators(level).to_numpy(float), pd.factorize(level, sort=True)[0]
        scores = np.column_stack([region_scores(outcomes.loc[regions, [item]], base) for item in outcomes.columns])
        values, rng = exposures.reindex(regions).to_numpy(float), np.random.Generator(np.random.PCG64(seed))
        table["p"], table["p_adjusted"] = max_t(*permuted_statistics(scores, values, strata, permutations, rng))
    return table


def _firth(model: Model) -> dict[str, Any]:
    """Firth's estimate for a two-level item."""
    complete, exposure, adjust = complete_design(model)
    answers = model.outcomes.to_numpy(float)[complete, 0]
    y = (answers > answers.min()).astype(np.int64)
    log_odds = firth_logistic(y, np.hstack([np.ones((len(y), 1)), exposure, adjust]))[1]
    nothing = dict.fromkeys(("low", "high", "effect", "effect_low", "effect_high", "least", "most"), np.nan)
    return {"log_odds": log_odds, "odds_ratio": np.exp(log_odds), "status": "firth", **nothing}


def proportionality(
    outcomes: pd.DataFrame,
    exposure: pd.Series,
    adjust: pd.DataFrame | None = None,
    clusters: pd.Series | None = None,
) -> pd.DataFrame:
    """Check whether the odds ratio is the same at both cuts of the bands (the proportional-odds assumption).

    Parameters
    ----------
    outcomes : DataFrame
        Band codes 0, 1, 2 by region and item.
    exposure : Series
        By region.
    adjust : DataFrame, optional
        Adjusters by region.
    clusters : Series, optional
        As of `Model`.

    Returns
    -------
    DataFrame
        A row per item, and a last one, `ALL_ITEMS`, in which the items with both cuts are stacked, with intercepts of
        their own and one odds ratio per cut: ``item``, ``at_low`` (odds ratio of not being in the low band), ``at_top``
        (of being in the top band), ``ratio`` of the two with its jackknife interval ``low``, ``high``, and ``status``:
        ``estimated``; ``firth`` where a cut of an item separates, so that both odds ratios are Firth's, and ``ridge``
        where one of all does: their ratio has no interval; ``two_levels`` where there is one cut; or why nothing can be
        estimated, as `Association.status`.

    References
    ----------
    Brant, R. (1990). Assessing proportionality in the proportional odds model for ordinal logistic regression.
    Biometrics, 46(4), 1171-1178 (the comparison of the cuts; the covariance here is the jackknife's).
    """
    levels = {item: _levels(Model(outcomes[[item]], exposure.to_frame(), adjust)) for item in outcomes.columns}
    tables = {item: outcomes[[item]] for item in outcomes.columns}
    tables[ALL_ITEMS] = outcomes[[item for item, here in levels.items() if here == _BANDS]]
    levels[ALL_ITEMS] = _BANDS if len(tables[ALL_ITEMS].columns) else max(levels.values(), default=0)
    cuts = [
        Model((table >= cut).astype(float).where(table.notna()), exposure.to_frame(), adjust, clusters=clusters)
        for table in tables.values()
        for cut in (1, 2)
    ]
    found, rows = replicate(cuts), []
    for place, item in enumerate(tables):
        here = slice(2 * place, 2 * place + 2)
        status, log_odds = (
            ("two_levels", [np.nan]) if levels[item] == _BANDS - 1 else _compared(cuts[here], found[here])
        )
        odds = np.exp(log_odds).tolist()
        rows.append({"item": item, **dict(zip(_ODDS, odds, strict=False)), "status": status})
    return pd.DataFrame(rows, columns=["item", *_ODDS, "status"])


def _levels(model: Model) -> int:
    """Count the levels of one item among the regions of a model; none where they are too few."""
    complete, *_ = complete_design(model)
    answers = model.outcomes.to_numpy(float)[complete]
    return len(np.unique(answers)) if len(answers) >= FEWEST_REGIONS else 0


def _compared(cuts: Sequence[Model], found: Sequence[Replicates]) -> tuple[str, list[float]]:
    """Status, and log odds at the low and the top cut, their difference and its interval."""
    low, top = found
    separated = "ridge" in (*low.status, *top.status)
    if separated and cuts[0].outcomes.shape[1] == 1:
        at_low, at_top = (_firth(cut)["log_odds"] for cut in cuts)
        return "firth", [at_low, at_top, at_top - at_low]
    if low.fits is None or top.fits is None or not {*low.status, *top.status} <= {"estimated", "ridge"}:
        return next((each for each in (*low.status, *top.status) if each != "estimated"), "estimated"), [np.nan]
    b_low, b_top = low.fits.coef[:, 0], top.fits.coef[:, 0]
    both = [float(b_low[0]), float(b_top[0]), float(b_top[0] - b_low[0])]
    return ("ridge", both) if separated else ("estimated", [*both, *jackknife_interval(b_top - b_low, low.df[0])])
