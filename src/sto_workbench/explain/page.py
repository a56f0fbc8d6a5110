"""The numbers of a page that name their result; the page can come from anywhere."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sto_analysis.errors import Problems, UnknownResult
from sto_workbench.explain.result import Explained, Results

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_ALONE = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_LONGEST = 200
"""Characters of a text of the page that are kept."""


@dataclass
class Printed:
    """A number as it stands on a page.

    Parameters
    ----------
    result, part : str
        What the page says that it is.
    value : str
        In full, as the page says; empty where it does not.
    line : int
        Of the file.
    heading, place : str
        The heading above it, and the id of the innermost element around it that has one.
    printed : str
        The text that a reader sees.
    """

    result: str
    part: str
    value: str
    line: int
    heading: str
    place: str
    printed: str = ""

    @property
    def asked(self) -> str:
        """The id with its part, as `Results.find` takes it."""
        return self.result if self.part == "value" else f"{self.result}:{self.part}"

    def agrees(self, result: Explained) -> bool | None:
        """Whether a result is the page's number, as far as the page has digits; None where it gives no value."""
        if not self.value:
            return None
        said, parts = [self.value], [self.part]
        if self.part == "interval":
            said, parts = self.value.split("/"), ["low", "high"]
        if result["unit"] == "text":
            return self.value == str(result["text"])
        return len(said) == len(parts) and all(map(_same, said, (result.get(part) for part in parts)))


def _same(said: str, stored: Any) -> bool:
    """Whether a number of the store is one that was written down, as far as that has digits."""
    try:
        number = Decimal(said)
        half = Decimal(5).scaleb(int(number.as_tuple().exponent) - 1)
        return isinstance(stored, float) and abs(Decimal(stored) - number) <= half * Decimal("1.000001")
    except (InvalidOperation, TypeError, ValueError):
        return said == str(stored)


class _Page(HTMLParser):
    """Collects the numbers of a page, and where each stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.numbers: list[Printed] = []
        self._around: list[tuple[str, str, Printed | None]] = []
        self._open: Counter[str] = Counter()
        self._heading, self._heads = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins; a heading begins anew."""
        if tag in _ALONE:
            return
        told = {name: value or "" for name, value in reversed(attrs)}
        _, place, number = self._around[-1] if self._around else ("", "", None)
        place = told.get("id", "")[:_LONGEST] or place
        if tag in _HEADINGS:
            self._heading, self._heads = "", self._heads + 1
        if named := told.get("data-result"):
            part, value = told.get("data-part") or "value", told.get("value", "")
            number = Printed(named, part, value[:_LONGEST], self.getpos()[0], self._heading.strip(), place)
            self.numbers.append(number)
        self._around.append((tag, place, number))
        self._open[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """Close what ends, and whatever is still open inside it."""
        while self._open[tag]:
            last, _, _ = self._around.pop()
            self._open[last] -= 1
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        """Keep the text of a heading and of a number."""
        if any(self._open[tag] for tag in _HEADINGS):
            self._heading = (self._heading + data)[:_LONGEST]
        number = self._around[-1][2] if self._around else None
        if number is not None:
            number.printed = " ".join((number.printed + data).split())[:_LONGEST]


def numbers(page: str) -> list[Printed]:
    """Find the numbers of a page that name their result, in order.

    Parameters
    ----------
    page : str
        HTML, which may be anything.
    """
    parser = _Page()
    parser.feed(page)
    parser.close()
    return parser.numbers


def wave_of(file: Path, known: Iterable[str]) -> str | None:
    """Tell which wave a page is about, by its name and its folders; None where they do not say.

    Parameters
    ----------
    file : Path
        The page.
    known : iterable of str
        Ids of waves.
    """
    parts = [*file.name.split("."), *(folder.name for folder in file.resolve().parents)]
    return next((part for part in parts if part in set(known)), None)


def explain_page(file: Path, results: Results) -> list[Explained]:
    """Explain all numbers of a page.

    Parameters
    ----------
    file : Path
        HTML, which may be anything.
    results : Results
        Of the wave that the page is about.

    Returns
    -------
    list of dict
        ``id``, ``part``, ``printed``, ``heading``, ``place``, ``line``, ``on_page`` (the value that the page gives),
        ``agrees`` (whether it is that of the store; None where the page gives none) and ``result`` (as `Results.tell`
        gives; None where the store has no such result).

    Raises
    ------
    Problems
        `UnknownResult` where no number of the page names a result.
    """
    found = numbers(file.read_text(encoding="utf-8", errors="replace"))
    if not found:
        todo = "Take a report that this version made: `sto run` makes it anew."
        raise Problems([UnknownResult("no number of this page names a result.", todo, file=file)])
    return [_explained(each, results) for each in found]


def _explained(number: Printed, results: Results) -> Explained:
    result = results.exactly(number.asked)
    agrees = number.agrees(result) if result else None
    said = {name: getattr(number, name) for name in ("part", "printed", "heading", "place", "line")}
    return {"id": number.result, **said, "on_page": number.value or None, "agrees": agrees, "result": result}
