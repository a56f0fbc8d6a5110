"""Two versions of a page as one, in which what is gone and what is new are marked."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

GONE, NEW = "deletion", "insertion"
"""Classes of spans that pandoc turns into tracked changes."""
AUTHOR, DATE = "sto diff", "2020-01-01T00:00:00Z"
_TEXT = ["p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "caption", "figcaption", "pre"]
_AROUND = ["div", "ul", "ol", "dl", "table", "thead", "tbody", "tr", "figure", "section", "main", "blockquote", "body"]
_BLOCKS = [*_TEXT, *_AROUND, "header", "footer"]
_WIDTHS = "colgroup"
_ALONE = ("img", "br")
Piece = tuple[str, str, str]
"""Tags around a part of a text (opened, closed), and the part: a word, a space, or an element without text."""


def merge(before: Tag, after: Tag) -> None:
    """Mark in a page what differs from an earlier version of it, and put back in what is gone.

    Parameters
    ----------
    before, after : Tag
        The same element of both; `after` is changed in place. Rejecting all that is marked gives the text of `before`,
        accepting it that of `after`.
    """
    if str(before) == str(after) or after.name == _WIDTHS:
        return
    if _is_leaf(before) and _is_leaf(after):
        _fill(after, _inline(list(_pieces(before)), list(_pieces(after))))
        return
    children: list[Tag] = []
    for old, new in _aligned(_elements(before), _elements(after)):
        if old is not None and new is not None and _alike(old, new):
            merge(old, new)
            children.append(new)
        else:
            children += [mark(each, word) for each, word in ((old, GONE), (new, NEW)) if each is not None]
    after.clear()
    after.extend(children)


def mark(element: Tag, word: str) -> Tag:
    """Mark all of an element as gone or new, and return it."""
    if _is_leaf(element) and element.name in _BLOCKS:
        _fill(element, _span(word, element.decode_contents()) if element.contents else "")
    elif element.name in _BLOCKS:
        for each in _elements(element):
            mark(each, word)
    elif element.name != _WIDTHS:
        (around,) = BeautifulSoup(_span(word, ""), "html.parser").find_all(recursive=False)
        return element.wrap(around)
    return element


def _is_leaf(element: Tag) -> bool:
    return element.find(_BLOCKS) is None


def _elements(element: Tag) -> list[Tag]:
    return [each for each in element.children if isinstance(each, Tag)]


def _cells(row: Tag) -> int:
    return len(row.find_all(["td", "th"]))


def _columns(table: Tag) -> int:
    row = table.find("tr")
    return _cells(row) if isinstance(row, Tag) else 0


def _alike(old: Tag, new: Tag) -> bool:
    """Whether one element can be shown as a version of the other."""
    shape = _columns if old.name == "table" else _cells if old.name == "tr" else _is_leaf
    return old.name == new.name and shape(old) == shape(new)


def _aligned(old: Sequence[Tag], new: Sequence[Tag]) -> Iterator[tuple[Tag | None, Tag | None]]:
    """Pair elements that say the same; between these, those that begin alike; of the rest, those in the same order."""
    for word, ones, others in _runs(old, new, _whole):
        if word == "equal":
            yield from zip(ones, others, strict=True)
            continue
        for alike, left, right in _runs(ones, others, _start):
            same = alike == "equal" or [each.name for each in left] == [each.name for each in right]
            yield from zip(left, right, strict=True) if same else _apart(left, right)


def _runs(
    old: Sequence[Tag], new: Sequence[Tag], key: Callable[[Tag], tuple[str, str]]
) -> Iterator[tuple[str, Sequence[Tag], Sequence[Tag]]]:
    left, right = [key(each) for each in old], [key(each) for each in new]
    for word, first, last, start, end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield word, old[first:last], new[start:end]


def _apart(old: Sequence[Tag], new: Sequence[Tag]) -> Iterator[tuple[Tag | None, Tag | None]]:
    yield from ((each, None) for each in old if each.name != _WIDTHS)
    yield from ((None, each) for each in new)


def _whole(element: Tag) -> tuple[str, str]:
    return element.name, " ".join(element.get_text().split())


def _start(element: Tag) -> tuple[str, str]:
    """Kind and beginning: of a row its head, of a figure or a table its caption."""
    head = element.find(["th", "caption", "figcaption"]) if element.name in ("tr", "table", "figure", "div") else None
    text = (head if isinstance(head, Tag) else element).get_text().split()
    return element.name, " ".join(
        text if element.name == "tr" else [re.sub(r"[\d.,%]+", "#", word) for word in text[:4]]
    )


def _pieces(element: Any, opened: str = "", closed: str = "") -> Iterator[Piece]:
    for child in element.children:
        if isinstance(child, Tag):
            if child.name in _ALONE or not child.contents:
                yield opened, closed, str(child)
            else:
                shell = str(child).partition(">")[0] + ">" if child.attrs else f"<{child.name}>"
                yield from _pieces(child, opened + shell, f"</{child.name}>{closed}")
        elif type(child) is NavigableString:
            yield from (
                (opened, closed, escape(" " if part.isspace() else part)) for part in re.findall(r"\s+|\S+", child)
            )


def _inline(old: list[Piece], new: list[Piece]) -> str:
    out = []
    for word, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if word == "equal":
            out.append(_html(new[start:end]))
        else:
            out += [_span(kind, _html(part)) for kind, part in ((GONE, old[first:last]), (NEW, new[start:end])) if part]
    return "".join(out)


def _html(pieces: Sequence[Piece]) -> str:
    """Text with its tags, those that follow each other in the same ones together."""
    out, around = "", ("", "")
    for opened, closed, part in pieces:
        if (opened, closed) != around:
            out += around[1] + opened
            around = (opened, closed)
        out += part
    return out + around[1]


def _span(word: str, html: str) -> str:
    return f'<span class="{word}" author="{AUTHOR}" date="{DATE}">{html}</span>'


def _fill(element: Tag, html: str) -> None:
    element.clear()
    element.extend(list(BeautifulSoup(html, "html.parser").contents))
