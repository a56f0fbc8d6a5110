"""The headline beside its checks, and all exposures of a family in one model."""

from collections.abc import Mapping

import pandas as pd

from sto_analysis.analysis.design import Model
from sto_analysis.analysis.pooled import associate_all


def mutually_adjusted(families: Mapping[str, Model]) -> pd.DataFrame:
    """Fit one model per family, whose exposures adjust for each other.

    Parameters
    ----------
    families : mapping
        Family → model.

    Returns
    -------
    DataFrame
        The fields of `Association` and ``family``, a row per exposure.
    """
    found = zip(families, associate_all(list(families.values())), strict=True)
    return pd.DataFrame([{**vars(each), "family": family} for family, associations in found for each in associations])


def beside_checks(
    headline: pd.DataFrame, jointly: pd.DataFrame, extremes: pd.DataFrame, curves: pd.DataFrame
) -> pd.DataFrame:
    """Join what the checks say of each exposure to what the headline says.

    Parameters
    ----------
    headline : DataFrame
        As `association_table` gives, with ``family``.
    jointly : DataFrame
        A row of `Association` per exposure, of the mutually adjusted models.
    extremes, curves : DataFrame
        As `extreme_cases` and `specification_curve` give.

    Returns
    -------
    DataFrame
        ``exposure``, ``family``, ``odds_ratio``, ``least``, ``most``, ``status``, ``tested``, ``p_adjusted`` of the
        headline; ``joint_`` with ``odds_ratio``, ``low``, ``high``, ``status``, ``alias``; ``filled``, ``lowest``,
        ``highest``, ``extremes``; and where there is a curve ``specifications``, ``positive``, ``curve_p_adjusted``,
        ``curve_status``.
    """
    led = ["family", "odds_ratio", "least", "most", "status", "tested", "p_adjusted"]
    joint, curve = ["odds_ratio", "low", "high", "status", "alias"], ["specifications", "positive"]
    by = [table.set_index("exposure") for table in (headline, jointly, extremes, curves)]
    tested = by[3][["p_adjusted", "status"]].add_prefix("curve_")
    found = by[0][led].join(by[1][joint].add_prefix("joint_")).join(by[2])
    return found.join(by[3][curve]).join(tested).reset_index()
