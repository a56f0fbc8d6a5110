"""One region beside all."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sto_analysis.known import numbers
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits.answers import level_shares
from sto_analysis.report.language import DASH
from sto_analysis.report.rows import by_position
from sto_analysis.report.sentences.region import own_places_sentence

Own = Mapping[str, pd.Series] | None
"""Question → position of the region's own answers by concept, NaN where it gave none; None when it did not answer."""
_TOP = {"urgency": ("own_urgency", "urgency"), "yield": ("own_yield", "yield_top")}
"""Question → heading of the own answers, measure of all regions."""


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
    own : mapping or None
        See `Own`; without it the table has no columns for it.
    counts : DataFrame
        The result ``own`` of the region.
    """
    t, panels, bases = context.texts, {}, []
    once = spread[spread["question"] == "urgency"].drop_duplicates("concept")
    parts = [columns(context, once, "aspect:in_full")]
    for question, (mine, measure) in _TOP.items():
        places = own[question] if own else pd.Series(dtype=float)
        answers = by_position(spread[spread["question"] == question]).loc[once["concept"]]
        levels = context.codebook.level_labels(question, context.language)
        panels[t(f"question.{question}")] = answers, places, levels
        rows = shares[shares["measure"] == measure].set_index("concept").loc[once["concept"]]
        if own:
            parts.append(pd.DataFrame({t(f"column.{mine}"): _words(context, question, places[once["concept"]])}))
        parts.append(columns(context, rows, f"{measure}:share base"))
        bases += numbers(rows, "base")
    values = {"own": own_places_sentence(context, counts), "marked": t("figure.marked") if own else ""}
    drawing = figures.profile(context, panels, t("column.own"))
    return Exhibit(together(*parts), bases, values, drawing)


def _words(context: Context, question: str, places: pd.Series) -> list[str]:
    """One region's answers in words."""
    levels = context.codebook.level_labels(question, context.language)
    return [context.texts("answer.none") if np.isnan(place) else levels[int(place)] for place in places]


def own_borging_table(context: Context, spread: pd.DataFrame, own: Own) -> Exhibit:
    """One region's forms of borging, where it answered, beside the levels of all regions (see `profile_figure`)."""
    rows, where = spread[spread["question"] == "borging"], "here" if own else "everywhere"
    table = level_shares(context, rows, "form:in_full", context.texts("column.regions_with", level="{level}"))
    if own:
        words = _words(context, "borging", own["borging"][rows["concept"].unique()])
        table.insert(1, context.texts("column.own"), words)
    return Exhibit(table, numbers(rows, "base"), {"where": context.texts(f"figure.{where}")})


def own_levels(context: Context, here: pd.Series, own: Own) -> dict[str, str]:
    """Level of a region in words, by context variable and, when it answered, by form of borging."""
    levels = {}
    for name, variable in context.codebook.context_variables.items():
        words = {level.code: level.label(context.language) for level in variable.levels}
        levels[name] = DASH if np.isnan(here[name]) else words[int(here[name])]
    forms = own["borging"] if own else pd.Series(dtype=float)
    return levels | dict(zip(map(str, forms.index), _words(context, "borging", forms), strict=True))


def own_context_table(context: Context, here: pd.Series, frame: pd.DataFrame) -> Exhibit:
    """A region's context in words, and how many regions of the frame have the same.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    here : Series
        The region's context codes.
    frame : DataFrame
        `distribution` of the codes over all regions of the frame.
    """
    levels = own_levels(context, here, None)
    own = frame[frame["position"] == frame["concept"].map(here)]
    once = frame.drop_duplicates("concept")
    rows = once[["concept"]].merge(own, "left", on="concept")
    rows = rows.assign(variable=rows["concept"], level=rows["concept"].map(levels))
    table = together(columns(context, rows, "context:variable level alike:share"), columns(context, once, "base"))
    return Exhibit(table, numbers(frame, "base"))
