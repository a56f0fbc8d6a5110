"""What stands out in a delivery, as sentences of the page of notebook 01."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sto_analysis.analysis.misplaced import Sign
from sto_analysis.report.context import Context

_COUNTED = {"shifted", "twins", "repeated", "fewer", "lost"}
"""Kinds of which the value is how many."""
_SHOWN = 8
"""Regions that are named."""


def item_names(context: Context, items: Sequence[str]) -> list[str]:
    """Name items with their question, for where several questions stand together."""
    codebook, t = context.codebook, context.plain
    concepts = {item: concept for question in _questions(context) for concept, item in codebook.asked(question).items()}
    labels = {item: codebook.items[item].label(context.language) for item in items}
    names = {item: context.short.get(concepts.get(item, ""), labels[item]) for item in items}
    asked = {item: t(f"question.{codebook.items[item].question}") for item in items}
    return [asked[item] if names[item] == asked[item] else f"{asked[item]} – {names[item]}" for item in items]


def _questions(context: Context) -> list[str]:
    return list(dict.fromkeys(item.question for item in context.codebook.items.values()))


def sign_sentences(context: Context, signs: Sequence[Sign], table: pd.DataFrame) -> list[str]:
    """Say what stands out, the gravest first; and how far each question goes with the wave before.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    signs : sequence of Sign
        As `signs` gives them.
    table : DataFrame
        As `agreements` gives it.
    """
    t = context.texts
    said = [sign_sentence(context, sign) for sign in blocks(signs)]
    means = table.groupby("question", sort=False)["with_earlier"].mean().dropna()
    each = t.both(f"{t(f'question.{name}')} {t.number(value, 2)}" for name, value in means.items())
    return [*(said or [t("came_in.nothing")]), t("came_in.along" if each else "came_in.alone", each=each)]


def sign_sentence(context: Context, sign: Sign) -> str:
    """Say one thing that stands out."""
    key = "came_in.moved_alone" if sign.kind == "moved" and sign.items else f"came_in.{sign.kind}"
    return context.texts(key, **_words(context, sign))


def blocks(signs: Sequence[Sign]) -> list[Sign]:
    """Put signs of copied items of the same two questions together, and those of reversed items of a question."""
    by: dict[tuple[str, ...], Sign] = {}
    for place, sign in enumerate(signs):
        key = (sign.kind, sign.question) if sign.kind in {"copied", "reversed"} else (str(place),)
        known = by.get(key)
        by[key] = Sign(sign.kind, sign.question, (*known.items, *sign.items), sign.value) if known else sign
    return list(by.values())


def _words(context: Context, sign: Sign) -> Mapping[str, object]:
    t, items = context.texts, sign.items
    pairs = (items[::2], items[1::2]) if sign.kind == "copied" else (items, ())
    names, others = (t.both(_named(context, each)) for each in pairs)
    value = t.number(abs(sign.value)) if sign.kind in _COUNTED else t.number(sign.value, 2)
    if sign.kind == "unused":
        levels = context.codebook.scales[context.codebook.questions[sign.question].scale].levels
        value = levels[int(sign.value)].label(context.language)
    question = t(f"question.{sign.question}") if sign.question else t("came_in.all")
    return {"question": question, "names": names, "others": others, "value": value}


def _named(context: Context, names: Sequence[str]) -> list[str]:
    """Names of items; of context variables; or ids of regions."""
    asked = set(names) <= context.codebook.items.keys()
    if asked:
        return item_names(context, names)
    told = [context.short.get(name, name) for name in names]
    return [*told[:_SHOWN], "…"] if len(told) > _SHOWN else told
