"""A rendered page → slides (PowerPoint) with charts that can be edited; which ones, ``slides.yaml`` says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_analysis.report.language import Texts
from sto_analysis.report.plain import plain
from sto_workbench.pages.about import about
from sto_workbench.pages.charted import Charted, Kind, Order, charted, renamed
from sto_workbench.pages.pdf import OTHERS, read_page
from sto_workbench.pages.shown import (
    Around,
    Runs,
    Seen,
    callouts,
    groups,
    heading,
    paragraph,
    seen,
    stages,
    told,
    words,
)

_SENTENCE, _LONGEST = re.compile(r"(?<=[.?!]) "), 110


@dataclass(frozen=True)
class Planned:
    """An entry of ``slides.yaml``, which describes its fields."""

    cover: Sequence[str] | None = None
    figure: str = ""
    table: str = ""
    cards: str = ""
    text: Sequence[str] = ()
    chart: Kind | None = None
    series: Sequence[str] = ()
    names: Sequence[str] = ()
    gloss: bool = False
    order: Order = "first"
    pale: Sequence[int] = ()
    title: str = ""
    shows: str = ""
    unless: str = ""


@cache
def planned(notebook: str) -> list[Planned]:
    """Slides of a notebook's page."""
    found = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return [Planned(**each) for each in found[notebook]]


def to_pptx(html: Path, pptx: Path, notebook: str) -> Path:
    """Turn a page into slides: titles that are findings, native charts and tables, alt texts, notes with the source.

    Parameters
    ----------
    html : Path
        A rendered page.
    pptx : Path
        Where the slides belong.
    notebook : str
        Which made the page: a key of ``slides.yaml``.

    Returns
    -------
    Path
        `pptx`. The same page gives the same bytes.

    Raises
    ------
    MissingTool
        When python-pptx is not installed.
    """
    try:
        from sto_workbench.pages.deck import Deck
    except ImportError as error:
        todo = f"Install the package python-pptx. {OTHERS}"
        raise MissingTool(f"no slides of {html.name}: {error.name} is not installed.", todo) from error
    page = read_page(html)
    known = about(page, html)
    deck = Deck(known)
    for each in planned(notebook):
        _add(deck, page, each, known.texts)
    return compendium.write_whole(pptx, deck.save)


def _notices(page: BeautifulSoup) -> list[Runs]:
    """What a reader must know first: that the data are made up, that the page is confidential."""
    found = [page.select_one(".banner"), *page.select(".confidential")]
    return [paragraph(each) for each in found if each]


def _said(page: BeautifulSoup, cells: Sequence[str]) -> list[Runs]:
    return [runs for cell in cells for runs in told(page, cell)]


def _add(deck: Any, page: BeautifulSoup, each: Planned, texts: Texts) -> None:
    """Add what an entry asks for, where the page shows it."""
    if each.unless and seen(page, "table", each.unless):
        return
    if each.cover is not None:
        title, below = (words(page.select_one(part)) for part in ("h1", ".about"))
        deck.cover(title, below, [*_notices(page), *_said(page, each.cover)])
        return
    if each.cards or each.text:
        numbers, said = callouts(page, each.cards), _said(page, each.text)
        around = Around(
            _title(page, each.cards) if numbers else heading(page, each.title or each.text[0]) if said else ""
        )
        if numbers:
            deck.cards(around, numbers, said)
        elif said:
            deck.text(around, said)
        return
    exhibit = seen(page, "figure" if each.figure else "table", each.figure or each.table)
    if exhibit:
        _show(deck, page, each, exhibit, texts)


def _show(deck: Any, page: BeautifulSoup, each: Planned, exhibit: Seen, texts: Texts) -> None:
    """Add an exhibit: as a native chart, a chain, the picture of the page or a native table."""
    around = _around(exhibit, each, _title(page, each.title), texts)
    if each.gloss and texts.language != "nl":
        exhibit = replace(exhibit, rows=tuple((row[1], *row[1:]) for row in exhibit.rows))
    chain, beside = stages(page, each.figure)
    if each.chart and (drawn := charted(exhibit, each.chart, each.series, each.order)):
        drawn = renamed(drawn, [plain(texts(f"slides.names.{name}")) for name in each.names])
        deck.chart(around, drawn, texts(f"slides.{drawn.kind}"), _rows(drawn), each.pale)
    elif said := groups(page, each.figure):
        deck.groups(around, said)
    elif chain:
        deck.chain(around, chain, beside)
    elif exhibit.picture:
        deck.picture(around, exhibit.picture, exhibit.alt)
    else:
        alt = texts("slides.table", columns=texts.both(filter(None, exhibit.heads)))
        deck.table(around, exhibit.heads, exhibit.rows, alt)


def _title(page: BeautifulSoup, cell: str) -> str:
    """What a cell says first, in as many sentences as a title holds; or the heading of its section."""
    said = [each for each in told(page, cell) if each not in callouts(page, cell)]
    first, *more = _SENTENCE.split("".join(text for text, _ in said[0])) if said else [heading(page, cell)]
    for sentence in more:
        if len(first) + len(sentence) > _LONGEST:
            break
        first += f" {sentence}"
    return first


def _around(exhibit: Seen, each: Planned, said: str, texts: Texts) -> Around:
    """Title, subject, source and notes of an exhibit."""
    results, shows = (
        texts("slides.results", ids=", ".join(exhibit.results)),
        f"slides.shows.{each.shows or each.figure or each.table}",
    )
    subject = texts(shows) if shows in texts else exhibit.subject
    finding = exhibit.finding or said
    return Around(
        finding or subject,
        subject if finding else "",
        exhibit.source,
        [exhibit.caption, exhibit.source, *([results] if exhibit.results else [])],
    )


def _rows(drawn: Charted) -> list[str]:
    """Each row of a chart in words."""
    told = (
        ", ".join(f"{series.name} {series.shown[place]}" for series in drawn.series if series.shown[place])
        for place in range(len(drawn.rows))
    )
    return [f"{row}: {numbers}." if numbers else f"{row}." for row, numbers in zip(drawn.rows, told, strict=True)]
