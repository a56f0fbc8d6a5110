"""Results as tables of finished texts, ready for `Page.table`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.report.figures import reason, records
from sto_analysis.report.language import DASH, Texts
from sto_analysis.survey.codebook import Codebook, Theme, Topic

UNTESTED = ("too_few_complete", "constant_within")
"""Why something has no p although it is estimated (``tested`` of `association_table`)."""


def _table(texts: Texts, columns: Mapping[str, Sequence[str]], **values: object) -> pd.DataFrame:
    """Name the columns in the language of the page; keys of `columns` may carry a suffix after a dot."""
    frames = [pd.Series(list(cells), dtype=object) for cells in columns.values()]
    table = pd.concat(frames, axis="columns") if frames else pd.DataFrame()
    table.columns = pd.Index([texts(f"column.{name.split('.')[0]}", **values) for name in columns])
    return table


def gap_table(
    texts: Texts, labels: Mapping[str, str], urgency: pd.Series, top: pd.Series, low: pd.Series
) -> pd.DataFrame:
    """Published urgency beside yield, sorted by the difference."""
    gaps = (urgency - top[urgency.index]).sort_values(ascending=False, kind="stable")
    return _table(texts, {
        "aspect": [labels[a] for a in gaps.index],
        "urgency": [f"{urgency[a]}%" for a in gaps.index],
        "much_yield": [f"{top[a]}%" for a in gaps.index],
        "little_yield": [f"{low[a]}%" for a in gaps.index],
        "gap": [texts.points(gap / 100) for gap in gaps],
    })  # fmt: skip


def stars_table(texts: Texts, labels: Mapping[str, str], stars: pd.DataFrame) -> pd.DataFrame:
    """Counts, attainable p and printed asterisk per aspect; `stars` is what `stars_agree` gave."""
    answer = {True: texts("answer.yes"), False: texts("answer.no")}
    rows = records(stars)
    return _table(texts, {
        "aspect": [labels[a] for a in stars.index],
        "counts": [f"{row['earlier']} → {row['later']}" for row in rows],
        "p_range": [texts.interval(texts.p(row["p_min"]), texts.p(row["p_max"])) for row in rows],
        "p_unpaired": [texts.p(row["p_unpaired"]) for row in rows],
        "star": [answer[row["starred"]] for row in rows],
        "agrees": [answer[row["agrees"]] for row in rows],
    })  # fmt: skip


def triangulation_table(texts: Texts, codebook: Codebook, urgency: pd.Series, top: pd.Series) -> pd.DataFrame:
    """Aspects in rows; questionnaire, attention, interviews and theory of change in columns."""
    language = texts.language

    def named(concepts: Mapping[str, Topic | Theme], aspect: str) -> str:
        found = [
            f"{concept.label(language).rstrip('.')} ({texts(f'kind.{concept.kind}')})"
            for concept in concepts.values()
            if aspect in concept.aspects
        ]
        return "\n".join(found) or DASH

    order = (urgency - top).sort_values(ascending=False, kind="stable").index
    stage = {aspect: stage.label(language) for stage in codebook.theory_of_change for aspect in stage.aspects}
    return _table(texts, {
        "aspect": [codebook.aspects[a].short(language) for a in order],
        "urgency": [f"{urgency[a]}%" for a in order],
        "much_yield": [f"{top[a]}%" for a in order],
        "attention": [named(codebook.attention_topics, a) for a in order],
        "interviews": [named(codebook.interview_themes, a) for a in order],
        "theory": [stage.get(a, DASH) for a in order],
    })  # fmt: skip


def sizes_table(texts: Texts, sizes: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Feasible sample sizes per column or group of columns."""
    return _table(texts, {"figures": list(sizes), "sizes": [", ".join(map(str, found)) for found in sizes.values()]})


def index_table(texts: Texts, totals: pd.DataFrame, total: int) -> pd.DataFrame:
    """Attainable totals of forms per pair of cut-offs (columns many, hardly, least, greatest)."""
    rows = records(totals)
    return _table(texts, {
        "many_cut": [str(row["many"]) for row in rows],
        "hardly_cut": [str(row["hardly"]) for row in rows],
        "total": [texts.interval(str(row["least"]), str(row["greatest"])) for row in rows],
        "fits": [texts("answer.yes" if row["least"] <= total <= row["greatest"] else "answer.no") for row in rows],
    }, total=total)  # fmt: skip


def grades_table(texts: Texts, codebook: Codebook, grades: pd.DataFrame) -> pd.DataFrame:
    """Every cell of the damaged slide as printed, with its state."""
    known = codebook.impact_statements
    return _table(texts, {
        "statement": [known[i].label(texts.language) if i in known else "?" for i in grades["id"]],
        "printed": grades["printed"].astype(str).tolist(),
        "value": [texts.number(value, 1) for value in grades["value"]],
        "state": [texts(f"state.{state}") for state in grades["state"]],
    })  # fmt: skip


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
    return _table(texts, columns)


def _interval(texts: Texts, row: Mapping[str, Any]) -> str:
    return texts.interval(texts.percent(row["low"]), texts.percent(row["high"]))


def borging_table(texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame) -> pd.DataFrame:
    """Forms and index with interval and base."""
    rows = records(shares)
    return _table(texts, {
        "form": [labels[row["concept"]] for row in rows],
        "share": [texts.percent(row["share"]) for row in rows],
        "interval": [_interval(texts, row) for row in rows],
        "base": [str(row["base"]) for row in rows],
    })  # fmt: skip


def change_table(texts: Texts, labels: Mapping[str, str], change: pd.DataFrame) -> pd.DataFrame:
    """Paired change per aspect with exact p; `change` is what `paired_change` gave."""
    rows = records(change)
    return _table(texts, {
        "aspect": [labels[row["item"]] for row in rows],
        "moved": [f"{row['became']} / {row['ceased']}" for row in rows],
        "change": [texts.points(row["difference"]) for row in rows],
        "interval": [texts.interval(texts.points(row["low"]), texts.points(row["high"])) for row in rows],
        "p": [texts.p(row["p"]) for row in rows],
        "p_holm": [texts.p(row["p_holm"]) for row in rows],
        "base": [str(row["base"]) for row in rows],
    })  # fmt: skip


def panel_table(texts: Texts, panel: pd.DataFrame) -> pd.DataFrame:
    """Regions per kind of match, and how many have another respondent; `panel` is the table of `match_panel`."""
    found = panel.groupby("status")["changed"].agg(["size", "count", "sum"])
    return _table(texts, {
        "panel": [texts(f"panel.{status}") for status in found.index],
        "count": [str(size) for size in found["size"]],
        "changed": [str(row["sum"]) if row["count"] else DASH for row in records(found)],
    })  # fmt: skip


def trend_table(texts: Texts, labels: Mapping[str, str], trend: pd.DataFrame) -> pd.DataFrame:
    """Shares per wave in columns; ‡ where the last wave asked in other words. `trend` is what `trend` gave."""
    waves = list(dict.fromkeys(trend["in_wave"]))
    keys = list(dict.fromkeys(zip(trend["measure"], trend["concept"], strict=True)))
    by = {(row["measure"], row["concept"], row["in_wave"]): row for row in records(trend)}
    table = _table(texts, {
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


def associations_table(texts: Texts, labels: Mapping[str, str], associations: pd.DataFrame) -> pd.DataFrame:
    """Odds ratio, interval, percentage points and p per exposure; the reason where there is none."""
    rows = records(associations)
    return _table(texts, {
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
        "base": [str(row["regions"]) for row in rows],
    })  # fmt: skip


def truth_table(
    texts: Texts, labels: Mapping[str, str], aspects: Mapping[str, str], truth: pd.DataFrame
) -> pd.DataFrame:
    """Planted odds ratio beside the estimate; `truth` is what `compare_with_truth` gave."""
    rows = records(truth)
    inside = {True: texts("answer.yes"), False: texts("answer.no"), None: texts("answer.no_interval")}
    where = [texts.both(aspects[aspect] for aspect in row["aspects"].split()) for row in rows]
    return _table(texts, {
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
    return _table(texts, {
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
    return _table(texts, {
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
    return _table(texts, {
        "aspect": [labels[row["item"]] for row in rows],
        "at_low": [texts.number(row["at_low"], 2) for row in rows],
        "at_top": [texts.number(row["at_top"], 2) for row in rows],
        "ratio": ratios,
        "interval": [_bounds(texts, row) for row in rows],
    })  # fmt: skip


def cells_table(
    texts: Texts, rows_labels: Mapping[str, str], labels: Mapping[str, str], cells: pd.DataFrame, count: int
) -> pd.DataFrame:
    """The cells with the smallest p; the estimator where the data separate, the reason where there is no estimate."""
    rows = records(cells.sort_values(["p", "item"], kind="stable").head(count))
    return _table(texts, {
        "aspect": [rows_labels[row["item"]] for row in rows],
        "exposure": [labels[row["exposure"]] for row in rows],
        "odds_ratio": [_estimate(texts, labels, row, 1) for row in rows],
        "interval": [_bounds(texts, row, 1) for row in rows],
        "p": [texts.p(row["p"]) for row in rows],
        "p_adjusted": [texts.p(row["p_adjusted"]) for row in rows],
    })  # fmt: skip


def backtest_table(texts: Texts, labels: Mapping[str, str], backtest: pd.DataFrame) -> pd.DataFrame:
    """Computed beside published, one row per figure."""
    rows = records(backtest)
    return _table(texts, {
        "measure": [texts(f"measure.{row['measure']}") for row in rows],
        "aspect": [labels.get(row["concept"]) or texts(f"measure.{row['concept']}") for row in rows],
        "computed": [row["computed"] for row in rows],
        "published": [row["published"] for row in rows],
        "equal": [texts("answer.yes" if row["equal"] else "answer.no") for row in rows],
        "base": [f"{row['count']}/{row['base']}" for row in rows],
    })  # fmt: skip


def response_table(texts: Texts, labels: Mapping[str, str], response: pd.DataFrame) -> pd.DataFrame:
    """Answering beside silent regions; `response` is what `compare_response` gave."""
    rows = records(response)
    return _table(texts, {
        "context": [labels[row["variable"]] for row in rows],
        "answered": [texts.number(row["answering"], 2) for row in rows],
        "silent": [texts.number(row["silent"], 2) for row in rows],
        "standardised": [texts.number(row["difference"], 2) for row in rows],
        "p": [texts.p(row["p"]) for row in rows],
        "p_adjusted": [texts.p(row["p_adjusted"]) for row in rows],
    })  # fmt: skip


def own_table(
    texts: Texts, codebook: Codebook, question: str, own: pd.Series | None, shares: pd.DataFrame
) -> pd.DataFrame:
    """One region's answers to a question beside the share of all regions in the top band.

    Parameters
    ----------
    texts, codebook
        Language and labels.
    question : str
        ``urgency``, ``yield`` or ``borging``.
    own : Series or None
        The region's row of the answers; None when it did not answer: the column is left out.
    shares : DataFrame
        Rows of one measure: ``concept``, ``share``, ``base``.
    """
    of = {"urgency": "aspects", "yield": "aspects", "borging": "borging_forms"}[question]
    labels, by = codebook.labels(of, texts.language), shares.set_index("concept")
    items = codebook.asked(question)
    answers: list[str] = []
    for concept in labels if own is not None else ():
        scale = {level.id: level.label(texts.language) for level in codebook.items[items[concept]].scale.levels}
        given = own[items[concept]] if own is not None else None
        answers.append(texts("answer.none") if pd.isna(given) else scale[str(given)])
    return _table(texts, {
        "form" if question == "borging" else "aspect": list(labels.values()),
        **({"own": answers} if own is not None else {}),
        "all_regions": [texts.percent(by["share"].to_dict()[concept]) for concept in labels],
        "base": [str(by.at[concept, "base"]) for concept in labels],
    })  # fmt: skip


def context_table(texts: Texts, codebook: Codebook, region: pd.Series) -> pd.DataFrame:
    """A region's context in words."""
    values = []
    for name, variable in codebook.context_variables.items():
        words = {level.code: level.label(texts.language) for level in variable.levels}
        values.append(DASH if np.isnan(region[name]) else words[int(region[name])])
    return _table(
        texts,
        {"context": list(codebook.labels("context_variables", texts.language).values()), "level": values},
    )


def counts_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Show a small table of counts as it is, its index as first column."""
    return frame.reset_index().astype(str)
