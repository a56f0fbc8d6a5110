"""Checksums of a folder, as `sha256sum -c` reads them."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def files(folder: Path) -> list[str]:
    """Paths of the files below a folder, but for its checksums."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(set(found) - {SUMS})


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return sha256(path.read_bytes()).hexdigest()


def sums(folder: Path) -> str:
    """Write the checksums of all files below a folder."""
    return "".join(f"{digest(folder / name)}  {name}\n" for name in files(folder))


def amiss(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the files that are not as the checksums say.

    Yields
    ------
    (str, str)
        Path, and ``changed``, ``missing``, ``added`` or, of the checksums themselves, ``unreadable``.
    """
    path = folder / SUMS
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else [""]
    found = [_LINE.fullmatch(line) for line in lines]
    if not all(found):
        yield SUMS, "unreadable"
    known = {each[2]: each[1] for each in found if each}
    there = files(folder)
    yield from ((name, "missing") for name in sorted(known.keys() - set(there)))
    yield from ((name, "added") for name in there if name not in known)
    yield from ((name, "changed") for name in there if name in known and digest(folder / name) != known[name])
