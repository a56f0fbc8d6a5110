"""Every item of the questionnaire with its answers."""

import pandas as pd

from sto_analysis.known import numbers, records
from sto_analysis.monitor.wave import Wave
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits.slides import beside, by_concept
from sto_analysis.report.exhibits.theory import found_at
from sto_analysis.report.language import DASH
from sto_analysis.report.rows import by_position
from sto_analysis.report.sentences.findings import attention_finding, ends_finding
from sto_analysis.report.shown import all_shown

BANDS = ("low", "middle", "top")


def items_table(context: Context, bands: pd.DataFrame, wave: Wave) -> Exhibit:
    """All items as the wave asked them, in Dutch, with the share of answers in each band and the base.

    Parameters
    ----------
    context : Context
        Language (English pages gloss the items), questions, items and bands.
    bands : DataFrame
        Shares of every question by band: ``question``, ``concept``, ``band``, ``share``, ``base``.
    wave : Wave
        Has the wording of its items; that of the codebook stands for those that the wave did not ask.
    """
    t, codebook, rows = context.texts, context.codebook, []
    for (question, concept), found in bands.groupby(["question", "concept"], sort=False):
        item = codebook.items[codebook.asked(str(question))[str(concept)]]
        by = {row["band"]: row for row in records(found)}
        asked = wave.items[item.id].wording if item.id in wave.items else item.wording
        told = [t.percent(by[band]["share"]) if band in by else DASH for band in BANDS]
        base = t.number(next(iter(by.values()))["base"])
        rows.append([asked, item.label("en"), t(f"question.{question}"), *told, base])
    headings = [t(f"column.{name}") for name in ("item", "gloss", "question", *BANDS, "base")]
    table = pd.DataFrame(rows, columns=headings, dtype=object)
    return Exhibit(table.drop(columns=t("column.gloss")) if t.language == "nl" else table, numbers(bands, "base"))


def level_shares(context: Context, spread: pd.DataFrame, name: str) -> pd.DataFrame:
    """Share of every answer to one question, with the base.

    Parameters
    ----------
    context : Context
        Language; levels of the questions.
    spread : DataFrame
        Rows of `distribution` of that question.
    name : str
        Column of `columns` that names the concepts.
    """
    (question,) = set(spread["question"])
    once = spread.drop_duplicates("concept")
    table = columns(context, once, name)
    for position, level in enumerate(context.codebook.level_labels(question, context.language)):
        at_level = once[["concept"]].merge(spread[spread["position"] == position], "left", on="concept")
        table[level] = columns(context, at_level, "share")
    return together(table, columns(context, once, "base"))


def likert_urgency_figure(context: Context, spread: pd.DataFrame, shares: pd.DataFrame) -> Exhibit:
    """All answers on urgency; `spread` and `shares` hold all questions and measures."""
    return _likert(context, spread[spread["question"] == "urgency"], shares[shares["measure"] == "urgency"], "urgency")


def likert_yield_figure(context: Context, spread: pd.DataFrame, shares: pd.DataFrame) -> Exhibit:
    """All answers on yield; `spread` and `shares` hold all questions and measures."""
    return _likert(context, spread[spread["question"] == "yield"], shares[shares["measure"] == "yield_top"], "yields")


def _likert(context: Context, spread: pd.DataFrame, shares: pd.DataFrame, key: str) -> Exhibit:
    (question,), top = set(spread["question"]), shares.set_index("concept")["share"].dropna().sort_values()
    levels = context.codebook.level_labels(question, context.language)
    heading = context.codebook.bands[question]["top"].label(context.language)
    drawing = figures.likert(context, _bars(spread, top), levels, top, heading)
    values = {**context.ends(shares), "finding": ends_finding(context, key, shares)}
    table, part = level_shares(context, spread, "aspect:in_full"), not all_shown(shares, "share")
    return Exhibit(table, numbers(spread, "base"), values, drawing, part=part)


def _bars(spread: pd.DataFrame, top: pd.Series) -> pd.DataFrame:
    """Whole distributions of the concepts of `top`, the last first."""
    bars = by_position(spread).dropna()
    return bars.loc[[concept for concept in top.index[::-1] if concept in bars.index]]


def attention_figure(context: Context, spread: pd.DataFrame, bands: pd.DataFrame, shares: pd.DataFrame) -> Exhibit:
    """Every topic by the attention that regions say it gets, beside urgency and yield of the aspects it is read as.

    Parameters
    ----------
    context : Context
        Language, topics and aspects.
    spread, bands, shares : DataFrame
        The results ``distribution``, ``bands`` and ``shares``; of all questions and measures.
    """
    spread, bands = (rows[rows["question"] == "attention"] for rows in (spread, bands))
    by = {band: rows.set_index("concept", drop=False)["share"] for band, rows in bands.groupby("band")}
    low, high = (by.get(band, pd.Series(dtype=float)) for band in ("low", "top"))
    more, levels = high.dropna().sort_values(), context.codebook.level_labels("attention", context.language)
    urgency, top = (by_concept(shares, measure) for measure in ("urgency", "yield_top"))
    table, topics = level_shares(context, spread, "topics:in_full"), context.codebook.attention_topics
    found = [
        [found_at(context, aspect, urgency, top) for aspect in topics[concept].aspects]
        for concept in spread.drop_duplicates("concept")["concept"]
    ]
    table[context.texts("column.survey")] = pd.Series([beside(context, each) for each in found], dtype=object)
    ways = {a: [low.get(n, 0) > high.get(n, 0) for n in topics if a in topics[n].aspects] for a in urgency}
    less = [aspect for aspect, all_ways in ways.items() if all_ways and all(all_ways)]
    drawing = figures.likert(context, _bars(spread, more), levels, more, levels[-1])
    sides = shares[shares["measure"].isin(["urgency", "yield_top"])]
    finding = all_shown(bands, "share") and all_shown(sides, "share") and attention_finding(context, less, urgency, top)
    values = {**context.ends(bands[bands["band"] == "top"]), "finding": finding or ""}
    return Exhibit(table, numbers(spread, "base"), values, drawing, part=not all_shown(bands, "share"))


def grade_means_table(context: Context, grades: pd.DataFrame, bands: pd.DataFrame) -> Exhibit:
    """Mean, middle half and share of high grades per statement; results ``grades`` and ``bands``."""
    t, high = context.texts, bands[(bands["question"] == "grade") & (bands["band"] == "top")]
    high = high.set_index("concept").reindex(grades["concept"]).reset_index()
    means = numbers(grades, "mean")
    span = t.span(lambda value: t.number(value, 1), min(means), max(means)) if means else ""
    finding = t("finding.mean_grades", span=span) if means else ""
    parts = (
        columns(context, grades, "statement:in_full mean middle_half:middle"),
        columns(context, high, "grade_high:share"),
    )
    return Exhibit(together(*parts, columns(context, grades, "base")), numbers(grades, "base"), {"finding": finding})
