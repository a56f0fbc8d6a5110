"""What a picture shows, in one sentence that the results choose: its title. Nothing where they show nothing."""

from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter

import numpy as np
import pandas as pd

from sto_analysis.known import numbers
from sto_analysis.report.context import Context
from sto_analysis.report.shown import of_all
from sto_analysis.report.ties import at_end, furthest_behind

_NOTHING = 1e-9
"""Difference of shares that is rounding error."""


@of_all("share")
def ends_finding(context: Context, key: str, shares: pd.DataFrame) -> str:
    """Name the highest and the lowest shares of one measure, ties included; or say that all are alike.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    key : str
        Of the text, below ``finding``.
    shares : DataFrame
        ``concept`` and ``share``; empty text without any.
    """
    if shares["share"].isna().all():
        return ""
    ends = context.ends(shares)
    return context.texts(f"finding.{'alike' if ends['first'] == ends['last'] else key}", **ends)


@of_all("gap")
def gap_finding(context: Context, gaps: pd.DataFrame, urgency: pd.Series, top: pd.Series) -> str:
    """Name the aspects whose yield lags most behind their urgency, ties included.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    gaps : DataFrame
        ``gap`` of the shares per ``concept``; empty text without any.
    urgency, top : Series
        Both shares by concept: whether what stands out is urgent beside the others, and yields little beside them.
    """
    t, rows = context.texts, gaps.dropna(subset="gap").sort_values("gap", ascending=False, kind="stable")
    if rows.empty:
        return ""
    known = rows.set_index("concept")["gap"]
    if known.iloc[0] <= 0:
        return t("finding.gap_none")
    if np.ptp(known) < _NOTHING:
        return t("finding.gap_alike", points=t.points(numbers(rows, "gap")[0]))
    apart = furthest_behind(t, rows)
    behind = (urgency[apart] > urgency.median()).all() and (top[apart] < top.median()).all()
    return t("finding.gap_urgent" if behind else "finding.gap_largest", names=context.names(apart))


@of_all("p_holm", "difference")
def change_finding(context: Context, change: pd.DataFrame) -> str:
    """Say on which aspects urgency detectably rose and fell; `change` is what `paired_change` gave."""
    p, difference = change.set_index("item")["p_holm"], change.set_index("item")["difference"]
    return _both_ways(context, ("rose", "fell", "not_changed"), p, difference)


@of_all("p_adjusted", "odds_ratio")
def link_finding(context: Context, associations: pd.DataFrame) -> str:
    """Say which exposures go with more and with less yield; `associations` is what `association_table` gave."""
    rows = associations.set_index("exposure")
    return _both_ways(context, ("more", "less", "no_link"), rows["p_adjusted"], np.log(rows["odds_ratio"]))


def _both_ways(context: Context, keys: Sequence[str], p: pd.Series, effect: pd.Series) -> str:
    """Name what lies below the level by the direction of its effect, or say that nothing does."""
    if p.isna().all():
        return ""
    up, down, nothing = (f"finding.{key}" for key in keys)
    named = {
        key: context.names(p.index[(p < context.alpha) & way]) for key, way in ((up, effect > 0), (down, effect < 0))
    }
    return " ".join(context.texts(key, names=names) for key, names in named.items() if names) or context.texts(nothing)


def rise_finding(context: Context, earlier: pd.Series, later: pd.Series) -> str:
    """Name the aspects whose share rose most between two published waves, ties included."""
    rise = (later - earlier).dropna()
    if rise.empty or rise.max() < _NOTHING:
        return "" if rise.empty else context.texts("finding.no_rise")
    most = at_end(
        [{"concept": each, "rise": by} for each, by in rise.items()], itemgetter("rise"), context.texts.points
    )
    return context.texts("finding.rise", names=context.names(row["concept"] for row in most))


def attention_finding(
    context: Context, less: Collection[str], urgency: Mapping[str, float], top: Mapping[str, float]
) -> str:
    """Name the aspects that get less attention, and say so where they are the most urgent and yield the least.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    less : collection of str
        Aspects that get less attention; empty text without any.
    urgency, top : mapping
        Shares by aspect.
    """
    known = [aspect for aspect in urgency if aspect in top]
    named, others = ([aspect for aspect in known if (aspect in less) is of] for of in (True, False))
    if not named:
        return ""
    most = bool(others) and min(urgency[each] for each in named) >= max(urgency[each] for each in others)
    least = bool(others) and max(top[each] for each in named) < min(top[each] for each in others)
    key = "finding.least_attention" if most and least else "finding.less_attention"
    return context.texts(key, names=context.names(named))
