"""Several waves beside each other."""

from collections.abc import Mapping

import pandas as pd

from sto_analysis.report.language import DASH, Texts
from sto_analysis.report.rows import records
from sto_analysis.report.tables.named import named


def change_table(texts: Texts, labels: Mapping[str, str], change: pd.DataFrame) -> pd.DataFrame:
    """Paired change per aspect with exact p; `change` is what `paired_change` gave."""
    rows = records(change)
    return named(texts, {
        "aspect": [labels[row["item"]] for row in rows],
        "moved": [f"{row['became']} / {row['ceased']}" for row in rows],
        "change": [texts.points(row["difference"]) for row in rows],
        "interval": [texts.interval(texts.points(row["low"]), texts.points(row["high"])) for row in rows],
        "p": [texts.p(row["p"]) for row in rows],
        "p_holm": [texts.p(row["p_holm"]) for row in rows],
        "base": [str(row["base"]) for row in rows],
    })  # fmt: skip


def moves_table(texts: Texts, labels: Mapping[str, str], change: pd.DataFrame, waves: tuple[str, str]) -> pd.DataFrame:
    """Shares of the same regions in the earlier and the later of two `waves`, with the exact p."""
    rows = records(change)
    table = named(texts, {"aspect": [labels[row["item"]] for row in rows]})
    for wave, column in zip(waves, ("earlier", "later"), strict=True):
        table[wave] = [texts.percent(row[column] / row["base"]) for row in rows]
    more = {"p": [texts.p(row["p"]) for row in rows], "base": [str(row["base"]) for row in rows]}
    return table.join(named(texts, more))


def panel_table(texts: Texts, panel: pd.DataFrame) -> pd.DataFrame:
    """Regions per kind of match, and how many have another respondent; `panel` is the table of `match_panel`."""
    found = panel.groupby("status")["changed"].agg(["size", "count", "sum"])
    return named(texts, {
        "panel": [texts(f"panel.{status}") for status in found.index],
        "count": [str(size) for size in found["size"]],
        "changed": [str(row["sum"]) if row["count"] else DASH for row in records(found)],
    })  # fmt: skip


def trend_table(texts: Texts, labels: Mapping[str, str], trend: pd.DataFrame) -> pd.DataFrame:
    """Shares per wave in columns; ‡ where the last wave asked in other words. `trend` is what `trend` gave."""
    waves = list(dict.fromkeys(trend["in_wave"]))
    keys = list(dict.fromkeys(zip(trend["measure"], trend["concept"], strict=True)))
    by = {(row["measure"], row["concept"], row["in_wave"]): row for row in records(trend)}
    table = named(texts, {
        "measure": [texts(f"measure.{measure}") for measure, _ in keys],
        "aspect": [labels[concept] for _, concept in keys],
    })  # fmt: skip
    for wave in waves:
        cells = []
        for measure, concept in keys:
            row = by.get((measure, concept, wave))
            last = by.get((measure, concept, waves[-1]))
            other = row is not None and last is not None and row["series"] != last["series"]
            cells.append(
                f"{texts.percent(row['share'])} ({row['base']}){' ‡' if other else ''}"
                if row is not None
                else texts("answer.not_asked")
            )
        table[wave] = cells
    return table
