"""The published figures, examined."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sto_analysis.analysis.published import stand_out
from sto_analysis.known import records
from sto_analysis.monitor.codebook import Theme, Topic
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.figures.theory import theory_of_change
from sto_analysis.report.language import DASH
from sto_analysis.report.sentences.wave import gap_sentence

Sizes = Mapping[str, Sequence[int]]
_HALF = 50  # per cent


def _percentages(context: Context, name: str, series: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Published percentages by concept as they are, a column for each series; `name`: column of the concepts."""
    concepts = pd.DataFrame({"concept": next(iter(series.values())).index})
    table = columns(context, concepts, name)
    for heading, percentages in series.items():
        told = [context.texts.percent(each / 100) for each in percentages.reindex(concepts["concept"])]
        table[heading] = pd.Series(told, dtype=object)
    return table


def gaps_between(urgency: pd.Series, top: pd.Series) -> pd.DataFrame:
    """Urgency minus yield, of published percentages: ``concept``, ``gap``."""
    return pd.DataFrame({"concept": urgency.index, "gap": ((urgency - top[urgency.index]) / 100).to_numpy()})


def gap_figure(context: Context, urgency: pd.Series, top: pd.Series) -> Exhibit:
    """Published urgency against yield."""
    t, apart = context.texts, stand_out(urgency - top)
    table = _percentages(context, "aspect:concept", {t("column.yield_top"): top, t("column.urgency"): urgency})
    drawing = figures.quadrant(context, top, urgency, apart, t("axis.yield_top"), t("axis.urgency"))
    return Exhibit(table, None, {"told": gap_sentence(context, gaps_between(urgency, top))}, drawing)


def gap_table(context: Context, urgency: pd.Series, top: pd.Series, low: pd.Series) -> Exhibit:
    """Published urgency beside yield, sorted by the difference."""
    t, gaps = context.texts, (urgency - top[urgency.index]).sort_values(ascending=False, kind="stable")
    series = {"urgency": urgency[gaps.index], "yield_top": top, "yield_low": low}
    table = _percentages(context, "aspect:in_full", {t(f"column.{name}"): each for name, each in series.items()})
    return Exhibit(together(table, columns(context, pd.DataFrame({"gap": gaps.to_numpy() / 100}), "gap")))


def sizes_figure(context: Context, feasible: Sizes, joint: Sizes, bases: Sequence[int]) -> Exhibit:
    """Sample sizes that percentages allow.

    Parameters
    ----------
    context : Context
        Language of the page.
    feasible : mapping
        Column of the slides (a key of ``column``, with a year or without) → sizes that it allows.
    joint : mapping
        Group of columns (a key of ``sizes``) → sizes that all of them allow.
    bases : sequence of int
        Sizes that were tried.
    """
    t, named = context.texts, {}
    for name, sizes in feasible.items():
        heading, *year = name.split()
        named[" ".join([t(f"column.{heading}"), *year])] = sizes
    groups = {t(f"sizes.{name}"): sizes for name, sizes in joint.items()}
    every = {**named, **groups}
    told = [", ".join(map(str, sizes)) for sizes in every.values()]
    table = pd.DataFrame({t("column.figures"): list(every), t("column.sizes"): told})
    values = {"first": bases[0], "last": bases[-1], **{name: t.both(map(str, fit)) for name, fit in joint.items()}}
    return Exhibit(table, None, values, figures.feasible_sizes(context, named, bases, groups))


def urgency_change_figure(
    context: Context, earlier: pd.Series, later: pd.Series, stars: pd.DataFrame, base: int
) -> Exhibit:
    """Published urgency in two waves, with the attainable p-values; `stars` is what `stars_agree` gave."""
    t, first = context.plain, str((later - earlier).idxmax())
    marks = {
        row["index"]: f"{'* ' if row['starred'] else ''}p {t.span(t.p, row['p_min'], row['p_max'])}"
        for row in records(stars.rename_axis("index").reset_index())
    }
    values = {"first": context.short[first], "from_": earlier[first], "to": later[first]}
    values["starred"] = context.names(stars.index[stars["starred"]])
    table = _percentages(context, "aspect:concept", {"2021": earlier, "2024": later})
    return Exhibit(table, base, values, figures.dumbbell(context, earlier, later, marks, ("2021", "2024")))


def urgency_change_table(context: Context, stars: pd.DataFrame, base: int) -> Exhibit:
    """Counts, attainable p and printed asterisk per aspect; `stars` is what `stars_agree` gave."""
    rows = stars.rename_axis("concept").reset_index()
    return Exhibit(columns(context, rows, "aspect:in_full counts p_range p_unpaired star:starred agrees"), base)


def forms_figure(context: Context, percentages: pd.Series, base: int) -> Exhibit:
    """Published percentages of forms of borging."""
    t, first, last = context.texts, str(percentages.idxmax()), str(percentages.idxmin())
    values = {"first": context.full[first], "high": percentages[first]}
    values |= {"last": context.full[last], "low": percentages[last]}
    table = _percentages(context, "form:in_full", {t("column.share"): percentages})
    shares = pd.DataFrame({"concept": percentages.index, "share": percentages.to_numpy() / 100})
    return Exhibit(table, base, values, figures.intervals(context, shares, t("axis.percent")))


def index_table(context: Context, totals: pd.DataFrame, total: int, many: int, hardly: int, base: int) -> Exhibit:
    """Attainable totals of forms per pair of cut-offs (columns many, hardly, least, greatest)."""
    rows = totals.assign(fits=totals["least"].le(total) & totals["greatest"].ge(total))
    table = columns(context, rows, "many_cut:many hardly_cut:hardly total fits", total=total)
    return Exhibit(table, base, {"total": total, "many": many, "hardly": hardly})


def triangulation_table(context: Context, urgency: pd.Series, top: pd.Series) -> Exhibit:
    """Aspects in rows; questionnaire, attention, interviews and theory of change in columns."""
    t, codebook = context.texts, context.codebook
    order = (urgency - top).sort_values(ascending=False, kind="stable").index
    stages = {aspect: stage.label(t.language) for stage in codebook.theory_of_change for aspect in stage.aspects}
    shares = {t("column.urgency"): urgency[order], t("column.yield_top"): top}
    table = _percentages(context, "aspect:concept", shares)
    for source, concepts in (("attention", codebook.attention_topics), ("interviews", codebook.interview_themes)):
        table[t(f"column.{source}")] = [_found_in(context, concepts, str(aspect)) for aspect in order]
    table[t("column.theory")] = [stages.get(str(aspect), DASH) for aspect in order]
    return Exhibit(table)


def _found_in(context: Context, concepts: Mapping[str, Topic | Theme], aspect: str) -> str:
    """What a source says about an aspect, a line for each of its concepts."""
    found = [concept for concept in concepts.values() if aspect in concept.aspects]
    t = context.texts
    return "\n".join(f"{c.label(t.language).rstrip('.')} ({t(f'kind.{c.kind}')})" for c in found) or DASH


def theory_figure(context: Context, top: pd.Series, base: int) -> Exhibit:
    """The theory of change, each aspect at its stage with its yield."""
    t, behind = context.texts, [aspect for aspect in top.index if top[aspect] < _HALF]
    stages = {a: stage.label(t.language) for stage in context.codebook.theory_of_change for a in stage.aspects}
    values = {"low": context.names(behind), "stage": t.both(dict.fromkeys(stages[aspect] for aspect in behind))}
    table = _percentages(context, "aspect:concept", {t("column.yield_top"): top})
    return Exhibit(table, base, values, theory_of_change(context, top))


def grades_table(context: Context, grades: pd.DataFrame) -> Exhibit:
    """Every cell of the damaged slide as printed, with its state."""
    return Exhibit(columns(context, grades, "statement printed value state"))
