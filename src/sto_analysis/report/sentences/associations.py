"""What is associated, where no relevant association is, and what cannot be told."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records, whole
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.rows import reason
from sto_analysis.report.shown import all_shown, drawn, of_all, withheld
from sto_analysis.results import WITHHELD

_TOLD = (
    *("odds_ratio", "low", "p_adjusted", "difference", "difference_low", "share_low", "share_high"),
    *("regions_low", "regions_high", "relevant", "detectable"),
)
"""Columns of an association on which it depends what is said of it."""


def association_sentences(context: Context, associations: pd.DataFrame) -> list[str]:
    """Say what is associated, where no relevant association is, what cannot be told or be tested, and what is shared.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    associations : DataFrame
        Rows of `association_table` with the columns of `outer_levels`, ``detectable_effect`` and ``relevant`` (the
        smallest difference that was declared to matter, as a proportion).

    Returns
    -------
    list of str
        Associational wording only.
    """
    t, rows = context.texts, verdicts(associations, context.alpha)
    said = [_associated(context, row) for row in records(rows[rows["verdict"] == "found"])]
    said += quiet_sentences(context, associations)
    for verdict in ("untested", "not_estimable"):
        without: dict[str, list[str]] = {}
        for row in records(rows[rows["verdict"] == verdict]):
            why = reason(context, row) if verdict == "not_estimable" else t(f"tested.{row['tested']}")
            without.setdefault(why, []).append(_name(context, row))
        said += [t(f"sentence.{verdict}", names=t.both(names), why=why) for why, names in without.items()]
    for row in records(rows[rows["clusters"].notna()]):
        told = {each: t.number(row[each]) for each in ("values", "clusters", "regions")}
        said.append(t("sentence.shared", name=context.short[row["exposure"]], **told))
    return said


def verdicts(associations: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Add what may be said of each exposure: the column ``verdict``.

    Parameters
    ----------
    associations : DataFrame
        As for `association_sentences`.
    alpha : float
        Level.

    Returns
    -------
    DataFrame
        ``found`` (adjusted p below the level), ``not_relevant`` (not found, and the interval of the difference lies
        within the smallest relevant one, where both groups hold as many answers of either kind as one region gives: a
        group that all but agrees says too little of its spread), ``unknown`` (not found otherwise), ``untested``,
        ``not_estimable``, or ``withheld``: a release does not show enough of it to tell.
    """
    p, relevant = associations["p_adjusted"], associations["relevant"]
    small = (associations["difference_low"] > -relevant) & (associations["difference_high"] < relevant)
    for end in ("low", "high"):
        share = associations[f"share_{end}"]
        small &= associations[f"regions_{end}"] * np.minimum(share, 1 - share) >= 1
    told = [withheld(associations, *_TOLD), associations["odds_ratio"].isna(), p.isna(), p < alpha, small]
    names = [WITHHELD, "not_estimable", "untested", "found", "not_relevant"]
    return associations.assign(verdict=np.select(told, names, "unknown"))


def _name(context: Context, row: Mapping[str, Any]) -> str:
    ridge = f" ({context.texts('status.ridge')})" if row["status"] == "ridge" else ""
    return context.short[row["exposure"]] + ridge


def _associated(context: Context, row: Mapping[str, Any]) -> str:
    t, key = context.texts, "associated" if row["odds_ratio"] > 1 else "associated_negative"
    ratio, interval = t.ratio(row["odds_ratio"]), odds_interval(context, row)
    p, points = t.p(row["p_adjusted"]), t.points(row["difference"])
    told = {"points": points, "points_interval": difference_interval(context, row), "p": p}
    said = t(f"sentence.{key}", name=_name(context, row), odds_ratio=ratio, interval=interval, **told)
    if np.log(row["odds_ratio"]) * row["difference"] < 0 and plain(points) != "0":
        return Markup(" ").join([said, t("sentence.opposite")])
    return said


def odds_interval(context: Context, row: Mapping[str, Any]) -> str:
    """Interval of an odds ratio, or that it has none."""
    t = context.texts
    return t("status.no_interval") if np.isnan(row["low"]) else t.ratios(row["low"], row["high"])


def difference_interval(context: Context, row: Mapping[str, Any]) -> str:
    """Interval of the difference of shares in percentage points, or that it has none."""
    t = context.texts
    if not np.isfinite(row["difference_low"]):
        return t("status.no_interval")
    return t.span(t.bound, row["difference_low"], row["difference_high"])


def quiet_sentences(context: Context, associations: pd.DataFrame) -> list[str]:
    """Say of what was tested and not found where no relevant association is, and where it cannot be told.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    associations : DataFrame
        As for `association_sentences`.
    """
    t, rows, said = context.texts, verdicts(associations, context.alpha), list[str]()
    small, unknown = (rows[rows["verdict"] == verdict] for verdict in ("not_relevant", "unknown"))
    counts = whole(associations, "relevant", "tested_together")
    relevant = t.hundred(counts["relevant"])
    if len(small):
        each = t.both(
            Markup("{} ({})").format(_name(context, row), difference_interval(context, row)) for row in records(small)
        )
        said.append(t("sentence.not_relevant", relevant=relevant, names=each))
    if len(unknown):
        names = t.both(_name(context, row) for row in records(unknown))
        said.append(t("sentence.unknown", names=names, relevant=relevant, seen=_seen(context, unknown)))
    apart = ~rows["low"].le(1) | ~rows["high"].ge(1) | rows["difference_low"].gt(0) | rows["difference_high"].lt(0)
    stray = rows[apart & rows["low"].notna() & rows["verdict"].isin(["not_relevant", "unknown"])]
    if len(stray):
        tested = counts["tested_together"]
        said.append(t("sentence.stray", names=context.names(stray["exposure"]), tested=tested))
    return said


def _seen(context: Context, unknown: pd.DataFrame) -> str:
    """From which size a difference would have been seen, and where no size would."""
    t, sizes = context.texts, numbers(unknown, "detectable_effect")
    never = unknown.loc[np.isinf(unknown["detectable"]), "exposure"]
    said = [t("sentence.seen", sizes=t.span(t.hundred, min(sizes), max(sizes)))] if len(sizes) else []
    return Markup(" ").join([*said, *([t("sentence.never_seen", names=context.names(never))] if len(never) else [])])


def open_sentences(context: Context, hidden: pd.DataFrame) -> list[str]:
    """Say of each exposure whose level is open in some regions whether what is said of it changes.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    hidden : DataFrame
        As `over_open_levels` gives.
    """
    t, said = context.texts, list[str]()
    for row in records(drawn(hidden, "odds_ratio", "open", "assignments", "found_in", "p_least")):
        told = {each: t.number(row[each]) for each in ("open", "regions", "assignments")}
        told |= {"odds": t.ratios(row["lowest"], row["highest"]), "p": t.span(t.p, row["p_least"], row["p_most"])}
        told["said"] = t(f"left_open.{row['verdict']}", found_in=t.number(row["found_in"]))
        said.append(t("sentence.left_open", name=context.short[row["exposure"]], **told))
    return said


@of_all("p_adjusted")
def flagged_sentence(context: Context, associations: pd.DataFrame) -> str:
    """Name the exposures whose adjusted p lies below the level, for the alt text of the forest plot."""
    names = context.names(associations.loc[associations["p_adjusted"] < context.alpha, "exposure"])
    tested = associations["p_adjusted"].notna().any()
    key = "flagged" if names else "none_flagged" if tested else "none_tested"
    return context.texts(f"figure.forest.{key}", alpha=context.level, names=names)


def found_rows(context: Context, results: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Return what was found, the largest difference first, with the range of it over the declared choices.

    Parameters
    ----------
    context : Context
        Level of the page.
    results : mapping
        ``associations`` as for `association_sentences`; of ``robustness`` its ``top_count``, and ``top_`` with
        ``median``, ``min`` and ``max``, per exposure; ``hidden`` as `over_open_levels` gives. A row has ``depends``:
        whether it is not found at all levels that are left open.
    """
    associations, hidden = results["associations"], results["hidden"]
    depends = associations["exposure"].isin(hidden.loc[hidden["verdict"] == "depends", "exposure"])
    rows = verdicts(associations, context.alpha).assign(depends=depends)
    beside = {row["exposure"]: row for row in records(results["robustness"])}
    ranges = ("top_count", "top_median", "top_min", "top_max", "joint_low", "joint_high")
    found = [
        row | {name: beside.get(row["exposure"], {}).get(name, np.nan) for name in ranges}
        for row in records(rows[rows["verdict"] == "found"])
    ]
    return sorted(found, key=lambda row: -abs(np.nan_to_num(row["difference"])))


def level_names(context: Context, row: Mapping[str, Any]) -> dict[str, str]:
    """Names of the lowest and the highest level of a context variable; of a form of borging, empty ones."""
    if row["family"] != "context":
        return {"level_low": "", "level_high": ""}
    levels = context.codebook.context_variables[row["exposure"]].levels
    labels = {each.code: each.label(context.language) for each in levels}
    return {name: labels[row[name]] for name in ("level_low", "level_high")}


def doubted(context: Context, row: Mapping[str, Any], where: str, said: str) -> str:
    """Add to what is `said` of a row of `found_rows` that it hangs on levels that are open, where it does."""
    return Markup(" ").join([said, context.texts(f"{where}.depends")]) if row["depends"] else said


def ranged(context: Context, row: Mapping[str, Any]) -> dict[str, str]:
    """Median, least and most of the difference over the declared choices, in percentage points."""
    return {name: context.texts.points(row[f"top_{name}"]) for name in ("median", "min", "max")}


def plain_sentences(context: Context, results: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say without odds ratios what was found, in how many of a hundred answers and how firmly, and what was not.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    results : mapping
        As for `found_rows`, with ``family`` and the columns of `outer_levels`.
    """
    t, associations = context.texts, results["associations"]
    rows = verdicts(associations, context.alpha)
    said = [doubted(context, row, "plain", _plain(context, row)) for row in found_rows(context, results)]
    if not said and not all_shown(associations, *_TOLD):
        return [""]
    if not said:
        return [t("plain.nothing" if associations["p_adjusted"].notna().any() else "plain.untested")]
    for verdict in ("unknown", "not_relevant"):
        if len(quiet := rows.loc[rows["verdict"] == verdict, "exposure"]):
            relevant = t.hundred(whole(associations, "relevant")["relevant"])
            said.append(t(f"plain.{verdict}", names=context.names(quiet), relevant=relevant))
    return said


def _plain(context: Context, row: Mapping[str, Any]) -> str:
    """One association with its shares, its difference, and the range of that over other choices."""
    t, name, adjuster = context.texts, context.short[row["exposure"]], row["adjusted_for"]
    if np.isnan(row["difference"]):
        return t("plain.only_more" if row["odds_ratio"] > 1 else "plain.only_less", name=name)
    low, high = (t.hundred(row[side]) for side in ("share_low", "share_high"))
    said = [t(f"plain.shares.{row['family']}", name=name, low=low, high=high, **level_names(context, row))]
    key = "plain.found" if np.isfinite(row["difference_low"]) else "plain.no_margin"
    said.append(t(key, points=t.points(row["difference"]), interval=difference_interval(context, row)))
    if isinstance(adjuster, str) and adjuster:
        said.append(t("plain.alike", adjuster=context.short[adjuster]))
    if row["top_count"] > 0:
        said.append(t("plain.range", count=row["top_count"], **ranged(context, row)))
    if max(abs(row["difference_low"]), abs(row["difference_high"])) < row["relevant"]:
        said.append(t("plain.small", relevant=t.hundred(row["relevant"])))
    return Markup(" ").join(said)
