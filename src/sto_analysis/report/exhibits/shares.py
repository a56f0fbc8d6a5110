"""Shares of regions, and the backtest."""

import math

import pandas as pd

from sto_analysis.analysis.gaps import stand_out
from sto_analysis.known import constant, numbers, whole
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.sentences.findings import ends_finding, gap_finding
from sto_analysis.report.sentences.wave import gap_sentence
from sto_analysis.report.shown import all_shown, drawn

_INTERVAL = "interval:share_interval base"


def _of(shares: pd.DataFrame, measure: str) -> pd.DataFrame:
    return shares[shares["measure"] == measure].set_index("concept", drop=False)


def shares_table(context: Context, shares: pd.DataFrame) -> Exhibit:
    """Urgency and yield per aspect with interval and base; `shares` holds all measures."""
    by = {measure: _of(shares, measure) for measure in ("urgency", "yield_top", "yield_low")}
    parts = [columns(context, rows, f"{measure}:share {_INTERVAL}") for measure, rows in by.items()]
    table = together(*[columns(context, by["urgency"], "aspect:concept"), *parts])
    return Exhibit(table, numbers(by["yield_top"], "base"), {**whole(shares, "population")})


def borging_table(context: Context, shares: pd.DataFrame) -> Exhibit:
    """Forms of borging and the index, with interval and base."""
    rows, index = shares[shares["measure"].isin(["borging", "index"])], context.codebook.borging_index
    cuts = {"many": "many_at_least", "hardly": "hardly_at_most"}
    values: dict[str, float] = {
        name: constant(f"borging_index.{cut}", getattr(index, cut)) for name, cut in cuts.items()
    }
    values |= whole(shares, "population")
    return Exhibit(columns(context, rows, f"form:in_full share {_INTERVAL}"), numbers(rows, "base"), values)


def weighted_table(context: Context, shares: pd.DataFrame) -> Exhibit:
    """Post-stratified shares beside the plain ones, with their own interval and effective number of answers."""
    names = "measure aspect:concept share weighted shift interval:weighted_interval effective base"
    strata = max(numbers(shares, "strata"), default=math.nan)
    values = {"name": context.short[shares["weighted_by"].iloc[0]], "strata": strata}
    return Exhibit(columns(context, shares, names), numbers(shares, "base"), values)


def quadrant_figure(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> Exhibit:
    """Urgency beside yield with their bases and difference, the largest first."""
    urgency, top = _of(shares, "urgency"), _of(shares, "yield_top")
    order, apart = gaps["concept"], stand_out(gaps.set_index("concept")["gap"].dropna())
    sides = [urgency.loc[order], top.loc[order], gaps]
    names = ("aspect:concept urgency:share base", "yield_top:share base", "gap")
    parts = [columns(context, side, wanted) for side, wanted in zip(sides, names, strict=True)]
    whole = all_shown(gaps, "gap") and all(all_shown(side, "share") for side in sides)
    drawing = figures.quadrant(context, 100 * top["share"], 100 * urgency["share"], apart, quadrant_names(context))
    values = {"told": gap_sentence(context, gaps)}
    values["finding"] = gap_finding(context, gaps, urgency["share"], top["share"])
    bases = [*numbers(urgency, "base"), *numbers(top, "base")]
    return Exhibit(together(*parts), bases, values, drawing if whole else None)  # medians are of all


def quadrant_names(context: Context) -> figures.Names:
    """Words of a plot of urgency (up) and yield (right)."""
    t = context.plain
    named = {name: t(f"axis.{name}") for name in figures.Names._fields[2:]}
    return figures.Names(t("axis.yield_top"), t("axis.urgency"), **named)


def yields_figure(context: Context, shares: pd.DataFrame) -> Exhibit:
    """Share of (much) yield per aspect with its interval."""
    return _intervals(context, _of(shares, "yield_top"), "aspect:in_full", "yield_top", "yields")


def borging_figure(context: Context, shares: pd.DataFrame) -> Exhibit:
    """Share of regions that work on each form of borging, or have it arranged, with its interval."""
    return _intervals(context, _of(shares, "borging"), "form:in_full", "percent", "borging")


def _intervals(context: Context, rows: pd.DataFrame, name: str, axis: str, key: str) -> Exhibit:
    values = {**context.ends(rows), **whole(rows, "population"), "finding": ends_finding(context, key, rows)}
    drawing = figures.intervals(context, drawn(rows, "share", "low"), context.texts(f"axis.{axis}"))
    return Exhibit(columns(context, rows, f"{name} share {_INTERVAL}"), numbers(rows, "base"), values, drawing)


def backtest_table(context: Context, backtest: pd.DataFrame) -> Exhibit:
    """Computed beside published, one row per figure."""
    table = columns(context, backtest, "measure aspect:concept computed published equal base:count_of_base")
    values = whole(backtest, "agreeing", "compared")
    return Exhibit(table, numbers(backtest, "base") or None, values)


def changes_table(context: Context, log: pd.DataFrame) -> Exhibit:
    """Changed values per rule and question; `log` is the cleaning log."""
    question = log["item"].astype("str").str.split("_").str[0].replace("", "regions and rows")
    return _counts(log.assign(question=question), ["rule", "question"])


def missing_table(context: Context, missing: pd.DataFrame) -> Exhibit:
    """Missing answers per question and reason."""
    return _counts(missing.assign(question=missing["item"].str.split("_").str[0]), ["question", "reason"])


def _counts(rows: pd.DataFrame, by: list[str]) -> Exhibit:
    counts = pd.crosstab(rows[by[0]], rows[by[1]])
    return Exhibit(counts.reset_index().astype(str))
