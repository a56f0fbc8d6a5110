"""A release opened: a folder or a zip of which nothing is trusted."""

import lzma
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sto_analysis.errors import Problem, Problems, shown
from sto_analysis.messages import problem

MOST_FILES = 20_000
MOST_BYTES = 1 << 30
MOST_TIMES = 200
"""How often larger than packed a zip may be."""
_BROKEN = (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What a damaged zip ends in."""


def opened(given: Path, into: Path) -> Path:
    """Give the folder of a release.

    Parameters
    ----------
    given : Path
        A folder, or a zip of one.
    into : Path
        An empty folder, in which a zip is unpacked.

    Returns
    -------
    Path
        The folder with the checksums.

    Raises
    ------
    Problems
        Not there; an environment in it; links, absolute or climbing paths, names that a machine reads in two ways; too
        many or too large.
    """
    if given.is_dir():
        Problems.raise_if(_links(given))
        return _top(given, given)
    if not zipfile.is_zipfile(given):
        raise Problems([problem("verify.none", file=given)])
    name = given.name
    try:
        with zipfile.ZipFile(given) as pack:
            Problems.raise_if(_entries(pack, given))
            for entry in pack.infolist():
                name = entry.filename
                pack.extract(entry, into)  # no more of it than it says, and what all say is bounded
    except _BROKEN as error:
        raise Problems([problem("verify.damaged", name=shown(name, 200), why=error, file=given)]) from error
    return _top(into, given)


def _top(folder: Path, given: Path) -> Path:
    """The folder itself, or the only one in it, that holds the checksums."""
    inside = [each for each in folder.iterdir() if each.is_dir()]
    for each in [folder, *(inside if len(inside) == 1 else [])]:
        if (each / "SHA256SUMS").is_file() and (each / "release.json").is_file():
            return each
    raise Problems([problem("verify.none", file=given)])


def _links(folder: Path) -> Iterator[Problem]:
    """Yield links and other things that are no files, and too much of anything; or an environment, which is both."""
    if made := next(folder.rglob("pyvenv.cfg"), None):
        yield problem("verify.environment", name=shown(made.parent.relative_to(folder).as_posix(), 200), file=folder)
        return
    count = size = 0
    for path in folder.rglob("*"):
        kind = path.lstat()
        count, size = count + 1, size + kind.st_size
        if not (stat.S_ISREG(kind.st_mode) or stat.S_ISDIR(kind.st_mode)):
            yield problem("verify.unsafe", name=shown(path.relative_to(folder).as_posix(), 200), file=folder)
        if count > MOST_FILES or size > MOST_BYTES:
            yield problem("verify.large", files=MOST_FILES, size=MOST_BYTES, file=folder)
            return


def _entries(pack: zipfile.ZipFile, given: Path) -> Iterator[Problem]:
    """Yield entries that are not safe, or that some machine takes for one with another; or too much of anything."""
    entries, seen = pack.infolist(), set[str]()
    packed = sum(each.compress_size for each in entries)
    size = sum(each.file_size for each in entries)
    if len(entries) > MOST_FILES or size > min(MOST_BYTES, MOST_TIMES * max(packed, 1)):
        yield problem("verify.large", files=MOST_FILES, size=MOST_BYTES, file=given)
        return
    for each in entries:
        plain = "/".join(part.rstrip(" .") for part in PurePosixPath(each.filename).parts)
        name = unicodedata.normalize("NFC", plain).casefold()
        if name in seen or not _safe(each):
            yield problem("verify.unsafe", name=shown(each.filename, 200), file=given)
        seen.add(name)


def _safe(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file or folder below the zip, on every kind of machine, and not locked."""
    name, mode = entry.filename, entry.external_attr >> 16
    parts = PurePosixPath(name).parts
    plain = name.isprintable() and not any(sign in name for sign in '\\:*?"<>|') and not name.startswith("/")
    kind = stat.S_IFMT(mode)
    return (
        plain
        and ".." not in parts
        and bool(parts)
        and kind in {0, stat.S_IFREG, stat.S_IFDIR}
        and not entry.flag_bits & 1
    )
