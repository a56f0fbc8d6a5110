"""Everything that a folder or zip holds, opened as far as it opens: archives in documents, data URIs in pages."""

import base64
import binascii
import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

DEEPEST, LARGEST = 8, 300_000_000
"""Layers that are opened, and bytes that one opened part may have: of what unpacks to more not all is read."""
_DATA_URI = re.compile(
    rb"data:(?:(?<=\"data:)()|(?<='data:)()|)(?:[\w.+-]*/[\w.+-]*)?((?:;[\w=.+-]+)*),"
    rb"((?(1)[^\"]*|(?(2)[^']*|[^\s\"'<>)]*)))"
)  # to the end of the quotation that it stands in
_BODY = re.compile(rb"(?:[A-Za-z0-9+/=_%-]|\\?[\r\n]|\\[rn])*")
"""Of base64 in an address: behind it others may follow in the same quotation."""
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/=_-])(?:[A-Za-z0-9+/]{4}(?:\r?\n|\\n)?|[A-Za-z0-9+/]{2}\r?\n"
                     rb"[A-Za-z0-9+/]{2}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")  # fmt: skip
_MAGIC: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b", gzip.decompress), (b"BZh", bz2.decompress), (b"\xfd7zXZ\x00", lzma.decompress),
    (b"x\x01", zlib.decompress), (b"x\x9c", zlib.decompress), (b"x\xda", zlib.decompress), (b"x^", zlib.decompress),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A file, or a part of one.

    Parameters
    ----------
    place : str
        Path in the folder; parts of a file behind ``!``.
    data : bytes
        What is in it.
    about : str
        What its container says of it: comment of an archive or of an entry.
    """

    place: str
    data: bytes
    about: str = ""

    @property
    def suffix(self) -> str:
        """Ending of its name, in small letters."""
        return Path(self.place.split("!")[-1]).suffix.lower()


def opened(path: Path, skip: Callable[[Piece], bool] = lambda _: False) -> Iterator[Piece]:
    """Every file of a folder, or of a zip, and every part of each that can be opened.

    Parameters
    ----------
    path : Path
        Folder, or one file. Links are not followed: what they point at does not leave.
    skip : function, optional
        Which pieces are left out, with their parts.
    """
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        place = file.relative_to(path).as_posix() if path.is_dir() else file.name
        if file.is_symlink():
            yield Piece(place, str(file.readlink()).encode())
        elif file.is_file():
            yield from _parts(Piece(place, file.read_bytes()), 0, skip)


def _parts(piece: Piece, depth: int, skip: Callable[[Piece], bool]) -> Iterator[Piece]:
    if not skip(piece):
        yield piece
        for part in _inside(piece) if depth < DEEPEST else ():
            yield from _parts(part, depth + 1, skip)


def _inside(piece: Piece) -> Iterator[Piece]:
    data = piece.data
    if zipfile.is_zipfile(io.BytesIO(data)):
        yield from _of_zip(piece)
    elif _is_tar(data):
        yield from _of_tar(piece)
    else:
        for magic, unpack in _MAGIC:
            if data.startswith(magic) and (less := _tried(unpack, data)):
                yield Piece(f"{piece.place}!unpacked", less)
    if _is_text(data):
        yield from _of_text(piece)


def openable(data: bytes) -> bool:
    """Whether bytes are an archive, or packed, all of which can be read: no password, no damage, no bomb."""
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as whole:
                return max((each.file_size for each in whole.infolist()), default=0) <= LARGEST and not whole.testzip()
        if _is_tar(data):
            with tarfile.open(fileobj=io.BytesIO(data)) as tape:
                return all(each.size <= LARGEST for each in tape)
    except Exception:  # whatever a broken archive raises
        return False
    return any(data.startswith(magic) and 0 < len(_tried(unpack, data)) < LARGEST for magic, unpack in _MAGIC)


def _is_tar(data: bytes) -> bool:
    return data[257:262] == b"ustar"


def _tried(unpack: Callable[[bytes], bytes], data: bytes) -> bytes:
    try:
        made = unpack(data)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        return b""
    return made[:LARGEST]


def _of_zip(piece: Piece) -> Iterator[Piece]:
    with suppress(Exception), zipfile.ZipFile(io.BytesIO(piece.data)) as whole:  # whatever a broken archive raises
        yield from [Piece(f"{piece.place}!comment", whole.comment, "zip comment")] if whole.comment else []
        for entry in whole.infolist():
            place = f"{piece.place}!{entry.filename}"
            if entry.comment:
                yield Piece(f"{place}!comment", entry.comment, "zip comment")
            with suppress(Exception):  # one that cannot be read does not hide those behind it
                if not entry.is_dir() and entry.file_size <= LARGEST:
                    yield Piece(place, whole.read(entry))


def _of_tar(piece: Piece) -> Iterator[Piece]:
    with suppress(tarfile.TarError), tarfile.open(fileobj=io.BytesIO(piece.data)) as whole:
        for entry in whole:
            held = whole.extractfile(entry) if entry.isfile() and entry.size <= LARGEST else None
            if held:
                yield Piece(f"{piece.place}!{entry.name}", held.read())


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:4096] and not data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8"))


def _of_text(piece: Piece) -> Iterator[Piece]:
    """What stands in a text as a data URI, or as base64 that holds a text or a file."""
    held = set[bytes]()
    for number, found in enumerate(_DATA_URI.finditer(piece.data)):
        packed = _BODY.match(found[4]) if b"base64" in found[3] else None
        body = unquote_to_bytes(packed[0] if packed else found[4].rstrip(b"\\"))
        if data := _from_base64(body) if packed else body:
            held.add(body)
            yield Piece(f"{piece.place}!data{number}", data)
    for number, blob in enumerate(_BASE64.finditer(piece.data)):
        data = b"" if any(blob[0] in whole for whole in held) else _from_base64(blob[0])
        if len(data) >= SHORTEST and (_is_file(data) or _is_written(data)):
            yield Piece(f"{piece.place}!base64-{number}", data)


def without_parts(data: bytes) -> bytes:
    """Leave out of a text what `opened` gives as parts of it in the letters of addresses."""
    return _DATA_URI.sub(lambda found: found[0] if b"base64" in found[3] else b"", data)


SHORTEST = 12
"""Bytes below which base64 is taken for a word."""


def _from_base64(body: bytes) -> bytes:
    body = re.sub(rb"\s|\\n", b"", body)
    try:
        return base64.b64decode(body + b"=" * (-len(body) % 4), validate=True)
    except binascii.Error:
        return b""


def _is_file(data: bytes) -> bool:
    return data.startswith((b"PK", b"%PDF", b"\x89PNG", b"\xff\xd8", b"\xd0\xcf", *(magic for magic, _ in _MAGIC[:3])))


def _is_written(data: bytes) -> bool:
    """Whether bytes are a text: they decode, and are letters, digits and signs for the most part."""
    for encoding in ("utf-8", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        shown = sum(each.isprintable() or each in "\n\r\t" for each in text)
        latin = sum(each < "\u0250" or "\u2010" <= each <= "\u20ac" for each in text)
        if shown >= 0.95 * len(text) and latin >= 0.98 * len(text):
            return True
    return False
