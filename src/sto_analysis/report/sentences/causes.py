"""What else could explain a finding."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from sto_analysis.report.context import Context
from sto_analysis.report.rows import reason, records

_MANY = 10
"""So many times as strong as the benchmark, and more, is not told more exactly."""


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
    edge = "tipping_interval" if row["robustness_interval"] else "tipping_no_interval"
    said = [
        t("sentence.tipping", name=name, share=t.percent(row["robustness"])),
        t(f"sentence.{edge}", share=t.percent(row["robustness_interval"])),
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
    return t(f"sentence.{key}", times=t.number(times, 1), many=_MANY, **values)
