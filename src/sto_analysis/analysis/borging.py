"""Borging: forms, levels, index."""

import pandas as pd


def borging_index(at_level: pd.DataFrame, many_at_least: int, hardly_at_most: int) -> pd.DataFrame:
    """Sort regions by how many forms they have at a level.

    Parameters
    ----------
    at_level : DataFrame of nullable boolean
        Regions in rows, forms in columns.
    many_at_least, hardly_at_most : int
        Cut-offs, both inclusive.

    Returns
    -------
    DataFrame of nullable boolean
        Columns ``index_many`` and ``index_hardly``; missing for a region that left a form unanswered.
    """
    total = at_level.astype("Int64").sum(axis="columns", skipna=False)
    return pd.DataFrame({"index_many": total >= many_at_least, "index_hardly": total <= hardly_at_most})
