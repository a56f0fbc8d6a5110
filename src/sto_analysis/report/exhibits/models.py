"""Associations and their checks."""

import numpy as np
import pandas as pd

from sto_analysis.known import numbers, whole
from sto_analysis.report import figures
from sto_analysis.report.columns import columns
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.rows import DIMENSIONS
from sto_analysis.report.sentences.associations import flagged_sentence
from sto_analysis.report.sentences.checks import cells_sentence
from sto_analysis.report.sentences.findings import link_finding
from sto_analysis.report.shown import drawn

_ODDS = ("odds_ratio", "low", "p_adjusted", "difference")
_FOREST = "exposure odds_ratio interval:odds_interval"


def forest_figure(context: Context, associations: pd.DataFrame) -> Exhibit:
    """The headline; `associations` is what `association_table` gave, with ``family``."""
    count = whole(associations, "exposures")["exposures"]
    values = {"count": count, "flagged": flagged_sentence(context, associations)}
    values["finding"] = link_finding(context, associations)
    table = columns(context, associations, f"{_FOREST} effect:change p_adjusted")
    drawing = figures.forest(context, drawn(associations, *_ODDS))
    return Exhibit(table, numbers(associations, "regions"), values, drawing)


def links_figure(context: Context, associations: pd.DataFrame) -> Exhibit:
    """The headline in shares of (much) yield, without and with each exposure; `associations` as for the forest."""
    t, seen = context.plain, drawn(associations, "difference", "share_low", "share_high", "p_adjusted")
    without = seen.index[seen["difference"].isna()]
    known, seen = associations.drop(without), seen.drop(without)
    low, high = (100 * seen.set_index("exposure")[f"share_{end}"] for end in ("low", "high"))
    strong, legend = list(seen.loc[seen["p_adjusted"] < context.alpha, "exposure"]), ("without", "with", "linked")
    named = [t(f"axis.{name}") for name in legend]
    difference = seen.set_index("exposure")["difference"]
    drawing = figures.dumbbell(context, low, high, difference, strong, named, t("axis.difference"))
    table = columns(context, known, "exposure shares:outer_shares effect:change interval:difference_interval")
    return Exhibit(table, numbers(known, "regions"), {"finding": link_finding(context, associations)}, drawing)


def associations_table(context: Context, associations: pd.DataFrame) -> Exhibit:
    """Odds ratio, shares, their difference and p per exposure, with intervals; the reason where there is none."""
    shares = "shares:outer_shares effect:change interval:difference_interval detectable:visible"
    names = f"{_FOREST} p p_adjusted:p_or_why {shares} distinct base:regions"
    values = whole(associations, "permutations")
    return Exhibit(columns(context, associations, names), numbers(associations, "regions"), values)


def levels_table(context: Context, levels: pd.DataFrame) -> Exhibit:
    """Standardised share of the top band at every level; `levels` is what `share_table` gave."""
    names = "exposure level:level_name share:share_or_why effect:change interval:difference_interval base:regions"
    return Exhibit(columns(context, levels, names), None)


def planning_table(context: Context, planning: pd.DataFrame) -> Exhibit:
    """What more answers would buy; `planning` is what the function of that name in `analysis` gave."""
    relevant = context.texts.hundred(whole(planning, "relevant")["relevant"])
    names = "family_of answers detectable:visible_from excludable:excluded chance"
    return Exhibit(columns(context, planning, names, relevant=relevant), None, {"relevant": relevant})


def textbook_table(context: Context, beside: pd.DataFrame, exposure: str) -> Exhibit:
    """Log odds of one exposure per aspect, ours beside the textbook fit; the reason where nothing is comparable."""
    rows, difference = beside.rename_axis("item").reset_index(), beside["difference"].abs().max()
    values = {"name": context.short[exposure], "count": int(beside["difference"].notna().sum())}
    values["largest"] = context.texts.number(difference, 7)
    return Exhibit(columns(context, rows, "aspect:item log_odds textbook difference:apart base:regions"), None, values)


def together_figure(context: Context, exposures: pd.DataFrame) -> Exhibit:
    """Rank correlations between exposures, one column each."""
    correlations, number = exposures.corr(method="spearman"), context.texts.number
    strength = np.tril(correlations.abs(), -1)
    row, other = map(int, np.unravel_index(strength.argmax(), strength.shape))
    first, second = (context.short[str(correlations.index[place])] for place in (row, other))
    values = {"first": first, "second": second, "value": number(correlations.to_numpy()[row, other], 2)}
    table = columns(context, pd.DataFrame({"exposure": correlations.index}), "exposure")
    for name, column in correlations.items():
        table[context.short[str(name)]] = [number(each, 2) for each in column]
    return Exhibit(table, len(exposures), values, figures.together(context, correlations))


def joint_figure(context: Context, jointly: pd.DataFrame) -> Exhibit:
    """Exposures that are adjusted for each other, without p."""
    apart = jointly.loc[(jointly["low"] > 1) | (jointly["high"] < 1), "exposure"]
    values = {"count": len(jointly), "apart": context.names(apart) or context.texts("status.none")}
    drawing = figures.forest(context, jointly.assign(p_adjusted=np.nan, difference=np.nan))
    return Exhibit(columns(context, jointly, _FOREST), numbers(jointly, "regions"), values, drawing)


def curve_figure(context: Context, curve: pd.DataFrame, headline: pd.Series) -> Exhibit:
    """All specifications of one exposure.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    curve : DataFrame
        Rows of `specification_curve` of that exposure.
    headline : Series of bool
        Which of them is the headline.
    """
    t, effects = context.texts, curve["effect"]
    values = {"name": context.short[curve["exposure"].iloc[0]], "count": len(curve)}
    values |= {"smallest": t.points(effects.min()), "largest": t.points(effects.max())}
    drawing = figures.specification_curve(context, curve, DIMENSIONS, headline)
    table = curve.sort_values("effect", kind="stable")
    return Exhibit(
        columns(context, table, "choices effect interval:effect_interval"),
        numbers(curve, "regions"),
        values | {"share": t.percent((effects > 0).mean())},
        drawing,
    )


def curves_table(context: Context, curves: pd.DataFrame, permutations: int) -> Exhibit:
    """One row per specification curve; `curves` is what `specification_curve` gave."""
    t, names = context.texts, "exposure specifications positive median range p_curve:p p_adjusted:p_of_curve"
    values = {"permutations": t.number(permutations), "joint": t.p(curves["p_adjusted"].min())}
    return Exhibit(columns(context, curves, names), None, values)


def proportionality_table(context: Context, checks: pd.DataFrame, exposure: str) -> Exhibit:
    """Odds ratios at the two cuts of each item and their ratio; the reason where there is none."""
    table = columns(context, checks, "aspect:item at_low at_top ratio interval:odds_interval")
    return Exhibit(table, None, {"name": context.short[exposure]})


def robustness_table(context: Context, robustness: pd.DataFrame, associations: pd.DataFrame) -> Exhibit:
    """Headline, mutually adjusted and extreme odds ratios, leave-one-region-out range and curve per exposure.

    Where a check has no result, the reason stands in its place; context variables have no declared curve.
    """
    names = "exposure odds_ratio shrunken left_out jointly interval:joint_interval extremes positive top_range"
    return Exhibit(columns(context, robustness, names), numbers(associations, "regions"))


def cells_figure(context: Context, cells: pd.DataFrame) -> Exhibit:
    """Every exposure with every item; `cells` is what `cell_table` gave."""
    items, exposures = cells["item"].unique(), cells["exposure"].unique()
    wide = [
        cells.pivot(index="item", columns="exposure", values=name).loc[items, exposures]  # noqa: PD010 (no aggregation)
        for name in ("p_adjusted", "odds_ratio", "status")
    ]
    values = {"count": len(cells), "told": cells_sentence(context, cells)}
    drawing = figures.cells(context, *wide)
    return Exhibit(_cells(context, cells), None, values, drawing)


def cells_table(context: Context, cells: pd.DataFrame, shown: int) -> Exhibit:
    """The cells with the smallest p; the estimator where the data separate, the reason where there is no estimate."""
    first = cells.sort_values(["p", "item"], kind="stable").head(shown)
    return Exhibit(_cells(context, first), None, {"shown": shown, "count": len(cells)})


def _cells(context: Context, cells: pd.DataFrame) -> pd.DataFrame:
    names = "aspect:item exposure odds_ratio interval:odds_interval p p_adjusted"
    return columns(context, cells, names)


def truth_table(context: Context, truth: pd.DataFrame) -> Exhibit:
    """Planted odds ratio beside the estimate; `truth` is what `compare_with_truth` gave."""
    names = "exposure:exposure_on planted odds_ratio interval:odds_interval inside p_adjusted"
    return Exhibit(columns(context, truth, names))


def response_table(context: Context, response: pd.DataFrame) -> Exhibit:
    """Answering beside silent regions; `response` is what `compare_response` gave."""
    return Exhibit(
        columns(
            context,
            response,
            "context:variable answered:answering silent standardised detectable:detectable_difference p p_adjusted",
        )
    )
