"""Texts and formats of the published reports, in Dutch and English."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.errors import MissingText
from sto_analysis.known import Known, Source, Told
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.scales import Language
from sto_analysis.provenance import read
from sto_analysis.report.plain import ours, plain

DASH = "–"
MARK = "·"
"""Where a number would stand that a release does not show."""
_MOST_DECIMALS = 12
_BEYOND = 10_000
"""Odds ratio beyond which its digits say nothing."""


def catalogue(language: Language) -> dict[str, str]:
    """Read the texts of a language: dotted key → template.

    Parameters
    ----------
    language : {"nl", "en"}
        The catalogue beside this module.
    """
    return _parsed(read(Path(__file__).with_name(f"{language}.yaml")))


@cache
def _parsed(path: Path) -> dict[str, str]:
    text = path.read_text(encoding="utf-8")
    return {key: ours(template) for key, template in _flat(parse_yaml(text), "")}


def _flat(tree: dict[str, object], prefix: str) -> Iterable[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value).strip()


def _decimals(value: float) -> int:
    """Decimals of a number as it is written."""
    return max(0, -int(Decimal(repr(float(value))).normalize().as_tuple().exponent))


def _on_its_side(value: float, digits: int, edge: float) -> int:
    """Decimals, at least `digits`, at which a number is not rounded to an edge or over it."""
    while value != edge and digits < _MOST_DECIMALS and (round_half_up(value, digits) - edge) * (value - edge) <= 0:
        digits += 1
    return digits


def constants() -> dict[str, tuple[float, str]]:
    """Numbers of the texts that are no results: name → value, and as it is printed (with a point)."""
    return _constants(read(Path(__file__).with_name("constants.yaml")))


@cache
def _constants(path: Path) -> dict[str, tuple[float, str]]:
    found: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
    return {name: (float(said["value"]), str(said["printed"])) for name, said in found.items()}


class _Constants:
    """Constants as attributes, for the placeholders ``{c.name}`` of the texts."""

    def __init__(self, texts: "Texts") -> None:
        self._texts = texts

    def __getattr__(self, name: str) -> str:
        return self._texts.constant(name)


class Texts:
    """Sentences and formats of one language.

    Parameters
    ----------
    language : {"nl", "en"}
        Which.
    alpha : float
        Level of the tests: no p is rounded over it.
    marked : bool
        Whether a number that knows its source is markup that says it; in a figure nothing is.

    Attributes
    ----------
    used : dict
        Id → source of every result that was formatted.
    """

    def __init__(self, language: Language, alpha: float = 0.05, *, marked: bool = True) -> None:
        self.language, self.alpha, self.used = language, alpha, dict[str, Source]()
        self._texts, self._marked = catalogue(language), marked
        self._locale = {"en": "en_GB"}.get(language, language)

    def __contains__(self, key: str) -> bool:
        """Whether the catalogue has a text under `key`."""
        return key in self._texts

    def __call__(self, key: str, **values: object) -> str:
        """Return the text under `key`, its placeholders filled.

        Raises
        ------
        MissingText
            When the catalogue has no such text, or a placeholder has no value.
        """
        if key not in self:
            raise MissingText(f"no text {key!r}.", "Add it to nl.yaml and en.yaml of sto_analysis/report.")
        template = self._texts[key]
        values = {name: self._filled(value) for name, value in values.items()}
        if "{c." in template:
            values["c"] = _Constants(self)
            template = Markup(escape(template)) if self._marked else template
        if any(isinstance(value, Markup) for value in values.values()):
            template = Markup(escape(template))  # else what is ours in the values would be shown as it is written
        try:
            return template.format(**values)
        except KeyError as missing:
            what = f"the text {key!r} has a placeholder {missing}, and nobody gives it a value."
            raise MissingText(what, "Give it where the text is used, or take it out of nl.yaml and en.yaml.") from None

    def _filled(self, value: object) -> object:
        if isinstance(value, Known):
            return self.number(value)
        return self.told(value) if isinstance(value, Told) else value

    def told(self, text: Told) -> str:
        """A printed text that is a result."""
        return self._mark(text, str(text))

    def _mark(self, value: object, text: str) -> str:
        """The text of a number, as markup that says which result it is, where it knows."""
        source = getattr(value, "source", None)
        if source is not None and source.withheld:
            return MARK
        if source is None or not self._marked or text == DASH:
            return text
        kind = "result" if source.table else "constant"
        if source.table:
            self.used[source.id] = source
        part = "" if source.part == "value" else Markup(' data-part="{}"').format(source.part)
        given = f"{value:.4g}" if isinstance(value, float) else value
        return Markup('<data value="{}" data-{}="{}"{}>{}</data>').format(given, kind, source.id, part, text)

    def number(self, value: float, digits: int = 0) -> str:
        """Format a number, rounded half up: ``1.234,5`` in Dutch; a dash when missing."""
        return self._mark(value, self._number(value, digits))

    def _number(self, value: float, digits: int) -> str:
        if not np.isfinite(value):
            return DASH
        form = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round_half_up(value, digits) or 0.0  # no minus before a rounded zero
        return format_decimal(rounded, format=form, locale=self._locale).replace("-", "−")

    def percent(self, share: float, digits: int = 0) -> str:
        """Format a proportion as a percentage: ``43%``."""
        return self._mark(share, f"{self._number(100 * share, digits)}%" if np.isfinite(share) else DASH)

    def hundred(self, share: float) -> str:
        """Format a proportion as so many of a hundred, or a difference of proportions in points, without its sign."""
        return self._mark(share, self._number(100 * share, 0))

    def points(self, difference: float) -> str:
        """Format a difference of proportions in percentage points, with its sign."""
        return self._mark(difference, self._signed(100 * difference, 0))

    def bound(self, difference: float) -> str:
        """Format an end of an interval of differences as `points` does, with decimals where that rounds to 0."""
        digits = _on_its_side(100 * difference, 0, 0) if np.isfinite(difference) else 0
        return self._mark(difference, self._signed(100 * difference, digits))

    def _signed(self, value: float, digits: int) -> str:
        rounded = self._number(value, digits)
        return rounded if rounded.startswith("−") or rounded in ("0", DASH) else f"+{rounded}"

    def p(self, value: float) -> str:
        """Format a p-value with three decimals, more where it would be rounded to the level; ``<0,001`` below that."""
        if value < (least := min(0.001, self.alpha)):
            return self._mark(value, f"<{self._number(least, _decimals(least))}")
        return self._mark(value, self._number(value, _on_its_side(value, 3, self.alpha)))

    def ratio(self, value: float) -> str:
        """Format an odds ratio: two figures below 1, three above with at most two decimals; none is rounded to 1.

        Beyond 10,000 to one either way only that is said.
        """
        if not np.isfinite(value):
            return self._mark(value, DASH)
        if value > _BEYOND or value < 1 / _BEYOND:
            edge = f">{self._number(_BEYOND, 0)}" if value > 1 else f"<{self._number(1 / _BEYOND, 4)}"
            return self._mark(value, edge)
        digits = (
            max(0, 2 - int(np.floor(np.log10(max(value, 1))))) if value >= 1 else 1 - int(np.floor(np.log10(value)))
        )
        return self._mark(value, self._number(value, _on_its_side(value, digits, 1)))

    @property
    def level(self) -> str:
        """The level of the tests as it is printed."""
        return self.number(Known(self.alpha, Source("alpha")), max(2, _decimals(self.alpha)))

    def constant(self, name: str) -> str:
        """A declared constant as it is printed (see constants.yaml)."""
        value, printed = constants()[name]
        return self._mark(Known(value, Source(name)), printed.replace(".", self._number(0.5, 1)[1]))

    def date(self, day: datetime.date) -> str:
        """Format a day in words: ``1 maart 2024``."""
        return format_date(day, "long", locale=self._locale)

    def interval(self, low: str, high: str) -> str:
        """Join two formatted bounds to one cell: ``35% tot 51%``; equal bounds are printed once."""
        if plain(low) == plain(high):
            return low
        missing = next((each for each in (MARK, DASH) if each in (low, high)), None)
        return missing or self("format.interval", low=low, high=high)

    def span(self, form: Callable[[float], str], low: float, high: float) -> str:
        """Format two bounds and join them, as `interval` does; those of one result are one number of the page."""
        told = self.interval(form(low), form(high))
        if not isinstance(low, Known) or not isinstance(high, Known):
            return told
        if (low.source.part, high.source) != ("low", replace(low.source, part="high")):
            return told
        return self._mark(Told(f"{low:.4g}/{high:.4g}", replace(low.source, part="interval")), plain(told))

    def ratios(self, low: float, high: float) -> str:
        """Format two odds ratios and join them, as `interval` does."""
        return self.span(self.ratio, low, high)

    def numbers(self, low: float, high: float, digits: int) -> str:
        """Format two numbers and join them, as `interval` does."""
        return self.span(lambda value: self.number(value, digits), low, high)

    def both(self, items: Iterable[str]) -> str:
        """List items in words: ``a, b en c``; markup when one of them is."""
        listed = list(items)
        if any(isinstance(item, Markup) for item in listed):
            return Markup(format_list([str(escape(item)) for item in listed], locale=self._locale))
        return format_list(listed, locale=self._locale)
