"""Pages of a print are filled: what follows a figure that does not fit moves up before it, as typesetters do.

Only within a section, and never a figure past a figure or a table past a table: their numbers stay in order.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

ROUNDS = 4
_BLANK, _MUCH = 0.3, 0.38
"""Of a page: from here on it is filled; from there on by breaking tables, too."""
_LEAST = "max-width:160.5mm"
"""Of a picture of the width of figures: its letters are of 8 points."""
_TOP, _HEIGHT = 56.7, 734.2
"""Points above the text of a page, and of that text: about what page.css leaves of A4."""
_SCALE = re.compile(rb"\n([\d.]+) 0 0 [\d.]+ [1-9][\d.]* (-?[\d.]+) cm\n")
_LETTER = re.compile(rb"\n1 0 0 -1 [-\d.]+ ([-\d.]+) Tm\n")


@dataclass(frozen=True)
class _Block:
    """Part of a page that moves as a whole: its place in print is known by its id."""

    tag: Tag
    kind: str
    id: str


def mark(page: BeautifulSoup) -> list[_Block]:
    """Give the parts of a page ids, and hidden links to them: only of what is linked does a print tell the place.

    Parameters
    ----------
    page : BeautifulSoup
        Changed in place.

    Returns
    -------
    list of _Block
        In the order of the page.
    """
    main = page.select_one("main")
    blocks = [_Block(tag, _kind(tag), f"part-{place}") for place, tag in enumerate(_parts(main))] if main else []
    links = page.new_tag("div", attrs={"hidden": ""})
    for block in blocks:
        block.tag["id"] = block.id
        links.append(page.new_tag("a", attrs={"href": f"#{block.id}"}))
    if main:
        main.append(links)
    return blocks


def _parts(main: Tag) -> Iterator[Tag]:
    for tag in main.find_all(True, recursive=False):
        if tag.name == "details":
            yield from tag.find_all(True, recursive=False)
        elif "code" not in tag.get_attribute_list("class"):
            yield tag


def _kind(tag: Tag) -> str:
    kinds = {"figure": "figure", "table": "table", "h2, h3": "heading"}
    inside = next((kind for selector, kind in kinds.items() if tag.select_one(selector)), "text")
    return "heading" if tag.name == "summary" else inside


def fill(blocks: list[_Block], printed: bytes) -> bool:
    """Move parts of a page to where its print leaves room.

    Parameters
    ----------
    blocks : list of _Block
        Of `mark`; the page is changed in place, and the list with it.
    printed : bytes
        Its print.

    Returns
    -------
    bool
        Whether anything moved, so that it must be printed again.
    """
    from pypdf import PdfReader

    reader: Any = PdfReader(io.BytesIO(printed))
    named = {name.lstrip("/"): place for name, place in reader.named_destinations.items()}
    tops = {name: (reader.get_destination_page_number(place), float(place.top or 0)) for name, place in named.items()}
    pages = [tops.get(block.id, (-1, 0.0))[0] for block in blocks]
    starts = {page: pages.index(page) for page in pages}
    moved = False
    for number, page in enumerate(reader.pages[:-1]):
        room = 1 - _inked(page)
        if room > _BLANK and number + 1 in starts:
            moved |= _pull(blocks, blocks[starts[number + 1]], room * _HEIGHT, tops)
    return moved


def _inked(page: Any) -> float:
    """Share of the height of a page down to its last letter."""
    drawn = page.get_contents().get_data()
    if not (scale := _SCALE.search(drawn)):
        return 1
    by, down = map(float, scale.groups())
    lowest = max((float(each) for each in _LETTER.findall(drawn, scale.end())), default=0)
    return (0.24 * (lowest * by + down) - _TOP) / _HEIGHT


def _pull(blocks: list[_Block], first: _Block, room: float, tops: dict[str, tuple[int, float]]) -> bool:
    """Move what follows the figure or table that begins a page, up to the next heading, before it."""
    at = start = blocks.index(first)
    while at < len(blocks) - 1 and blocks[at].kind == "heading":
        at += 1
    stays, moved = blocks[at], False
    if stays.kind not in ("figure", "table") or at - start > 1:
        return False
    for block in blocks[at + 1 :]:
        height = _height(block, blocks, tops)
        whole = block.kind == "figure" or block.tag.select_one(".short") is not None
        if room <= 0 or block.kind in ("heading", stays.kind) or block.tag.parent is not stays.tag.parent:
            break
        if whole and height > room:
            break
        stays.tag.insert_before(block.tag.extract())
        blocks.remove(block)
        blocks.insert(blocks.index(stays), block)
        room, moved = room - height, True
    return moved or _yielded(stays.tag, room)


def _yielded(tag: Tag, room: float) -> bool:
    """Let what nothing else can fill a page before give in: a picture to its least letters, a whole table by breaking.

    A table breaks only where much is blank: its caption may end a page then.
    """
    pictures = [each for each in tag.select("figure img") if "style" not in each.attrs]
    tables = tag.select(".short") if room > _MUCH * _HEIGHT else []
    for picture in pictures:
        picture["style"] = _LEAST
    for table in tables:
        table["class"] = " ".join(str(name) for name in table["class"] if name != "short")
    return bool(pictures or tables)


def _height(block: _Block, blocks: list[_Block], tops: dict[str, tuple[int, float]]) -> float:
    """Points of a part in print; all of a page for one that ends on another."""
    after = blocks[min(blocks.index(block) + 1, len(blocks) - 1)]
    (page, top), (later, below) = tops.get(block.id, (0, 0.0)), tops.get(after.id, (-1, 0.0))
    return top - below if page == later else _HEIGHT
