"""Every text that can be read in a piece of a file, however it is written."""

import html
import io
import json
import quopri
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from shutil import which
from typing import Any
from urllib.parse import unquote

from sto_workbench.attack.opened import DEEPEST, Piece, openable, without_parts
from sto_workbench.attack.read import sheets

_BLOCK = re.compile(
    r"</(?:\w+:)?(?:tr|p|li|h\d?|div|text|td|th|tc|title|desc|caption|data|dd|dt|table-cell|table-row)>\s*|<br\s*/?>|"
    r"<[wa]:(?:br|tab|cr)\b[^>]*/>|<text:(?:s|tab|line-break)\b[^>]*/>"
)
_ROW = re.compile(r"</(?:tr|p|li|h\d|div|w:tr|a:tr|text:p|text:h|table:table-row)>")
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"=\s*(?:\"([^\"]{3,})\"|'([^']{3,})')")
_COMMENT = re.compile(r"<!--(.*?)-->|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_ASCII = re.compile(rb"[\x20-\x7e\n\t]{6,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
_SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TABLES, _TABLES_CALLED = (b"PAR1", b"ARROW1", b"$FL2", b"$FL3", b"<stata_dta>"), (".dta", ".por")
_PACKED, _OLE = (b"PK\3\4", b"\x1f\x8b", b"\xfd7zXZ"), b"\xd0\xcf\x11\xe0"
PICTURES = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
"""First bytes of pictures."""


def texts(piece: Piece) -> Iterator[str]:
    """Every reading of a piece: as it stands, without markup, unescaped, unpacked from its format.

    Parameters
    ----------
    piece : Piece
        A file, or a part of one.

    Yields
    ------
    str
        Characters that nobody sees are gone; letters that look alike are the same.
    """
    seen = set[str]()
    for text in map(plain, _all(piece)):
        if text.strip() and text not in seen:
            seen.add(text)
            yield text


def plain(text: str) -> str:
    """A text as `texts` reads it, such as a name that is looked for there."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _all(piece: Piece) -> Iterator[str]:
    data = piece.data
    yield from _of_format(piece)
    text = _decoded(data)
    if text is None:
        yield "\n".join(found[0].decode("ascii") for found in _ASCII.finditer(data))
        yield "\n".join(found[0].decode("utf-16-le") for found in _WIDE.finditer(data))
        return
    yield text
    bare = (_decoded(without_parts(data)) if b"data:" in data else None) or text
    for made in _unescaped(bare):
        yield made
        yield from _without_markup(made)
    yield from _without_markup(bare)
    if piece.suffix in (".json", ".ipynb", ".jsonld", ".jsonl"):
        with suppress(ValueError):
            yield json.dumps(json.loads(text), ensure_ascii=False).replace("\\n", "\n").replace('\\"', '"')


def readable(piece: Piece) -> bool:
    """Whether all that a piece says is read: it is whole, has no password, and is of no kind that only others know."""
    data, beyond = piece.data, piece.place.count("!") >= DEEPEST
    if any(True for _ in _of_format(piece)) or openable(data):
        return not (beyond and openable(data))
    other = data.startswith((b"%PDF", _OLE, *_TABLES, *PICTURES, *_PACKED)) or piece.suffix in (
        *_SHEETS,
        *_TABLES_CALLED,
    )
    return not other and _decoded(data) is not None


def _of_format(piece: Piece) -> Iterator[str]:
    """What a piece says in the format of another program; nothing where that is broken, or it is none."""
    data = piece.data
    if data.startswith(b"%PDF"):
        yield from _of_pdf(data)
    elif piece.suffix in _SHEETS or data.startswith(_OLE) or (data.startswith(b"PK") and b"xl/work" in data):
        yield from ("\n".join(" ; ".join(map(str, row)) for row in rows) for _, rows in sheets(data))
    elif data.startswith(_TABLES) or piece.suffix in _TABLES_CALLED:
        yield from _of_table(data)
    elif data.startswith(PICTURES) and (told := picture(data)):
        yield "\n".join(str(each) for part in told for each in part.values())


def _decoded(data: bytes) -> str | None:
    """A text in the encoding that it has; None where the bytes are no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if data[:4096].count(b"\0") > 0.6 * min(len(data), 4096):  # a database, or an archive that begins with a header
        return None
    if data[:4096].count(b"\0") > 0.3 * min(len(data), 4096):
        for encoding, nulls in (("utf-16-le", data[1:4096:2]), ("utf-16-be", data[:4096:2])):
            if nulls.count(b"\0") > 0.8 * len(nulls):
                return data.decode(encoding, errors="replace")
    if b"\0" in data[:4096]:
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return None


def _unescaped(text: str) -> Iterator[str]:
    """Readings of escapes: of addresses, of JSON and programs, of mail."""
    if "%" in text and (made := unquote(text)) != text:
        yield made
    if "\\" in text:
        escapes = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
        yield escapes.sub(lambda found: chr(int(found[1] or found[2], 16)), text).replace("\\n", "\n")
    if re.search(r"=\r?\n|=[0-9A-F]{2}", text):
        yield quopri.decodestring(text.encode()).decode("utf-8", errors="replace")


def _without_markup(text: str) -> Iterator[str]:
    """Words of a marked up text: runs put together, cells and paragraphs apart; then what its attributes say."""
    if "<" not in text and "&" not in text:
        return
    shown = _TAG.sub("", _BLOCK.sub(lambda end: "\n" if _ROW.match(end[0]) else " ; ", _COMMENT.sub(" ", text)))
    yield html.unescape(shown)
    told = [_value(found) for found in _ATTRIBUTE.finditer(text)]
    told += [one or other for one, other in _COMMENT.findall(text)]
    yield html.unescape("\n".join(told))


def _value(found: re.Match[str]) -> str:
    """What an attribute says; an address inside a site with its name, by which it is known to be no path."""
    value = found[1] or found[2]
    return f'href="{value}"' if value[0] == "/" and found.string.endswith(("href", "src"), 0, found.start()) else value


@lru_cache(maxsize=1)
def pdf(data: bytes) -> Any:
    """A PDF, opened."""
    from pypdf import PdfReader  # which takes long to load

    return PdfReader(io.BytesIO(data))


@lru_cache(maxsize=1)
def pages(data: bytes) -> list[str]:
    """Text of a PDF, a text per page; by poppler where it is installed, which takes a fiftieth of the time."""
    if program := which("pdftotext"):
        made = subprocess.run([program, "-layout", "-", "-"], input=data, capture_output=True, check=False)
        if made.returncode == 0:
            return made.stdout.decode("utf-8", errors="replace").split("\f")
    return [page.extract_text() for page in pdf(data).pages]


def spoken(data: bytes) -> Iterator[str]:
    """What a PDF says of its pictures, in its fields and in its comments."""
    held = pdf(data)
    streams = [held.get_object(number) for number in sorted({number for number, _ in held.xref_objStm.values()})]
    for part in (data, *(stream.get_data() for stream in streams)):
        for found in _PDF_TEXT.finditer(part):
            yield _pdf_text(found[1])
    yield from map(str, (held.metadata or {}).values())
    for name, files in held.attachments.items():
        yield from ("\n".join([name, _decoded(each) or ""]) for each in files)


_PDF_TEXT = re.compile(
    rb"/(?:Alt|ActualText|E|T|TU|V|Contents|Title|URI)\s*(\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f\s]+>)", re.DOTALL
)


def _pdf_text(raw: bytes) -> str:
    if raw.startswith(b"<"):
        digits = re.sub(rb"[\s<>]", b"", raw).decode()
        held = bytes.fromhex(digits + "0" * (len(digits) % 2))
    else:
        held = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8) & 255]), raw[1:-1])
        held = re.sub(rb"\\(.)", rb"\1", held, flags=re.DOTALL)
    return held.decode("utf-16" if held[:2] in (b"\xfe\xff", b"\xff\xfe") else "latin-1", errors="replace")


def _of_pdf(data: bytes) -> Iterator[str]:
    try:
        yield from pages(data)
        yield "\n".join(spoken(data))
    except Exception:  # whatever a broken file raises: its bytes are read as they are
        return


@lru_cache(maxsize=64)
def picture(data: bytes) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
    """What a picture says beside its points, and its EXIF; None where it is broken."""
    from PIL import Image  # which takes long to load

    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.load()
            return dict(opened.info), dict(opened.getexif())
    except Exception:  # whatever a broken picture raises
        return None


def _of_table(data: bytes) -> Iterator[str]:
    """A table of another program as CSV."""
    import pyreadstat
    from pyarrow import feather, parquet

    file, form = io.BytesIO(data), data[:4]
    try:
        if form in (b"PAR1", b"ARRO"):
            read = parquet.read_table(file) if form == b"PAR1" else feather.read_table(file)
            yield str(read.schema.metadata or "")
            frame = read.to_pandas()
        else:
            frame, about = (pyreadstat.read_sav if form in (b"$FL2", b"$FL3") else pyreadstat.read_dta)(file)
            yield "\n".join(map(str, (about.column_labels, about.notes, about.file_label)))
        yield frame.to_csv(index=frame.index.dtype.kind != "i")  # numbers of rows would part what stands in a column
    except Exception:  # whatever a broken file raises: its bytes are read as they are
        return
