"""Who answered, and what changed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.context import Context
from sto_analysis.report.rows import records

_A_POINT = 0.005
"""Difference of shares that is printed as a percentage point."""


def fieldwork_sentence(context: Context, fieldwork: Fieldwork | None) -> str:
    """When the questionnaire was open, or that nobody wrote it down."""
    t = context.texts
    if fieldwork is None:
        return t("sentence.no_fieldwork")
    return t("sentence.fieldwork", start=t.date(fieldwork.start), end=t.date(fieldwork.end))


def response_sentence(context: Context, response: pd.DataFrame) -> str:
    """Say whether answering regions differ from silent ones in context; `response` is what `compare_response` gave."""
    t, known = context.texts, response.dropna(subset="p_adjusted")
    if known.empty:
        return t("sentence.response_unknown")
    differing = context.names(known.loc[known["p_adjusted"] < context.alpha, "variable"])
    largest = records(known)[int(known["difference"].abs().fillna(0).argmax())]
    name, size, p = context.short[largest["variable"]], t.number(largest["difference"], 2), t.p(largest["p_adjusted"])
    key = "sentence.response_differs" if differing else "sentence.response_alike"
    return t(key, names=differing, name=name, size=size, p=p)


def weighted_sentence(context: Context, shares: pd.DataFrame) -> str:
    """Say whether shares would be others if every level of a context variable had answered as often as any.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    shares : DataFrame
        All measures, with the columns of `poststratified`.
    """
    t, name = context.texts, context.short[shares["weighted_by"].iloc[0]]
    known = shares[shares[["share", "weighted"]].notna().all(axis="columns") & (shares["strata"] > 1)]
    if known.empty:
        return t("sentence.weighted_unknown", name=name)
    rows, shift = records(known), (known["weighted"] - known["share"]).to_numpy()
    furthest, effective = int(np.abs(shift).argmax()), known["effective"]
    outside = [_measured(context, row) for row in rows if not row["low"] <= row["weighted"] <= row["high"]]
    point = abs(shift[furthest]) >= _A_POINT
    key = "weighted_leaves" if outside else "weighted_moves" if point else "weighted_stays"
    values = {"effective": t.numbers(effective.min(), effective.max(), 0), "points": t.points(shift[furthest])}
    values |= {
        "base": t.numbers(known["base"].min(), known["base"].max(), 0),
        "largest": _measured(context, rows[furthest]),
    }
    return t(f"sentence.{key}", name=name, names=t.both(outside), **values)


def _measured(context: Context, row: Mapping[str, Any]) -> str:
    """What a share is of: a concept and the measure."""
    measure = context.texts(f"measure.{row['measure']}")
    return f"{context.short[row['concept']]} – {measure}"


def change_sentences(context: Context, change: pd.DataFrame) -> list[str]:
    """Say on which aspects the paired change is detectable after Holm, and in which direction each went."""
    t, detected, said = context.texts, change[change["p_holm"] < context.alpha], []
    for way, went in (("rose", detected["difference"] > 0), ("fell", detected["difference"] < 0)):
        if went.any():
            names = context.names(detected.loc[went, "item"])
            said.append(t(f"sentence.{way}", alpha=context.level, count=len(change), names=names))
    return said or [t("sentence.not_changed", alpha=context.level, count=len(change))]
