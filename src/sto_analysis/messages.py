"""What the compendium tells whoever works with it: sentences of `messages.yaml`, in English or Dutch."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import yaml

from sto_analysis import errors
from sto_analysis.errors import Problem

LANGUAGE: ContextVar[Literal["nl", "en"]] = ContextVar("language", default="en")
"""Of what is told; the command line sets it, and nothing else: what notebooks show does not depend on the machine."""
opened: Callable[[Path], Path] = Path
"""What hears that the catalogue is read; `sto_analysis.provenance`, which tells problems too, puts its own here."""
_PLACE = ("file", "sheet", "line", "row", "column", "value", "expected")


class _Fill(Formatter):
    """Thousands, where a sentence asks for them (``{count:,}``), as the language marks them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return text.replace(",", ".") if format_spec == "," and LANGUAGE.get() == "nl" else text


_FILL = _Fill()


def say(name: str, /, **values: object) -> str:
    """Return a sentence.

    Parameters
    ----------
    name : str
        Its place in the catalogue: ``printed.note``.
    **values : object
        What it names in braces; shown as they are, never read as a template.
    """
    return _FILL.vformat(str(_at(name)[LANGUAGE.get()]), (), values)


def rank(name: str) -> int:
    """Return how many sentences of its section stand before a sentence: kinds of problems are told in this order."""
    section, _, key = name.partition(".")
    return list(_catalogue()[section]).index(key)


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
        part: _FILL.vformat(str(told[part][language]), (), values)
        for part in ("what", "todo", "expected")
        if part in told
    }
    place: dict[str, Any] = {key: values[key] for key in _PLACE if values.get(key) is not None}
    kind: type[Problem] = getattr(errors, told["kind"])
    return kind(parts.pop("what"), parts.pop("todo"), **(place | parts), name=name)  # by place: it can be pickled


def _at(name: str) -> dict[str, Any]:
    section, _, key = name.partition(".")
    return _catalogue()[section][key]


def _catalogue() -> dict[str, dict[str, dict[str, Any]]]:
    return parsed(opened(Path(__file__).with_suffix(".yaml")))


@cache
def parsed(path: Path) -> dict[str, Any]:
    """Read a YAML file of ours, once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick where it is built
    return dict(yaml.load(path.read_text(encoding="utf-8"), loader))
