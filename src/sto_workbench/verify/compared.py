"""What stands in a release against what comes out when it is made again: numbers, files, and the texts in them."""

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from bs4 import BeautifulSoup

Word = Literal["equal", "within tolerance", "different", "not checkable"]
DIGITS = 9
"""Significant digits to which two numbers are equal: sums on two processors differ in the sixteenth."""
TOLERANCE: dict[str, float] = {
    "share": 0.005, "difference": 0.005, "ratio": 0.005, "log odds": 0.00005, "p": 0.0005, "number": 0.005, "count": 0.0
}  # fmt: skip
"""Unit → how far two numbers may be apart to be within tolerance: half the step to which it is published."""
_NUMBERS = ("value", "low", "high", "n")
_NUMBER = re.compile(r"[-+\u2212]?\d[\d.,\u00a0\u2009]*")
_LONGEST = 80
_XML = re.compile(rb"<[^>]+>")


@dataclass(frozen=True)
class Compared:
    """One thing that was compared.

    Parameters
    ----------
    what : str
        File, or file and result.
    word : str
        How it came out.
    why : str
        What differs, or why it could not be told.
    """

    what: str
    word: Word
    why: str = ""


def numbers(known: pd.DataFrame, made: pd.DataFrame, file: str) -> Iterator[Compared]:
    """Compare two stores number by number.

    Parameters
    ----------
    known, made : DataFrame
        With ``id``, ``value``, ``text``, ``low``, ``high``, ``n``, ``unit``.
    file : str
        That holds `known`.
    """
    first, second = known.set_index("id"), made.set_index("id")
    for name in [*first.index.difference(second.index)]:
        yield Compared(f"{file}: {name}", "different", "not made again")
    for name in [*second.index.difference(first.index)]:
        yield Compared(f"{file}: {name}", "different", "made again, and not in the release")
    there = first.index.intersection(second.index)
    for name, one, other in zip(
        there, first.loc[there].to_dict("records"), second.loc[there].to_dict("records"), strict=True
    ):
        for part in (*_NUMBERS, "text", "status"):
            if part in one and part in other:
                word = (
                    _number(one[part], other[part], str(one["unit"])) if part in _NUMBERS else _text(one, other, part)
                )
                if word is not None:
                    why = "" if word == "equal" else f"{one[part]} in the release, {other[part]} made again"
                    yield Compared(f"{file}: {name} ({part})", word, why)


def _number(one: float, other: float, unit: str) -> Word | None:
    if pd.isna(one) and pd.isna(other):
        return None
    if pd.isna(one) or pd.isna(other):
        return "different"
    if one == other or f"{float(one):.{DIGITS}g}" == f"{float(other):.{DIGITS}g}":
        return "equal"
    near = math.isclose(one, other, rel_tol=10**-DIGITS, abs_tol=TOLERANCE.get(unit, 0.0))
    return "within tolerance" if near else "different"


def _text(one: Mapping[Any, Any], other: Mapping[Any, Any], part: str) -> Word | None:
    first, second = ("" if pd.isna(each[part]) else str(each[part]) for each in (one, other))
    if not first and not second:
        return None
    return "equal" if first == second else "different"


def contents(name: str, known: bytes, made: bytes) -> Compared:
    """Compare a file with what was made again: byte for byte, else by the texts that people read in it."""
    if known == made:
        return Compared(name, "equal")
    try:
        one, other = (_words(name, content) for content in (known, made))
    except Exception as error:
        return Compared(name, "different", f"cannot be read: {type(error).__name__}")
    if one == other and one:
        return Compared(name, "equal", "text and numbers; not byte for byte")
    return Compared(name, "different", _first(one, other))


def _first(one: list[str], other: list[str]) -> str:
    """Where two texts part."""
    for first, second in zip(one, other, strict=False):
        if first != second:
            return f"“{first[:_LONGEST]}” in the release, “{second[:_LONGEST]}” made again"
    return f"{len(one)} parts in the release, {len(other)} made again"


def _words(name: str, content: bytes) -> list[str]:
    """Texts of a file, in order; of a format without any, none."""
    ending = Path(name).suffix
    if ending in {".html", ".svg"}:
        return _html(content)
    if ending in {".docx", ".pptx", ".xlsx"}:
        return [*_office(content)]
    if ending == ".pdf":
        return _pdf(content)
    return content.decode("utf-8").splitlines() if ending in _PLAIN else []


_PLAIN = {".csv", ".json", ".md", ".yaml", ".yml", ".cff", ".ipynb", ".txt"}


def _html(content: bytes) -> list[str]:
    page = BeautifulSoup(content, "html.parser")
    told = [" ".join(str(each.get(key, "")) for key in ("data-result", "data-part", "value")) for each in page("data")]
    alts = [str(each.get("alt", "")) for each in page("img")]
    pictures = [str(each.get("src", "")) for each in page("img")]
    return [*page.stripped_strings, *told, *alts, *pictures]


def _office(content: bytes) -> Iterator[str]:
    """Texts and pictures of the parts of a file of Office, but for those that only say when it was made."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        for entry in sorted(pack.namelist()):
            part = pack.read(entry)
            if entry.startswith("docProps/"):
                continue
            if entry.endswith((".xlsx", ".docx")):
                yield from _office(part)
            elif entry.endswith((".xml", ".rels")):
                yield from (f"{entry}: {text.decode('utf-8', 'replace')}" for text in _XML.split(part) if text.strip())
                yield f"{entry}: {len(_XML.findall(part))} marks"
            else:
                yield f"{entry}: {sha256(part).hexdigest()}"


def _pdf(content: bytes) -> list[str]:
    from pypdf import PdfReader

    return [line for page in PdfReader(io.BytesIO(content)).pages for line in page.extract_text().splitlines()]
