"""The theory of change, with what programme leaders say now at the stage where it belongs."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records
from sto_analysis.monitor.codebook import TheoryContext
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Base, Exhibit
from sto_analysis.report.markup import fill

HALF = 0.5
"""Share with (much) yield below which an aspect stands apart."""
Shares = Mapping[str, float]


def theory_figure(
    context: Context, urgency: pd.DataFrame, top: pd.DataFrame, base: Base = None, levels: pd.DataFrame | None = None
) -> Exhibit:
    """Every stage with all its points, each aspect at its stage with urgency and yield, the context beside the chain.

    Parameters
    ----------
    context : Context
        Language; stages, aspects and context variables.
    urgency, top : DataFrame
        ``concept`` and ``share`` of the aspects: (very) urgent, (much) yield.
    base : int or iterable of int, optional
        Answers behind the yields; by default their own ``base``.
    levels : DataFrame, optional
        The result ``context``: share of the regions at each level of the context variables.
    """
    urgent, shares = ({str(row["concept"]): row["share"] for row in records(rows)} for rows in (urgency, top))
    values = _behind(context, shares)
    alt = context.plain("figure.theory.alt", **{name: str(value) for name, value in values.items()})
    html = fill("theory.html.j2", alt=alt, **_parts(context, urgent, shares, levels))
    sides = columns(context, urgency, "aspect:in_full urgency:share"), columns(context, top, "yield_top:share")
    return Exhibit(together(*sides), numbers(top, "base") if base is None else base, values, html=html)


def _behind(context: Context, shares: Shares) -> dict[str, object]:
    """What title and description say: the aspects with (much) yield below one half, and where they stand."""
    t, stages = context.texts, context.codebook.theory_of_change
    behind = [aspect for aspect, share in shares.items() if share < HALF]
    at = {stage.id: stage.label(t.language) for stage in stages if set(stage.aspects) & set(behind)}
    told: dict[str, object] = {
        "low": context.names(behind),
        "stage": t.both(at.values()),
        "count": t.number(len(stages)),
    }
    return told | {"finding": t(f"finding.{'behind' if behind else 'none_behind'}", **told)}


def _parts(context: Context, urgent: Shares, top: Shares, levels: pd.DataFrame | None) -> dict[str, Any]:
    """Stages before, within and after the context; all of them before it where there is none."""
    stages = [
        {
            "place": place,
            "name": stage.label(context.language),
            "boxes": [[point.label(context.language) for point in points] for points in stage.boxes],
            "found": [found_at(context, aspect, urgent, top) for aspect in stage.aspects if aspect in top],
        }
        for place, stage in enumerate(context.codebook.theory_of_change, start=1)
    ]
    beside = context.codebook.theory_context
    if beside is None:
        return {"before": stages}
    bears = [stage.id in beside.stages for stage in context.codebook.theory_of_change]
    first, last = (bears.index(True), len(bears) - bears[::-1].index(True)) if any(bears) else (len(bears),) * 2
    parts = {"before": stages[:first], "within": stages[first:last], "after": stages[last:]}
    return {**parts, "context": _beside(context, beside, levels)}


def found_at(context: Context, aspect: str, urgency: Mapping[str, float], top: Mapping[str, float]) -> dict[str, Any]:
    """An aspect with its shares of (very) urgent and (much) yield, as it stands where it belongs."""
    t, share = context.texts, top.get(aspect, math.nan)
    told = t("theory.found", urgency=t.percent(urgency.get(aspect, math.nan)), top=t.percent(share))
    return {"name": context.short[aspect], "told": told, "behind": share < HALF}


def _beside(context: Context, beside: TheoryContext, levels: pd.DataFrame | None) -> dict[str, Any]:
    """The box of the context, with the regions at each level where they are known."""
    t = context.texts
    at = {} if levels is None else {str(name): rows for name, rows in levels.groupby("concept")}
    points = [
        {
            "name": point.label(t.language),
            "levels": [_levels(context, name, at[name]) for name in point.variables if name in at],
        }
        for point in beside.points
    ]
    return {"name": beside.label(t.language), "told": t("theory.beside"), "points": points}


def _levels(context: Context, variable: str, spread: pd.DataFrame) -> str:
    """The levels of a context variable in words, each with its share of the regions."""
    t, levels = context.texts, context.codebook.context_variables[variable].levels
    told = [
        t("theory.level", level=levels[int(row["position"])].label(t.language), share=t.percent(row["share"]))
        for row in records(spread)
    ]
    return Markup("{}: {}").format(context.short[variable], Markup(", ").join(told))
