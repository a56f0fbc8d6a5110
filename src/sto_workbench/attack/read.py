"""Numbers that stand in the files of a release, with the result that each is of."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lxml import etree, html
from python_calamine import CalamineError, CalamineWorkbook

from sto_workbench.attack.opened import Piece, opened

_ID = re.compile(r"[a-z_]+(?:\.[A-Za-z0-9_()+-]+)+")
_NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_PARTS = ("value", "low", "high", "n")
_NOT_READ = ("code/", "twin/")
"""Folders of a release that hold no results: programs, and made-up answers."""


@dataclass(frozen=True)
class Number:
    """A published number.

    Parameters
    ----------
    result : str
        Id of the result.
    part : str
        ``value``, ``low``, ``high`` or ``n``.
    value, half : float
        What it says, and half the step to which it is rounded.
    wave : str
        Wave of the result; empty where the file does not say.
    source : str
        File, and place in it.
    """

    result: str
    part: str
    value: float
    half: float
    wave: str
    source: str


@dataclass(frozen=True)
class Release:
    """What was read of one release.

    Parameters
    ----------
    name : str
        Folder or zip.
    wave : str
        That it is about.
    numbers : list of Number
        All that say which result they are.
    pieces : list of Piece
        What it holds, opened.
    rules : dict
        Its disclosure.yaml, as applied; empty without one.
    """

    name: str
    wave: str
    numbers: list[Number]
    pieces: list[Piece]
    rules: dict[str, Any]


def read_release(path: Path) -> Release:
    """Read a folder or zip that was released, whatever stands in it."""
    pieces = list(opened(path, lambda piece: _below(piece.place).startswith(_NOT_READ)))
    numbers = list(dict.fromkeys(number for piece in pieces for number in _numbers(piece)))
    waves = Counter(number.wave for number in numbers if number.wave and number.wave != "published")
    named = re.search(r"(?:synthetic-)?(?:19|20)\d\d", path.resolve().as_posix())
    wave = waves.most_common(1)[0][0] if waves else named[0] if named else ""
    said = [piece for piece in pieces if piece.place.endswith("disclosure.yaml")]
    rules: Any = yaml.safe_load(said[0].data) if said else {}
    return Release(path.name, wave, numbers, pieces, rules if isinstance(rules, dict) else {})


def _below(place: str) -> str:
    """Path inside the release, also where this is a zip that holds one folder."""
    inside = place.split("!", 1)[1] if ".zip!" in place else place
    return re.sub(r"^[^/]*/(?=(?:code|twin|results|report)/)", "", inside)


def _numbers(piece: Piece) -> Iterator[Number]:
    suffix, data = piece.suffix, piece.data
    if suffix in (".html", ".htm", ".svg", ".xhtml") or data.lstrip()[:1] == b"<":
        yield from _of_page(piece)
    elif suffix in (".csv", ".tsv"):
        sign = "," if suffix == ".csv" else "\t"
        yield from _of_rows(csv.reader(io.StringIO(_text(data)), delimiter=sign), piece.place)
    elif suffix in (".json", ".ipynb", ".jsonld"):
        yield from _of_json(piece)
    elif suffix in (".xlsx", ".xlsm") and data.startswith(b"PK"):
        for name, rows in sheets(data):
            yield from _of_rows(rows, f"{piece.place}!{name}")


def _text(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding, errors="replace").replace("\0", "")


def _of_page(piece: Piece) -> Iterator[Number]:
    """Numbers of a page that carry their ids; the wave stands in its head."""
    try:
        top = html.fromstring(piece.data)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    wave = next(iter(top.xpath("//meta[@name='sto-wave']/@content")), "")
    for each in top.iter("data"):
        result, part, value = each.get("data-result"), each.get("data-part", "value"), each.get("value", "")
        if result:
            ends = dict(zip(("low", "high"), value.split("/"), strict=False)) if part == "interval" else {part: value}
            for end, text in ends.items():
                yield from _number(result, end, text, wave, piece.place)


def _number(result: str, part: str, text: str, wave: str, source: str) -> Iterator[Number]:
    found = _NUMBER.fullmatch(text.strip()) if part in _PARTS else None
    if found:
        plain = found[0].replace("\u2212", "-").replace(",", ".")
        yield Number(result, part, float(plain), half_step(plain), wave, source)


def half_step(text: str) -> float:
    """Half of the step of the last digit of a number as it is written."""
    digits, _, power = text.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return 0.5 * 10.0 ** (int(power or 0) - decimals)


def _of_rows(rows: Iterable[Iterable[Any]], source: str) -> Iterator[Number]:
    """Rows of a table with a column of ids: a column per part, or one that names the part."""
    head: list[str] = []
    for row in rows:
        cells = ["" if cell is None else str(cell).strip().lstrip("'") for cell in row]
        if not head:
            head = [cell.lower() for cell in cells] if {"id", "result"} & {cell.lower() for cell in cells} else []
            if head:
                continue
        of = dict(zip(head, cells, strict=False))
        result = of.get("id") or of.get("result") or next((c for c in cells if _ID.fullmatch(c)), "")
        if not _ID.fullmatch(result):
            continue
        wave = of.get("wave", "")
        part = of.get("part") or next((cell for cell in reversed(cells) if cell in _PARTS), "")
        if part:
            after = of.get("value") or next((c for c in reversed(cells) if _NUMBER.fullmatch(c)), "")
            yield from _number(result, part, after, wave, source)
        else:
            for each in _PARTS:
                yield from _number(result, each, of.get(each, ""), wave, source)


def _of_json(piece: Piece) -> Iterator[Number]:
    """Objects that name a result, and pages that stand in the outputs of a notebook."""
    try:
        top = json.loads(_text(piece.data))
    except ValueError:
        return
    stack = [top]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            result = each.get("id") or each.get("result")
            if isinstance(result, str) and _ID.fullmatch(result):
                for part in _PARTS:
                    yield from _number(result, part, str(each.get(part, "")), str(each.get("wave", "")), piece.place)
            stack += each.values()
            text = each.get("text/html")
            if text is not None:
                yield from _of_page(Piece(f"{piece.place}!output.html", "".join(text).encode()))
        elif isinstance(each, list):
            stack += each


def sheets(data: bytes) -> Iterator[tuple[str, list[list[Any]]]]:
    """Sheets of a workbook, hidden ones too, with the values of their cells; its comments are parts of their own."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python()
                yield name, [[_whole(cell) for cell in row] for row in rows]
    except CalamineError:
        return


def _whole(cell: Any) -> Any:
    """A cell; a whole number, of which a workbook does not say that it is one, as such."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
