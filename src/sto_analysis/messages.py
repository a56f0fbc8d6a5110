"""What the compendium tells whoever works with it: sentences of `messages.yaml`, in English or Dutch."""

from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from sto_analysis import errors
from sto_analysis.errors import Problem

LANGUAGE: ContextVar[Literal["nl", "en"]] = ContextVar("language", default="en")
"""Of what is told; the command line sets it, and nothing else: what notebooks show does not depend on the machine."""
_PLACE = ("file", "sheet", "line", "row", "column", "value", "expected")


def say(name: str, /, **values: object) -> str:
    """Return a sentence.

    Parameters
    ----------
    name : str
        Its place in the catalogue: ``printed.note``.
    **values : object
        What it names in braces; shown as they are, never read as a template.
    """
    return str(_at(name)[LANGUAGE.get()]).format(**values)


def problem(name: str, /, **values: Any) -> Problem:
    """Make a problem of the catalogue.

    Parameters
    ----------
    name : str
        Its place there: ``check.unknown_answer``; ``kind`` names a class of `sto_analysis.errors`.
    **values : Any
        What its sentences name in braces, and where it is: the fields of a `Problem` of the same names.
    """
    told, language = _at(name), LANGUAGE.get()
    parts: dict[str, Any] = {
        part: str(told[part][language]).format(**values) for part in ("what", "todo", "expected") if part in told
    }
    place: dict[str, Any] = {key: values[key] for key in _PLACE if values.get(key) is not None}
    kind: type[Problem] = getattr(errors, told["kind"])
    return kind(**(place | parts), name=name)


def _at(name: str) -> dict[str, Any]:
    section, _, key = name.partition(".")
    return _catalogue()[section][key]


@cache
def _catalogue() -> dict[str, dict[str, dict[str, Any]]]:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, Any]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return sections
