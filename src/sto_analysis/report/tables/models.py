"""Associations and their checks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.report.language import Texts
from sto_analysis.report.rows import reason, records
from sto_analysis.report.tables.named import named

UNTESTED = ("too_few_complete", "constant_within")
"""Why something has no p although it is estimated (``tested`` of `association_table`)."""


def _estimate(texts: Texts, labels: Mapping[str, str], row: Mapping[str, Any], digits: int = 2) -> str:
    """An odds ratio, marked where a prior made it; or why there is none."""
    if not np.isfinite(row["odds_ratio"]):
        return reason(texts, labels, row)
    mark = {"ridge": " (ridge)", "firth": " (Firth)"}.get(row["status"], "")
    return texts.number(row["odds_ratio"], digits) + mark


def _bounds(texts: Texts, row: Mapping[str, Any], digits: int = 2) -> str:
    """Interval of an odds ratio; said where an estimate has none."""
    if row["status"] in {"ridge", "firth"}:
        return texts("status.no_interval")
    return texts.interval(texts.number(row["low"], digits), texts.number(row["high"], digits))


def forest_table(texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame) -> pd.DataFrame:
    """What the forest plot shows."""
    rows = records(associations)
    return named(texts, {
        "exposure": [labels[row["exposure"]] for row in rows],
        "odds_ratio": [_estimate(texts, labels, row) for row in rows],
        "interval": [_bounds(texts, row) for row in rows],
        "effect": [texts.points(row["effect"]) for row in rows],
        "p_adjusted": [texts.p(row["p_adjusted"]) for row in rows],
    })  # fmt: skip


def associations_table(texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame) -> pd.DataFrame:
    """Odds ratio, interval, percentage points and p per exposure; the reason where there is none."""
    rows = records(associations)
    return named(texts, {
        "exposure": [labels[row["exposure"]] for row in rows],
        "odds_ratio": [_estimate(texts, labels, row) for row in rows],
        "interval": [_bounds(texts, row) for row in rows],
        "effect": [texts.points(row["effect"]) for row in rows],
        "interval.effect": [
            texts.interval(texts.points(row["effect_low"]), texts.points(row["effect_high"])) for row in rows
        ],
        "p": [texts.p(row["p"]) for row in rows],
        "p_adjusted": [
            texts.p(row["p_adjusted"]) if row["tested"] == "yes" or np.isnan(row["odds_ratio"])
            else texts(f"tested.{row['tested']}")
            for row in rows
        ],
        "detectable": [texts.points(row.get("detectable_effect", np.nan)) for row in rows],
        "base": [str(row["regions"]) for row in rows],
    })  # fmt: skip


def truth_table(
    texts: Texts, labels: Mapping[str, str], aspects: Mapping[str, str], truth: pd.DataFrame
) -> pd.DataFrame:
    """Planted odds ratio beside the estimate; `truth` is what `compare_with_truth` gave."""
    rows = records(truth)
    inside = {True: texts("answer.yes"), False: texts("answer.no"), None: texts("answer.no_interval")}
    where = [texts.both(aspects[aspect] for aspect in row["aspects"].split()) for row in rows]
    return named(texts, {
        "exposure": [
            labels[row["exposure"]] + (f" ({texts('answer.only_on', names=names)})" if names else "")
            for row, names in zip(rows, where, strict=True)
        ],
        "planted": [texts.number(row["planted"], 2) for row in rows],
        "odds_ratio": [_estimate(texts, labels, row) for row in rows],
        "interval": [_bounds(texts, row) for row in rows],
        "inside": [inside[row["inside"]] for row in rows],
        "p_adjusted": [texts.p(row["p_adjusted"]) for row in rows],
    })  # fmt: skip


def robustness_table(texts: Texts, labels: Mapping[str, str], robustness: pd.DataFrame) -> pd.DataFrame:
    """Headline, mutually adjusted and extreme odds ratios, leave-one-region-out range and curve per exposure.

    Where a check has no result, the reason stands in its place; context variables have no declared curve.
    """
    rows = records(robustness)
    joint = [{name.removeprefix("joint_"): row[name] for name in row if name.startswith("joint_")} for row in rows]

    def span(low: str, high: str) -> list[str]:
        return [texts.interval(texts.number(row[low], 2), texts.number(row[high], 2)) for row in rows]

    def curve(row: Mapping[str, Any]) -> str:
        if pd.isna(row["curve_status"]):
            return texts("tested.no_curve")
        if row["curve_status"] != "tested":
            return _untested(texts, row["curve_status"])
        return texts.p(row["curve_p_adjusted"])

    extremes = zip(rows, span("lowest", "highest"), strict=True)
    return named(texts, {
        "exposure": [labels[row["exposure"]] for row in rows],
        "odds_ratio": [_estimate(texts, labels, row) for row in rows],
        "left_out": span("least", "most"),
        "jointly": [_estimate(texts, labels, row) for row in joint],
        "interval": [_bounds(texts, row) for row in joint],
        "extremes": [cell + (" (ridge)" if row["extremes"] == "ridge" else "") for row, cell in extremes],
        "positive": [texts.percent(row["positive"]) for row in rows],
        "p_curve": [curve(row) for row in rows],
    })  # fmt: skip


def _untested(texts: Texts, status: str) -> str:
    """Why a curve has no p: nothing of it could be estimated, or nothing tested."""
    return texts(f"{'tested' if status in UNTESTED else 'status'}.{status}", names="")


def curves_table(texts: Texts, labels: Mapping[str, str], curves: pd.DataFrame) -> pd.DataFrame:
    """One row per specification curve; `curves` is what `specification_curve` gave."""
    rows = records(curves)
    return named(texts, {
        "exposure": [labels[row["exposure"]] for row in rows],
        "specifications": [
            texts.number(row["specifications"])
            + (f" ({texts('status.of_which_ridge', count=texts.number(row['ridge']))})" if row["ridge"] else "")
            for row in rows
        ],
        "positive": [texts.percent(row["positive"]) for row in rows],
        "median": [texts.points(row["median"]) for row in rows],
        "range": [texts.interval(texts.points(row["smallest"]), texts.points(row["largest"])) for row in rows],
        "p_curve": [texts.p(row["p"]) for row in rows],
        "p_adjusted": [
            texts.p(row["p_adjusted"]) if row["status"] == "tested" else _untested(texts, row["status"]) for row in rows
        ],
    })  # fmt: skip


def proportionality_table(texts: Texts, labels: Mapping[str, str], checks: pd.DataFrame) -> pd.DataFrame:
    """Odds ratios at the two cuts of each item and their ratio; the reason where there is none."""
    rows = records(checks)
    ratios = [_estimate(texts, labels, {**row, "odds_ratio": row["ratio"]}) for row in rows]
    return named(texts, {
        "aspect": [labels[row["item"]] for row in rows],
        "at_low": [texts.number(row["at_low"], 2) for row in rows],
        "at_top": [texts.number(row["at_top"], 2) for row in rows],
        "ratio": ratios,
        "interval": [_bounds(texts, row) for row in rows],
    })  # fmt: skip


def textbook_table(texts: Texts, labels: Mapping[str, str], beside: pd.DataFrame) -> pd.DataFrame:
    """Log odds of one exposure per item, ours beside the textbook fit; the reason where there is nothing to compare."""
    rows = records(beside.rename_axis("item").reset_index())
    return named(texts, {
        "aspect": [labels[row["item"]] for row in rows],
        "log_odds": [
            texts.number(row["log_odds"], 4) if row["status"] == "estimated" else reason(texts, labels, row)
            for row in rows
        ],
        "textbook": [texts.number(row["textbook"], 4) for row in rows],
        "difference": [texts.number(row["difference"], 7) for row in rows],
        "base": [texts.number(row["regions"]) for row in rows],
    })  # fmt: skip


def cells_table(
    texts: Texts, rows_labels: Mapping[str, str], labels: Mapping[str, str], cells: pd.DataFrame, count: int
) -> pd.DataFrame:
    """The cells with the smallest p; the estimator where the data separate, the reason where there is no estimate."""
    rows = records(cells.sort_values(["p", "item"], kind="stable").head(count))
    return named(texts, {
        "aspect": [rows_labels[row["item"]] for row in rows],
        "exposure": [labels[row["exposure"]] for row in rows],
        "odds_ratio": [_estimate(texts, labels, row, 1) for row in rows],
        "interval": [_bounds(texts, row, 1) for row in rows],
        "p": [texts.p(row["p"]) for row in rows],
        "p_adjusted": [texts.p(row["p_adjusted"]) for row in rows],
    })  # fmt: skip
