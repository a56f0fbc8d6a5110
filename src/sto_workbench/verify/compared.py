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

Word = Literal["equal", "within tolerance", "different", "not checkable"]
DIGITS = 9
"""Significant digits to which two numbers are equal: sums on two processors differ in the sixteenth."""
TOLERANCE: dict[str, float] = {
    "share": 0.005, "difference": 0.005, "ratio": 0.005, "log odds": 0.00005, "p": 0.0005, "number": 0.005, "count": 0.0
}  # fmt: skip
"""Unit → how far two numbers may be apart to be within tolerance: half the step to which it is published."""
_NUMBERS = ("value", "low", "high", "n")
_COUNTED = (*_NUMBERS, "text", "status")
"""Columns whose cells are told also where they are equal."""
_LONGEST = 80


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
        With ``id``, ``value``, ``text``, ``low``, ``high``, ``n``, ``unit``; other columns are compared as texts.
    file : str
        That holds `known`.
    """
    for column in [each for each in known if each not in made]:
        yield Compared(f"{file}: {column}", "different", "a column that was not made again")
    first, second = known.set_index("id"), made.set_index("id")
    for name in [*first.index.difference(second.index)]:
        yield Compared(f"{file}: {name}", "different", "not made again")
    for name in [*second.index.difference(first.index)]:
        yield Compared(f"{file}: {name}", "different", "made again, and not in the release")
    there = first.index.intersection(second.index)
    for name, one, other in zip(
        there, first.loc[there].to_dict("records"), second.loc[there].to_dict("records"), strict=True
    ):
        for part in [str(each) for each in one if each in other]:
            word = _number(one[part], other[part], str(one["unit"])) if part in _NUMBERS else _text(one, other, part)
            if word == "different" or (word and part in _COUNTED):
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
    """Compare a file with what was made again, byte for byte.

    Ends of lines, and what a zip says of its parts, do not count. A PDF whose texts, descriptions and links are the
    same is not different, but not equal either: another browser draws otherwise, and so does a forger. Nor is a Word
    document whose contents name other pages, or none: another LibreOffice counts them.
    """
    if known == made:
        return Compared(name, "equal")
    try:
        one, other = (_parts(name, content) for content in (known, made))
    except Exception as error:
        return Compared(name, "different", f"cannot be read: {type(error).__name__}")
    if why := _parting(one, other):
        if name.endswith(".docx") and not _parting(_unpaged(one), _unpaged(other)):
            return Compared(name, "within tolerance", f"but for the pages that its contents name: {why}")
        return Compared(name, "different", why)
    word: Word = "within tolerance" if name.endswith(".pdf") else "equal"
    return Compared(name, word, "what it says; not byte for byte")


def _parts(name: str, content: bytes) -> dict[str, list[str]]:
    """Lines of each part of a file, by the name of the part; of the file itself, by none."""
    ending = Path(name).suffix
    if ending in _OFFICE:
        return {entry: _lines(part) for entry, part in _entries(content, "")}
    if ending == ".pdf":
        return dict(_pdf(content))
    return {"": _lines(content)}


_OFFICE = (".docx", ".pptx", ".xlsx")
_PAGED = re.compile(
    r'<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGEREF '
    r'[\w.-]+ \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    r'<w:r><w:t xml:space="preserve">\d*</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def _unpaged(parts: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Parts of a Word document without the pages that its contents name."""
    return {part: [_PAGED.sub("", line) for line in lines] for part, lines in parts.items()}


def _entries(content: bytes, within: str) -> Iterator[tuple[str, bytes]]:
    """Parts of a file of Office, and of those in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        for entry in sorted(pack.namelist()):
            part = pack.read(entry)
            if entry.endswith(_OFFICE):
                yield from _entries(part, f"{within}{entry}: ")
            else:
                yield f"{within}{entry}", part


def _lines(content: bytes) -> list[str]:
    try:
        return content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return [f"picture {sha256(content).hexdigest()}"]


def _pdf(content: bytes) -> Iterator[tuple[str, list[str]]]:
    """Texts of each page, what the file says of itself, and all texts that describe or lead somewhere."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    yield from ((f"page {n}", page.extract_text().splitlines()) for n, page in enumerate(reader.pages, start=1))
    yield "properties", [f"{key} {value}" for key, value in sorted((reader.metadata or {}).items())]
    numbered = sorted({*reader.xref_objStm, *(number for each in reader.xref.values() for number in each)})
    objects = (reader.get_object(number) for number in numbered)
    found = [each for node in objects for each in _strings(node)]
    for key in _TOLD:
        yield key, [text for of, text in found if of == key]


def _strings(node: object) -> Iterator[tuple[str, str]]:
    """Texts of an object of a PDF by their keys, but for those of objects that it refers to."""
    from pypdf.generic import ArrayObject, DictionaryObject, TextStringObject

    inside = node.items() if isinstance(node, DictionaryObject) else []
    for key, value in inside:
        if isinstance(value, TextStringObject):
            yield str(key), str(value)
        else:
            yield from _strings(value)
    for value in node if isinstance(node, ArrayObject) else []:
        yield from _strings(value)


_TOLD = ("/Alt", "/ActualText", "/URI", "/Contents", "/E", "/JS")
"""Of a PDF: descriptions of pictures, what stands for what is seen, addresses, notes, expansions, programs."""


def _parting(one: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> str:
    """Where two files part; nothing where they do not."""
    for part in dict.fromkeys([*one, *other]):
        if part not in one or part not in other:
            return f"{part}: only {'made again' if part in other else 'in the release'}"
        place = f"{part}, " if part else ""
        for line, (first, second) in enumerate(zip(one[part], other[part], strict=False), start=1):
            if first != second:
                return f"{place}line {line}: {_around(first, second)}"
        if len(one[part]) != len(other[part]):
            return f"{place}{len(one[part])} lines in the release, {len(other[part])} made again"
    return ""


def _around(first: str, second: str) -> str:
    """What stands on either side where two lines part."""
    at = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    start = max(0, at - _LONGEST // 2)
    one, other = (each[start : start + _LONGEST] for each in (first, second))
    return f"“{one}” in the release, “{other}” made again"
