"""Texts and formats of the published reports, in Dutch and English."""

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.errors import MissingText
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.scales import Language
from sto_analysis.provenance import read
from sto_analysis.report.plain import ours

DASH = "–"
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


class Texts:
    """Sentences and formats of one language.

    Parameters
    ----------
    language : {"nl", "en"}
        Which.
    alpha : float
        Level of the tests: no p is rounded over it.
    """

    def __init__(self, language: Language, alpha: float = 0.05) -> None:
        self.language, self.alpha = language, alpha
        self._texts = catalogue(language)

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
        if any(isinstance(value, Markup) for value in values.values()):
            template = Markup(escape(template))  # else what is ours in the values would be shown as it is written
        try:
            return template.format(**values)
        except KeyError as missing:
            what = f"the text {key!r} has a placeholder {missing}, and nobody gives it a value."
            raise MissingText(what, "Give it where the text is used, or take it out of nl.yaml and en.yaml.") from None

    def number(self, value: float, digits: int = 0) -> str:
        """Format a number, rounded half up: ``1.234,5`` in Dutch; a dash when missing."""
        if not np.isfinite(value):
            return DASH
        form = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round_half_up(value, digits) or 0.0  # no minus before a rounded zero
        return format_decimal(rounded, format=form, locale=self.language).replace("-", "−")

    def percent(self, share: float, digits: int = 0) -> str:
        """Format a proportion as a percentage: ``43%``."""
        return DASH if not np.isfinite(share) else f"{self.number(100 * share, digits)}%"

    def points(self, difference: float) -> str:
        """Format a difference of proportions in percentage points, with its sign."""
        if not np.isfinite(difference):
            return DASH
        return self._signed(100 * difference, 0)

    def bound(self, difference: float) -> str:
        """Format an end of an interval of differences as `points` does, with decimals where that rounds to 0."""
        if not np.isfinite(difference):
            return DASH
        return self._signed(100 * difference, _on_its_side(100 * difference, 0, 0))

    def _signed(self, value: float, digits: int) -> str:
        rounded = self.number(value, digits)
        return rounded if rounded.startswith("−") or rounded == "0" else f"+{rounded}"

    def p(self, value: float) -> str:
        """Format a p-value with three decimals, more where it would be rounded to the level; ``<0,001`` below that."""
        if value < (least := min(0.001, self.alpha)):
            return f"<{self.number(least, _decimals(least))}"
        return self.number(value, _on_its_side(value, 3, self.alpha))

    def ratio(self, value: float) -> str:
        """Format an odds ratio: two figures below 1, three above with at most two decimals; none is rounded to 1.

        Beyond 10,000 to one either way only that is said.
        """
        if not np.isfinite(value):
            return DASH
        if value > _BEYOND or value < 1 / _BEYOND:
            return f">{self.number(_BEYOND)}" if value > 1 else f"<{self.number(1 / _BEYOND, 4)}"
        digits = (
            max(0, 2 - int(np.floor(np.log10(max(value, 1))))) if value >= 1 else 1 - int(np.floor(np.log10(value)))
        )
        return self.number(value, _on_its_side(value, digits, 1))

    @property
    def level(self) -> str:
        """The level of the tests as it is printed."""
        return self.number(self.alpha, max(2, _decimals(self.alpha)))

    def date(self, day: datetime.date) -> str:
        """Format a day in words: ``1 maart 2024``."""
        return format_date(day, "long", locale=self.language)

    def interval(self, low: str, high: str) -> str:
        """Join two formatted bounds to one cell: ``35% tot 51%``; equal bounds are printed once."""
        if low == high:
            return low
        return DASH if DASH in (low, high) else self("format.interval", low=low, high=high)

    def span(self, form: Callable[[float], str], low: float, high: float) -> str:
        """Format two bounds and join them, as `interval` does."""
        return self.interval(form(low), form(high))

    def ratios(self, low: float, high: float) -> str:
        """Format two odds ratios and join them, as `interval` does."""
        return self.span(self.ratio, low, high)

    def numbers(self, low: float, high: float, digits: int) -> str:
        """Format two numbers and join them, as `interval` does."""
        return self.interval(self.number(low, digits), self.number(high, digits))

    def both(self, items: Iterable[str]) -> str:
        """List items in words: ``a, b en c``; markup when one of them is."""
        listed = list(items)
        if any(isinstance(item, Markup) for item in listed):
            return Markup(format_list([str(escape(item)) for item in listed], locale=self.language))
        return format_list(listed, locale=self.language)
