"""The published figures, examined."""

import pandas as pd
from markupsafe import Markup

from sto_analysis.analysis.gaps import stand_out
from sto_analysis.known import numbers, records, whole
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.exhibits.shares import quadrant_names
from sto_analysis.report.sentences.findings import ends_finding, gap_finding, rise_finding
from sto_analysis.report.sentences.wave import gap_sentence
from sto_analysis.report.ties import at_end

_JOINT = ("urgency_both", "rest")
"""Groups of columns of the slides, as `published_sizes` names them."""


def _of(shares: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One column of the slides by concept, its shares in per cent as ``percent``."""
    rows = shares[shares["measure"] == measure].set_index("concept", drop=False)
    return rows.assign(percent=100 * rows["share"])


def _sorted(gaps: pd.DataFrame) -> pd.DataFrame:
    return gaps.sort_values("gap", ascending=False, kind="stable")


def gap_figure(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> Exhibit:
    """Published urgency against yield; `shares` and `gaps` are the results ``published_shares``, ``published_gaps``."""
    urgency, top = _of(shares, "urgency_later"), _of(shares, "yield_top")
    sides = {"yield_top:share": top.loc[urgency.index], "urgency:share": urgency}
    table = together(columns(context, urgency, "aspect:concept"), *[columns(context, v, k) for k, v in sides.items()])
    apart = stand_out(gaps.set_index("concept")["gap"])
    drawing = figures.quadrant(context, top["percent"], urgency["percent"], apart, quadrant_names(context))
    values = {"told": gap_sentence(context, gaps)}
    values["finding"] = gap_finding(context, gaps, urgency["percent"], top["percent"])
    return Exhibit(table, None, values, drawing)


def gap_table(context: Context, shares: pd.DataFrame, gaps: pd.DataFrame) -> Exhibit:
    """Published urgency beside yield, sorted by the difference."""
    gaps = _sorted(gaps)
    sides = {"urgency": "urgency_later", "yield_top": "yield_top", "yield_low": "yield_low"}
    parts = [columns(context, _of(shares, of).loc[gaps["concept"]], f"{name}:share") for name, of in sides.items()]
    return Exhibit(together(columns(context, gaps, "aspect:in_full"), *parts, columns(context, gaps, "gap")))


def sizes_figure(context: Context, sizes: pd.DataFrame) -> Exhibit:
    """Sample sizes that percentages allow.

    Parameters
    ----------
    context : Context
        Language of the page.
    sizes : DataFrame
        The result ``published_sizes``: ``size`` for every one that a column of the slides, or a group of columns,
        allows (``measure``); ``tried_least`` and ``tried_most``.
    """
    t, found = context.texts, {str(name): numbers(rows, "size") for name, rows in sizes.groupby("measure", sort=False)}
    tried = whole(sizes, "tried_least", "tried_most")
    rows = [(t(f"measure.{name}"), Markup(", ").join(map(t.number, fit))) for name, fit in found.items()]
    table = pd.DataFrame(rows, dtype=object)
    table.columns = pd.Index([t("column.figures"), t("column.sizes", **tried)], dtype=object)
    values = {**tried, **{name: t.both(map(t.number, found.get(name, ()))) for name in _JOINT}}
    named = {name: (context.plain(f"measure.{name}"), [int(size) for size in fit]) for name, fit in found.items()}
    single, joint = (dict(each for name, each in named.items() if (name in _JOINT) == of) for of in (False, True))
    bases = range(int(tried["tried_least"]), int(tried["tried_most"]) + 1)
    return Exhibit(table, None, values, figures.feasible_sizes(context, single, bases, joint))


def urgency_change_figure(context: Context, shares: pd.DataFrame, changes: pd.DataFrame) -> Exhibit:
    """Published urgency in two waves, with the attainable p-values; `changes` is the result ``published_changes``."""
    t, earlier, later = context.plain, _of(shares, "urgency_earlier"), _of(shares, "urgency_later")
    earlier = earlier.loc[later.index]
    starred = list(changes.loc[changes["starred"], "concept"])
    pairs = [{"from_": before, "to": after} for before, after in zip(records(earlier), records(later), strict=True)]
    most = at_end(pairs, lambda pair: pair["to"]["percent"] - pair["from_"]["percent"], t.number)
    told = ({end: context.texts.hundred(row["share"]) for end, row in pair.items()} for pair in most)
    names = (context.short[pair["to"]["concept"]] for pair in most)
    each = (t("figure.urgency_change.each", name=name, **ends) for name, ends in zip(names, told, strict=True))
    values = {"each": t.both(each)}
    values["finding"] = rise_finding(context, earlier["share"], later["share"])
    values["starred"] = context.names(starred)
    parts = [columns(context, earlier, "year_earlier:share"), columns(context, later, "year:share")]
    years = t.constant("year_earlier"), t.constant("year"), t("axis.starred")
    sides = earlier["percent"], later["percent"], (later["percent"] - earlier["percent"]) / 100
    drawing = figures.dumbbell(context, *sides, starred, years, t("axis.difference"))
    table = together(columns(context, later, "aspect:in_full"), *parts)
    printed = zip(later.index, table.iloc[:, 2], strict=True)
    table.iloc[:, 2] = [Markup("{} *").format(cell) if concept in starred else cell for concept, cell in printed]
    return Exhibit(table, numbers(changes, "base"), values, drawing)


def urgency_change_table(context: Context, changes: pd.DataFrame) -> Exhibit:
    """Counts, attainable p and printed asterisk per aspect; `changes` is the result ``published_changes``."""
    names = "aspect:in_full counts p_range p_unpaired star:starred agrees"
    return Exhibit(columns(context, changes, names), numbers(changes, "base"))


def forms_figure(context: Context, shares: pd.DataFrame, base: float) -> Exhibit:
    """Published percentages of forms of borging."""
    rows = _of(shares, "borging")
    values = {**context.ends(rows), "finding": ends_finding(context, "forms", rows)}
    drawing = figures.intervals(context, rows, context.texts("axis.percent"))
    return Exhibit(columns(context, rows, "form:in_full share"), base, values, drawing)


def index_table(context: Context, totals: pd.DataFrame, readings: pd.DataFrame) -> Exhibit:
    """Attainable totals of forms per pair of cut-offs; results ``published_index`` and ``published_readings``."""
    literal = records(readings)[0]
    table = columns(context, totals, "many_cut hardly_cut total fits", total=literal["total"])
    return Exhibit(table, literal["base"], literal)
