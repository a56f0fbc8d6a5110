"""What a page shows is numbered, described, says where it comes from, and says SYNTHETIC where it must."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sto_analysis.errors import MissingText
from sto_analysis.report import page as module
from sto_analysis.report.exhibit import Exhibit
from sto_analysis.report.page import Page
from sto_analysis.report.picture import SVG
from tests import samples


def show(wave: str, *calls: Callable[[Page], None], **more: str) -> str:
    return "\n".join(output.data.get("text/html", "") for output in samples.shown("nl", wave, *calls, **more))


def soup(wave: str, *calls: Callable[[Page], None], **more: str) -> BeautifulSoup:
    return BeautifulSoup(show(wave, *calls, **more), "html.parser")


def test_a_figure_has_number_caption_and_alt_text():
    html = show("published", samples.figure, samples.figure)
    assert 'alt="Staven van zeven vormen van borging. Bovenaan: A &amp; B (86). Onder' in html
    assert re.findall(r'id="(fig-\d)"', html) == ["fig-1", "fig-2"]
    assert re.findall(r"<figcaption><strong[^>]*>(Figuur \d)\.", html) == ["Figuur 1", "Figuur 2"]
    assert "SYNTHETIC" not in html


def test_a_synthetic_page_says_so_in_banner_caption_and_picture():
    html = show("synthetic-2024", samples.figure)
    assert html.startswith('<div class="mathjax_ignore tex2jax_ignore"><p class="synthetic"')
    assert "SYNTHETIC (synthetic-2024)." in html
    picture = unquote(BeautifulSoup(html, "html.parser").img["src"].removeprefix(SVG))
    assert ">SYNTHETIC</text>" in picture


@pytest.mark.parametrize(
    ("wave", "base", "line"),
    [
        ("2024", None, "Bron: STO-monitor, ronde 2024."),
        ("2024", 51, "Bron: STO-monitor, ronde 2024; n = 51."),
        ("2024", [51, 42, 48], "Bron: STO-monitor, ronde 2024; n = 42 tot 51."),
        ("synthetic-2024", 1234, "Bron: gesimuleerde antwoorden, ronde synthetic-2024; n = 1.234."),
        ("published", None, "Bron: gepubliceerde cijfers van de STO-monitor."),
    ],
)
def test_figures_and_tables_say_where_they_come_from_and_how_many_answered(wave, base, line):
    page = soup(wave, lambda page: samples.figure(page, base), lambda page: samples.table(page, base=base))
    assert [each.get_text() for each in page.select(".source")] == [line, line]


def test_base_and_level_also_fill_the_caption():
    words = {"each": "A (+31)", "count": 1, "told": "A."}
    exhibit = Exhibit(samples.frame(), 42, words, samples.drawing())
    page = soup("2024", *(lambda page, name=name: page.figure(name, exhibit) for name in ("change", "cells")))
    change, cells = page.select("figcaption")
    change.select_one(".source").decompose()
    assert "bij de 42 regio’s" in change.get_text()
    assert "onder 0,05" in cells.get_text()


def test_a_finding_stands_above_what_shows_it_and_an_empty_one_nowhere():
    words = {"first": "A", "high": 86, "last": "C", "low": 67}
    drawn = [Exhibit(samples.frame(), 51, words | {"finding": told}, samples.drawing()) for told in ("<b> is A.", "")]
    page = soup("2024", *(lambda page, each=each: page.figure("forms", each) for each in drawn))
    assert [each.get_text() for each in page.select(".finding")] == ["<b> is A."]
    assert page.select_one("#fig-1 > .finding").find_next_sibling().get("class") == ["picture"]


def test_a_figure_carries_its_data_as_a_folded_table():
    page = soup("published", samples.figure, samples.table)
    folded = page.select_one("figure > details")
    assert not folded.has_attr("open")
    assert folded.summary.get_text() == "De gegevens van figuur 1 als tabel"
    assert len(folded.select("tbody tr")) == 3
    assert page.select_one("#table-1 caption").get_text().startswith("Tabel 1.")  # the folded one takes no number


def test_a_table_has_header_cells_caption_and_note():
    frame = pd.DataFrame({"Aspect": ["x<y", "z"], "n": ["51", "–"], "Tekst": ["ja", "a\nb"], "": ["a", "b"]})
    html = show("synthetic-2024", lambda page: samples.table(page, frame))
    assert re.search(
        r"<caption[^>]*><span><strong[^>]*>Tabel 1\.</strong> Uw antwoorden over borging in Zuid\. SYNTHETIC", html
    )
    assert html.count('<th scope="col"') == 3
    assert '<th scope="row">x&lt;y</th>' in html
    assert '<td class="num">51</td>' in html
    assert "<td>a<br>b</td>" in html
    assert '<p class="note">' in html


def test_a_screen_reader_hears_intervals_and_missing_values_in_words():
    cells = soup("published", samples.table).select("tbody td")
    heard = [re.sub(r"\s+", " ", cell.get_text(" ", strip=True)) for cell in cells]
    assert heard[1] == "35% tot 51%"
    assert cells[1].find_all(class_="hidden") == []
    assert heard[4] == "– geen waarde"
    assert cells[4].span["aria-hidden"] == "true"


def test_decimal_marks_stand_under_each_other():
    cells = soup("published", samples.table).select("tbody td.num")
    assert [cell.get_text() for cell in cells[0:6:2][:2]] == ["51\u2008\u2007", "7,4"]


def test_a_long_table_may_break_on_paper_and_a_short_one_not():
    page = soup("published", samples.table, samples.long_table)
    assert "short" in page.select_one("#table-1")["class"]
    assert "short" not in page.select_one("#table-2")["class"]


def test_the_list_of_figures_and_tables_names_the_cell_that_made_each(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module.provenance, "here", lambda: ("05_national_report", "borging-table"))
    page = soup("published", samples.figure, samples.table, Page.contents_list, notebook="05_national_report")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("#shown tbody tr")]
    assert [row[0] for row in rows] == ["Figuur 1", "Tabel 1"]
    assert [row[2].replace("\u200b", "") for row in rows] == ["05_national_report, cel borging-table"] * 2
    assert rows[1][1] == "Uw antwoorden over borging in Zuid"
    links = [a["href"] for a in page.select("#shown th a")]
    assert links == ["#fig-1", "#table-1"]
    assert all(page.select_one(link) for link in links)
    assert [a["href"] for a in page.select("#shown td a")] == ["#cell-borging-table"] * 2


def test_what_no_cell_of_the_notebooks_made_is_listed_without_a_link_to_one():
    (row,) = soup("published", samples.table, Page.contents_list, notebook="05_national_report").select(
        "#shown tbody tr"
    )
    assert [a["href"] for a in row.select("a")] == ["#table-1"]
    assert row.select("td")[-1].get_text().endswith("cel –")


def test_a_page_in_dutch_takes_the_dutch_text_of_its_notebook_with_it():
    first, *_ = samples.shown("nl", "published", notebook="00_published")
    assert first.data["text/html"] == ""
    assert first.metadata["text/html"]["nl"]["grades"].startswith("## Rapportcijfers")
    assert samples.shown("en", "published", notebook="00_published") == []


def test_an_exhibit_is_found_by_its_name():
    table = pd.DataFrame({"item": ["yield_a"], "reason": ["refused"]})
    assert soup("2024", lambda page: page.table("missing", table)).td.get_text() == "1"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda page: page.table("none", 1), "nothing makes the table 'none'. Write `none_table`"),
        (lambda page: page.figure("none"), "Write `none_figure` in sto_analysis/report/exhibits"),
        (lambda page: page.table("none", Exhibit(samples.frame())), "no text 'table.none.caption'. Add it to nl.yaml"),
        (
            lambda page: page.table("own_borging", Exhibit(samples.frame())),
            "'table.own_borging.caption' has a placeholder",
        ),
        (lambda page: page.figure("borging", Exhibit(samples.frame())), "placeholder 'population'"),
        (lambda page: page.figure("theory", Exhibit(samples.frame())), "'theory' has no figure"),
        (lambda page: page.notice("page.none"), "no text 'page.none'"),
    ],
)
def test_what_is_forgotten_is_named(call: Callable[[Page], None], told: str):
    with pytest.raises(MissingText, match=re.escape(told)):
        show("published", call)


def test_a_wave_that_came_as_a_number_is_refused_with_how_it_is_given():
    with pytest.raises(ValueError, match="2024 came as a number"):
        Page(2024)
