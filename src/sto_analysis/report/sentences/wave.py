"""Who answered, where shares are high and low, and what changed."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.analysis.published import stand_out
from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.provenance import read
from sto_analysis.report.context import Context
from sto_analysis.report.rows import records

_NOTHING = 1e-9
"""Difference of shares that is rounding error."""
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
    if differing:
        return t("sentence.response_differs", names=differing, name=name, size=size, p=p)
    seen = known["detectable"].max()
    from_ = t("sentence.response_seen", size=t.number(seen, 2)) if np.isfinite(seen) else t("sentence.response_unseen")
    return t("sentence.response_alike", name=name, size=size, p=p, seen=from_)


def ends_sentence(context: Context, key: str, measure: str, shares: pd.Series) -> str:
    """Name the highest and the lowest share under a text of the catalogue; or say that all are alike, or missing."""
    t, known = context.texts, shares.dropna()
    values = {**context.ends(known), "measure": t(f"measure.{measure}")}
    alike = "sentence.ends_missing" if known.empty else "sentence.ends_alike" if np.ptp(known) < _NOTHING else ""
    return t(alike or f"sentence.{key}", **values)


def gap_sentence(context: Context, gaps: pd.Series) -> str:
    """Name the aspects where urgency is furthest above yield; `gaps`: difference of the shares per aspect."""
    t, known = context.texts, gaps.dropna().sort_values(ascending=False, kind="stable")
    if known.empty:
        return t("sentence.gap_unknown")
    if known.iloc[0] <= 0:
        return t("sentence.gap_none")
    if np.ptp(known) < _NOTHING:
        return t("sentence.gap_alike", names=context.names(known.index), points=t.points(known.iloc[0]))
    apart = stand_out(known)
    last, rest = known[apart].min(), known.drop(apart)
    if apart:
        return t("sentence.gap_apart", names=context.names(apart), last=t.points(last), next=t.points(rest.max()))
    first = context.names(known.index[known.iloc[0] - known < _NOTHING])
    return t("sentence.gap_even", names=first, high=t.points(known.iloc[0]), low=t.points(known.iloc[-1]))


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


def largest_change_sentence(context: Context, change: pd.DataFrame) -> str:
    """Name the aspects whose urgency changed most, ties included; `change` is what `paired_change` gave."""
    t, size = context.texts, change["difference"].abs()
    base = t.numbers(change["base"].min(), change["base"].max(), 0)
    if size.max() < _NOTHING:
        return t("summary.nothing_changed", base=base)
    most = records(change[size.max() - size < _NOTHING])
    each = (
        t("summary.changed_by", name=context.short[row["item"]], points=t.points(row["difference"])) for row in most
    )
    return t("summary.largest_change", base=base, each=t.both(each))


def change_sentences(context: Context, change: pd.DataFrame) -> list[str]:
    """Say on which aspects the paired change is detectable after Holm, and in which direction each went."""
    t, detected, said = context.texts, change[change["p_holm"] < context.alpha], []
    for way, went in (("rose", detected["difference"] > 0), ("fell", detected["difference"] < 0)):
        if went.any():
            names = context.names(detected.loc[went, "item"])
            said.append(t(f"sentence.{way}", alpha=context.level, count=len(change), names=names))
    return said or [t("sentence.not_changed", alpha=context.level, count=len(change))]


def since_sentences(context: Context, wave: str) -> list[str]:
    """Tell what changed since the run that was handed out last, as `sto run` has found; nothing where it has not.

    Parameters
    ----------
    context : Context
        Language.
    wave : str
        Id of the wave.
    """
    path = read(compendium.processed(wave) / "since.json")
    said = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return list(map(str, said.get(context.texts.language, ())))


def planning_sentences(context: Context, planning: pd.DataFrame) -> list[str]:
    """Say what an answer of every region would buy; `planning` is what `planning_table` gave."""
    t, forms = context.texts, records(planning[planning["family"] == "borging"])
    if not forms:
        return []
    now, everyone = forms[0], forms[-1]
    told = {"all": t.number(everyone["answers"]), "relevant": t.number(100 * everyone["relevant"])}
    told |= {"visible_all": t.number(100 * everyone["visible"]), "chance_all": t.percent(everyone["chance"])}
    if len(forms) == 1:
        return [t("sentence.planning_all", **told)]
    told |= {"visible_now": t.number(100 * now["visible"]), "chance_now": t.percent(now["chance"])}
    return [t("sentence.planning", now=t.number(now["answers"]), **told)]
