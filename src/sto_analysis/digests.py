"""SHA-256 of files, keyed where answers can stand in one, and the key."""

import hmac
import os
import stat
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from tempfile import mkstemp

from sto_analysis import compendium

ABSENT = "–"
_KEY_BYTES = 32


def digest(path: Path) -> str:
    """SHA-256 of a file, keyed (HMAC) where answers can stand in it; a dash when it is absent, or is no file.

    A plain hash would give answers away: there are few that a file can hold, and all can be tried.
    """
    try:
        found = path.stat()
        key = _key(compendium.root()) if compendium.confidential(path) else b""
        return _digest(path, key, found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else ABSENT
    except OSError:
        return ABSENT


@cache
def _digest(path: Path, key: bytes, _changed: int, _size: int) -> str:
    content = path.read_bytes()
    return hmac.digest(key, content, "sha256").hex() if key else sha256(content).hexdigest()


@cache
def _key(top: Path) -> bytes:
    """Key of this compendium on this machine, or one for this process alone until it is kept."""
    return _kept(top) or token_bytes(_KEY_BYTES)


def _kept(top: Path) -> bytes:
    path = top / "data" / "processed" / ".key"
    return path.read_bytes() if path.is_file() and path.stat().st_size == _KEY_BYTES else b""


def keyed(text: str) -> str:
    """Return a keyed digest of a text: without the key of this compendium it tells nothing of what few texts can be."""
    return hmac.digest(_key(compendium.root()), text.encode(), "sha256").hex()[:16]


def keep_key() -> None:
    """Keep the key where none is: whoever only reads writes nothing. Without it all that stands is made again."""
    path = compendium.root() / "data" / "processed" / ".key"
    if _kept(compendium.root()):
        return
    path.unlink(missing_ok=True)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = mkstemp(dir=path.parent)
    os.write(handle, _key(compendium.root()))
    os.close(handle)
    with suppress(FileExistsError):  # the first of several that keep one
        os.link(part, path)
    Path(part).unlink()
    _key.cache_clear()
