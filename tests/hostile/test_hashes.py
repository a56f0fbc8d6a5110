"""Nobody who holds pages and manifests can try answers until a hash fits."""

import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_analysis.monitor.codebook import Codebook
from tests.running import WAVE, files

HIDDEN = 3
"""Answers of a region that its page does not show and the attacker tries; more would only take longer."""
SHORTEST = 16
"""Hexadecimal digits that are tried as the beginning of a hash."""
pytestmark = pytest.mark.whole


def _digits(texts: Iterable[bytes]) -> set[str]:
    """The beginnings of all that can be a hash in texts."""
    found = itertools.chain.from_iterable(re.findall(rb"(?<![0-9a-f])[0-9a-f]{16,}", text) for text in texts)
    return {each[:SHORTEST].decode() for each in found}


def _hashes(content: bytes) -> Iterator[str]:
    for name in ("sha256", "sha1", "md5", "sha512", "blake2b", "sha3_256"):
        yield hashlib.new(name, content).hexdigest()[:SHORTEST]


def _guessed(own: Path, levels: list[str], digits: set[str]) -> bool:
    """Whether an attacker who knows all but a few answers of a region finds those."""
    known = json.loads(own.read_text(encoding="utf-8"))
    hidden = [item for item, level in known["answers"].items() if level in levels][:HIDDEN]
    for tried in itertools.product(levels, repeat=len(hidden)):
        answers = {**known["answers"], **dict(zip(hidden, tried, strict=True))}
        text = json.dumps({**known, "answers": answers}, indent=1, ensure_ascii=False) + "\n"
        if hashlib.sha256(text.encode()).hexdigest()[:SHORTEST] in digits:
            return True
    return False


def _found(root: Path, codebook: Codebook, digits: set[str]) -> tuple[int, int]:
    """How many regions are found, of how many that answered."""
    levels = [level.id for level in codebook.scales["urgency"].levels]
    own = [
        path for path in (root / "data/processed" / WAVE / "own").iterdir() if json.loads(path.read_text())["answered"]
    ]
    return sum(_guessed(path, levels, digits) for path in own), len(own)


def test_no_answers_are_found_by_trying(finished: Path, codebook: Codebook):
    assert _found(finished, codebook, _digits(files(finished, "reports").values())) == (0, 51)


def test_the_same_attack_finds_all_behind_plain_hashes(finished: Path, codebook: Codebook):
    plain = [hashlib.sha256(content).hexdigest().encode() for content in files(finished, "data/processed").values()]
    assert _found(finished, codebook, _digits(plain)) == (51, 51)


def test_no_plain_hash_of_anything_confidential_stands_in_what_may_leave(finished: Path):
    """Neither of a file nor of a line of it: nothing that can be tried."""
    digits = _digits(files(finished, "reports").values())
    trees = ("data/processed", f"data/raw/{WAVE}", "reports")
    contents = list(files(finished, *trees).values())
    lines = [line for content in contents for line in content[:100_000].splitlines()]
    assert len(contents) > 100
    assert [each for content in (*contents, *lines) for each in _hashes(content) if each in digits] == []


def test_the_key_is_on_no_page_and_of_this_compendium_only(finished: Path):
    key = (finished / "data/processed/.key").read_bytes()
    assert len(key) == 32
    assert compendium.confidential(compendium.root() / "data/processed/.key")
    for name, content in files(finished).items():
        assert key not in content, name
        assert key.hex().encode() not in content, name
