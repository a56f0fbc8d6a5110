"""What a region answered, told in brief by its own words."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import records, whole
from sto_analysis.monitor.own import Own
from sto_analysis.report.context import Context
from sto_analysis.report.language import DASH
from sto_analysis.results import ROW

Numbers = Mapping[tuple[str, str], float]
"""Item and when (``now``, ``then``) → the answer of a region, where it is a number."""
Row = Mapping[str, Any]
"""Of a result, by column."""


def answer(context: Context, own: Own, item: str, known: Numbers | None = None, when: str = "now") -> str:
    """One answer in the words of the scale, or as a number that knows its result; said where there is none.

    Parameters
    ----------
    context : Context
        Language of the page.
    own : Own
        The region.
    item : str
        Item of the codebook.
    known : mapping, optional
        See `Numbers`.
    when : {"now", "then"}
        Which wave.
    """
    level = (own.answers if when == "now" else own.before).get(item)
    if level is None:
        return context.texts("answer.none")
    number = (known or {}).get((item, when))
    return level.label(context.language) if number is None else context.texts.number(number)


def level_of(context: Context, own: Own, name: str) -> str:
    """Level of a region in words: of a context variable, or its answer on a form of borging."""
    if name not in context.codebook.context_variables:
        return answer(context, own, f"borging_{name}")
    levels = context.codebook.context_variables[name].levels
    return next((each.label(context.language) for each in levels if each.code == own.traits[name]), DASH)


def semicolons(parts: Iterable[str]) -> str:
    """List what has commas in it."""
    return Markup("; ").join(parts)


def own_sentences(context: Context, own: Own, counts: pd.DataFrame) -> list[str]:
    """Say in brief what a region answered: where it is urgent without much yield, what changed, how borging stands.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    own : Own
        The region; it answered.
    counts : DataFrame
        The result ``own`` of the region.
    """
    t, gaps = context.texts, own.gaps(context.codebook)
    met = [a for a in context.codebook.aspects if own.high("urgency", a) and own.high("yield", a)]
    told = whole(counts, "gap", "compared")
    key = "own.gap" if gaps else "own.no_gap" if told["compared"] > 0 else "own.no_pair"
    said = [t(key, answers=_by_answer(context, own, {each: f"yield_{each}" for each in gaps}), **told)]
    if met:
        said.append(t("own.met", names=context.names(met)))
    return [*said, *_moved(context, own), _borging(context, own, counts)]


def _by_answer(context: Context, own: Own, items: Mapping[str, str]) -> str:
    """Answers, highest first, each with the concepts that it was given to: ``‘little yield’ at A and B``."""
    given: dict[str, list[str]] = {}
    found = [(level.code, level.label(context.language), c) for c, i in items.items() if (level := own.answers.get(i))]
    for _, label, concept in sorted(found, key=lambda each: -each[0]):
        given.setdefault(label, []).append(concept)
    t = context.texts
    return semicolons(t("own.answered", answer=each, names=context.names(of)) for each, of in given.items())


def _borging(context: Context, own: Own, counts: pd.DataFrame) -> str:
    """Say how many forms are at the highest level, and name the others by their answers."""
    t, items = context.texts, context.codebook.asked("borging")
    codebook, told = context.codebook, whole(counts, "arranged", "forms")
    top = codebook.scales[codebook.questions["borging"].scale].levels[-1]
    if not told["forms"] > 0:
        return t("own.no_borging")
    others = {concept: item for concept, item in items.items() if own.answers.get(item) != top}
    answers = _by_answer(context, own, others)
    if not told["arranged"]:
        return t("own.borging_none", answers=answers)
    rest = t("own.borging_rest", answers=answers) if answers else ""
    return t("own.borging", level=top.label(context.language), rest=rest, **told)


def _moved(context: Context, own: Own) -> list[str]:
    """Say which yields and urgencies the region itself answered higher and lower than the time before."""
    t, said = context.texts, []
    for question in ("yield", "urgency"):
        up, down = own.moved(context.codebook, question, 1), own.moved(context.codebook, question, -1)
        named = {"up": context.names(up), "down": context.names(down)}
        parts = semicolons(t(f"own.{question}.{way}", names=names) for way, names in named.items() if names)
        if parts or own.moved(context.codebook, question, 0):
            said.append(t(f"own.{question}.{'moved' if parts else 'same'}", since=own.since, parts=parts))
    return said


def respondent_sentence(context: Context, own: Own) -> str:
    """Say whether somebody else answered the time before, or that nobody knows."""
    if own.merged:
        return context.texts("own.respondent.merged", name=own.merged)
    known = {True: "other", False: "same", None: "unknown"}[own.changed]
    return context.texts(f"own.respondent.{known}")


def own_context_sentences(context: Context, own: Own, counts: pd.DataFrame) -> list[str]:
    """Say where a region stands on every context variable, and what was measured there.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    own : Own
        The region.
    counts : DataFrame
        The result ``own`` of the region.
    """
    wanted = ["item", ROW, *(f"{form}{end}" for form in ("measured", "share") for end in ("", "_low", "_high"))]
    here = {row["item"]: row for row in records(counts.loc[counts["of"] == "context", wanted])}
    return [_own_context(context, own, name, here.get(name)) for name in context.codebook.context_variables]


def _own_context(context: Context, own: Own, name: str, here: Row | None) -> str:
    t, known = context.texts, own.measured.get(name, {})
    said = [t("own.line", name=context.short[name], level=_levels_of(context, own, name))]
    value, low, high = (_measure(context, here, end) for end in ("", "_low", "_high")) if here else (DASH,) * 3
    is_open = known.get("code_low") != known.get("code_high")
    if value != DASH:
        said.append(t("own.measured", value=value, unit=text_of(context, known, "unit")))
        said += [t("own.hidden", low=low, high=high)] * is_open
    elif is_open:
        said.append(t("own.disagree"))
    more = Markup(' <span class="measured">{}</span>').format(Markup(" ").join(said[1:])) if said[1:] else ""
    return Markup("{}{}").format(said[0], more)


def _levels_of(context: Context, own: Own, name: str) -> str:
    """Level of a region, or all that hidden counts or coders leave open."""
    known, t = own.measured.get(name, {}), context.texts
    low, high = known.get("code_low"), known.get("code_high")
    if low is None or high is None or low == high:
        return level_of(context, own, name)
    levels = context.codebook.context_variables[name].levels
    return reduce(
        lambda one, other: t("own.either", one=one, other=other),
        [each.label(context.language) for each in levels if low <= each.code <= high],
    )


def _measure(context: Context, row: Row, end: str) -> str:
    """What was measured, as a percentage or a number; a dash where nothing was."""
    share = row[f"share{end}"]
    return context.texts.percent(share) if np.isfinite(share) else context.texts.number(row[f"measured{end}"], 2)


def text_of(context: Context, row: Row, name: str) -> str:
    """Unit or source of a context variable in the language of the page; a dash where it has none."""
    found = row.get(f"{name}_{context.language}")
    return found if isinstance(found, str) and found else DASH


def own_places_sentence(context: Context, counts: pd.DataFrame) -> str:
    """Say for how many aspects a region's answers stand in the highest band, for the alt text of its profile.

    Parameters
    ----------
    context : Context
        Language of the page.
    counts : DataFrame
        The result ``own`` of the region; without a row where it did not answer.
    """
    told = whole(counts, "urgency_top", "yield_top", "aspects")
    return context.texts("figure.own_answers" if told["aspects"] > 0 else "figure.no_answers", **told)
