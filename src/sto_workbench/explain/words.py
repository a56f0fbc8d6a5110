"""A result in words, and its numbers as they are published."""

import json
import math
from collections.abc import Mapping
from typing import Any

from sto_analysis.declared import PARTS
from sto_analysis.report.context import Context
from sto_analysis.report.language import DASH, Texts
from sto_analysis.report.panels import described

_HIDDEN = ("status", "alias", "joint_status", "joint_alias", "extremes", "tested")
"""Labels that say how it went, not what is counted."""


def meaning(row: Mapping[Any, Any], context: Context) -> str:
    """Say in words what a result is: the text of the catalogue, else its statistic and what it is of.

    Parameters
    ----------
    row : dict
        Of the store.
    context : Context
        Has the texts, and names the concepts.
    """
    labels, table = json.loads(row["labels"]), str(row["table"]).partition(".")[0]
    if f"result.{table}.{row['statistic']}" in context.texts:
        return described(context, row)
    named = {name: _named(name, value, context) for name, value in labels.items()}
    known = [name for name, told in named.items() if told != DASH and name not in _HIDDEN]
    told = ", ".join(f"{name.replace('_', ' ')} {named[name]}" for name in known)
    return f"{row['statistic'].replace('_', ' ')} ({table.replace('_', ' ')}): {told or 'the whole table'}"


def _named(label: str, value: Any, context: Context) -> str:
    told = f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
    if (key := f"{label}.{told}") in context.texts:
        return context.texts(key)
    return context.full.get(told, told) or DASH


def method(key: str, texts: Texts) -> str:
    """Say in a sentence how results of a method are computed; the key where the catalogue has no text."""
    return texts(f"method.{key}") if f"method.{key}" in texts else key.replace("_", " ")


def published(row: Mapping[Any, Any], texts: Texts) -> dict[str, str | None]:
    """Format the numbers of a result as the reports print them.

    Parameters
    ----------
    row : dict
        Of the store.
    texts : Texts
        Formats of a language.

    Returns
    -------
    dict
        Part (value, low, high, n) → its text; None where there is no number.
    """
    told = {part: None if math.isnan(row[part]) else _printed(row, part, texts) for part in PARTS}
    return told | ({"value": str(row["text"])} if row["unit"] == "text" else {})


def _printed(row: Mapping[Any, Any], part: str, texts: Texts) -> str:
    value, unit = float(row[part]), row["unit"]
    if row["statistic"] == "seed" and part == "value":
        return f"{value:.0f}"
    if part == "n" or unit in ("count", "number", "log odds"):
        return texts.number(value, 0 if value.is_integer() else 4 if unit == "log odds" and part != "n" else 2)
    forms: dict[str, Any] = {"share": texts.percent, "ratio": texts.ratio, "p": texts.p}
    forms["difference"] = texts.points if part == "value" else texts.bound
    text = str(forms.get(unit, repr)(value))
    return f"{text} percentage points" if unit == "difference" and text != DASH else text
