"""What stands beside a page: of every exhibit its data as CSV, its picture as SVG and as PNG."""

import csv
import io
import math
import re
import zlib
from collections.abc import Iterator
from html import escape, unescape

from markupsafe import Markup

from sto_analysis.inert import quiet
from sto_analysis.report.language import Texts
from sto_analysis.report.plain import plain
from sto_workbench.pages import EXHIBITS
from sto_workbench.pages.drawn import decoded, png

EXHIBIT = re.compile(r'(<(?:figure|div)\b[^>]*\bid="((?:fig|table)-\d+)"[^>]*>.*?<p class="files">)', re.DOTALL)
"""An exhibit up to its last line, which is filled here."""
_DATA = re.compile(r'<meta\b(?=[^>]* name="sto-data")[^>]* content="(\w+)"')
_PIXELS = 1200
COLUMNS = ("row", "column", "shown", "result", "part", "value", "data")
_UNSEEN = re.compile('<span class="hidden">.*?</span>|[\u2007\u2008]', re.DOTALL)
_IMG = re.compile(r'<img\b(?=[^>]* src="(?P<src>[^"]*)")(?=[^>]* alt="(?P<alt>[^"]*)")')
FINDING = re.compile('<p class="finding">(.*?)</p>', re.DOTALL)
_SVG = re.compile(r"<svg\b[^>]*>")
NUMBER = re.compile("<data [^>]*data-result=[^>]*>")
_FLOAT = re.compile(r"-?[\d.]+(e[+-]?\d+)?")
ATTRIBUTE = re.compile('([a-z-]+)="([^"]*)"')
_HEADER = 33
"""Bytes of a PNG before the first chunk that may hold a text."""


def beside(page: str, stem: str, texts: Texts, *, pictures: bool) -> tuple[str, dict[str, bytes]]:
    """Take the files of its exhibits out of a page, and link each exhibit to its own.

    Parameters
    ----------
    page : str
        HTML.
    stem : str
        Name of the page without its ending, with which the names of its files begin.
    texts : Texts
        Of the language of the page.
    pictures : bool
        Whether to draw figures as PNG too, which takes a while.

    Returns
    -------
    page : str
        With the links.
    files : dict of bytes
        Name in `EXHIBITS` → content. The CSV has a row per number: the row and the column of the exhibit, what is
        shown, the result, its part and its value. SVG and PNG hold caption and description.
    """
    data = "".join(_DATA.findall(page)[:1])
    files: dict[str, bytes] = {}

    def filled(found: re.Match[str]) -> str:
        made = dict(_files(found[1], data, pictures=pictures))
        named = {ending: f"{stem}.{found[2]}.{ending}" for ending in made}
        files.update({named[ending]: content for ending, content in made.items()})
        links = [f'<a href="{EXHIBITS}/{escape(name)}">{ending.upper()}</a>' for ending, name in named.items()]
        return f"{found[1]}{escape(texts('page.files'))} {', '.join(links)}. "

    return EXHIBIT.sub(filled, page), files


def _files(exhibit: str, data: str, *, pictures: bool) -> Iterator[tuple[str, bytes]]:
    """Ending → content."""
    table = io.StringIO()
    write = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    write.writerows([COLUMNS, *((*map(_quiet, row), data) for row in cells(exhibit))])
    yield "csv", table.getvalue().encode()
    if picture := _IMG.search(exhibit):
        told, drawn = unescape(picture["alt"]), decoded(unescape(picture["src"]))
        title = " ".join(map(words, [*FINDING.findall(exhibit), *inside("figcaption", exhibit)]))
        named = f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        yield "svg", _SVG.sub(lambda found: found[0] + named, drawn, count=1).encode()
        if pictures:
            yield "png", _titled(png(drawn, _PIXELS), title, told)


def _quiet(cell: str | float) -> str | float:
    """A number as it is, or nothing for none; a text that does nothing in a spreadsheet."""
    return quiet(cell) if isinstance(cell, str) else "" if math.isnan(cell) else cell


def inside(tags: str, html: str) -> list[str]:
    """What stands in elements of a page, which do not stand in each other; our templates made them."""
    return [found[1] for found in re.findall(rf"<({tags})\b[^>]*>(.*?)</\1>", html, re.DOTALL)]


def cells(exhibit: str) -> Iterator[tuple[str | float, ...]]:
    """A row per number of the table; one without number for a cell that has none."""
    above, *rows = inside("tr", exhibit)
    heads = [*map(words, inside("th|td", above))]
    for row in rows:
        first, *others = inside("th|td", row)
        for head, cell in zip(heads[1:], others, strict=True):
            for number in NUMBER.findall(cell) or [""]:
                for part in numbers(dict(ATTRIBUTE.findall(number))):
                    yield words(first), head, words(cell), *part


def numbers(number: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    """Result, part and value; an interval is two. A text has no value, and is what is shown."""
    result, part, value = (unescape(number.get(name, "")) for name in ("data-result", "data-part", "value"))
    parts = ("low", "high") if part == "interval" else (part or ("value" if number else ""),)
    for name, each in zip(parts, value.split("/") if len(parts) > 1 else [value], strict=True):
        yield result, name, float(each) if _FLOAT.fullmatch(each) else math.nan


def words(html: str) -> str:
    """What is seen of a part of a page."""
    return plain(Markup(_UNSEEN.sub("", html))).strip()


def _titled(picture: bytes, title: str, told: str) -> bytes:
    """A PNG that holds its caption and description."""
    chunks = b""
    for key, text in (("Title", title), ("Description", told)):
        body = b"iTXt" + key.encode() + b"\0\0\0\0\0" + text.encode()
        chunks += (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return picture[:_HEADER] + chunks + picture[_HEADER:]
