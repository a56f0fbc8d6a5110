"""What cells of public files mean: codes of places, counts of which the small ones are hidden, years."""

import math
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

Count = tuple[int, int]
"""Least and most that a count can be."""
HIDDEN: Count = (1, 4)
_OTHER_PLACE = re.compile(r"(?:(?!GM|AM)[A-Z]{2}[0-9]{2,4}|nederland.*|totaal.*|total)", re.IGNORECASE)
PROFILES = ("BWI", "PIE", "MVI", "M&T", "MaT")
"""The technical profiles of vmbo; DP is intersectoral, TL has a sector and none."""
_LONG = {
    "bouwenwoneneninterieur": "BWI", "producereninstallerenenenergie": "PIE", "mediavormgevingenict": "MVI",
    "mobiliteitentransport": "M&T", "mt": "M&T", "maritiementechniek": "MaT", "mat": "MaT",
    "dienstverleningenproducten": "DP", "dp": "DP", "bwi": "BWI", "pie": "PIE", "mvi": "MVI",
}  # fmt: skip


def key(text: str) -> str:
    """Return the letters and digits of a text alone, in small letters without accents: how headers and names match."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def other_place(text: str) -> bool:
    """Whether a cell is a total, a province, the nation: a place that is no municipality or labour-market region."""
    return bool(_OTHER_PLACE.fullmatch(text))


def location(brin: str | None, text: str, *, bare: bool) -> str:
    """Return the six characters of a vestiging; `bare` where the file has its number alone.

    Raises
    ------
    ValueError
        It is none.
    """
    whole = text.upper()
    if bare and brin and re.fullmatch(r"[0-9]{1,2}", whole):
        whole = brin.upper() + whole.zfill(2)
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}[0-9]{2}", whole) or (brin and not whole.startswith(brin.upper())):
        raise ValueError("vestiging")
    return whole


def municipality(text: str) -> str:
    """Return a municipality as CBS codes it: ``GM0363``."""
    found = re.fullmatch(r"(?:GM)?([0-9]{1,4})(?:[.,]0)?", text, re.IGNORECASE)
    if not found or not int(found[1]):
        raise ValueError("municipality")
    return f"GM{found[1]:0>4}"


def named_year(text: str) -> int:
    """Return the first year that a text names: of ``2024JJ00``, ``2024*``, ``2024-2025``; 0 where it names none."""
    found = re.search(r"(?<![0-9])(?:19|20)[0-9][0-9](?![0-9])", text)
    return int(found[0]) if found else 0


def year(text: str) -> int:
    """Return the first year that a cell names."""
    if not (found := named_year(text)):
        raise ValueError("year")
    return found


def number(text: str, *, typed: bool = False) -> float:
    """Return a number with a point or a comma, missing where blank.

    ``1.234`` may be thousands, and is none unless the cell is `typed`; ``0.234`` is one.
    """
    if not text:
        return math.nan
    decimals = r"[0-9]{1,17}" if typed else r"(?:[0-9]{1,2}|[0-9]{4,17})"
    if not re.fullmatch(rf"[+-]?(?:0[.,][0-9]{{3}}|[0-9]{{1,15}}(?:[.,]{decimals})?)", text):
        raise ValueError("number")
    return float(text.replace(",", "."))


def count(small: str) -> Callable[[str], Count]:
    """Return how a count is read in an edition.

    Parameters
    ----------
    small : str
        How the edition shows 1 to 4 (see `sto_workbench.context.sources.Source`).
    """

    def read(text: str) -> Count:
        if small == "<5" and re.fullmatch(r"<\s*5", text):
            return HIDDEN
        found = re.fullmatch(r"([0-9]{1,9})(?:[.,]0{1,2})?", text)
        if not found:
            raise ValueError("count")
        exact = int(found[1])
        if small == "shown" or exact not in range(1, 5):
            return exact, exact
        if small == "4" and exact == 4:
            return HIDDEN
        raise ValueError("hidden")

    return read


def profile(text: str) -> str:
    """Return the code of a profile, of its full name too; whatever else as it is."""
    return _LONG.get(key(text), text)


def converters(small: str, *, typed: bool) -> dict[str, Callable[[str], Any]]:
    """Return how cells of a field are read; of fields that are not named here, as texts."""
    value = partial(number, typed=typed)
    return {"municipality": municipality, "year": year, "count": count(small), "value": value, "profile": profile}
