"""The management summary: question and answer first, every sentence chosen by the results."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import records, whole
from sto_analysis.report.context import Context
from sto_analysis.report.sentences.associations import compared, difference_interval, quiet_sentences
from sto_analysis.report.sentences.checks import same_way
from sto_analysis.report.sentences.wave import (
    change_sentences,
    ends_sentence,
    gap_sentence,
    largest_change_sentence,
    response_sentence,
    weighted_sentence,
)

Results = Mapping[str, pd.DataFrame]
"""Name → table of results."""


def answer_sentences(context: Context, results: Results) -> list[str]:
    """Answer the question of the report: what is associated with the yields, what is not, and how firm that is.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    results : mapping
        ``associations`` and ``robustness``.
    """
    t, associations, robustness = context.texts, results["associations"], results["robustness"].set_index("exposure")
    tested = associations[associations["p_adjusted"].notna()]
    flagged = tested[tested["p_adjusted"] < context.alpha]
    untested = associations.loc[associations["p_adjusted"].isna(), "exposure"]
    if tested.empty:
        return [t("summary.untested")]
    names = t.both(_found(context, row) for row in records(flagged))
    counts = whole(associations, "flagged", "tested_together")
    told = {"count": counts["flagged"], "tested": counts["tested_together"], "names": names, "alpha": context.percent}
    said = [t(f"summary.{'found' if names else 'none_found'}", **told)]
    if len(flagged):
        each = (_firm(context, row) for row in records(robustness.loc[flagged["exposure"]].reset_index()))
        said.append(t("summary.firm", each=Markup("; ").join(each)))
    return [*said, *quiet_sentences(context, associations)] + (
        [t("summary.not_tested", names=context.names(untested))] if len(untested) else []
    )


def _found(context: Context, row: Mapping[str, Any]) -> str:
    """One association: its direction and size."""
    t, name = context.texts, context.short[row["exposure"]]
    if np.isnan(row["difference"]):
        return t("summary.only_higher" if row["odds_ratio"] > 1 else "summary.only_lower", name=name)
    shares, points = compared(context, row, "summary.shares"), t.points(row["difference"])
    return t("summary.each", name=name, shares=shares, points=points, interval=difference_interval(context, row))


def _firm(context: Context, row: Mapping[str, Any]) -> str:
    """How one association fares under other choices, and beside the other exposures."""
    t, up, other = context.texts, row["odds_ratio"] > 1, context.texts("summary.no_other")
    if row["specifications"] > 0:
        other = same_way(context, row)
    apart = row["joint_low"] > 1 if up else row["joint_high"] < 1
    key = (
        "summary.apart" if apart else "summary.not_apart" if np.isfinite(row["joint_low"]) else "summary.apart_unknown"
    )
    return t(key, name=context.short[row["exposure"]], other=other)


def summary_sentences(context: Context, results: Results) -> dict[str, list[str]]:
    """Say who answered, where urgency and yield are high and low, what changed, and how borging stands.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    results : mapping
        ``shares``, ``gaps``, ``response`` and ``change``.

    Returns
    -------
    dict
        ``response``, ``yield``, ``change``, ``borging`` → sentences; ``summary.about`` of the catalogue names them.
    """
    return {
        "response": _response(context, results),
        "yield": _yields(context, results["shares"], results["gaps"]),
        "change": _change(context, results["change"]),
        "borging": _borging(context, results["shares"]),
    }


def _response(context: Context, results: Results) -> list[str]:
    counts = whole(results["shares"], "answered", "population", "response")
    share = context.texts.percent(counts.pop("response"))
    told = context.texts("sentence.response", share=share, **counts)
    weighted = weighted_sentence(context, results["shares"])
    return [told, response_sentence(context, results["response"]), weighted]


def _of(shares: pd.DataFrame, measure: str) -> pd.DataFrame:
    return shares[shares["measure"] == measure]


def _yields(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> list[str]:
    return [
        ends_sentence(context, "top_urgency", _of(shares, "urgency")),
        ends_sentence(context, "top_yield", _of(shares, "yield_top")),
        gap_sentence(context, gaps),
    ]


def _change(context: Context, change: pd.DataFrame) -> list[str]:
    if change.empty:
        return [context.texts("summary.no_earlier")]
    return [largest_change_sentence(context, change), *change_sentences(context, change)]


def _borging(context: Context, shares: pd.DataFrame) -> list[str]:
    t, index_of = context.texts, {row["concept"]: row["share"] for row in records(_of(shares, "index"))}
    active, many, hardly = (index_of[name] for name in ("borging_active", "index_many", "index_hardly"))
    key = "sentence.borging" if np.isfinite([many, hardly]).all() else "sentence.borging_no_index"
    index = t(key, active=t.percent(active), many=t.percent(many), hardly=t.percent(hardly))
    return [index, ends_sentence(context, "top_form", _of(shares, "borging"))]


def national_sentences(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> list[str]:
    """Say in brief for the report of a region how all regions stand.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    shares : DataFrame
        All measures: ``measure``, ``concept``, ``share``.
    gaps : DataFrame
        ``concept``, ``gap``.
    """
    return [*_yields(context, shares, gaps), *_borging(context, shares)]
