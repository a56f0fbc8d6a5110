"""Who answered, and what changed."""

import pandas as pd

from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.context import Context
from sto_analysis.report.rows import records


def fieldwork_sentence(context: Context, fieldwork: Fieldwork | None) -> str:
    """When the questionnaire was open, or that nobody wrote it down."""
    t = context.texts
    if fieldwork is None:
        return t("sentence.no_fieldwork")
    return t("sentence.fieldwork", start=t.date(fieldwork.start), end=t.date(fieldwork.end))


def response_sentence(context: Context, response: pd.DataFrame) -> str:
    """Say whether answering regions differ from silent ones in context; `response` is what `compare_response` gave."""
    t, known = context.texts, response.dropna(subset="p_adjusted")
    if known.empty:
        return t("sentence.response_unknown")
    differing = context.names(known.loc[known["p_adjusted"] < context.alpha, "variable"])
    largest = records(known)[int(known["difference"].abs().fillna(0).argmax())]
    name, size, p = context.short[largest["variable"]], t.number(largest["difference"], 2), t.p(largest["p_adjusted"])
    key = "sentence.response_differs" if differing else "sentence.response_alike"
    return t(key, names=differing, name=name, size=size, p=p)


def change_sentences(context: Context, change: pd.DataFrame) -> list[str]:
    """Say on which aspects the paired change is detectable, per aspect and after Holm."""
    t = context.texts
    found, left = (context.names(change.loc[change[p] < context.alpha, "item"]) for p in ("p", "p_holm"))
    if not found:
        return [t("sentence.not_changed", alpha=context.level)]
    return [
        t("sentence.changed", alpha=context.level, names=found),
        t("sentence.changed_holm", count=len(change), names=left or t("status.none")),
    ]
