"""Regions that did not answer, beside those that did."""

import numpy as np
import pandas as pd

from sto_analysis.analysis.permutation import max_t, permuted_statistics


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
