"""Which answers a result can come of, as far as reads.yaml beside this file tells."""

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sto_workbench.compare.inputs import Cause

EVERYTHING = ("*:*", "*:context:*")
"""Patterns of what every cell matches."""
_CONTEXT = "context:"
_OF_ITEM = ("answers", "context")
_OF_REGION = {"came": "", "left": "", "order": "", "asked": _CONTEXT, "not_asked": _CONTEXT}


@cache
def _declared() -> dict[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))


def patterns(table: str, statistic: str, labels: str, wave: str) -> tuple[str, ...]:
    """Tell which cells a result comes of.

    Parameters
    ----------
    table, statistic, labels, wave : str
        Of its row in the store; labels as JSON.

    Returns
    -------
    tuple of str
        Patterns ``wave:item`` and ``wave:context:variable``; `EVERYTHING` where nobody knows.
    """
    declared = _declared().get(table)
    if declared is None or statistic in declared.get("all", ()):
        return EVERYTHING
    try:
        told = {str(key): str(value) for key, value in json.loads(labels).items()}
        found = declared["rows"] if "rows" in declared else declared[told[declared["by"]]]
        filled = [each.format(**told) for each in (*found, *declared.get("also", {}).get(statistic, ()))]
    except (ValueError, KeyError, AttributeError, IndexError):
        return EVERYTHING
    return tuple(each if _names_wave(each) else f"{wave}:{each}" for each in filled)


def _names_wave(pattern: str) -> bool:
    return ":" in pattern.removeprefix(_CONTEXT)


def comes_of(cause: Cause, found: tuple[str, ...]) -> bool:
    """Whether a difference of answers or contexts is among what some patterns name; any other difference is."""
    if cause.kind in _OF_ITEM:
        cell = f"{cause.where}:{_CONTEXT if cause.kind == 'context' else ''}{cause.what}"
        return any(fnmatchcase(cell, each) for each in found)
    if cause.kind in _OF_REGION:
        return any(fnmatchcase(cause.where, each.split(":")[0]) for each in found)
    return True


def overlap(about: Iterable[str], found: tuple[str, ...]) -> bool:
    """Whether a setting that is about some items only (patterns; none: about all) is about what some patterns name."""
    items = list(about)
    return not items or any(_meet(item, each.split(":", 1)[1]) for item in items for each in found)


def _meet(one: str, other: str) -> bool:
    return fnmatchcase(one, other) or fnmatchcase(other, one)


def touches(cause: Cause, about: Iterable[str], found: tuple[str, ...]) -> bool:
    """Whether a difference is about any of the cells that a result comes of (see `comes_of`, `overlap`)."""
    return comes_of(cause, found) and overlap(about, found)
