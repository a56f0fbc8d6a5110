"""Who answered, where shares are high and low, and what changed."""

import json
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.analysis.gaps import stand_out
from sto_analysis.known import numbers, records
from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.provenance import read
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.shown import of_all
from sto_analysis.report.ties import at_end, told

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


@of_all("difference", "p_adjusted", "detectable")
def response_sentence(context: Context, response: pd.DataFrame) -> str:
    """Say whether answering regions differ from silent ones in context; `response` is what `compare_response` gave."""
    t, known = context.texts, response.dropna(subset="p_adjusted")
    if known.empty:
        return t("sentence.response_unknown")
    differing = context.names(known.loc[known["p_adjusted"] < context.alpha, "variable"])
    rows = records(known.fillna({"difference": 0.0}))
    largest = at_end(rows, lambda row: abs(row["difference"]), lambda size: t.number(size, 2))
    name, size = context.names(row["variable"] for row in largest), t.number(largest[0]["difference"], 2)
    p = t.both(dict.fromkeys(t.p(row["p_adjusted"]) for row in largest))
    if differing:
        return t("sentence.response_differs", names=differing, name=name, size=size, p=p)
    seen = max(numbers(known, "detectable"))
    from_ = t("sentence.response_seen", size=t.number(seen, 2)) if np.isfinite(seen) else t("sentence.response_unseen")
    return t("sentence.response_alike", name=name, size=size, p=p, seen=from_)


@of_all("p_adjusted")
def response_plain_sentence(context: Context, response: pd.DataFrame) -> str:
    """Say as `response_sentence` does, without its statistics."""
    known = response.dropna(subset="p_adjusted")
    names = context.names(known.loc[known["p_adjusted"] < context.alpha, "variable"])
    key = "response_plain_differs" if names else "response_plain_alike"
    return context.texts(f"sentence.{'response_unknown' if known.empty else key}", names=names)


@of_all("share")
def ends_sentence(context: Context, key: str, shares: pd.DataFrame) -> str:
    """Name the highest and the lowest share under a text of the catalogue; or say that all are alike, or missing.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    key : str
        Of the text, below ``sentence``.
    shares : DataFrame
        Of one measure: ``concept``, ``measure``, ``share``.
    """
    t, known, values = context.texts, shares["share"].dropna(), dict[str, str](context.ends(shares))
    measures = shares["measure"].unique()
    values["measure"] = t(f"measure.{measures[0]}") if len(measures) else ""
    alike = (
        "sentence.ends_missing" if known.empty else "sentence.ends_alike" if values["first"] == values["last"] else ""
    )
    return t(alike or f"sentence.{key}", **values)


@of_all("gap")
def gap_sentence(context: Context, gaps: pd.DataFrame) -> str:
    """Name the aspects where urgency is furthest above yield; `gaps`: ``gap`` of the shares per ``concept``."""
    t, rows = context.texts, gaps.dropna(subset="gap").sort_values("gap", ascending=False, kind="stable")
    if rows.empty:
        return t("sentence.gap_unknown")
    known = rows.set_index("concept")["gap"]
    if known.iloc[0] <= 0:
        return t("sentence.gap_none")
    sizes = dict(zip(known.index, numbers(rows, "gap"), strict=True))
    first, last = t.points(sizes[known.index[0]]), t.points(sizes[known.index[-1]])
    if plain(first) == plain(last):
        return t("sentence.gap_alike", names=context.names(known.index), points=first)
    apart = stand_out(known)
    ends = [t.points(sizes[known.index[place]]) for place in (len(apart) - 1, len(apart))]
    if apart and plain(ends[0]) != plain(ends[1]):
        return t("sentence.gap_apart", names=context.names(apart), last=ends[0], next=ends[1])
    most = at_end(records(rows), itemgetter("gap"), t.points)
    high = told(t, len(most), first)
    return t("sentence.gap_even", names=context.names(row["concept"] for row in most), high=high, low=last)


@of_all("share", "low", "base", "shift", "weighted", "effective", "strata")
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
    rows, bases, effective = records(known), numbers(known, "base"), numbers(known, "effective")
    most = at_end(rows, lambda row: abs(row["shift"]), t.points)
    furthest = most[0]
    outside = [_measured(context, row) for row in rows if not row["low"] <= row["weighted"] <= row["high"]]
    point = abs(furthest["shift"]) >= _A_POINT
    key = "weighted_leaves" if outside else "weighted_moves" if point else "weighted_stays"
    values = {"effective": t.numbers(min(effective), max(effective), 0), "points": t.points(furthest["shift"])}
    values |= {"base": t.numbers(min(bases), max(bases), 0)}
    values["largest"] = t.both(_measured(context, row) for row in most)
    return t(f"sentence.{key}", name=name, names=t.both(outside), **values)


def _measured(context: Context, row: Mapping[str, Any]) -> str:
    """What a share is of: a concept and the measure."""
    measure = context.texts(f"measure.{row['measure']}")
    return f"{context.short[row['concept']]} – {measure}"


@of_all("difference", "base")
def largest_change_sentence(context: Context, change: pd.DataFrame) -> str:
    """Name the aspects whose urgency changed most, ties included; `change` is what `paired_change` gave."""
    t, bases = context.texts, numbers(change, "base")
    base = t.numbers(min(bases), max(bases), 0)
    if change["difference"].abs().max() < _NOTHING:
        return t("summary.nothing_changed", base=base)
    return t("summary.largest_change", base=base, each=most_changed(context, change))


@of_all("difference")
def most_changed(context: Context, change: pd.DataFrame) -> str:
    """List the aspects whose urgency changed most, each with its change; see `largest_change_sentence`."""
    t = context.texts
    most = at_end(records(change), lambda row: abs(row["difference"]), t.points)
    values = ({"name": context.short[row["item"]], "points": t.points(row["difference"])} for row in most)
    return t.both(t("summary.changed_by", **each) for each in values)


@of_all("p_holm", "difference")
def change_sentences(context: Context, change: pd.DataFrame) -> list[str]:
    """Say on which aspects the paired change is detectable after Holm, and in which direction each went."""
    t, detected, said = context.texts, change[change["p_holm"] < context.alpha], []
    for way, went in (("rose", detected["difference"] > 0), ("fell", detected["difference"] < 0)):
        if went.any():
            names = context.names(detected.loc[went, "item"])
            said.append(t(f"sentence.{way}", names=names))
    return said or [t("sentence.not_changed")]


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


@of_all("visible", "chance", "relevant")
def planning_sentences(context: Context, planning: pd.DataFrame) -> list[str]:
    """Say what an answer of every region would buy; `planning` is what `planning_table` gave."""
    t, forms = context.texts, records(planning[planning["family"] == "borging"])
    if not forms:
        return []
    now, everyone = forms[0], forms[-1]
    values = {"all": t.number(everyone["answers"]), "relevant": t.hundred(everyone["relevant"])}
    values |= {"visible_all": t.hundred(everyone["visible"]), "chance_all": t.percent(everyone["chance"])}
    if len(forms) == 1:
        return [t("sentence.planning_all", **values)]
    values |= {"visible_now": t.hundred(now["visible"]), "chance_now": t.percent(now["chance"])}
    return [t("sentence.planning", now=t.number(now["answers"]), **values)]
