"""Which sentences of the national report say something else, and which pictures show something else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from lxml import html

from sto_analysis.report.plain import inert

_PICTURE = re.compile(r"data:image/(?:svg\+xml|png|jpeg)(?:;[\w=-]+)*,[^\"<>]+")
_NO_TEXT = " | ".join(
    [
        *(f".//{tag}" for tag in ("nav", "script", "style", "dl", "td", "*[@popover]")),
        *(
            f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
            for name in ("data", "code", "hidden", "synthetic", "links", "files")
        ),
    ]
)
_BLOCKS = ("h1", "h2", "h3", "p", "li", "caption", "figcaption", "th", "img")
_NUMBER = re.compile(r"[-−+<>]?\d[\d.,]*")
_LONGEST = 20_000


@dataclass(frozen=True)
class Block:
    """A sentence or so of a page: its section, kind, text, text without numbers, and the results that it shows."""

    section: str
    kind: str
    text: str
    frame: str
    results: frozenset[str] = frozenset()
    picture: str = ""


@dataclass(frozen=True)
class Said:
    """A place that says or shows something else: the blocks before and after; None where there is none."""

    language: str
    before: Block | None
    after: Block | None

    @property
    def section(self) -> str:
        """Where it stands."""
        return (self.after or self.before or Block("", "", "", "")).section

    @property
    def kind(self) -> str:
        """Name of the element; ``alt`` for a picture."""
        return (self.after or self.before or Block("", "", "", "")).kind

    @property
    def retold(self) -> bool:
        """Whether the text differs."""
        return getattr(self.before, "text", None) != getattr(self.after, "text", None)

    @property
    def pictured(self) -> bool:
        """Whether there is a picture on either side, and it differs."""
        sides = [block.picture if block else "" for block in (self.before, self.after)]
        return sides[0] != sides[1]

    @property
    def reworded(self) -> bool:
        """Whether more than numbers differ."""
        return getattr(self.before, "frame", None) != getattr(self.after, "frame", None)


def blocks(page: bytes) -> list[Block]:
    """Read what a page says, block by block; a page of somebody else's is read as well, and nothing of it acts."""
    pictures: list[str] = []

    def apart(found: re.Match[str]) -> str:
        pictures.append(found[0])
        return f"#picture-{len(pictures) - 1}"

    text = _PICTURE.sub(apart, inert(page.decode(errors="replace")))
    read = html.document_fromstring(f"<div>{text}</div>".encode(), html.HTMLParser(encoding="utf-8"))
    main = next(read.iter("main"), read)
    for part in main.xpath(_NO_TEXT):
        part.drop_tree()
    found, section = [], ""
    for part in [*read.xpath("//header//h1"), *main.iter(*_BLOCKS)]:
        if part.tag in ("h2", "h3"):
            section = _text(part)
        if part.tag == "img":
            known = re.fullmatch(r"#picture-(\d+)", part.get("src", ""))
            alt = " ".join(part.get("alt", "").split())
            found.append(Block(section, "alt", alt, _frame(alt), picture=pictures[int(known[1])] if known else ""))
        elif next(part.iterdescendants("p", "li"), None) is None:
            results = frozenset(each.get("data-result") for each in part.iterfind(".//*[@data-result]"))
            text = _text(part)
            found.append(Block(section, str(part.tag), text, _frame(text), results))
    return [each for each in found if each.text]


def _text(part: html.HtmlElement) -> str:
    return " ".join(str(part.text_content()).split())[:_LONGEST]


def _frame(text: str) -> str:
    return _NUMBER.sub("#", text)


def compare(language: str, before: bytes, after: bytes) -> list[Said]:
    """Hold two versions of a page against each other.

    Parameters
    ----------
    language : str
        Of the page.
    before, after : bytes
        HTML.

    Returns
    -------
    list of Said
        What differs, in the order of the page.
    """
    old, new = blocks(before), blocks(after)
    left, right = ([(each.kind, each.frame) for each in side] for side in (old, new))
    found = []
    for word, first, last, start, end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        pairs = (
            zip(old[first:last], new[start:end], strict=False)
            if word == "equal"
            else _paired(old[first:last], new[start:end])
        )
        found += [Said(language, *pair) for pair in pairs if _differs(*pair)]
    return found


def _differs(before: Block | None, after: Block | None) -> bool:
    return before is None or after is None or (before.text, before.picture) != (after.text, after.picture)


def _paired(old: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[Block | None, Block | None]]:
    """Pair blocks of the same kind that have most in common, in their order."""
    left, right = list(old), list(new)
    if len(left) == len(right) and all(a.kind == b.kind for a, b in zip(left, right, strict=True)):
        yield from zip(left, right, strict=True)
        return
    for kind in dict.fromkeys(each.kind for each in (*left, *right)):
        ones, others = ([each for each in side if each.kind == kind] for side in (left, right))
        matched = SequenceMatcher(None, [_start(a) for a in ones], [_start(b) for b in others], autojunk=False)
        for word, first, last, start, end in matched.get_opcodes():
            both = zip_longest(ones[first:last], others[start:end])
            yield from both if word != "equal" else zip(ones[first:last], others[start:end], strict=True)


def _start(block: Block) -> str:
    return " ".join(block.frame.split()[:4])


def words(before: str, after: str) -> list[tuple[str, str]]:
    """Compare two texts word by word.

    Returns
    -------
    list of tuple of str
        ``same``, ``gone`` or ``new``, and the words.
    """
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    out = []
    for word, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if word == "equal":
            out.append(("same", "".join(old[first:last])))
        else:
            parts = (("gone", "".join(old[first:last])), ("new", "".join(new[start:end])))
            out += [part for part in parts if part[1]]
    return out
