"""Shares of regions, who answered, and the backtest."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sto_analysis.report.language import Texts
from sto_analysis.report.rows import records
from sto_analysis.report.tables.named import named


def shares_table(texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame) -> pd.DataFrame:
    """Urgency and yield per aspect with interval and base; `shares` holds the measures of both."""
    by = {m: rows.set_index("concept") for m, rows in shares.groupby("measure")}
    aspects = list(by["urgency"].index)
    columns: dict[str, list[str]] = {"aspect": [labels[a] for a in aspects]}
    for measure, name in (("urgency", "urgency"), ("yield_top", "much_yield"), ("yield_low", "little_yield")):
        rows = records(by[measure].loc[aspects])
        columns[name] = [texts.percent(row["share"]) for row in rows]
        columns[f"interval.{measure}"] = [_interval(texts, row) for row in rows]
        columns[f"base.{measure}"] = [str(row["base"]) for row in rows]
    return named(texts, columns)


def _interval(texts: Texts, row: Mapping[str, Any]) -> str:
    return texts.interval(texts.percent(row["low"]), texts.percent(row["high"]))


def share_table(texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame, column: str) -> pd.DataFrame:
    """Shares with interval and base; `column` of the catalogue names what they are of."""
    rows = records(shares)
    return named(texts, {
        column: [labels[row["concept"]] for row in rows],
        "share": [texts.percent(row["share"]) for row in rows],
        "interval": [_interval(texts, row) for row in rows],
        "base": [str(row["base"]) for row in rows],
    })  # fmt: skip


def contrast_table(texts: Texts, labels: Mapping[str, str], urgency: pd.DataFrame, top: pd.DataFrame) -> pd.DataFrame:
    """Urgency beside yield with their bases and difference, the largest first; both by concept, as `shares` gave."""
    gaps = (urgency["share"] - top["share"]).sort_values(ascending=False, kind="stable")
    columns: dict[str, list[str]] = {"aspect": [labels[str(a)] for a in gaps.index]}
    for name, table in (("urgency", urgency), ("much_yield", top)):
        columns[name] = [texts.percent(share) for share in table.loc[gaps.index, "share"]]
        columns[f"base.{name}"] = [str(base) for base in table.loc[gaps.index, "base"]]
    return named(texts, columns | {"gap": [texts.points(gap) for gap in gaps]})


def percentages_table(
    texts: Texts, labels: Mapping[str, str], column: str, percentages: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """Percentages by concept as they are, a column for each series; `column` of the catalogue names the concepts."""
    concepts = list(next(iter(percentages.values())).index)
    table = named(texts, {column: [labels[concept] for concept in concepts]})
    for name, series in percentages.items():
        table[name] = [texts.percent(value / 100) for value in series.reindex(concepts)]
    return table


def response_table(texts: Texts, labels: Mapping[str, str], response: pd.DataFrame) -> pd.DataFrame:
    """Answering beside silent regions; `response` is what `compare_response` gave."""
    rows = records(response)
    return named(texts, {
        "context": [labels[row["variable"]] for row in rows],
        "answered": [texts.number(row["answering"], 2) for row in rows],
        "silent": [texts.number(row["silent"], 2) for row in rows],
        "standardised": [texts.number(row["difference"], 2) for row in rows],
        "p": [texts.p(row["p"]) for row in rows],
        "p_adjusted": [texts.p(row["p_adjusted"]) for row in rows],
    })  # fmt: skip


def backtest_table(texts: Texts, labels: Mapping[str, str], backtest: pd.DataFrame) -> pd.DataFrame:
    """Computed beside published, one row per figure."""
    rows = records(backtest)
    return named(texts, {
        "measure": [texts(f"measure.{row['measure']}") for row in rows],
        "aspect": [labels.get(row["concept"]) or texts(f"measure.{row['concept']}") for row in rows],
        "computed": [row["computed"] for row in rows],
        "published": [row["published"] for row in rows],
        "equal": [texts("answer.yes" if row["equal"] else "answer.no") for row in rows],
        "base": [f"{row['count']}/{row['base']}" for row in rows],
    })  # fmt: skip


def counts_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Show a small table of counts as it is, its index as first column."""
    return frame.reset_index().astype(str)
