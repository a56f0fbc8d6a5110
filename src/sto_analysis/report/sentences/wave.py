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
    """Say on which aspects the paired change is detectable after Holm, and in which direction each went."""
    t, detected, said = context.texts, change[change["p_holm"] < context.alpha], []
    for way, went in (("rose", detected["difference"] > 0), ("fell", detected["difference"] < 0)):
        if went.any():
            names = context.names(detected.loc[went, "item"])
            said.append(t(f"sentence.{way}", alpha=context.level, count=len(change), names=names))
    return said or [t("sentence.not_changed", alpha=context.level, count=len(change))]
