"""Which form first, and what a next wave could tell."""

from collections.abc import Collection, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from sto_analysis.known import records, whole
from sto_analysis.report.context import Context
from sto_analysis.report.rows import reason
from sto_analysis.report.sentences.associations import odds_interval
from sto_analysis.report.shown import of_all
from sto_analysis.report.ties import at_end

EVEN = 0.5
"""Probability of the largest association above which a form is called the first."""


@of_all("first", "odds_ratio", "low", "rank", "forms")
def first_sentences(context: Context, pooled: pd.DataFrame, found: Collection[str]) -> list[str]:
    """Say which form comes first: one that was found, with more than an even chance of the largest association.

    Its interval must lie above 1 too. That it was found keeps the order from being a second way to a finding.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    pooled : DataFrame
        As `pooled_table` gives.
    found : collection of str
        Exposures that the headline flags.
    """
    t, told = context.texts, pooled[pooled["first"].notna()]
    why: dict[str, list[str]] = {}
    for left in records(pooled[pooled["first"].isna()]):
        why.setdefault(reason(context, left), []).append(context.short[left["exposure"]])
    if told.empty:
        return [t("sentence.first_unknown", why=t.both(why))]
    most = at_end(records(told), itemgetter("first"), t.percent)
    row: Mapping[str, Any] = max(most, key=itemgetter("first"))
    values = {
        "name": context.names(each["exposure"] for each in most),
        "nearest": t(f"sentence.nearest.{'many' if len(most) > 1 else 'one'}"),
        "share": t.percent(row["first"]),
        **whole(pooled, "forms"),
    }
    values |= {"ranks": t.numbers(row["rank_low"], row["rank_high"], 0), "odds_ratio": t.ratio(row["odds_ratio"])}
    key = (
        "first"
        if row["exposure"] in found and row["first"] > EVEN and row["low"] > 1 and len(most) == 1
        else "first_open"
    )
    said = [t(f"sentence.{key}", interval=odds_interval(context, row), **values)]
    return said + [t("sentence.not_pooled", why=reason, names=t.both(names)) for reason, names in why.items()]
