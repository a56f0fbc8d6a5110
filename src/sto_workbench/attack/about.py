"""What files say of themselves: authors, times, comments, hidden parts, pictures that remember, repositories."""

import json
import re
from collections.abc import Iterator

from sto_workbench.attack.opened import Piece
from sto_workbench.attack.readable import PICTURES, pdf, picture

Seen = tuple[str, str]
"""Kind of leak, and what was seen."""
_PEOPLE = re.compile(
    r"<(?:\w+:)?([\w-]*creator|lastModifiedBy|(?:Last)?Author|Company|Manager|author|name-of-author|printed-by)\b[^>]*>([^<]+)<"
)
_BY = re.compile(r"\b(?:w\d*:author|userId|initials|providerId)=[\"']([^\"']+)[\"']")
_RTF = re.compile(rb"\\(?:author|operator|manager|\*\\company) ([^{}\\]+)")
_CHANGED = re.compile(r"<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange) [^>]*w:author=")
_TIME = re.compile(r"<(?:TotalTime>(\d{2,})|cp:revision>(\d{2,})|cp:lastPrinted>([^<]+))<")
_HIDDEN = {
    "word/document.xml": re.compile(r"<w:vanish\s*/>|<w:vanish w:val=\"(?:1|true)\""),
    "ppt/slides/": re.compile(r"<p:sld [^>]*show=\"0\""),
    "xl/workbook.xml": re.compile(r"<sheet [^>]*state=\"(?:hidden|veryHidden)\""),
    "xl/worksheets/": re.compile(r"<(?:row|col) [^>]*hidden=\"(?:1|true)\""),
}
_NOTED = re.compile(
    r"word/comments\w*\.xml$|xl/comments|xl/threadedComments/|ppt/comments/|ppt/commentAuthors|xl/externalLinks/|"
    r"ppt/authors|xl/persons/"
)
_SAID = re.compile(
    r"<(?:w:t|t|a:t|p:text|text|p188:txBody)\b[^>]*>[^<]*\w|<cmAuthor |<p188:author |<person |<externalBook "
)
_MADE = re.compile(
    r"sodipodi:docname|inkscape:export-filename|<meta\b(?=[^>]*\bname=[\"']?(?:dc\.|dcterms\.)?(?:author|creator)\b)[^>]*?"
    r"\bcontent=[\"']([^\"']+)",
    re.IGNORECASE,
)
_KEPT = {"dpi", "Title", "Description", "Software", "gamma", "interlace", "transparency", "srgb", "aspect", "jfif",
         "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression", "background", "version", "loop",
         "duration", "compression", "resolution", "chromaticity", "exif", "icc_profile"}  # fmt: skip
_PDF_KEPT = {
    "/Title",
    "/Subject",
    "/Keywords",
    "/CreationDate",
    "/ModDate",
    "/Author",
    "/Creator",
    "/Producer",
    "/Trapped",
}
_REGION = re.compile(r"^\s*regi(?:on|o)\w*\s*(?::[^=\n]*)?=", re.MULTILINE)
_GIT = re.compile(r"(?:^|[/!])\.(?:git|hg|svn)(?:/|$)|\.bundle$")
_OBJECT = re.compile(rb"(?:commit|tree|blob|tag) \d+\0")


def about(piece: Piece, allowed: frozenset[str]) -> Iterator[Seen]:
    """What a piece says of who made it, and what it hides.

    Parameters
    ----------
    piece : Piece
        A file, or a part of one.
    allowed : frozenset of str
        Authors that may be named.
    """
    if piece.about:
        yield "comment", f"{piece.about}: {piece.data[:80]!r}"
    if _GIT.search(piece.place) or piece.data.startswith((b"# v2 git bundle", b"# v3 git bundle", b"PACK\0\0\0")):
        yield "history", "a repository"
    elif _OBJECT.match(piece.data):
        yield "history", "an object of a repository"
    if piece.data.startswith(PICTURES):
        yield from _of_picture(piece.data)
    elif piece.data.startswith(b"%PDF"):
        yield from _of_pdf(piece.data, allowed)
    elif piece.data.startswith(b"{\\rtf"):
        names = {name.decode("latin-1").strip() for name in _RTF.findall(piece.data)}
        yield from (("author", name) for name in sorted(names - allowed))
    elif piece.suffix in (".xml", ".rels", ".svg", ".html", ".htm", ".vml", ".opf", ".fodt"):
        yield from _of_markup(piece, allowed)
    elif piece.suffix == ".ipynb":
        yield from _of_notebook(piece.data)


def _of_markup(piece: Piece, allowed: frozenset[str]) -> Iterator[Seen]:
    text, part = piece.data.decode("utf-8", errors="replace"), piece.place.rpartition("!")[2]
    if ("!" in piece.place and piece.suffix == ".xml") or piece.suffix in (".svg", ".opf", ".fodt"):
        for kind, name in _PEOPLE.findall(text):
            if name.strip() and name.strip() not in allowed:
                yield "author", f"{kind}: {name.strip()}"
        for name in _BY.findall(text):
            if name not in allowed:
                yield "author", name
        if _CHANGED.search(text):
            yield "hidden", "tracked changes"
        for found in _TIME.finditer(text):
            yield "times", found[0].strip("<")
        for where, hidden in _HIDDEN.items():
            if part.startswith(where) and (found_here := hidden.search(text)):
                yield "hidden", found_here[0][:80]
        if _NOTED.search(part) and _SAID.search(text):
            yield "hidden", f"comments or links: {part}"
    yield from (("author", named[0][:80]) for named in _MADE.finditer(text) if named[1] not in allowed)


def _of_picture(data: bytes) -> Iterator[Seen]:
    info, exif = picture(data) or ({}, {})
    for each in sorted(map(str, set(info) - _KEPT)):
        yield "picture", f"{each}: {str(info.get(each))[:80]}"
    if exif:
        yield "picture", f"EXIF: {list(exif.values())[:3]}"


def _of_pdf(data: bytes, allowed: frozenset[str]) -> Iterator[Seen]:
    try:
        held = pdf(data)
        told, attached = dict(held.metadata or {}), list(held.attachments)
        noted = [
            n for page in held.pages for n in page.get("/Annots") or [] if n.get_object().get("/Subtype") != "/Link"
        ]
        people = re.findall(r"<dc:creator>.*?<rdf:li>([^<]+)<|xmp:\w*Author>([^<]+)<", _xmp(data), re.DOTALL)
    except Exception:  # whatever a broken file raises: its texts are read anyway
        return
    author = str(told.get("/Author", ""))
    for name in {author, *(one or other for one, other in people)} - allowed - {""}:
        yield "author", name
    for each in sorted(set(told) - _PDF_KEPT):
        yield "author", f"{each}: {told[each]}"
    if attached or any(n.get_object().get("/Contents") for n in noted):
        yield "hidden", "attachments or comments"


def _xmp(data: bytes) -> str:
    found = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.DOTALL)
    return found[0].decode("utf-8", errors="replace") if found else ""


def _of_notebook(data: bytes) -> Iterator[Seen]:
    try:
        book = json.loads(data)
        cells, told = book.get("cells", []), book.get("metadata", {}).get("papermill", {})
    except (ValueError, AttributeError):
        return
    if any(out.get("output_type") == "error" for cell in cells for out in cell.get("outputs", [])):
        yield "failure", "an output of a cell that failed"
    if any(out.get("name") == "stderr" for cell in cells for out in cell.get("outputs", [])):
        yield "failure", "an output of warnings"
    given = [
        "".join(cell.get("source", ""))
        for cell in cells
        if "injected-parameters" in (cell.get("metadata", {}).get("tags") or [])
    ]
    if {"region", "regions"} & set(told.get("parameters", {})) or any(_REGION.search(each) for each in given):
        yield "parameter", "a parameter that is a region"
