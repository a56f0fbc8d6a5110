"""What a rendered page shows, read back: its exhibits with their numbers, and what its cells say."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

_UNSEEN = {"hidden", "panel"}
_ASIDE = {"boxed", "panel", "synthetic", "confidential", "files"}
_LISTS = {"ul", "ol"}  # within an entry of a list: their entries are read by themselves
_FIRST = re.compile(r"(?<=[.:;?]) ")
_STAMP = re.compile(r"\s*SYNTHETIC \([^)]*\)\.?")
Runs = list[tuple[str, bool]]
"""A paragraph: its parts, and whether each is bold."""


@dataclass(frozen=True)
class Around:
    """What stands around the content of a slide: above it, below it, and in its notes."""

    title: str
    subject: str = ""
    source: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Number:
    """A number of a page: the result that it is, the part of it, its value (an interval has two), how it is printed."""

    result: str
    part: str
    value: str
    shown: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what is seen, and the numbers in it."""

    text: str
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Stage:
    """A stage of a chain: its name, its points, and what was found where it stands."""

    name: str
    points: list[Runs]
    found: list[Runs]


@dataclass(frozen=True)
class Seen:
    """An exhibit of a page.

    Parameters
    ----------
    finding, subject, caption, source : str
        Its title; what it shows in a few words; all that stands under it; where it comes from.
    printed : frozenset of str
        Numbers in the title as they are printed.
    alt, picture : str
        Description and address of its picture; empty for a table.
    heads : tuple of str
        Of the columns.
    rows : tuple of tuple of Cell
        The first cell of each names it.
    """

    finding: str
    subject: str
    caption: str
    source: str
    printed: frozenset[str]
    alt: str
    picture: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def results(self) -> list[str]:
        """Ids of its numbers, each once."""
        return list(dict.fromkeys(number.result for row in self.rows for cell in row for number in cell.numbers))


def seen(page: BeautifulSoup, kind: Literal["figure", "table"], name: str) -> Seen | None:
    """Read an exhibit.

    Parameters
    ----------
    page : BeautifulSoup
        A rendered page.
    kind, name : str
        As the notebook gave them: ``page.figure("yields", ...)``.

    Returns
    -------
    Seen or None
        None where the page does not show it.
    """
    of = {"figure": "figure", "table": ".boxed"}[kind]
    found = page.select_one(f'{of}[data-exhibit="{name}"]')
    if found is None:
        return None
    caption = _STAMP.sub("", words(found.select_one("figcaption, caption"), ("name", "source")))
    note = words(found.select_one(".note"), ("source",))
    heads, *rows = [row.find_all(["th", "td"]) for row in found.select("table")[0].find_all("tr")]
    title, picture = found.select_one(".finding"), found.select_one(".picture img")
    return Seen(
        finding=words(title),
        subject=_FIRST.split(caption)[0].rstrip(".:;"),
        caption=" ".join(filter(None, (caption, note))),
        source=words(found.select_one(".source")),
        printed=frozenset(words(number) for number in (title.find_all("data") if title else ())),
        alt=str(picture["alt"]) if picture else "",
        picture=str(picture["src"]) if picture else "",
        heads=tuple(words(head) for head in heads),
        rows=tuple(tuple(map(_cell, row)) for row in rows),
    )


def stages(page: BeautifulSoup, name: str) -> tuple[list[Stage], list[Runs]]:
    """Read a chain of stages that the page shows as words, and what stands beside it; nothing where it shows none."""
    figure = page.select_one(f'figure[data-exhibit="{name}"]')
    found = [
        Stage(
            words(each.select_one(".head"), ("number",)),
            [paragraph(point) for point in each.select(".points > li")],
            [paragraph(said) for said in each.select(".found > li")],
        )
        for each in (figure.select(".theory:not(.said) .stage") if figure else ())
    ]
    beside = figure.select_one(".context") if figure else None
    if beside is None:
        return found, []
    points = "; ".join(words(point) for point in beside.select(".points > li"))
    return found, [[(f"{words(beside.select_one('.head'))}: ", True), (f"{points}.", False)]]


def groups(page: BeautifulSoup, name: str) -> list[Stage]:
    """Read what a source says in groups, each entry with what was found about it; nothing where the page shows none."""
    return [
        Stage(
            words(each.select_one(".head")).rstrip(":"),
            [_with_found(entry) for entry in each.select(".stage > ul > li")],
            [],
        )
        for each in page.select(f'figure[data-exhibit="{name}"] .said .stage')
    ]


def _with_found(entry: Tag) -> Runs:
    found = "; ".join(words(each) for each in entry.select(".found > li:not(.none)"))
    return [(words(entry), True), (f" – {found}", False)] if found else [(words(entry), True)]


def callouts(page: BeautifulSoup, cell: str) -> list[Runs]:
    """Few numbers that a cell shows large, each with what it is."""
    return [paragraph(part) for part in _said(page, cell) if part.find_parent(class_="callouts")]


def told(page: BeautifulSoup, cell: str) -> list[Runs]:
    """Paragraphs and entries of lists that a cell says, in order; none where the page has no such cell."""
    return [paragraph(part) for part in _said(page, cell)]


def heading(page: BeautifulSoup, cell: str) -> str:
    """Heading of the section in which a cell stands, without its number."""
    code = page.find(True, attrs={"class": "code", "data-cell": cell})
    found = code.find_previous(["h2", "h3"]) if code else None
    return words(found, ("number", "anchor-link")) if isinstance(found, Tag) else ""


def words(part: Tag | None, without: Collection[str] = ()) -> str:
    """What is seen of a part of a page, without what has one of some classes."""
    return "".join(text for text, _ in paragraph(part, without)) if part else ""


def _said(page: BeautifulSoup, cell: str) -> Iterator[Tag]:
    code = page.find(True, attrs={"class": "code", "data-cell": cell})
    for after in code.find_next_siblings() if code else ():
        if "output" not in after.get_attribute_list("class"):  # the next cell, or a fold of some
            return
        for part in after.find_all(["p", "li"]):
            if not part.find_parent(_is_aside) and not _is_aside(part):
                yield part


def _is_aside(part: Tag) -> bool:
    return part.name in ("figure", "table") or bool(_ASIDE & {*part.get_attribute_list("class")})


def paragraph(part: Tag, without: Collection[str] = ()) -> Runs:
    """Words of a part, each with whether it is bold."""
    return _joined(_texts(part, {*_UNSEEN, *without}, bold=False))


def _texts(part: Tag, without: Set[str], *, bold: bool) -> Iterator[tuple[str, bool]]:
    for child in part.children:
        if isinstance(child, NavigableString):
            yield re.sub(r"\s+", " ", str(child)), bold
        elif isinstance(child, Tag) and child.name == "br":
            yield "\n", bold
        elif isinstance(child, Tag) and child.name not in _LISTS and not without & {*child.get_attribute_list("class")}:
            yield from _texts(child, without, bold=bold or child.name in ("strong", "b"))


def _joined(runs: Iterable[tuple[str, bool]]) -> Runs:
    """Runs of one look as one, without blanks at the ends or two in a row."""
    found = list[tuple[str, bool]]()
    for text, bold in runs:
        before = found[-1][0] if found else " "
        new = text.lstrip(" ") if before.endswith((" ", "\n")) else text
        if found and new and found[-1][1] == bold:
            found[-1] = (before + new, bold)
        elif new:
            found.append((new, bold))
    if found:
        found[-1] = (found[-1][0].rstrip(), found[-1][1])
    return [each for each in found if each[0]]


def _cell(part: Tag) -> Cell:
    numbers = (
        Number(str(each["data-result"]), str(each.get("data-part", "value")), str(each["value"]), words(each))
        for each in part.find_all("data", attrs={"data-result": True})
    )
    return Cell(words(part), tuple(numbers))
