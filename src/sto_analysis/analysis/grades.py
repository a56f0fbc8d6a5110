"""Means of report grades."""

import pandas as pd


def mean_grades(grades: pd.DataFrame) -> pd.DataFrame:
    """Mean and middle half of the grades per column, each with its own base.

    Parameters
    ----------
    grades : DataFrame
        Grades by region and concept; NaN where missing.

    Returns
    -------
    DataFrame
        One row per column: ``concept``, ``mean``, the quartiles ``quarter`` and ``three_quarters`` (linear, as pandas
        has them) and ``base``; NaN where nobody answered. Least and greatest are left out: they are of one region.
    """
    quartiles = grades.quantile([0.25, 0.75]).to_numpy()
    found = {"mean": grades.mean(), "quarter": quartiles[0], "three_quarters": quartiles[1], "base": grades.count()}
    return pd.DataFrame(found, index=grades.columns).rename_axis("concept").reset_index()
