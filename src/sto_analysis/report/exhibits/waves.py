"""Several waves beside each other."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records, whole
from sto_analysis.report import figures
from sto_analysis.report.columns import columns, together
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.sentences.findings import change_finding
from sto_analysis.report.sentences.wave import most_changed
from sto_analysis.report.shown import drawn


def change_table(context: Context, change: pd.DataFrame, since: str) -> Exhibit:
    """Paired change per aspect with exact p; `change` is what `paired_change` gave, `since` the earlier wave's id."""
    table = columns(context, change, "aspect:item moved change interval:change_interval p_item:p p_holm base")
    return Exhibit(table, numbers(change, "base"), {"since": since, "count": whole(change, "compared")["compared"]})


def change_figure(context: Context, change: pd.DataFrame, waves: tuple[str, str]) -> Exhibit:
    """Shares of the same regions in the earlier and the later of two `waves`, and their difference."""
    t, paired = context.texts, drawn(change, "earlier_share", "later_share", "difference", "p_holm").set_index("item")
    earlier, later = (paired[f"{when}_share"] for when in ("earlier", "later"))
    table = columns(context, change, "aspect:item")
    for wave, when in zip(waves, ("earlier", "later"), strict=True):
        table[wave] = columns(context, change, f"share:{when}_share")
    values = {"each": most_changed(context, change), "finding": change_finding(context, change)}
    strong = list(change.loc[change["p_holm"] < context.alpha, "item"])
    legend = (t("axis.earlier"), t("axis.later"), t("axis.changed"))
    drawing = figures.dumbbell(
        context, 100 * earlier, 100 * later, paired["difference"], strong, legend, t("axis.difference")
    )
    return Exhibit(together(table, columns(context, change, "change base")), numbers(change, "base"), values, drawing)


def panel_table(context: Context, panel: pd.DataFrame) -> Exhibit:
    """Regions per kind of match, and how many have another respondent; `panel` is the table of `match_panel`."""
    found = panel.groupby("status")["changed"].agg(["size", "count", "sum"]).reset_index()
    return Exhibit(columns(context, found, "panel count:size changed"))


def trend_table(context: Context, trend: pd.DataFrame) -> Exhibit:
    """Shares per wave in columns; ‡ where the last wave asked in other words. `trend` is what `trend` gave."""
    keys = trend[["measure", "concept"]].drop_duplicates()
    table, waves = columns(context, keys, "measure aspect:concept"), list(dict.fromkeys(trend["in_wave"]))
    by = {(row["measure"], row["concept"], row["in_wave"]): row for row in records(trend)}
    for wave in waves:
        found = [(by.get((*key, wave)), by.get((*key, waves[-1]))) for key in keys.itertuples(index=False)]
        table[wave] = pd.Series([_followed(context, row, last) for row, last in found], dtype=object)
    return Exhibit(table, numbers(trend, "base"))


def _followed(context: Context, row: Mapping[str, Any] | None, last: Mapping[str, Any] | None) -> str:
    """Share and base in one wave, marked where the last wave asked in other words."""
    if row is None:
        return context.texts("answer.not_asked")
    other = last is not None and row["series"] != last["series"]
    share, base = context.texts.percent(row["share"]), context.texts.number(row["base"])
    return Markup("{} ({}){}").format(share, base, " ‡" if other else "")
