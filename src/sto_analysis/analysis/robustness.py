"""The headline beside its checks, and all exposures of a family in one model."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from sto_analysis.analysis.clusters import labels_of
from sto_analysis.analysis.design import Model
from sto_analysis.analysis.pooled import associate_all


def mutually_adjusted(families: Mapping[str, Model], clusters: pd.DataFrame | None = None) -> pd.DataFrame:
    """Fit one model per family, whose exposures adjust for each other.

    Parameters
    ----------
    families : mapping
        Family → model.
    clusters : DataFrame, optional
        As for `association_table`: for each exposure that regions share the model is fitted again, leaving out whole
        clusters.

    Returns
    -------
    DataFrame
        The fields of `Association` and ``family``, a row per exposure.
    """
    models = {(family, ""): model for family, model in families.items()}
    for family, model in families.items():
        labels = {str(name): labels_of(clusters, str(name)) for name in model.exposures}
        models |= {(family, name): replace(model, clusters=of) for name, of in labels.items() if of is not None}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (family, own), found in zip(models, associate_all(list(models.values())), strict=True):
        rows |= {
            (family, each.exposure): {**vars(each), "family": family} for each in found if own in ("", each.exposure)
        }
    return pd.DataFrame(list(rows.values()))


def beside_checks(
    headline: pd.DataFrame,
    jointly: pd.DataFrame,
    extremes: pd.DataFrame,
    curves: pd.DataFrame,
    about_top: pd.DataFrame,
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
    about_top : DataFrame
        Of the specifications, those whose highest category is the top band: ``exposure`` and ``effect``.

    Returns
    -------
    DataFrame
        ``exposure``, ``family``, ``odds_ratio``, ``least``, ``most``, ``status``, ``tested``, ``p_adjusted`` of the
        headline; ``joint_`` with ``odds_ratio``, ``low``, ``high``, ``status``, ``alias``; ``filled``, ``lowest``,
        ``highest``, ``extremes``; and where there is a curve ``specifications`` (declared), ``estimated`` of them,
        ``positives`` (of these), ``curve_p_adjusted``, and ``top_`` with ``count`` (estimated), ``median``,
        ``min`` and ``max`` of the effects in `about_top`.
    """
    led = ["family", "odds_ratio", "least", "most", "status", "tested", "p_adjusted"]
    joint, curve = ["odds_ratio", "low", "high", "status", "alias"], ["specifications", "estimated", "positives"]
    by = [table.set_index("exposure") for table in (headline, jointly, extremes, curves)]
    tested = by[3][["p_adjusted"]].add_prefix("curve_")
    top = about_top.groupby("exposure")["effect"].agg(["count", "median", "min", "max"]).add_prefix("top_")
    found = by[0][led].join(by[1][joint].add_prefix("joint_")).join(by[2])
    return found.join(by[3][curve]).join(tested).join(top).reset_index()
