"""The management summary: question and answer first, every sentence chosen by the results."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.analysis.published import stand_out
from sto_analysis.report.language import Texts
from sto_analysis.report.rows import records
from sto_analysis.report.sentences.associations import quiet_sentence
from sto_analysis.report.sentences.wave import change_sentences, response_sentence

Results = Mapping[str, pd.DataFrame]
"""Name → table of results; ``regions``: the frame of the wave."""


def answer_sentences(texts: Texts, labels: Mapping[str, str], results: Results, alpha: float) -> list[str]:
    """Answer the question of the report: what is associated with the yields, what is not, and how firm that is.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Form or context variable → short label.
    results : mapping
        ``associations`` and ``robustness``.
    alpha : float
        Level for the adjusted p.
    """
    associations, robustness = results["associations"], results["robustness"].set_index("exposure")
    tested = associations[associations["p_adjusted"].notna()]
    flagged, quiet = tested[tested["p_adjusted"] < alpha], tested[~(tested["p_adjusted"] < alpha)]
    untested = associations.loc[associations["p_adjusted"].isna(), "exposure"]
    if tested.empty:
        return [texts("summary.untested")]
    names = texts.both(_found(texts, labels, row) for row in records(flagged))
    key = "summary.found" if len(flagged) else "summary.none_found"
    said = [texts(key, count=len(flagged), tested=len(tested), names=names)]
    if len(flagged):
        each = "; ".join(_firm(texts, labels, robustness, name) for name in flagged["exposure"])
        said.append(texts("summary.firm", each=each))
    if len(quiet):
        said.append(quiet_sentence(texts, labels, quiet))
    if len(untested):
        said.append(texts("summary.not_tested", names=texts.both(labels[name] for name in untested)))
    return said


def _found(texts: Texts, labels: Mapping[str, str], row: Mapping[str, Any]) -> str:
    """One association: its direction and size."""
    way = "higher" if row["odds_ratio"] > 1 else "lower"
    interval = texts("status.no_interval")
    if np.isfinite(row["effect_low"]):
        interval = texts.interval(texts.points(row["effect_low"]), texts.points(row["effect_high"]))
    return texts(f"summary.{way}", name=labels[row["exposure"]], effect=texts.points(row["effect"]), interval=interval)


def _firm(texts: Texts, labels: Mapping[str, str], robustness: pd.DataFrame, exposure: str) -> str:
    """How one association fares under other choices, and beside the other exposures."""
    row = records(robustness.loc[[exposure]])[0]
    up = row["odds_ratio"] > 1
    share = row["positive"] if up else 1 - row["positive"]
    other = texts("summary.no_other")
    if np.isfinite(row["positive"]):
        other = texts("summary.same_way", share=texts.percent(share), count=texts.number(row["specifications"]))
    bound = row["joint_low"] if up else row["joint_high"]
    apart = bool(np.isfinite(bound) and (bound > 1 if up else bound < 1))
    return texts(f"summary.{'apart' if apart else 'not_apart'}", name=labels[exposure], other=other)


def summary_sentences(texts: Texts, labels: Mapping[str, str], results: Results, alpha: float) -> dict[str, list[str]]:
    """Say who answered, where urgency and yield are high and low, what changed, and how borging stands.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Aspect, form or context variable → short label.
    results : mapping
        ``shares``, ``regions``, ``response`` and ``change``.
    alpha : float
        Level for change and for the adjusted p.

    Returns
    -------
    dict
        ``response``, ``yield``, ``change``, ``borging`` → sentences; ``summary.about`` of the catalogue names them.
    """
    return {
        "response": _response(texts, labels, results, alpha),
        "yield": _yields(texts, labels, results["shares"]),
        "change": _change(texts, labels, results["change"], alpha),
        "borging": _borging(texts, labels, results["shares"]),
    }


def _response(texts: Texts, labels: Mapping[str, str], results: Results, alpha: float) -> list[str]:
    answered, population = int(results["regions"]["answered"].sum()), len(results["regions"])
    share = texts.percent(answered / population)
    return [
        texts("sentence.response", answered=answered, population=population, share=share),
        response_sentence(texts, labels, results["response"], alpha),
    ]


def _ends(texts: Texts, labels: Mapping[str, str], key: str, shares: pd.Series) -> str:
    """Name the concepts with the highest and the lowest share."""
    first, last = str(shares.idxmax()), str(shares.idxmin())
    high, low = texts.percent(shares.max()), texts.percent(shares.min())
    return texts(f"sentence.{key}", first=labels[first], high=high, last=labels[last], low=low)


def _by_measure(shares: pd.DataFrame) -> dict[str, pd.Series]:
    return {str(measure): rows.set_index("concept")["share"] for measure, rows in shares.groupby("measure")}


def _yields(texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame) -> list[str]:
    by = _by_measure(shares)
    widest = stand_out((by["urgency"] - by["yield_top"]).dropna())
    return [
        _ends(texts, labels, "top_urgency", by["urgency"]),
        _ends(texts, labels, "top_yield", by["yield_top"]),
        texts("sentence.top_gap", names=texts.both(labels[aspect] for aspect in widest)),
    ]


def _change(texts: Texts, labels: Mapping[str, str], change: pd.DataFrame, alpha: float) -> list[str]:
    if change.empty:
        return [texts("summary.no_earlier")]
    most = records(change.loc[[change["difference"].abs().idxmax()]])[0]
    largest = texts(
        "summary.largest_change",
        base=texts.interval(str(change["base"].min()), str(change["base"].max())),
        name=labels[most["item"]],
        points=texts.points(most["difference"]),
    )
    return [largest, *change_sentences(texts, labels, change, alpha)]


def _borging(texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame) -> list[str]:
    by = _by_measure(shares)
    index = {key: texts.percent(share) for key, share in by["index"].items()}
    told = by["index"][["index_many", "index_hardly"]].notna().all()
    return [
        texts(
            "sentence.borging" if told else "sentence.borging_no_index",
            active=index["borging_active"],
            many=index["index_many"],
            hardly=index["index_hardly"],
        ),
        _ends(texts, labels, "top_form", by["borging"]),
    ]


def national_sentences(texts: Texts, labels: Mapping[str, str], shares: pd.DataFrame) -> list[str]:
    """Say in brief for the report of a region how all regions stand.

    Parameters
    ----------
    texts : Texts
        Language.
    labels : mapping
        Aspect or form → short label.
    shares : DataFrame
        All measures: ``measure``, ``concept``, ``share``.
    """
    return [*_yields(texts, labels, shares), *_borging(texts, labels, shares)]
