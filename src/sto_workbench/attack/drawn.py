"""Numbers that are drawn: lengths of bars in an SVG, by its axis or by bars whose share is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sto_workbench.attack.opened import Piece
from sto_workbench.attack.read import Number
from sto_workbench.attack.words import WORDS, Words

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MODEL = re.compile(r"odds|p \(|samenhang|association", re.IGNORECASE)
_NEAR, _THIN, _HALF = 12.0, 1.5, 0.004
"""Points between a row and its name; width below which a bar is a line; half of what a length can be read to."""


@dataclass(frozen=True)
class _Text:
    x: float
    y: float
    told: str


@dataclass(frozen=True)
class _Bar:
    x: float
    y: float
    width: float
    height: float


def drawn(piece: Piece, words: Words) -> Iterator[Number]:
    """Shares that the bars of a picture show.

    Parameters
    ----------
    piece : Piece
        An SVG; its title, description or texts say what it is about.
    words : Words
        Names of items.
    """
    try:
        top = etree.fromstring(piece.data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return
    said = " ".join("".join(each.itertext()) for each in top.iter("{*}title", "{*}desc", "{*}text"))
    if _MODEL.search(said):
        return
    labels, bars = list(_texts(top)), list(_bars(top))
    scale = _scale(labels, bars)
    for label in labels:
        concept = words.concept(label.told)
        mine = [bar for bar in bars if bar.y - _NEAR <= label.y <= bar.y + bar.height + _NEAR]
        near = min(mine, key=lambda bar: abs(bar.y + bar.height / 2 - label.y), default=None)
        row = [bar for bar in mine if near and abs(bar.y - near.y) < 1]
        place = words.place(concept, label.told, said) if concept and len(row) == 1 else ""
        if scale and place:
            yield Number(f"share.{place}", "value", row[0].width / scale, _HALF, "", piece.place + WORDS)


def _texts(top: etree._Element) -> Iterator[_Text]:
    for each in top.iter("{*}text"):
        told = " ".join("".join(map(str, each.itertext())).split())
        yield _Text(_float(each.get("x")), _float(each.get("y")), told)


def _bars(top: etree._Element) -> Iterator[_Bar]:
    for each in top.iter("{*}rect", "{*}path"):
        x, y, width, height = (_float(each.get(key)) for key in ("x", "y", "width", "height"))
        if etree.QName(each).localname == "path":
            points = [float(found) for found in _NUMBER.findall(each.get("d") or "")]
            xs, ys = points[::2], points[1::2]
            if "z" not in (each.get("d") or "").lower() or len(xs) != len(ys) or not 4 <= len(xs) <= 5:
                continue
            x, y, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
        if width > 0 and _THIN < height < 60:
            yield _Bar(x, y, width, height)


def _scale(labels: list[_Text], bars: list[_Bar]) -> float:
    """Width of 100 %: between the numbers of an axis, or of a bar beside which its share is written; 0 if unknown."""
    ticks = [
        (label.x, float(label.told.rstrip("%")), label.y) for label in labels if re.fullmatch(r"\d{1,3}%?", label.told)
    ]
    for _, _, y in ticks:
        row = sorted((value, x) for x, value, other in ticks if abs(other - y) < 1)
        if len(row) >= 3 and row[-1][0] > row[0][0] and row[-1][1] > row[0][1]:
            return (row[-1][1] - row[0][1]) / (row[-1][0] - row[0][0]) * 100
    written = [
        bar.width / value * 100
        for x, value, y in ticks
        for bar in bars
        if value and bar.y - _NEAR / 2 <= y <= bar.y + bar.height + _NEAR / 2
    ]
    return sorted(written)[len(written) // 2] if written else 0.0


def _float(text: str | None) -> float:
    found = _NUMBER.match(text or "")
    return float(found[0]) if found else 0.0
