"""A cell of a table of a page as a spreadsheet has it: a number with a format, or a text."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sto_analysis.report.language import DASH
from sto_workbench.pages.exhibits import ATTRIBUTE, NUMBER, numbers, words

_PRINTED = re.compile(r"[-−+]?\d[\d.,\u202f\u00a0]*\d%?|[-−+]?\d%?")


@dataclass(frozen=True)
class Celled:
    """A value and its number format; a text has none."""

    value: float | str
    form: str = ""


def celled(html: str, mark: str) -> list[Celled]:
    """Take a cell over: two values for an interval, else one.

    Parameters
    ----------
    html : str
        Inside of the cell.
    mark : str
        Decimal mark of the page.
    """
    shown = words(html)
    found = [part for each in NUMBER.findall(html) for part in numbers(dict(ATTRIBUTE.findall(each)))]
    values, printed = [value for *_, value in found if math.isfinite(value)], _PRINTED.findall(shown)
    if [part for _, part, _ in found] == ["low", "high"] and len(values) == len(found) and printed:
        return [_number(value, each, mark) for value, each in zip(values, (printed[0], printed[-1]), strict=True)]
    if len(values) == len(found) == 1:
        return [_number(values[0], shown, mark)]
    if not values and printed == [shown]:
        return [_number(_read(shown, mark), shown, mark)]
    return [Celled(shown)]


def columns(cells: Sequence[list[Celled]]) -> list[list[Celled]]:
    """A column of cells as one, or, where it holds intervals and what has no value, as two."""
    if all(len(cell) == 2 or cell[0].value in ("", DASH) for cell in cells) and any(len(cell) == 2 for cell in cells):
        return [[cell[0] for cell in cells], [cell[-1] for cell in cells]]
    return [[cell[0] if len(cell) == 1 else _joined(cell) for cell in cells]]


def _joined(cell: Sequence[Celled]) -> Celled:
    return Celled(" – ".join(f"{each.value:g}" for each in cell))


def _number(value: float, shown: str, mark: str) -> Celled:
    """A number that looks as it is printed: in hundredths where the page prints it so, its shares as per cent."""
    if not _PRINTED.fullmatch(shown):
        return Celled(value, '"{}"'.format(shown.replace('"', "")))  # such as <0,001
    told, digits = _read(shown, mark), len(shown.rstrip("%").partition(mark)[2])
    form = ("#,##0" if abs(told) >= 1000 else "0") + ("." + "0" * digits if digits else "")
    if shown.endswith("%"):
        return Celled(value, f"{form}%")
    if shown[0] == "+" or (shown[0] in "-−" and abs(told) > abs(value) + 1):
        form = f"+{form};-{form};{form}"
    for times in (1, 100):
        if abs(times * value - told) <= 0.5 * 10**-digits + 1e-3 * abs(told):
            return Celled(told if times == 1 and not digits else times * value, form)
    return Celled(value, f'"{shown}"')


def _read(shown: str, mark: str) -> float:
    """The number that a text prints."""
    whole, _, part = shown.rstrip("%").replace("−", "-").partition(mark)
    value = float(f"{re.sub('[^0-9+-]', '', whole)}.{part or 0}")
    return value / 100 if shown.endswith("%") else value
