"""Numbers that stand in words: in sentences, alt texts and tables that do not say which result they are of."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from itertools import pairwise

from sto_analysis.monitor.codebook import Codebook
from sto_workbench.attack.opened import Piece
from sto_workbench.attack.read import Number, half_step
from sto_workbench.attack.readable import plain, texts

WORDS = " (in words)"
"""Behind the source of a number that was read from words: it may be misunderstood."""
_SHARE = re.compile(r"(?<![\d+\u2212-])(\d{1,3}(?:[.,]\d+)?)\s?(?:%|procent\b|per ?cent\b)(?!\s?-?punt|age point)")
_COUNTED = ("regio", "partnership", "penvoerder")
_COUNT = re.compile(
    r"(?<![\w.,+\u2212-])(\d{1,2}|een|één|twee|drie|one|two|three)\s"
    rf"(?:(?:van de|of the|van|of)\s\d+\s?)?(?:{'|'.join(_COUNTED)})",
    re.IGNORECASE,
)
_SPOKEN = {"een": 1, "één": 1, "one": 1, "twee": 2, "two": 2, "drie": 3, "three": 3}
_MODEL = re.compile(r"odds|procentpunt|percentage point|interval|waarvan|among regions|bij regio.s met", re.IGNORECASE)
_CUES = {"urgency": "urgen", "yield": "opbrengst|yield", "borging": "borging", "attention": "aandacht|attention",
         "grade": "cijfer|grade"}  # fmt: skip
_CUE = [word for each in _CUES.values() for word in each.split("|")]
_DATA = re.compile(r"<data\b[^>]*>.*?</data>", re.DOTALL)
_LETTERS = re.compile(r"\W+")
_OF_RESULT = re.compile(r"(?:^|[\s,;\"'])[a-z_]+\.([a-z_]+(?:\.[\w-]+)+)(?=[\s,;\"']|$)")
"""A line of a table of results: a cell of it is the id of the result that its words are of."""


class Words:
    """The published words of items and levels, and what a text says with them.

    Parameters
    ----------
    codebook : Codebook
        The published one.
    """

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook

    @cached_property
    def _concepts(self) -> dict[str, str]:
        """Label → the concept that it names."""
        found = {}
        for item in self._codebook.items.values():
            for label in (item.nl, item.en, item.short("nl"), item.short("en")):
                found[plain(label).casefold()] = item.concept or item.id
        return found

    @cached_property
    def _labels(self) -> re.Pattern[str]:
        labels = sorted(map(re.escape, self._concepts), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(labels)})(?!\w)")

    @cached_property
    def _asked(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in self._codebook.items.values():
            found.setdefault(item.concept or item.id, []).append(item.question)
        return found

    def concept(self, text: str) -> str:
        """The concept that a text names last; nothing where it names none."""
        return next(reversed([name for _, name in self._named(text)]), "")

    def _named(self, text: str) -> list[tuple[int, str]]:
        return [(found.start(), self._concepts[found[0]]) for found in self._labels.finditer(text.casefold())]

    def place(self, concept: str, text: str, around: str = "") -> str:
        """Rest of the id of what a text says of a concept: question, concept and level or band; empty if not clear."""
        asked = self._asked.get(concept, [])
        told = [q for q in asked if re.search(_CUES.get(q, q), text, re.IGNORECASE)]
        told = told or [q for q in asked if re.search(_CUES.get(q, q), around, re.IGNORECASE)]
        chosen = told if len(asked) > 1 else asked
        if len(chosen) != 1:
            return ""
        level = self._level(chosen[0], text) or self._level(chosen[0], around) or "band.top"
        return f"{chosen[0]}.{concept}.{level}"

    def _level(self, question: str, text: str) -> str:
        """Level or band that a text names."""
        left, scale = text.casefold(), self._codebook.scales[self._codebook.questions[question].scale]
        for band, named in self._codebook.bands.get(question, {}).items():
            if any(each.casefold() in left for each in (named.nl, named.en)):
                return f"band.{band}"
        labels = [(each.casefold(), str(n)) for n, level in enumerate(scale.levels) for each in (level.nl, level.en)]
        for label, position in sorted(labels, key=lambda each: -len(each[0])):
            if " " in label and re.search(rf"(?<!\w){re.escape(label)}(?!\w)", left):
                return position
        return ""

    def numbers(self, pieces: Iterable[Piece]) -> Iterator[Number]:
        """What the pieces of a release say in words and do not give with its result elsewhere."""
        pieces = list({(piece.data, piece.suffix): piece for piece in pieces}.values())
        pages = [piece for piece in pieces if piece.suffix in (".html", ".htm") and b"data-result" in piece.data]
        lines = (line for page in pages for text in texts(page) for line in text.split("\n"))
        each = dict.fromkeys(map(_letters, lines))
        whole = "".join(each)
        known = cache(lambda line: (told := _letters(line)) in each or told in whole)
        for page in pages:
            read = Piece(page.place, _DATA.sub("", page.data.decode("utf-8", "replace")).encode())
            for text in texts(read):
                yield from self._lines(text, page.place + WORDS, lambda _: False)
        for piece in pieces:
            for text in () if piece in pages else texts(piece):
                yield from self._lines(text, piece.place + WORDS, known)

    def _lines(self, text: str, source: str, known: Callable[[str], bool]) -> Iterator[Number]:
        heads, around = list[str](), ""
        for line in text.split("\n"):
            if len(line) > MOST_LINE:
                continue
            told, asks = _said(line)
            if told and known(line):
                continue
            if told and (of := _OF_RESULT.search(line)):
                yield from (_share(of[1], found[1], source) for found in _SHARE.finditer(line))
                continue
            cells = [cell.strip() for cell in line.split(" ; ")] if " ; " in line else [line]
            if told and len(cells) > 1 and (concept := self._concepts.get(cells[0].casefold(), "")):
                for head, cell in zip(heads or [""] * len(cells), cells, strict=False):
                    yield from self._cell(concept, head, cell, around, source)
            elif len(cells) > 1 and not told:
                heads = cells
            else:
                yield from self._sentence(line, around, source) if told else ()
                around = line if asks else around

    def _cell(self, concept: str, head: str, cell: str, around: str, source: str) -> Iterator[Number]:
        found = _SHARE.fullmatch(cell)
        place = self.place(concept, head, around)
        if found and place and not _MODEL.search(head):
            yield _share(place, found[1], source)

    def _sentence(self, line: str, around: str, source: str) -> Iterator[Number]:
        for sentence in re.split(r"(?<=[.;!?])\s", line):
            named = self._named(sentence)
            if not named or _MODEL.search(sentence):
                continue
            end, said = 0, sorted((*_SHARE.finditer(sentence), *_COUNT.finditer(sentence)), key=re.Match.start)
            parts = [sentence[a:b] for a, b in pairwise((0, *(match.start() for match in said)))]
            if not all(self._named(part) or any(self._level(q, part) for q in _CUES) for part in parts[1:]):
                continue  # several numbers of one thing: which is which is not clear
            for match in said:
                before = [concept for start, concept in named if start < match.start()] or [named[0][1]]
                part, end = sentence[end : match.start()], match.end()
                rest = "" if any(q in part.casefold() for q in ("urgent", "opbrengst", "yield")) else sentence[end:]
                if place := self.place(before[-1], part + rest, sentence + around):
                    yield _told(place, match, source)


MOST_LINE = 3_000
"""Letters of a line above which it is none that people read."""


@cache
def _said(line: str) -> tuple[bool, bool]:
    """Whether a line tells a number, and whether it names a question: the same lines stand in many readings."""
    low = line.casefold()  # looking for words first takes a fifth of the time
    share = ("%" in low or "cent" in low) and _SHARE.search(line)
    told = share or (any(word in low for word in _COUNTED) and _COUNT.search(line))
    return bool(told), any(word in low for word in _CUE)


def _letters(text: str) -> str:
    return _LETTERS.sub("", text)


def _told(place: str, match: re.Match[str], source: str) -> Number:
    if match.re is _SHARE:
        return _share(place, match[1], source)
    count = _SPOKEN.get(match[1].casefold())
    return Number(f"count.{place}", "value", float(match[1]) if count is None else count, 0.4, "", source)


def _share(place: str, text: str, source: str) -> Number:
    digits = text.replace(",", ".")
    return Number(f"share.{place}", "value", float(digits) / 100, half_step(digits) / 100, "", source)
