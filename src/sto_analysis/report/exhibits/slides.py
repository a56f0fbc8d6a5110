"""What else the slides say: attention, report grades, talks with steering groups, regional context."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records
from sto_analysis.monitor.codebook import Theme, Topic
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits.theory import HALF, found_at
from sto_analysis.report.language import DASH
from sto_analysis.report.markup import fill
from sto_analysis.report.sentences.findings import attention_finding
from sto_analysis.report.shown import withheld

Concepts = Mapping[str, Topic | Theme]


def by_concept(shares: pd.DataFrame, measure: str) -> dict[str, Any]:
    """Concept → its share of one measure, that knows its result; without those that have none."""
    rows = shares[(shares["measure"] == measure) & (shares["share"].notna() | withheld(shares, "share"))]
    return {row["concept"]: row["share"] for row in records(rows)}


def topics_figure(context: Context, shares: pd.DataFrame) -> Exhibit:
    """Every topic by the attention that it gets, with urgency and yield of the aspects that it is read as."""
    topics = context.codebook.attention_topics
    by = {way: {a for t in topics.values() if t.direction == way for a in t.aspects} for way in ("more", "less")}
    sides = [by_concept(shares, name) for name in ("urgency_later", "yield_top")]
    finding = attention_finding(context, by["less"] - by["more"], *sides)
    return _said(context, "topics", topics, shares, {"finding": finding})


def talks_figure(context: Context, shares: pd.DataFrame, regions: float) -> Exhibit:
    """Every signal and concern of the steering groups, with the survey on the aspects that it is read as."""
    t, top, themes = context.texts, by_concept(shares, "yield_top"), context.codebook.interview_themes
    concerns = {aspect for theme in themes.values() if theme.sign == "attention" for aspect in theme.aspects}
    names = context.names(aspect for aspect, share in top.items() if aspect in concerns and share < HALF)
    finding = t("finding.concerns", names=names) if names else ""
    values = {"steering_regions": t.number(regions), "finding": finding}
    return _said(context, "talks", themes, shares, values)


def _said(
    context: Context, name: str, concepts: Concepts, shares: pd.DataFrame, values: Mapping[str, object]
) -> Exhibit:
    """What a source says, by how it says it, each beside the aspects of the questionnaire; the same as a table."""
    t, rows, groups = context.texts, [], dict[str, list[dict[str, Any]]]()
    urgency, top = by_concept(shares, "urgency_later"), by_concept(shares, "yield_top")
    for concept in concepts.values():
        found = [found_at(context, aspect, urgency, top) for aspect in concept.aspects]
        groups.setdefault(concept.kind, []).append({"name": concept.label(t.language), "found": found})
        rows.append((concept.label(t.language), t(f"kind.{concept.kind}"), beside(context, found)))
    html = fill(
        "said.html.j2",
        alt=context.plain(f"figure.{name}.alt"),
        groups=[{"name": t(f"kind.head.{kind}"), "said": said} for kind, said in groups.items()],
        nothing=t("kind.no_aspect"),
    )
    headings = [t(f"column.{each}") for each in (name, "said", "survey")]
    return Exhibit(pd.DataFrame(rows, columns=headings, dtype=object), None, values, html=html)


def beside(context: Context, found: Iterable[Mapping[str, Any]]) -> str:
    """What the questionnaire says beside a concept, a line per aspect; or that it does not ask about it."""
    told = Markup("\n").join(Markup("{name}: {told}").format(**each) for each in found)
    return told or context.texts("kind.no_aspect")


def triangulation_table(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> Exhibit:
    """Aspects in rows, the widest gap first; questionnaire, attention, interviews and theory of change in columns.

    What the sources say about none of the aspects stands in a last row.
    """
    t, codebook = context.texts, context.codebook
    order = gaps.sort_values("gap", ascending=False, kind="stable")["concept"]
    stages = {aspect: stage.label(t.language) for stage in codebook.theory_of_change for aspect in stage.aspects}
    sides = [
        shares[shares["measure"] == name].set_index("concept", drop=False).loc[order]
        for name in ("urgency_later", "yield_top")
    ]
    parts = zip(sides, ("aspect:concept urgency:share", "yield_top:share"), strict=True)
    table = together(*[columns(context, rows, names) for rows, names in parts])
    for source, concepts in (("attention", codebook.attention_topics), ("interviews", codebook.interview_themes)):
        table[t(f"column.{source}")] = [_found_in(context, concepts, str(aspect)) for aspect in order]
    table[t("column.theory")] = [stages.get(str(aspect), DASH) for aspect in order]
    rest = [_found_in(context, concepts) for concepts in (codebook.attention_topics, codebook.interview_themes)]
    if rest != [DASH, DASH]:
        table.loc[len(table)] = [t("kind.other"), DASH, DASH, *rest, DASH]
    return Exhibit(table)


def _found_in(context: Context, concepts: Concepts, aspect: str = "") -> str:
    """What a source says about an aspect, or about none of them, a line for each of its concepts."""
    found = [each for each in concepts.values() if (aspect in each.aspects if aspect else not each.aspects)]
    t = context.texts
    return "\n".join(f"{c.label(t.language).rstrip('.')} ({t(f'kind.{c.kind}')})" for c in found) or DASH


def grades_table(context: Context, grades: pd.DataFrame) -> Exhibit:
    """Every row of the damaged slide: both grades of those that are legible, what is left of the others.

    Parameters
    ----------
    context : Context
        Language; statements.
    grades : DataFrame
        The result ``published_grades``: a row per cell.
    """
    t, known, rows = context.texts, context.codebook.impact_statements, []
    for _, cells in grades.groupby("row", sort=True):
        by = {cell["column"]: cell for cell in records(cells)}
        lost = by.get("lost", {})
        id_ = next(iter(by.values()))["id"]
        left = t("kind.left", printed=t.told(lost["printed"])) if lost else DASH
        statement = known[id_].label(t.language) if id_ in known else left
        pair = [_grade(context, by[name]) if name in by else DASH for name in ("first", "second")]
        rows.append((statement, *pair))
    headings = [t(f"column.{name}") for name in ("statement", "grade_first", "grade_second")]
    legible = numbers(grades, "value")
    values = {"low": t.number(min(legible), 1), "high": t.number(max(legible), 1)} if legible else {}
    finding = t("finding.grades", **values) if legible else ""
    return Exhibit(pd.DataFrame(rows, columns=headings, dtype=object), None, {"finding": finding})


def _grade(context: Context, cell: Mapping[str, Any]) -> str:
    """A grade; how it is printed, where that was read."""
    t = context.texts
    if cell["state"] == "damaged":
        return t("kind.left", printed=t.told(cell["printed"]))
    value = t.number(cell["value"], 1)
    if cell["state"] == "read_as":
        return t("kind.read_as", value=value, printed=t.told(cell["printed"]))
    return Markup("{} *").format(value) if "*" in cell["printed"] else value


def traits_table(context: Context) -> Exhibit:
    """Every point of the regional context, and the traits and levels, in words, that this compendium reads it as."""
    t, codebook = context.texts, context.codebook
    points = codebook.theory_context.points if codebook.theory_context else []
    rows = []
    for point in points:
        traits = [codebook.context_variables[name] for name in point.variables]
        levels = ["; ".join(level.label(t.language) for level in trait.levels) for trait in traits]
        told = [f"{trait.label(t.language)}: {words}" for trait, words in zip(traits, levels, strict=True)]
        rows.append((point.label(t.language), "\n".join(told)))
    headings = [t(f"column.{name}") for name in ("context_point", "context_levels")]
    return Exhibit(pd.DataFrame(rows, columns=headings, dtype=object))
