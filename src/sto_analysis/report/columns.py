"""What stands in a column of a table: one formatter for all tables."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import Told
from sto_analysis.report.context import Context
from sto_analysis.report.language import DASH, MARK, Texts
from sto_analysis.report.rows import DIMENSIONS, choice, reason
from sto_analysis.report.shown import Cell, Row, marked, watched
from sto_analysis.results import WITHHELD


def columns(context: Context, frame: pd.DataFrame, names: str, **values: object) -> pd.DataFrame:
    """Format rows of results as a table of finished texts.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    frame : DataFrame
        One row per row of the table.
    names : str
        The columns, separated by spaces: ``heading:cell``, or one word that is both. The heading is the text
        ``column.<heading>`` of the catalogue; the cell a key of `CELLS`, or a field of `frame` printed as it is.
    **values
        Fill placeholders of the headings.
    """
    parts = [(heading, cell or heading) for heading, _, cell in (name.partition(":") for name in names.split())]
    rows = watched(frame)
    cells = [[marked(CELLS.get(cell, _as_it_is(cell)), context, row) for row in rows] for _, cell in parts]
    table = pd.DataFrame(dict(enumerate(cells)), dtype=object)
    table.columns = pd.Index([context.texts(f"column.{heading}", **values) for heading, _ in parts], dtype=object)
    return table


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    """Put tables of finished texts beside each other."""
    found = pd.concat([each.reset_index(drop=True) for each in tables], axis="columns")
    found.columns = pd.Index([heading for each in tables for heading in each.columns], dtype=object)
    return found


def _as_it_is(field: str) -> Cell:
    """A count, or a text of a delivery."""

    def cell(context: Context, row: Row) -> str:
        value = row[field]
        if isinstance(value, Told):
            return context.texts.told(value)
        return value if isinstance(value, str) else context.texts.number(value)

    return cell


def _number(digits: int) -> Callable[[Texts, float], str]:
    return lambda texts, value: texts.number(value, digits)


_FIELDS: dict[Callable[[Texts, float], str], str] = {
    Texts.percent: "chance first share earlier_share later_share weighted robustness robustness_interval "
    "with_exposure with_yields",
    Texts.points: "excluded planted_difference moved_difference slope gap shift effect detectable_effect median",
    Texts.p: "p p_holm p_adjusted p_unpaired",
    _number(0): "effective",
    _number(1): "value times mean",
    Texts.ratio: "unpooled shrunken at_low at_top planted",
    _number(2): "answering silent rho",
    _number(4): "textbook",
}
"""How numbers are printed → the fields of results that are such numbers."""
_INTERVALS: dict[str, tuple[Callable[[Texts, float], str], str, str]] = {
    "share_interval": (Texts.percent, "low", "high"),
    "weighted_interval": (Texts.percent, "weighted_low", "weighted_high"),
    "change_interval": (Texts.bound, "low", "high"),
    "difference_interval": (Texts.bound, "difference_low", "difference_high"),
    "moved_interval": (Texts.bound, "moved_difference_low", "moved_difference_high"),
    "outer_shares": (Texts.percent, "share_low", "share_high"),
    "effect_interval": (Texts.bound, "effect_low", "effect_high"),
    "range": (Texts.bound, "smallest", "largest"),
    "p_range": (Texts.p, "p_min", "p_max"),
    "left_out": (Texts.ratio, "least", "most"),
    "total": (_number(0), "least", "greatest"),
    "middle": (_number(1), "quarter", "three_quarters"),
}


def _of(form: Callable[[Texts, float], str], *fields: str) -> Cell:
    """Format a number, or the interval of two."""

    def cell(context: Context, row: Row) -> str:
        found, t = [row.get(field, np.nan) for field in fields], context.texts
        return form(t, *found) if len(found) == 1 else t.span(lambda value: form(t, value), *found)

    return cell


def _word(kind: str, field: str) -> Cell:
    """A text that the field chooses."""
    return lambda context, row: context.texts(f"{kind}.{row[field]}")


def _yes(field: str) -> Cell:
    answers = {True: "yes", False: "no", None: "no_interval"}
    return lambda context, row: MARK if row.get(WITHHELD) else context.texts(f"answer.{answers[row[field]]}")


def _estimate(field: str = "odds_ratio", prefix: str = "") -> Cell:
    """An estimate, marked where a prior made it; or why there is none."""

    def cell(context: Context, row: Row) -> str:
        value, status = row[prefix + field], row[f"{prefix}status"]
        if not np.isfinite(value):
            return reason(context, row, prefix)
        return context.texts.ratio(value) + {"ridge": " (ridge)", "firth": " (Firth)"}.get(status, "")

    return cell


def _bounds(prefix: str = "") -> Cell:
    """Interval of an odds ratio; said where an estimate has none."""

    def cell(context: Context, row: Row) -> str:
        if row[f"{prefix}status"] in {"ridge", "firth"}:
            return context.texts("status.no_interval")
        return context.texts.ratios(row[f"{prefix}low"], row[f"{prefix}high"])

    return cell


def _untested(context: Context, status: str) -> str:
    """Why something has no p: it could not be estimated, or not be tested."""
    kind = "tested" if f"tested.{status}" in context.texts else "status"
    return context.texts(f"{kind}.{status}", names="")


def _p_or_why(context: Context, row: Row) -> str:
    """Adjusted p; or why what was estimated was not tested."""
    if row.get("tested", "yes") == "yes" or np.isnan(row["odds_ratio"]):
        return context.texts.p(row["p_adjusted"])
    return _untested(context, row["tested"])


def _visible(context: Context, row: Row) -> str:
    """Smallest difference that would have been seen; or that none would."""
    if np.isinf(row["detectable"]):
        return context.texts("status.never")
    return context.texts.points(row["detectable_effect"])


def _level_name(context: Context, row: Row) -> str:
    """Level of a context variable by its label; of a form, whether regions have it."""
    variable = context.codebook.context_variables.get(row["exposure"])
    if variable is None:
        return context.texts(f"answer.{'yes' if row['level'] else 'no'}")
    return next(each.label(context.language) for each in variable.levels if each.code == row["level"])


def _share_or_why(context: Context, row: Row) -> str:
    """Share at a level; or why it has none."""
    if np.isfinite(row["share"]):
        return context.texts.percent(row["share"])
    return reason(context, row)


def _p_of_curve(context: Context, row: Row) -> str:
    """Adjusted p of a specification curve; or why there is none."""
    return context.texts.p(row["p_adjusted"]) if row["status"] == "tested" else _untested(context, row["status"])


def _positive(context: Context, row: Row) -> str:
    """Specifications with a positive effect, of those that could be estimated; or that none were declared."""
    if not row["specifications"] > 0:
        return context.texts("tested.no_curve")
    return context.texts("format.of", part=row["positives"], whole=row["estimated"])


def _top_range(context: Context, row: Row) -> str:
    """Median and range of the percentage points in the top band over the declared specifications."""
    t = context.texts
    if not row["top_count"] > 0:
        return DASH
    return _BRACKETS.format(t.points(row["top_median"]), t.span(t.bound, row["top_min"], row["top_max"]))


def _only_on(context: Context, row: Row) -> str:
    """An exposure, and the aspects on which alone its effect was planted, or the trait that stands behind it."""
    only, t = context.names(row["aspects"].split()), context.texts
    beside = t("answer.only_on", names=only) if only else t("answer.trait") if row["trait"] else ""
    return context.short[row["exposure"]] + (f" ({beside})" if beside else "")


def _extremes(context: Context, row: Row) -> str:
    return context.texts.ratios(row["lowest"], row["highest"]) + (" (ridge)" if row["extremes"] == "ridge" else "")


def _specifications(context: Context, row: Row) -> str:
    t, ridge = context.texts, context.texts("status.of_which_ridge", count=context.texts.number(row["ridge"]))
    return _BRACKETS.format(t.number(row["specifications"]), ridge) if row["ridge"] else t.number(row["specifications"])


def _distinct(context: Context, row: Row) -> str:
    """How many different values there are; and in how many clusters, where neighbours share them."""
    values, clusters = (context.texts.number(row[field]) for field in ("values", "clusters"))
    return values if np.isnan(row["clusters"]) else _BRACKETS.format(values, clusters)


def _ranks(context: Context, row: Row) -> str:
    """Middle rank, with its interval."""
    t = context.texts
    between = t.numbers(row["rank_low"], row["rank_high"], 0)
    return DASH if np.isnan(row["rank"]) else _BRACKETS.format(t.number(row["rank"]), between)


def _choices(context: Context, row: Row) -> str:
    """The choices of a specification in words."""
    return "; ".join(choice(context, dimension, str(row[dimension])) for dimension in DIMENSIONS)


def _moved_or_why(context: Context, row: Row) -> str:
    if row["status"] == "estimated":
        return context.texts.points(row["difference"])
    return reason(context, row)


def _pair(form: str, *fields: str) -> Cell:
    """Counts beside each other."""
    return lambda context, row: Markup(form).format(*(context.texts.number(row[field]) for field in fields))


def _log_odds(context: Context, row: Row) -> str:
    return context.texts.number(row["log_odds"], 4) if row["status"] == "estimated" else reason(context, row)


_BRACKETS = Markup("{} ({})")
CELLS: dict[str, Cell] = {
    **{field: _of(form, field) for form, fields in _FIELDS.items() for field in fields.split()},
    **{name: _of(*interval) for name, interval in _INTERVALS.items()},
    **{field: _yes(field) for field in ("equal", "inside", "starred", "agrees", "fits")},
    **{field: _word(field, field) for field in ("measure", "respondents")},
    "concept": lambda context, row: context.short[row["concept"]],
    "in_full": lambda context, row: context.full[row["concept"]],
    "item": lambda context, row: context.short[row["item"]],
    "variable": lambda context, row: context.full[row["variable"]],
    "exposure": lambda context, row: context.short[row["exposure"]],
    "exposure_on": _only_on,
    "benchmark": lambda context, row: context.short.get(row["benchmark"], DASH),
    "change": _of(Texts.points, "difference"),
    "standardised": _of(_number(2), "difference"),
    "apart": _of(_number(7), "difference"),
    "detectable_difference": _of(_number(2), "detectable"),
    "moved_or_why": _moved_or_why,
    "moved": _pair("{} / {}", "became", "ceased"),
    "counts": _pair("{} → {}", "earlier", "later"),
    "count_of_base": _pair("{}/{}", "count", "base"),
    "changed": lambda context, row: context.texts.number(row["sum"]) if row["count"] else DASH,
    "odds_ratio": _estimate(),
    "odds_interval": _bounds(),
    "ratio": _estimate("ratio"),
    "jointly": _estimate(prefix="joint_"),
    "joint_interval": _bounds(prefix="joint_"),
    "extremes": _extremes,
    "log_odds": _log_odds,
    "p_or_why": _p_or_why,
    "visible": _visible,
    "visible_from": _of(Texts.points, "visible"),
    "family_of": _word("family", "family"),
    "level_name": _level_name,
    "share_or_why": _share_or_why,
    "p_of_curve": _p_of_curve,
    "positive": _positive,
    "top_range": _top_range,
    "specifications": _specifications,
    "distinct": _distinct,
    "ranks": _ranks,
    "choices": _choices,
    "panel": _word("panel", "status"),
}
"""What can stand in a cell → how a row of results fills it."""
