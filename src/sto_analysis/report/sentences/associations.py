"""What is associated, what shows no sign, and what cannot be said."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.report.context import Context
from sto_analysis.report.rows import reason, records


def association_sentences(context: Context, associations: pd.DataFrame, *, brief: bool = False) -> list[str]:
    """Say for a family of exposures what is associated, what shows no sign, and what cannot be tested or estimated.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    associations : DataFrame
        Rows of `association_table` of one family.
    brief : bool
        Whether the smallest effect that would have been seen is said once for all, instead of for each.

    Returns
    -------
    list of str
        Associational wording only.
    """
    t, said, quiet = context.texts, [], []
    without: dict[tuple[str, str], list[str]] = {}
    for row in records(associations):
        name = context.short[row["exposure"]]
        if row["status"] == "ridge":
            name += f" ({t('status.ridge')})"
        if pd.isna(row["odds_ratio"]):
            without.setdefault(("not_estimable", reason(context, row)), []).append(name)
        elif pd.isna(row["p_adjusted"]):
            without.setdefault(("untested", t(f"tested.{row['tested']}")), []).append(name)
        elif row["p_adjusted"] < context.alpha:
            said.append(_associated(context, name, row))
        else:
            quiet.append(t("sentence.detectable", name=name, odds_ratio=_detectable(context, row)))
    if quiet and brief:
        said.append(quiet_sentence(context, associations[associations["p_adjusted"] >= context.alpha]))
    elif quiet:
        said.append(t("sentence.no_sign", names=t.both(quiet)))
    return said + [t(f"sentence.{key}", names=t.both(names), why=why) for (key, why), names in without.items()]


def _associated(context: Context, name: str, row: Mapping[str, Any]) -> str:
    t, key = context.texts, "associated" if row["odds_ratio"] > 1 else "associated_negative"
    ratio, interval = t.ratio(row["odds_ratio"]), odds_interval(context, row)
    p, effect = t.p(row["p_adjusted"]), t.points(row["effect"])
    return t(f"sentence.{key}", name=name, odds_ratio=ratio, interval=interval, effect=effect, p=p)


def odds_interval(context: Context, row: Mapping[str, Any]) -> str:
    """Interval of an odds ratio, or that it has none."""
    t = context.texts
    return t("status.no_interval") if np.isnan(row["low"]) else t.ratios(row["low"], row["high"])


def effect_interval(context: Context, row: Mapping[str, Any]) -> str:
    """Interval of the percentage points, or that they have none."""
    t = context.texts
    if not np.isfinite(row["effect_low"]):
        return t("status.no_interval")
    return t.span(t.points, row["effect_low"], row["effect_high"])


def _detectable(context: Context, row: Mapping[str, Any]) -> str:
    """Smallest odds ratio that would have been seen, with its percentage points."""
    t = context.texts
    if np.isnan(row["detectable"]):
        return t("sentence.detectable_unknown")
    if np.isinf(row["detectable"]):
        return t("sentence.undetectable")
    ratio, effect = t.ratio(row["detectable"]), t.points(row["detectable_effect"])
    return t("sentence.detectable_size", odds_ratio=ratio, effect=effect)


def quiet_sentence(context: Context, quiet: pd.DataFrame) -> str:
    """Name what was tested without a sign of an association, and from which size one would have been seen."""
    t, names = context.texts, context.names(quiet["exposure"])
    seen = 100 * quiet["detectable_effect"].dropna()
    if seen.empty:
        return t("summary.quiet", count=len(quiet), names=names)
    sizes = t.numbers(seen.min(), seen.max(), 0)
    return t("summary.quiet_detectable", count=len(quiet), names=names, sizes=sizes)


def flagged_sentence(context: Context, associations: pd.DataFrame) -> str:
    """Name the exposures whose adjusted p lies below the level, for the alt text of the forest plot."""
    names = context.names(associations.loc[associations["p_adjusted"] < context.alpha, "exposure"])
    tested = associations["p_adjusted"].notna().any()
    key = "flagged" if names else "none_flagged" if tested else "none_tested"
    return context.texts(f"figure.forest.{key}", alpha=context.level, names=names)


def plain_sentences(context: Context, associations: pd.DataFrame) -> list[str]:
    """Say without odds ratios what the forest plot shows: two groups of regions, out of a hundred answers.

    Parameters
    ----------
    context : Context
        Language, names and level of the page; ``plain.<exposure>`` of its texts words one step of an exposure, where
        ``plain.<family>`` does not do.
    associations : DataFrame
        Rows of `association_table` with ``family``.
    """
    t, said = context.texts, []
    for row in records(associations[associations["p_adjusted"] < context.alpha]):
        own = f"plain.{row['exposure']}"
        step = t(own if own in t else f"plain.{row['family']}")
        way, size = "more" if row["effect"] > 0 else "fewer", t.number(abs(100 * row["effect"]))
        name, interval = context.short[row["exposure"]], effect_interval(context, row)
        said.append(t(f"plain.{way}", name=name, step=step, size=size, interval=interval))
    return said or [t("plain.nothing" if associations["p_adjusted"].notna().any() else "plain.untested")]
