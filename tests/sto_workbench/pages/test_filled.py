"""A page of a print is filled with what follows a figure that does not fit; headings, kinds and sections stay."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from sto_workbench.pages import filled
from sto_workbench.pages import pdf as paper
from sto_workbench.pages.render import TEMPLATE
from tests.browsing import needs_browser

STYLE = (TEMPLATE / "page.css").read_text(encoding="utf-8")


def _figure(number: int, points: int = 420) -> str:
    svg = f"<svg xmlns=%27http://www.w3.org/2000/svg%27 width=%27490pt%27 height=%27{points}pt%27></svg>"
    caption = f"<figcaption>Figuur {number}.</figcaption>"
    return f'<div class="output"><figure><img alt="x" src="data:image/svg+xml,{svg}">{caption}</figure></div>'


def _text(words: str, lines: int = 1) -> str:
    return f'<div class="output"><p>{"<br>".join([words, *["..."] * (lines - 1)])}</p></div>'


def _table(number: int, rows: int, short: bool) -> str:
    body = "".join(f"<tr><th scope='row'>rij {number}.{row}</th><td>1</td></tr>" for row in range(rows))
    head = "<thead><tr><th scope='col'>a</th><th scope='col'>b</th></tr></thead>"
    classes = "boxed short" if short else "boxed"
    table = f"<table><caption>Tabel {number}.</caption>{head}<tbody>{body}</tbody></table>"
    return f'<div class="output"><div class="{classes}">{table}</div></div>'


def _head(title: str) -> str:
    return f'<div class="text"><h2>{title}</h2></div>'


def _printed(folder: Path, *parts: str) -> tuple[list[str], list[float]]:
    """Words of each page of a print, and the share of it that is blank at the foot."""
    needs_browser()
    html = folder / "x.html"
    main = f"<main>{''.join(parts)}</main>"
    html.write_text(f"<html lang='nl'><style>{STYLE}</style><title>T</title><h1>T</h1>{main}</html>", encoding="utf-8")
    reader = PdfReader(paper.to_pdf(html, folder / "x.pdf"))
    return [page.extract_text() for page in reader.pages], [1 - filled._inked(page) for page in reader.pages]


@pytest.mark.whole
def test_text_and_tables_of_a_section_move_up_before_a_figure_that_does_not_fit(tmp_path: Path):
    first = [_text("begin", 24), _head("A"), _figure(1, 330), _text("na een", 5), _text("na twee", 5)]
    again = [_head("B"), _figure(2, 60), _figure(3), _table(1, 12, short=False), _head("C"), _text("slot", 3)]
    pages, blank = _printed(tmp_path, *first, *again)
    text = "\n".join(pages)
    order = ["begin", "A", "na een", "na twee", "Figuur 1", "B", "Figuur 2", "Tabel 1", "Figuur 3", "C", "slot"]
    places = [re.search(rf"^{part}", text, re.M).start() for part in order]
    assert [part for _, part in sorted(zip(places, order, strict=True))] == order
    assert max(blank[:-1]) < 0.4


@pytest.mark.whole
def test_a_short_table_breaks_where_it_would_leave_a_page_blank(tmp_path: Path):
    pages, blank = _printed(
        tmp_path, _text("begin", 24), _head("A"), _table(1, 40, short=True), _table(2, 3, short=True)
    )
    assert "rij 1.0" in pages[0]
    assert "rij 1.39" in pages[1]
    assert max(blank[:-1]) < 0.4


def test_a_figure_with_nothing_behind_it_in_its_section_stays_and_its_picture_yields():
    page = BeautifulSoup(f"<main>{_head('A')}{_figure(1)}{_head('B')}{_text('x')}</main>", "html.parser")
    before = [tag.get_text() for tag in page.select("main > div")]
    blocks = filled.mark(page)
    assert [block.kind for block in blocks] == ["heading", "figure", "heading", "text"]
    assert filled._pull(blocks, blocks[0], 500, {}) is True  # its picture yields, once
    assert "160.5mm" in page.img["style"]
    assert filled._pull(blocks, blocks[0], 500, {}) is False
    assert [tag.get_text() for tag in page.select("main > div")][:4] == before
