"""What else could explain a finding."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.known import numbers, records
from sto_analysis.report.context import Context
from sto_analysis.report.rows import reason
from sto_analysis.report.shown import of_all

_BRACKETS = Markup("{} ({})")
_MANY = 10
"""So many times as strong as the benchmark, and more, is not told more exactly."""


@of_all("slope")
def tipping_sentences(context: Context, tipping: pd.DataFrame) -> list[str]:
    """Say for each finding how strong a trait that nobody measured would have to be to explain it.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    tipping : DataFrame
        Rows of `tipping_table`, of what is flagged.
    """
    if tipping.empty:
        return [context.texts("sentence.tipping_nothing")]
    return [context.texts("sentence.tipping_lead"), *(_tipping(context, row) for row in records(tipping))]


def _tipping(context: Context, row: Mapping[str, Any]) -> str:
    t, name = context.texts, context.short[row["exposure"]]
    if np.isnan(row["robustness"]):
        return t("sentence.tipping_unknown", name=name, why=reason(context, row))
    at = row["robustness_interval"]
    edge = "tipping_shared" if np.isnan(at) else "tipping_interval" if at else "tipping_no_interval"
    said = [
        t("sentence.tipping", name=name, share=t.percent(row["robustness"])),
        t(f"sentence.{edge}", share=t.percent(at)),
    ]
    if pd.notna(row["benchmark"]) and row["benchmark"]:
        said.append(_benchmark(context, row))
    return Markup(" ").join(said)


def _benchmark(context: Context, row: Mapping[str, Any]) -> str:
    """The unmeasured trait beside a measured one."""
    t, times = context.texts, row["times"]
    values = {"benchmark": context.short[row["benchmark"]]}
    values |= {f"with_{what}": t.percent(row[f"with_{what}"]) for what in ("exposure", "yields")}
    key = "tipping_times" if times < _MANY else "tipping_many_times" if np.isfinite(times) else "tipping_no_times"
    return t(f"sentence.{key}", times=t.number(times, 1), many=t.constant("many_times"), **values)


@of_all("difference", "p_adjusted", "detectable_effect", "waves")
def change_sentences(
    context: Context, moved: pd.DataFrame, findings: Collection[str], *, brief: bool = False
) -> list[str]:
    """Say where yields move with a form when every region is compared with itself, and what that cannot tell.

    Parameters
    ----------
    context : Context
        Language, names and level of the page.
    moved : DataFrame
        Tables of `change_on_change` below each other, with ``respondents`` (a key of `trajectories`), the main first.
    findings : collection of str
        What the wave by itself flags: told with its estimate here, whatever that is.
    brief : bool
        Whether all stands in one sentence after the other, and the smallest effects that would have been found as a
        range.
    """
    t, main = context.texts, moved[moved["respondents"] == moved["respondents"].iloc[0]]
    known = main[main["status"] == "estimated"]
    if known.empty:
        return [t("sentence.moved_none", why=t.both(sorted({reason(context, row) for row in records(main)})))]
    flagged = known["p_adjusted"] < context.alpha
    said = [t("sentence.moved_lead", waves=max(numbers(main, "waves")))]
    said += [_moved(context, row, "moved") for row in records(known[flagged])]
    found = known["exposure"].isin(findings)
    said += [_moved(context, row, "unmoved_finding") for row in records(known[~flagged & found])]
    if len(quiet := known[~flagged & ~found]):
        said.append(_unmoved(context, quiet, brief=brief))
    for why, rows in main[main["status"] != "estimated"].groupby("status", sort=False):
        said.append(t("sentence.moved_unknown", names=context.names(rows["exposure"]), why=t(f"status.{why}")))
    said += _respondents(context, moved)
    return [Markup(" ").join(said)] if brief else said


def _moved(context: Context, row: Mapping[str, Any], key: str) -> str:
    t = context.texts
    values = {"points": t.points(row["difference"]), "p": t.p(row["p_adjusted"])}
    values["size"] = _size(context, row["detectable_effect"])
    values |= {name: t.number(row[name]) for name in ("changing", "regions")}
    interval = t.span(t.bound, row["difference_low"], row["difference_high"])
    return t(f"sentence.{key}", name=context.short[row["exposure"]], interval=interval, **values)


def _unmoved(context: Context, quiet: pd.DataFrame, *, brief: bool) -> str:
    """The forms without detectable change on change, with what would have been found."""
    t, sizes = context.texts, numbers(quiet, "detectable_effect")
    if brief:
        return t("sentence.unmoved_brief", least=_size(context, min(sizes)), most=_size(context, max(sizes)))
    each = [
        _BRACKETS.format(context.short[row["exposure"]], _size(context, row["detectable_effect"]))
        for row in records(quiet)
    ]
    return t("sentence.unmoved", names=t.both(each))


def _size(context: Context, effect: float) -> str:
    """Smallest effect that would have been found, or that none would."""
    return context.texts.points(effect) if np.isfinite(effect) else context.texts("status.beyond")


def _respondents(context: Context, moved: pd.DataFrame) -> list[str]:
    """What is known of who answered, and what the regions do where that changed."""
    t, kinds = context.texts, moved["respondents"].unique()
    if kinds[0] == "unknown":
        return [t("sentence.respondents_unknown")]
    if len(kinds) == 1:
        return []
    found = moved[(moved["respondents"] == "all") & (moved["p_adjusted"] < context.alpha)]
    return [t("sentence.respondents_all", names=context.names(found["exposure"]) or t("status.never"))]
