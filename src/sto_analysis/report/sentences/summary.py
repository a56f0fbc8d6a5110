"""What the national report opens with: question and answer, main points, what to do with it, how it was done."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import records, whole
from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.context import Context
from sto_analysis.report.sentences.associations import doubted, found_rows, level_names, ranged
from sto_analysis.report.sentences.focus import find_focus, focus_sentence
from sto_analysis.report.sentences.wave import (
    change_sentences,
    ends_sentence,
    fieldwork_sentence,
    gap_sentence,
    largest_change_sentence,
    most_changed,
    response_plain_sentence,
)
from sto_analysis.report.shown import all_shown, drawn, of_all

Results = Mapping[str, pd.DataFrame]
"""Name → table of results."""
_MOST = 3
"""So many associations are told with their numbers; more are only named."""
_ANSWERING = ("p_adjusted", "odds_ratio", "difference", "share_low", "share_high")


def asked_sentences(context: Context, shares: pd.DataFrame, fieldwork: Fieldwork | None) -> list[str]:
    """Say who was asked, how many answered, and when."""
    counts = whole(shares, "answered", "population", "response")
    share = context.texts.percent(counts.pop("response"))
    return [context.texts("sentence.asked", share=share, **counts), fieldwork_sentence(context, fieldwork)]


def answer_sentences(context: Context, results: Results) -> list[str]:
    """Answer the question of the report: what goes with the yields, in how many of a hundred answers.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    results : mapping
        ``associations``, ``robustness`` and ``hidden``.

    Returns
    -------
    list of str
        The answer in a sentence or two, then the largest associations, each with the range of its difference over the
        other declared choices.
    """
    t, associations = context.texts, results["associations"]
    if not all_shown(associations, *_ANSWERING):
        rows = found_rows(context, {**results, "associations": drawn(associations, *_ANSWERING)})
        names = context.names([row["exposure"] for row in rows])
        return [t("release.answer", names=names) if rows else t("release.no_answer")]
    if associations["p_adjusted"].isna().all():
        return [t("summary.untested")]
    counts = whole(associations, "flagged", "tested_together")
    rows = found_rows(context, results)
    if not rows:
        return [t("summary.none_found", tested=counts["tested_together"])]
    told = [t("summary.found", count=counts["flagged"], tested=counts["tested_together"])]
    more = [row["exposure"] for row in rows[_MOST:]]
    return [*told, *(doubted(context, row, "summary", _found(context, row)) for row in rows[:_MOST])] + (
        [t("summary.also", names=context.names(more))] if more else []
    )


def _found(context: Context, row: Mapping[str, Any]) -> str:
    """One association: out of a hundred answers, with it and without it, and the range over other choices."""
    t, name = context.texts, context.short[row["exposure"]]
    if np.isnan(row["difference"]):
        return t("summary.only_higher" if row["odds_ratio"] > 1 else "summary.only_lower", name=name)
    low, high = (t.hundred(row[side]) for side in ("share_low", "share_high"))
    said = [t(f"summary.each.{row['family']}", name=name, low=low, high=high, **level_names(context, row))]
    said.append(t("summary.difference", points=t.points(row["difference"])))
    if row["top_count"] > 0:
        said.append(t("summary.range", **ranged(context, row)))
    return Markup(" ").join(said)


def message(context: Context, results: Results) -> str:
    """Say what is urgent and yields little; the numbers stand in the callouts. `results` as `summary_sentences`."""
    focus = find_focus(context, results)
    return focus_sentence(context, focus) if focus else gap_sentence(context, results["gaps"])


def main_points(context: Context, results: Results) -> list[str]:
    """Say what changed, and how borging stands; `results` as `summary_sentences`."""
    change = results["change"]
    return [*([_moved(context, change)] if len(change) else []), _index(context, _of(results["shares"], "index"))]


@of_all("p_holm", "difference")
def _moved(context: Context, change: pd.DataFrame) -> str:
    """What detectably changed since the earlier wave, or that nothing did."""
    t, detected = context.texts, change[change["p_holm"] < context.alpha]
    if detected.empty:
        return t("summary.not_moved")
    return t("summary.moved", each=most_changed(context, detected))


@of_all("share")
def _index(context: Context, index: pd.DataFrame) -> str:
    t, index_of = context.texts, {row["concept"]: row["share"] for row in records(index)}
    active, many, hardly = (index_of[name] for name in ("borging_active", "index_many", "index_hardly"))
    key = "sentence.borging" if np.isfinite([many, hardly]).all() else "sentence.borging_no_index"
    return t(key, active=t.percent(active), many=t.percent(many), hardly=t.percent(hardly))


def use_sentences(context: Context, results: Results) -> list[str]:
    """Ask what a reader can take to the own region; never advice."""
    t, focus, associations = context.texts, find_focus(context, results), results["associations"]
    shown = all_shown(associations, "p_adjusted")
    found = associations[(associations["p_adjusted"] < context.alpha) & (associations["family"] == "borging") & shown]
    said = [t("use.focus", names=context.names(focus.aspects))] if focus else []
    said += [t("use.less")] if focus and focus.neglected else []
    said += [t("use.found", names=context.names(found["exposure"]))] if len(found) else []
    return [*said, t("use.own"), t("use.no_advice")]


def how_sentences(context: Context, results: Results, fieldwork: Fieldwork | None) -> list[str]:
    """Say in brief how it was done: who, what, how counted, how tested, and what to mind."""
    t, counts = context.texts, whole(results["shares"], "answered", "population")
    tested = whole(results["associations"], "tested_together")["tested_together"]
    said = [t("how.who", when=fieldwork_sentence(context, fieldwork), **counts), t("how.what"), t("how.counted")]
    if tested > 0:
        said.append(t("how.tested", tested=tested, alpha=context.percent))
    return [*said, t("how.mind"), t("how.more")]


def summary_sentences(context: Context, results: Results) -> dict[str, list[str]]:
    """Say chapter by chapter what the answers are.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    results : mapping
        ``shares``, ``gaps``, ``bands``, ``response`` and ``change``.

    Returns
    -------
    dict
        ``response``, ``yield``, ``change``, ``borging``, ``attention``, ``grades`` → sentences.
    """
    shares, bands = results["shares"], results["bands"]
    return {
        "response": [response_plain_sentence(context, results["response"])],
        "yield": _yields(context, shares, results["gaps"]),
        "change": _change(context, results["change"]),
        "borging": _borging(context, shares),
        "attention": [ends_sentence(context, key, _band(bands, key)) for key in ("attention_top", "attention_low")],
        "grades": [ends_sentence(context, "grades", _band(bands, "grade_top"))],
    }


def _band(bands: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Shares of one band of a question, as a measure: ``attention_low``."""
    question, _, band = measure.rpartition("_")
    return bands[(bands["question"] == question) & (bands["band"] == band)].assign(measure=measure)


def _of(shares: pd.DataFrame, measure: str) -> pd.DataFrame:
    return shares[shares["measure"] == measure]


def _yields(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> list[str]:
    return [
        ends_sentence(context, "top_urgency", _of(shares, "urgency")),
        ends_sentence(context, "top_yield", _of(shares, "yield_top")),
        ends_sentence(context, "low_yield", _of(shares, "yield_low")),
        gap_sentence(context, gaps),
    ]


def _change(context: Context, change: pd.DataFrame) -> list[str]:
    if change.empty:
        return [context.texts("summary.no_earlier")] if all_shown(change) else []
    return [largest_change_sentence(context, change), *change_sentences(context, change)]


def _borging(context: Context, shares: pd.DataFrame) -> list[str]:
    return [_index(context, _of(shares, "index")), ends_sentence(context, "top_form", _of(shares, "borging"))]


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
