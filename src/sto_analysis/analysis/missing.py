"""Missing answers and non-response: how far they could bend the results."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sto_analysis.analysis.design import Model
from sto_analysis.analysis.permutation import max_t, permuted_statistics
from sto_analysis.analysis.pooled import associate_all


def extreme_cases(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjust: Sequence[pd.DataFrame | None]
) -> pd.DataFrame:
    """Fit each exposure with the missing answers filled in as far as they can speak against and for it.

    Parameters
    ----------
    outcomes : DataFrame
        Category codes by region and item; NaN where missing.
    exposures : DataFrame
        By region; NaN where missing.
    adjust : sequence of DataFrame or None
        Adjusters of each exposure.

    Returns
    -------
    DataFrame
        A row per exposure: ``exposure``, ``filled`` (missing answers of answering regions, outcomes and exposure; items
        that nobody answered do not count), ``lowest`` and ``highest`` (odds ratios) and ``extremes`` (``ridge`` where
        one of the two fits separates, else the status of the fits). A missing outcome gets the lowest or highest code
        by the side of the mean on which its region's exposure lies; a missing exposure is first put on the side that
        its region's answers suggest, or on the other. With one missing exposure these are the extremes; with several
        they are close to them.

    References
    ----------
    Manski, C. F. (2003). Partial identification of probability distributions. Springer (worst cases).
    """
    outcomes = outcomes.dropna(axis="columns", how="all")  # nobody answered it: there is nothing to bound
    answers = outcomes.to_numpy(float)
    least, most = (np.nanmin(answers), np.nanmax(answers)) if answers.size else (np.nan, np.nan)
    level = outcomes.mean(axis="columns")
    models, filled = [], []
    for name, others in zip(exposures.columns, adjust, strict=True):
        exposure = exposures[name].reindex(outcomes.index)
        above = level > level.median()
        filled.append(int(outcomes.isna().to_numpy().sum() + exposure.isna().sum()))
        for sign in (-1, 1):
            guess = np.where(above == (sign > 0), exposure.max(), exposure.min())
            whole = exposure.where(exposure.notna(), guess)
            high = (whole > whole.mean()) == (sign > 0)
            extreme = pd.Series(np.where(high, most, least), index=outcomes.index)
            answers = outcomes.apply(lambda column, extreme=extreme: column.where(column.notna(), extreme))
            models.append(Model(answers, whole.to_frame(name), others))
    found = [fitted for (fitted,) in associate_all(models)]
    ratios = [fitted.odds_ratio for fitted in found]
    status = [
        "ridge" if "ridge" in (one.status, other.status) else one.status
        for one, other in zip(found[::2], found[1::2], strict=True)
    ]
    columns = {"filled": filled, "lowest": ratios[::2], "highest": ratios[1::2], "extremes": status}
    return pd.DataFrame({"exposure": exposures.columns, **columns})


def compare_response(frame: pd.DataFrame, answered: pd.Series, permutations: int, seed: int) -> pd.DataFrame:
    """Compare the regions that answered with those that did not on what is known of all.

    Parameters
    ----------
    frame : DataFrame
        Every region of the frame; a numeric column per variable.
    answered : Series of bool
        By region.
    permutations, seed : int
        Of the max-T test over the variables.

    Returns
    -------
    DataFrame
        A row per variable: ``variable``, ``answering`` and ``silent`` (means), ``difference`` (standardised: difference
        of means over the root of the mean of the two variances), ``p``, ``p_adjusted``.

    References
    ----------
    Austin, P. C. (2009). Balance diagnostics for comparing the distribution of baseline covariates. Statistics in
    Medicine, 28(25), 3083-3107.
    """
    known = frame.notna().all(axis="columns")
    table, answers = frame[known], answered[known].astype(bool)
    inside, outside = table[answers], table[~answers]
    spread = np.sqrt((inside.var() + outside.var()) / 2)
    difference = (inside.mean() - outside.mean()) / spread.where(spread > 0)
    means = {"answering": inside.mean(), "silent": outside.mean(), "difference": difference}
    result = pd.DataFrame({**means, "p": np.nan, "p_adjusted": np.nan}).rename_axis("variable")
    if not inside.empty and not outside.empty:
        scores, together = np.asarray(answers, dtype=np.float64), np.zeros(len(table), dtype=np.int64)
        rng = np.random.Generator(np.random.PCG64(seed))
        statistics = permuted_statistics(scores, table.to_numpy(float), together, permutations, rng)
        result["p"], result["p_adjusted"] = max_t(*statistics)
    return result.reset_index()
