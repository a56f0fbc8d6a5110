"""What a column asks, without what it shares with its neighbours; and how alike such texts are."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import Prefix

from sto_analysis.monitor.spelling import visible
from sto_workbench.intake.header import unnumbered
from sto_workbench.intake.readers import Export

_PREFIX = re.compile(r"^\s*[A-Za-z](?=\w*\d)\w*(\[\w+\])?\s*[.:)]\s+|^\s*\d{1,3}[a-z]?[.:)]\s+")
"""Code of a question before its text, as survey tools write it: ``v1_1. ``, ``G01Q02[SQ003]. ``, ``12a. ``."""
_PARTED = re.compile(r"\s[-–—|>/]\s|[:?\[\](]\s*|…|\.{3}\s*")
"""What stands between a question and what it is asked of."""
_LITTLE = re.compile(
    r"\b(de|het|een|van|en|in|op|ten|aan|voor|naar|rond|bij|is|er|we|dat|die|door|met|te|of|tot|uit|zijn|ons|onze|uw|u|over"
    r"|the|of|and|to|in|on|for|with|a|an|at|our|your|is|are|there)\b"
)
_COUNTED = re.compile(r"(?<=\D)[2-9]$")
"""Number behind a question that was there before, as Forms counts."""
_WORD = 5
"""Letters from which on the first of a word stand for it: ``urgent`` and ``urgentie``."""


def question_of(text: str) -> str:
    """Take the code of a question from before its text, and line breaks out of it."""
    return _PREFIX.sub("", visible(text))


def plain_question(text: str) -> str:
    """Reduce a question to its words: no code before it, no case, no punctuation."""
    return " ".join(utils.default_process(question_of(text)).split())


def words(text: str) -> list[str]:
    """Return the words that make a text what it is; little ones where it has no others."""
    plain = plain_question(text)
    return _LITTLE.sub("", plain).split() or plain.split()


def core(text: str) -> str:
    """Reduce a text to the words that make it what it is, sorted."""
    return " ".join(sorted(words(text)))


def keywords(texts: Iterable[str]) -> set[str]:
    """Return the beginnings of the long words of texts."""
    return {word[: _WORD + 1] for text in texts for word in plain_question(text).split() if len(word) >= _WORD}


def differing(one: Sequence[str], other: Sequence[str]) -> tuple[str, str]:
    """Return the words of each of two texts that the other has not."""
    return " ".join(word for word in one if word not in other), " ".join(word for word in other if word not in one)


def asked_of(raw: Export, columns: Sequence[str]) -> list[set[str]]:
    """Return for each column all that it may ask about: its text, parts of it, what its neighbours do not have."""
    plain = [question_of(unnumbered(raw.labels.get(column, column))) for column in columns]
    every = {*plain}
    whole = [bare if (bare := _COUNTED.sub("", text)) in every else text for text in plain]
    out = [{text, question_of(raw.own.get(column, text)), column} for text, column in zip(whole, columns, strict=True)]
    for one, text in zip(out, whole, strict=True):
        for cut in [*_PARTED.finditer(text)][:6]:
            one |= {text[: cut.start()], text[cut.end() :]}
    for place, (before, after) in enumerate(pairwise(whole)):
        for here, rest in zip((place, place + 1), _without_shared(before, after), strict=True):
            out[here].add(rest)
    return [{found for found in map(core, texts) if found} for texts in out]


def _without_shared(one: str, other: str) -> Iterator[str]:
    """Yield both texts without the words with which both begin and end."""
    words = [one.split(), other.split()]
    for _ in range(2):  # from the beginning, then from the end
        words = [text[Prefix.similarity(*words) :][::-1] for text in words]
    yield from map(" ".join, words)


def alike(wanted: Sequence[set[str]], found: Sequence[set[str]]) -> np.ndarray:
    """How alike the nearest texts of two lists of sets are, 0 to 100: a row for each set of `wanted`."""
    ours, theirs = (
        [(at, text) for at, texts in enumerate(sets) for text in sorted(texts) or [""]] for sets in (wanted, found)
    )
    scores = process.cdist([t for _, t in ours], [t for _, t in theirs], scorer=fuzz.ratio, dtype=np.float32)
    rows, columns = (np.unique([at for at, _ in side], return_index=True)[1] for side in (ours, theirs))
    return np.maximum.reduceat(np.maximum.reduceat(scores, columns, axis=1), rows, axis=0)
