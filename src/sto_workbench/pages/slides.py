"""A rendered page → slides (PowerPoint) with charts that can be edited; which ones, ``slides.yaml`` says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_analysis.report.language import Texts
from sto_workbench.pages.about import about
from sto_workbench.pages.charted import Charted, Kind, Order, charted
from sto_workbench.pages.pdf import OTHERS, read_page
from sto_workbench.pages.shown import Around, Runs, Seen, heading, paragraph, seen, told, words


@dataclass(frozen=True)
class Planned:
    """An entry of ``slides.yaml``, which describes its fields."""

    cover: Sequence[str] | None = None
    figure: str = ""
    table: str = ""
    text: Sequence[str] = ()
    chart: Kind | None = None
    series: Sequence[str] = ()
    order: Order = "first"
    pale: Sequence[int] = ()


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
    if each.cover is not None:
        title, below = (words(page.select_one(part)) for part in ("h1", ".about"))
        deck.cover(title, below, [*_notices(page), *_said(page, each.cover)])
        return
    if each.text:
        if said := _said(page, each.text):
            deck.text(Around(heading(page, each.text[0]), notes=[]), said)
        return
    exhibit = seen(page, "figure" if each.figure else "table", each.figure or each.table)
    if exhibit is None:
        return
    around = _around(exhibit, each.figure or each.table, texts)
    if each.chart and (drawn := charted(exhibit, each.chart, each.series, each.order)):
        deck.chart(around, drawn, texts(f"slides.{each.chart}"), _rows(drawn), each.pale)
    elif exhibit.picture:
        deck.picture(around, exhibit.picture, exhibit.alt)
    else:
        alt = texts("slides.table", columns=texts.both(filter(None, exhibit.heads)))
        deck.table(around, exhibit.heads, exhibit.rows, alt)


def _around(exhibit: Seen, name: str, texts: Texts) -> Around:
    """Title, subject, source and notes of an exhibit."""
    results, shows = texts("slides.results", ids=", ".join(exhibit.results)), f"slides.shows.{name}"
    subject = texts(shows) if shows in texts else exhibit.subject
    return Around(
        exhibit.finding or subject,
        subject if exhibit.finding else "",
        exhibit.source,
        [exhibit.caption, exhibit.source, *([results] if exhibit.results else [])],
    )


def _rows(drawn: Charted) -> list[str]:
    """Each row of a chart in words."""
    told = (
        ", ".join(f"{series.name} {series.shown[place]}" for series in drawn.series if series.shown[place])
        for place in range(len(drawn.rows))
    )
    return [f"{row}: {numbers}." for row, numbers in zip(drawn.rows, told, strict=True)]
