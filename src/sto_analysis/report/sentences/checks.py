"""How firm the answer is."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.analysis.checks import ALL_ITEMS
from sto_analysis.analysis.pooled import Association
from sto_analysis.known import numbers, records
from sto_analysis.monitor.specifications import Grid
from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.context import Context
from sto_analysis.report.rows import reason
from sto_analysis.report.sentences.associations import odds_interval
from sto_analysis.report.shown import of_all
from sto_analysis.report.ties import at_end


def registration_sentence(
    context: Context, grid: Grid, fieldwork: Fieldwork | None, *, synthetic: bool, same: bool | None = None
) -> str:
    """Say when the specifications were registered, and what that is worth for this wave.

    Parameters
    ----------
    context : Context
        Language of the page.
    grid : Grid
        The declared specifications.
    fieldwork : Fieldwork or None
        When the questionnaire was open.
    synthetic : bool
        Whether the wave is simulated.
    same : bool, optional
        Whether the headline of the wave's model is the registered one, where that was checked.
    """
    t = context.texts
    deviations = [f"{t.date(deviation.date)}: {deviation.label(t.language)}" for deviation in grid.deviations]
    said = [t("sentence.registered", date=t.date(grid.registered)), _worth(context, grid, fieldwork, synthetic)]
    if same is not None:
        said.append(t("sentence.as_registered" if same else "sentence.not_as_registered"))
    said.append(t("sentence.deviations", deviations=t.both(deviations) or t("status.none")))
    return Markup(" ").join(said)


def _worth(context: Context, grid: Grid, fieldwork: Fieldwork | None, synthetic: bool) -> str:
    t = context.texts
    if synthetic or fieldwork is None:
        return t(f"registration.{'synthetic' if synthetic else 'unknown'}")
    early = grid.registered <= fieldwork.end
    return t(f"registration.{'before' if early else 'after'}", end=t.date(fieldwork.end))


@of_all("p_adjusted")
def robustness_sentences(context: Context, robustness: pd.DataFrame) -> list[str]:
    """Say how every flagged exposure fares in the checks.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    robustness : DataFrame
        A row per exposure: the headline (``odds_ratio``, ``status``, ``tested``, ``p_adjusted``, ``least``, ``most``),
        the mutually adjusted model (``joint_`` with ``odds_ratio``, ``low``, ``high``, ``status``, ``alias``) and, for
        forms, its curve, as `beside_checks` has it.
    """
    t, flagged = context.texts, robustness["p_adjusted"] < context.alpha
    said = [_checked(context, row) for row in records(robustness[flagged])]
    if said or robustness["p_adjusted"].notna().any():
        return said or [t("sentence.nothing_flagged")]
    why = {
        reason(context, row) if np.isnan(row["odds_ratio"]) else t(f"tested.{row['tested']}")
        for row in records(robustness)
    }
    return [t("sentence.nothing_tested", why=t.both(sorted(why)))]


def _checked(context: Context, row: Mapping[str, Any]) -> str:
    """One flagged exposure without any one region, under the other specifications, and beside the others."""
    t, up = context.texts, row["odds_ratio"] > 1
    least, most = t.ratio(row["least"]), t.ratio(row["most"])
    said = [t("sentence.left_out", name=context.short[row["exposure"]], least=least, most=most)]
    if row["specifications"] > 0:
        said.append(t("sentence.curve", told=same_way(context, row), p=t.p(row["curve_p_adjusted"])))
    if row["top_count"] > 0:
        top = {name: t.bound(row[f"top_{name}"]) for name in ("median", "min", "max")}
        said.append(t("sentence.curve_top", count=t.number(row["top_count"]), **top))
    if np.isfinite(row["shrunken"]):
        said.append(t("sentence.shrunken", odds_ratio=t.ratio(row["shrunken"])))
    return Markup(" ").join([*said, _joint(context, row, up=up)])


def same_way(context: Context, row: Mapping[str, Any]) -> str:
    """In how many of the declared specifications that could be estimated the direction is that of the headline."""
    t, estimated, declared = context.texts, row["estimated"], row["specifications"]
    if not estimated:
        return t("summary.none_estimated", count=t.number(declared))
    key = "summary.same_way" if estimated == declared else "summary.same_way_of_estimated"
    return t(key, same=t.number(row["same_way"]), estimated=t.number(estimated), count=t.number(declared))


def _joint(context: Context, row: Mapping[str, Any], *, up: bool) -> str:
    """How an exposure fares in the model with all of them."""
    t, low, high = context.texts, row["joint_low"], row["joint_high"]
    ratio = t.ratio(row["joint_odds_ratio"])
    if np.isnan(row["joint_odds_ratio"]):
        return t("sentence.joint_not_estimable", why=reason(context, row, "joint_"))
    if row["joint_status"] == "ridge":
        return t("sentence.joint_ridge", odds_ratio=ratio)
    key = "sentence.joint_apart" if (low > 1 if up else high < 1) else "sentence.joint_not_separable"
    return t(key, odds_ratio=ratio, low=t.ratio(low), high=t.ratio(high))


def index_sentence(context: Context, index: Association) -> str:
    """Say how the number of forms goes with the yields, or why that cannot be estimated."""
    t, row = context.texts, vars(index)
    if np.isnan(index.odds_ratio):
        return t("sentence.not_estimable", names=context.short[index.exposure], why=reason(context, row))
    ratio, interval = t.ratio(index.odds_ratio), odds_interval(context, row)
    return t("sentence.index_model", odds_ratio=ratio, interval=interval)


def proportionality_sentence(context: Context, checked: pd.DataFrame, exposure: str) -> str:
    """Say whether one odds ratio does for both cuts of the bands; `checked` is what `proportionality` gave."""
    t, row = context.texts, records(checked[checked["item"] == ALL_ITEMS])[0]
    if row["status"] != "estimated":
        return t("sentence.proportional_unknown", name=context.short[exposure], why=reason(context, row))
    key = "proportional" if row["low"] <= 1 <= row["high"] else "not_proportional"
    ratios = {name: t.ratio(row[name]) for name in ("at_low", "at_top", "ratio")}
    return t(f"sentence.{key}", name=context.short[exposure], interval=t.ratios(row["low"], row["high"]), **ratios)


@of_all("filled", "lowest", "highest", "p_adjusted")
def missing_sentence(context: Context, robustness: pd.DataFrame) -> str:
    """Say how many answers are missing, and which flagged exposure would change its direction in an extreme case."""
    t, missing = context.texts, max(numbers(robustness, "filled"), default=0.0)
    if not missing:
        return t("sentence.none_missing")
    flagged = robustness[robustness["p_adjusted"] < context.alpha]
    turned = flagged.loc[(flagged["lowest"] < 1) & (flagged["highest"] > 1), "exposure"]
    key = "extremes_nothing" if flagged.empty else "extremes_turn" if len(turned) else "extremes_hold"
    return t(f"sentence.{key}", count=t.number(missing), names=context.names(turned))


def cells_sentence(context: Context, cells: pd.DataFrame) -> str:
    """Say which cell has the largest odds ratio and which are framed, for the alt text of their figure."""
    t, rows = context.texts, records(cells.sort_values("odds_ratio", ascending=False))
    if cells["odds_ratio"].isna().all():
        return t("figure.cells.no_estimate", why=t.both(sorted({reason(context, row) for row in rows})))
    most = at_end(rows, itemgetter("odds_ratio"), t.ratio)
    cells_of = t.both(f"{context.short[row['exposure']]} – {context.short[row['item']]}" for row in most)
    largest = t("figure.cells.largest", ratio=t.ratio(most[0]["odds_ratio"]), names=cells_of)
    pairs = cells.loc[cells["p_adjusted"] < context.alpha, ["exposure", "item"]].itertuples(index=False)
    framed = t.both(f"{context.short[form]} – {context.short[item]}" for form, item in pairs)
    told = t("figure.cells.flagged" if framed else "figure.cells.none_flagged", names=framed)
    return Markup(" ").join([largest, told])


def truth_sentence(context: Context, truth: pd.DataFrame) -> str:
    """Count the planted effects inside their intervals; name the nulls that are flagged, by chance or by the trait."""
    t, known = context.texts, truth[truth["inside"].notna() & (truth["planted"] != 1)]
    null = truth[(truth["planted"] == 1) & (truth["p_adjusted"] < context.alpha)]
    names = {
        kind: context.names(null.loc[null["trait"] == of_trait, "exposure"]) or t("status.none")
        for kind, of_trait in (("false", False), ("trait", True))
    }
    return t("sentence.truth", inside=int(known["inside"].sum()), count=len(known), alpha=context.level, **names)
