"""Who answered, and what changed."""

from collections.abc import Mapping

import pandas as pd

from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.language import Texts


def fieldwork_sentence(texts: Texts, fieldwork: Fieldwork | None) -> str:
    """When the questionnaire was open, or that nobody wrote it down."""
    if fieldwork is None:
        return texts("sentence.no_fieldwork")
    return texts("sentence.fieldwork", start=texts.date(fieldwork.start), end=texts.date(fieldwork.end))


def response_sentence(texts: Texts, labels: Mapping[str, str], response: pd.DataFrame, alpha: float) -> str:
    """Say whether answering regions differ from silent ones in context; `response` is what `compare_response` gave."""
    known = response.dropna(subset="p_adjusted").reset_index(drop=True)
    if known.empty:
        return texts("sentence.response_unknown")
    differing = known.loc[known["p_adjusted"] < alpha, "variable"]
    largest = known.iloc[int(known["difference"].abs().fillna(0).argmax())]
    return texts(
        "sentence.response_differs" if len(differing) else "sentence.response_alike",
        names=texts.both(labels[name] for name in differing),
        name=labels[str(largest["variable"])],
        size=texts.number(float(largest["difference"]), 2),
        p=texts.p(float(largest["p_adjusted"])),
    )


def change_sentences(texts: Texts, labels: Mapping[str, str], change: pd.DataFrame, alpha: float) -> list[str]:
    """Say on which aspects the paired change is detectable, per aspect and after Holm."""
    found = [labels[item] for item in change.loc[change["p"] < alpha, "item"]]
    if not found:
        return [texts("sentence.not_changed", alpha=texts.number(alpha, 2))]
    left = [labels[item] for item in change.loc[change["p_holm"] < alpha, "item"]]
    return [
        texts("sentence.changed", alpha=texts.number(alpha, 2), names=texts.both(found)),
        texts("sentence.changed_holm", count=len(change), names=texts.both(left) or texts("status.none")),
    ]
