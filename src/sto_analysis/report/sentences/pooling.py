"""Which form first, and what a next wave could tell."""

from collections.abc import Collection

import pandas as pd

from sto_analysis.known import records, whole
from sto_analysis.report.context import Context
from sto_analysis.report.rows import reason
from sto_analysis.report.sentences.associations import odds_interval

EVEN = 0.5
"""Probability of the largest association above which a form is called the first."""


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
    for row in records(pooled[pooled["first"].isna()]):
        why.setdefault(reason(context, row), []).append(context.short[row["exposure"]])
    if told.empty:
        return [t("sentence.first_unknown", why=t.both(why))]
    row = records(told.nlargest(1, "first"))[0]
    values = {
        "name": context.short[row["exposure"]],
        "share": t.percent(row["first"]),
        **whole(pooled, "forms"),
    }
    values |= {"ranks": t.numbers(row["rank_low"], row["rank_high"], 0), "odds_ratio": t.ratio(row["odds_ratio"])}
    key = "first" if row["exposure"] in found and row["first"] > EVEN and row["low"] > 1 else "first_open"
    said = [t(f"sentence.{key}", interval=odds_interval(context, row), **values)]
    return said + [t("sentence.not_pooled", why=reason, names=t.both(names)) for reason, names in why.items()]
