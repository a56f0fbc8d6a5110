"""What stands beside a region's answers, and what to talk about: questions, never advice."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records
from sto_analysis.monitor.own import Own
from sto_analysis.report.context import Context
from sto_analysis.report.language import DASH
from sto_analysis.report.sentences.associations import verdicts
from sto_analysis.report.sentences.region import level_of
from sto_analysis.report.sentences.wave import gap_sentence

_MOST, _FEW = 6, 4
"""Of ten regions alike: from so many on most say so, and up to so few most do not."""
_FIRST = ("quiet", "busy", "gap", "lacking", "ask", "shared", "lower")
_QUESTIONS = 4
"""What to ask about, the first first, and how much of it: a list that is longer nobody talks through."""


def in_ten(context: Context, row: Mapping[str, Any] | None) -> str:
    """Of how many in ten regions alike something holds, in words; or why that is not told.

    Parameters
    ----------
    context : Context
        Language of the page.
    row : mapping or None
        Of the result ``alike``.
    """
    return context.texts(f"alike.{row['bound']}", count=row["of_ten"]) if row else DASH


def alike_rows(like: pd.DataFrame, own: Own) -> pd.DataFrame:
    """Take the rows of the result ``alike`` that are of the region's own level; none where that is not known."""
    return like[like["level"] == like["variable"].map(own.traits)]


def alike_sentence(context: Context, like: pd.DataFrame, own: Own) -> str:
    """Say which regions are like this one, or why none are shown.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    like : DataFrame
        The result ``alike``.
    own : Own
        The region.
    """
    t, here = context.texts, alike_rows(like, own)
    if like.empty:
        return t("alike.absent")
    name = str(like["variable"].iloc[0])
    told = {"name": context.short[name], "level": level_of(context, own, name)}
    if here["of_ten"].isna().all():
        key = "unknown" if told["level"] == DASH else "too_even" if (here["bound"] == "even").any() else "too_few"
        return t(f"alike.{key}", **told)
    bases = numbers(here, "regions")
    return t("alike.told", regions=t.numbers(min(bases), max(bases), 0), **told)


def finding_sentences(context: Context, associations: pd.DataFrame, own: Own) -> list[str]:
    """Say what goes together with yield over all regions, without its statistics, and where this region stands.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    associations : DataFrame
        Rows of `association_table` with the columns of `outer_levels`.
    own : Own
        The region.
    """
    t, rows = context.texts, verdicts(associations, context.alpha)
    found = [_finding(context, row, own) for row in records(rows[rows["verdict"] == "found"])]
    if not rows["p_adjusted"].notna().any():
        return [t("elsewhere.untested")]
    return [*found, t("elsewhere.others")] if found else [t("elsewhere.none")]


def _finding(context: Context, row: Mapping[str, Any], own: Own) -> str:
    """One finding: its direction, how many answers of a hundred, and the region's own level."""
    t, name, of_context = context.texts, row["exposure"], row["family"] == "context"
    known, up = np.isfinite(row["difference"]) and row["difference"] != 0, row["odds_ratio"] > 1
    way = "mixed" if known and (row["difference"] > 0) != up else "more" if up else "less"
    high, low = (t.hundred(row[each]) for each in ("share_high", "share_low"))
    told = {
        "name": context.short[name],
        "shares": Markup(" {}").format(t("elsewhere.shares", high=high, low=low)) if known else "",
    }
    if of_context:
        labels = {each.code: each.label(context.language) for each in context.codebook.context_variables[name].levels}
        told |= {end: labels[row[end]] for end in ("level_low", "level_high")}
    mine = level_of(context, own, name)
    here = "unknown" if mine in (DASH, t("answer.none")) else "here" if of_context else "answered"
    return t(f"elsewhere.{row['family']}.{way}", here=t(f"elsewhere.{here}", level=mine), **told)


def discuss_sentences(context: Context, own: Own, like: pd.DataFrame, gaps: pd.DataFrame) -> list[str]:
    """Questions for the steering group, chosen by the region's answers or, without them, by those of all regions.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    own : Own
        The region.
    like : DataFrame
        The result ``alike``.
    gaps : DataFrame
        ``concept``, ``gap``, of all regions.
    """
    t = context.texts
    if not own.answers:
        stages = " → ".join(
            stage.label(context.language) for stage in context.codebook.theory_of_change if stage.aspects
        )
        said = [t("discuss.recognise", told=gap_sentence(context, gaps))]
        if few := [concept for concept, row in _in_ten(like, own).items() if _is_few(row)]:
            said.append(t("discuss.like", names=context.names(few)))
        return [*said, t("discuss.which_forms"), t("discuss.stage", stages=stages)]
    found = _about_gaps(context, own, like)
    forms = {c: own.answers.get(item) for c, item in context.codebook.asked("borging").items()}
    found["lacking"] = [c for c, level in forms.items() if level and level.band == "low"]
    found["lower"] = own.moved(context.codebook, "yield", -1)
    words = {"more": context.codebook.level_labels("attention", context.language)[-1], "since": own.since}
    said = [t(f"discuss.{key}", names=context.names(found[key]), **words) for key in _FIRST if found[key]]
    return [*said[:_QUESTIONS], _theory(context, own), t("discuss.evidence")]


def _in_ten(like: pd.DataFrame, own: Own) -> dict[str, dict[str, Any]]:
    """Aspect → of how many in ten regions alike the yield is in the top band."""
    rows = alike_rows(like, own)
    return {row["concept"]: row for row in records(rows[rows["measure"] == "yield_top"])}


def _is_few(row: Mapping[str, Any]) -> bool:
    """Whether most regions alike do not see much yield, as far as is told."""
    return bool(row.get("of_ten", np.nan) <= _FEW and row["bound"] != "least")


def _about_gaps(context: Context, own: Own, like: pd.DataFrame) -> dict[str, list[str]]:
    """Urgent aspects without much yield: by the attention that goes to their topics, and by what regions alike see."""
    found: dict[str, list[str]] = {key: [] for key in _FIRST}
    ten = _in_ten(like, own)
    for aspect in own.gaps(context.codebook):
        topics = [name for name, each in context.codebook.attention_topics.items() if aspect in each.aspects]
        given = {own.high("attention", topic) for topic in topics} - {None}
        found["gap" if not given else "busy" if True in given else "quiet"].append(aspect)
        row = ten.get(aspect, {})
        if row.get("of_ten", np.nan) >= _MOST and row["bound"] != "most":
            found["ask"].append(aspect)
        if _is_few(row):
            found["shared"].append(aspect)
    return found


def _theory(context: Context, own: Own) -> str:
    """A question about the region's place in the theory of change: its first stage without much yield on an aspect."""
    t, stages = (
        context.texts,
        [(stage.label(context.language), stage.aspects) for stage in context.codebook.theory_of_change],
    )
    seen = [(name, [each for each in of if own.high("yield", each)]) for name, of in stages]
    behind = [(name, [each for each in of if own.high("yield", each) is False]) for name, of in stages]
    first = next((place for place, (_, of) in enumerate(behind) if of), None)
    if first is None:
        return t("discuss.theory.all")
    before = [each for each in seen[:first] if each[1]][-1:]
    after = [each for each in seen[first + 1 :] if each[1]][:1]
    other, names = next(iter(before or after), ("", []))
    key = "before" if before else "after" if after else "first"
    told = {"stage": behind[first][0], "names": context.names(behind[first][1])}
    return t(f"discuss.theory.{key}", other=other, seen=context.names(names), **told)
