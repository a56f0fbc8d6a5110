"""The leak scan: what must not leave is looked for in every file of a folder, however deep and however written."""

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise, permutations, product
from pathlib import Path

from sto_workbench.attack.about import about
from sto_workbench.attack.opened import Piece, opened
from sto_workbench.attack.patterns import WORD, addresses, generic, words_of
from sto_workbench.attack.readable import readable, texts
from sto_workbench.attack.records import Records
from sto_workbench.attack.secrets import WORDS_OF_TEXT, Secrets

_RUN = re.compile(r"[A-Za-z0-9_+/-]{12,}")
_HEX, _BASE64 = 12, 8
"""Signs by which a hash is known: the same six bytes in both ways of writing."""
_WHO = re.compile(
    r"answered|respon|geantwoord|beantwoord|ingevuld|deelgenomen|meegedaan|meegewerkt|deed mee|deden mee|did not|"
    r"silent|participat|took (?:no )?part|repl(?:y|ied)|reactie|ontbre|missing|uitgevallen|herinner|"
    r"niet(?=\W*$| (?:[gb]e|in|mee))",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"\bregion?(?:s|_?id|_?code)?[\"']?\s*(?::\s*str\s*)?[=:]\s*\\?[\"']?$", re.IGNORECASE)
_CODES, _LEVELS, _NAMED, _PHRASE, _REGIONS = 16, 10, 4, WORDS_OF_TEXT, 3
"""What is nobody's by chance: answers in a row as numbers, in words, and with their items; words of open text; regions
that are a list."""
_KINDS = 3
"""Different answers that a row must have."""
_NEAR = 160
"""Characters behind a region in which an answer is its answer."""
_BETWEEN = r"[\s_+.-]+"
"""The words of a region's name."""
_SHORT = 5
"""Letters below which a word alone says no answer."""


@dataclass(frozen=True)
class Leak:
    """Something that must not leave.

    Parameters
    ----------
    kind : str
        ``answers``, ``text``, ``region``, ``person``, ``mail``, ``phone``, ``path``, ``mapping``, ``hash``,
        ``failure``, ``author``, ``times``, ``hidden``, ``comment``, ``picture``, ``history``, ``parameter``, ``key`` or
        ``unread``.
    place : str
        File, and the part of it behind ``!``.
    what : str
        What was seen. Confidential.
    """

    kind: str
    place: str
    what: str


def found(folder: Path, secrets: Secrets) -> list[Leak]:
    """Everything in a folder or zip that must not leave.

    Parameters
    ----------
    folder : Path
        That is to be released.
    secrets : Secrets
        What it may not hold (see `secrets_of`); without any, what no release may hold is still looked for.
    """
    search, read, leaks = _Search(secrets), dict[tuple[bytes, str], list[tuple[str, str]]](), list[Leak]()
    for piece in opened(folder, lambda piece: sha256(piece.data).hexdigest() in secrets.public):
        same = piece.data, piece.suffix
        if same not in read:
            read[same] = [*search.piece(piece)]
        told = (*about(piece, secrets.allowed), *read[same], *search.name(piece.place))
        leaks += [Leak(kind, piece.place, what) for kind, what in told]
    return list(dict.fromkeys(leaks))


class _Search:
    """Everything secret as something to look for."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._digests = {each[:_HEX] for each in secrets.digests()}
        self._phrases = _Phrases()
        for row in secrets.sequences():
            length = _NAMED if len(row[0]) > 1 else _CODES if row[0][-1].isdigit() else _LEVELS
            self._phrases.windows("answers", [words_of(" ".join(told)) for told in row], length)
        for text in secrets.texts:
            self._phrases.windows("text", [[word] for word in words_of(text)], _PHRASE)
        for words in map(words_of, secrets.people):  # in a list the surname comes first
            for first in range(len(words)):
                self._phrases.windows("person", [[word] for word in (*words[first:], *words[:first])], _PHRASE)
        self._records = Records(secrets)
        columns = [each for each in secrets.columns if re.search(r"\d|_", each) and len(each) > 2]
        self._columns = {name: words_of(name) for name in columns}
        self._named = {name: region for region, name in secrets.names.items() if name}
        self._regions = {name: words_of(name) for name in (*secrets.answered, *secrets.silent, *self._named)}
        self._free = {tuple(words): name for name in self._named if len(words := self._regions[name]) > 1}
        self._key = {secrets.key.hex(), base64.b64encode(secrets.key).decode()} if secrets.key else set()

    def name(self, place: str) -> Iterator[tuple[str, str]]:
        """A file that is called after a region or a person."""
        yield from self._phrases.found(words_of(place.replace("_", " ")))
        yield from (("mail", each) for each in addresses(place) if each not in self._secrets.allowed)
        for _, _, region in _places(place.replace("_", " "), self._regions, self._free)[:1]:
            yield "region", f"in the name of a file: {region}"

    def piece(self, piece: Piece) -> Iterator[tuple[str, str]]:
        """What is secret in a piece of a file."""
        if not readable(piece):
            yield "unread", "a kind of file that is not opened"
        if self._secrets.key and self._secrets.key in piece.data:
            yield "key", "the key of this compendium"
        for text in texts(piece):
            words = words_of(text)
            there = set(words)
            yield from self._generic(text)
            yield from self._phrases.found(words)
            yield from (("answers", told) for told in self._records.found(text, there))
            yield from self._by_region(text, _among(self._regions, there))
            yield from self._hashes(text)
            yield from (("mapping", column) for _, _, column in _places(text, _among(self._columns, there)))

    def _generic(self, text: str) -> Iterator[tuple[str, str]]:
        yield from (each for each in generic(text) if each[1] not in self._secrets.allowed)
        yield from (("key", "the key of this compendium") for key in self._key if key in text)

    def _hashes(self, text: str) -> Iterator[tuple[str, str]]:
        for run in dict.fromkeys(_RUN.findall(text)):
            if not self._digests.isdisjoint(_bytes(run)):
                yield "hash", run

    def _by_region(self, text: str, named: list[str]) -> Iterator[tuple[str, str]]:
        """A region with an answer, with whether it answered, or in a list of those that did or did not."""
        places = _places(text, named, {words: name for words, name in self._free.items() if name in named})
        regions = [self._named.get(name, name) for _, _, name in places]
        for (start, end, name), region in zip(places, regions, strict=True):
            near = text[end : end + _NEAR].split("\n\n", maxsplit=1)[0]
            before = text[max(0, start - _NEAR) : start].rpartition("\n")[2]
            if _PARAMETER.search(before):
                yield "parameter", f"{name}: a parameter"
            if (answer := self._answer(region, near) or self._answer(region, before)) or text.endswith(
                "own.", 0, start
            ):
                yield "answers", f"{name}: {answer}"
            elif _WHO.search(before[-40:] + near[:40].partition("\n")[0]):
                yield "region", f"{name}: whether it answered"
        yield from self._lists(places, regions)
        yield from self._flags(text, places, regions)

    def _answer(self, region: str, near: str) -> str:
        """An answer of a region that stands near it: a level that says it alone, or an item with its level."""
        lowered = near.casefold()
        for table in self._secrets.answers:
            for item, level in table.get(region, {}).items():
                spelled = self._secrets.spellings(item, level)
                alone = [
                    each for each in (spelled[0], *spelled[3:]) if len(each) >= _SHORT and re.search(r"[_ ]", each)
                ]
                if any(_holds(lowered, each) for each in alone):
                    return level
                for named in self._secrets.items.get(item, (item,)):
                    place = lowered.find(named.casefold())
                    if place >= 0 and any(
                        _holds(lowered[place + len(named) : place + len(named) + 40], s) for s in spelled
                    ):
                        return f"{item} {level}"
        return ""

    def _lists(self, places: list[tuple[int, int, str]], regions: list[str]) -> Iterator[tuple[str, str]]:
        """Regions behind each other that all answered, or all did not."""
        apart = [n for n in range(1, len(places)) if places[n][0] - places[n - 1][1] > _NEAR]
        for first, end in pairwise([0, *apart, len(places)]):
            held = {*regions[first:end]}
            if len(held) >= _REGIONS and (held <= self._secrets.answered or held <= self._secrets.silent):
                yield "region", f"a list of {len(held)}: {places[first][2]} ..."

    def _flags(self, text: str, places: list[tuple[int, int, str]], regions: list[str]) -> Iterator[tuple[str, str]]:
        """Regions with one of two words behind each, that tells those that answered from those that did not."""
        behind = defaultdict[str, set[str]](set)
        for (_, end, _), region in zip(places, regions, strict=True):
            if word := WORD.search(text, end, end + 40):
                behind[word[0].casefold()].add(region)
        if len(behind) == 2 and len({*regions}) > _REGIONS:
            waves = product((table.keys() for table in self._secrets.answers), permutations(behind.values()))
            if any(here <= wave and wave.isdisjoint(there) for wave, (here, there) in waves):
                yield "region", f"{len({*regions})} told apart by {' and '.join(behind)}"


class _Phrases:
    """Words in a row that are looked for."""

    def __init__(self) -> None:
        self._of = dict[tuple[str, ...], str]()
        self._first = set[str]()
        self._begins = defaultdict[tuple[str, ...], set[int]](set)

    def windows(self, kind: str, told: list[list[str]], length: int) -> None:
        """Take in each row of so many parts, each of one or several words; all of a text that has fewer."""
        if len(told) < length and kind == "answers":
            return
        length = min(length, len(told))
        for start in range(len(told) - length + 1):
            parts = told[start : start + length]
            window = tuple(word for part in parts for word in part)
            if (kind == "answers" and len({part[-1] for part in parts}) < _KINDS) or len("".join(window)) < _SHORT:
                continue
            self._of.setdefault(window, kind)
            self._first.add(window[0])
            self._begins[window[:2]].add(len(window))

    def found(self, words: list[str]) -> Iterator[tuple[str, str]]:
        """Kind and words of what stands in a text: of each kind and length the first."""
        seen = set[tuple[str, int]]()
        for start in (place for place, word in enumerate(words) if word in self._first):
            for length in (n for most in (1, 2) for n in self._begins.get(tuple(words[start : start + most]), ())):
                window = tuple(words[start : start + length])
                kind = self._of.get(window)
                if kind and (kind, length) not in seen:
                    seen.add((kind, length))
                    yield kind, " ".join(window)


def _among(names: Mapping[str, Iterable[str]], words: set[str]) -> list[str]:
    """Names of which all words are there."""
    return [name for name, each in names.items() if words.issuperset(each)]


def _places(text: str, names: Iterable[str], free: Mapping[tuple[str, ...], str] = {}) -> list[tuple[int, int, str]]:
    """Where some words stand on their own in a text; those that are `free`, however they are joined and written."""
    there = sorted({name for name in names if name in text}, key=len, reverse=True)
    written = [*(_BETWEEN.join(each) for each in free), *map(re.escape, there)]
    if not written:
        return []
    flags = re.IGNORECASE if free else 0
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(written)})(?![^\W_])", flags)
    found = [(match.start(), match.end(), match[0]) for match in pattern.finditer(text)]
    known = [(start, end, free.get(tuple(words_of(told)), told)) for start, end, told in found]
    return [each for each in known if each[2] in {*there, *free.values()}]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text) is not None


def _bytes(run: str) -> Iterator[str]:
    """Bytes that a run of signs can say, as hexadecimal: from each of its places on, whatever stands before."""
    low, plain = run.lower(), run.replace("-", "+").replace("_", "/")
    yield from (low[at : at + _HEX] for at in range(len(run) - _HEX + 1))
    yield from (base64.b64decode(plain[at : at + _BASE64]).hex() for at in range(len(run) - _BASE64 + 1))
