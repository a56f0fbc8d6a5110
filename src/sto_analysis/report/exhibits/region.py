"""One region beside all."""

from collections.abc import Sequence

import pandas as pd

from sto_analysis.known import numbers, records
from sto_analysis.monitor.own import Own
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.language import DASH
from sto_analysis.report.rows import by_position
from sto_analysis.report.sentences.conversation import in_ten
from sto_analysis.report.sentences.findings import ends_finding
from sto_analysis.report.sentences.region import Numbers, answer, own_places_sentence, respondent_sentence

_MEASURES = {"urgency": "urgency", "yield": "yield_top"}
"""Question about aspects → the measure of all regions."""


def _numbers(counts: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Item and when (``now``, ``then``) → the answer of a region that is a number, from the result ``own``."""
    return {(row["item"], row["when"]): row["number"] for row in records(counts) if row["of"] == "number"}


def own_aspects_table(context: Context, own: Own) -> Exhibit:
    """A region's answers on urgency and yield in words, then → now where it answered twice.

    Parameters
    ----------
    context : Context
        Language, questions and levels.
    own : Own
        The region.
    """
    questions = {question: context.codebook.asked(question) for question in _MEASURES}
    aspects = [a for a in context.codebook.aspects if any(asked[a] in own.asked for asked in questions.values())]
    rows = [[context.full[a], *(_then_now(context, own, asked[a]) for asked in questions.values())] for a in aspects]
    return _answers(context, own, ["column.aspect", *(f"question.{question}" for question in questions)], rows)


def own_attention_table(context: Context, own: Own) -> Exhibit:
    """A region's attention to each topic, beside its answers on the aspects that the topic is read as."""
    t, topics, rows = context.texts, context.codebook.attention_topics, []
    for topic, item in context.codebook.asked("attention").items():
        if item in own.asked:
            pairs = {a: ", ".join(answer(context, own, f"{q}_{a}") for q in _MEASURES) for a in topics[topic].aspects}
            beside = [t("own.beside", name=context.short[aspect], answers=pair) for aspect, pair in pairs.items()]
            rows.append([_question(context, own, item), "\n".join([_then_now(context, own, item), *beside])])
    return _answers(context, own, ["column.topic", "column.own"], rows)


def own_borging_table(context: Context, own: Own, spread: pd.DataFrame) -> Exhibit:
    """A region's answers on borging, with the share of all regions that gave the same.

    Parameters
    ----------
    context : Context
        Language, questions and levels.
    own : Own
        The region.
    spread : DataFrame
        `distribution` of all questions.
    """
    told, bases = [], list[float]()
    for question in ("borging", "borging_active"):
        found = spread[spread["question"] == question]
        places = found["concept"].map(own.places(context.codebook, question))
        same = {row["concept"]: row["share"] for row in records(found[found["position"] == places])}
        bases += numbers(found, "base")
        for concept, item in context.codebook.asked(question).items():
            if item in own.asked:
                share = context.texts.percent(same[concept]) if concept in same else DASH
                told.append([_question(context, own, item), _then_now(context, own, item), share])
    return _answers(context, own, ["column.form", "column.own", "column.same_answer"], told, bases)


def own_grades_table(context: Context, own: Own, counts: pd.DataFrame) -> Exhibit:
    """A region's report grades; `counts` is the result ``own`` of the region."""
    known, items = _numbers(counts), context.codebook.asked("grade").values()
    rows = [
        [_question(context, own, item), _then_now(context, own, item, known)] for item in items if item in own.asked
    ]
    return _answers(context, own, ["column.statement", "column.own_grade"], rows)


def _answers(
    context: Context, own: Own, headings: Sequence[str], rows: Sequence[Sequence[str]], base: Sequence[float] = ()
) -> Exhibit:
    """A table of own answers; its words say from when the earlier ones are, and who gave them."""
    t = context.texts
    table = pd.DataFrame(rows, columns=list(map(t, headings)), dtype=object)
    then = t("own.then", since=own.since) if own.since else ""
    arrow = f" {t('own.arrow', since=own.since)} {respondent_sentence(context, own)}" if own.since else ""
    return Exhibit(table, base or None, {"then": then, "arrow": arrow})


def _question(context: Context, own: Own, item: str) -> str:
    """A question as the wave asked it, without the heading that it shares; on an English page its translation."""
    of = context.codebook.items[item]
    return own.asked[item].removeprefix(f"{of.asked_as}: ") if context.language == "nl" else of.label("en")


def _then_now(context: Context, own: Own, item: str, known: Numbers | None = None) -> str:
    """The answer; where the region gave one then too, to the same words: then → now, or that it is the same."""
    now = answer(context, own, item, known)
    if item not in own.before:
        return now
    if own.answers.get(item) == own.before[item]:
        return context.texts("own.same", now=now)
    return context.texts("own.moved", then=answer(context, own, item, known, when="then"), now=now)


def profile_figure(
    context: Context, spread: pd.DataFrame, shares: pd.DataFrame, own: Own, counts: pd.DataFrame
) -> Exhibit:
    """One region's answers on urgency and yield among those of all regions.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    spread, shares : DataFrame
        `distribution` and `shares` of all questions and measures.
    own : Own
        The region; where it did not answer the table has no columns for it.
    counts : DataFrame
        The result ``own`` of the region.
    """
    t, panels, bases, headings = context.texts, {}, list[float](), list[str]()
    once = spread[spread["question"] == "urgency"].drop_duplicates("concept")
    parts = [columns(context, once, "aspect:in_full")]
    for question, measure in _MEASURES.items():
        answers = by_position(spread[spread["question"] == question]).loc[once["concept"]]
        levels = context.codebook.level_labels(question, context.language)
        panels[t(f"question.{question}")] = answers, own.places(context.codebook, question), levels
        rows = shares[shares["measure"] == measure].set_index("concept").loc[once["concept"]]
        if own.answers:
            answers_ = [answer(context, own, f"{question}_{concept}") for concept in once["concept"]]
            parts.append(pd.DataFrame({t(f"question.{question}"): answers_}))
        parts.append(columns(context, rows, f"{measure}:share base"))
        bases += numbers(rows, "base")
        headings.append(measure)
    told, all_of = own_places_sentence(context, counts), shares[shares["measure"] == "yield_top"]
    finding = told if own.answers else ends_finding(context, "yields", all_of)
    values = {"own": told, "marked": t("figure.marked") if own.answers else "", "finding": finding}
    drawing = figures.profile(context, panels, t("column.own"))
    return Exhibit(together(*parts), bases, values, drawing)


def alike_table(context: Context, like: pd.DataFrame) -> Exhibit:
    """Of how many in ten regions at the region's own level the urgency and the yield are in the top band.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    like : DataFrame
        Rows of the result ``alike`` at that level.
    """
    rows = {
        measure: {row["concept"]: row for row in records(found)}
        for measure, found in like.groupby("measure", sort=False)
    }
    told = [
        [context.short[concept], *(in_ten(context, found.get(concept)) for found in rows.values())]
        for concept in like["concept"].unique()
    ]
    headings = [context.texts(f"column.{name}") for name in ("aspect", *map(str, rows))]
    return Exhibit(pd.DataFrame(told, columns=headings, dtype=object), numbers(like, "regions"))
