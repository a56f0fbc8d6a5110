"""What a page shows is numbered, described, says where it comes from, and says SYNTHETIC where it must."""

import base64
import re
from collections.abc import Callable

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sto_analysis.report import page as module
from sto_analysis.report.page import Page
from tests import samples


def show(wave: str, *calls: Callable[[Page], None]) -> str:
    return "\n".join(output.data.get("text/html", "") for output in samples.shown("nl", wave, *calls))


def soup(wave: str, *calls: Callable[[Page], None]) -> BeautifulSoup:
    return BeautifulSoup(show(wave, *calls), "html.parser")


def _forms(page: Page, **more: object) -> None:
    page.figure(samples.drawing(), "forms", first="A & B", high=86, last="C", low=67, **more)


def test_a_figure_has_number_caption_and_alt_text():
    html = show("published", _forms, _forms)
    assert 'alt="Staven van zeven vormen van borging. Bovenaan A &amp; B met 86 procent' in html
    assert re.findall(r'id="(fig-\d)"', html) == ["fig-1", "fig-2"]
    assert re.findall(r"<figcaption><strong[^>]*>(Figuur \d)\.", html) == ["Figuur 1", "Figuur 2"]
    assert "SYNTHETIC" not in html


def test_a_synthetic_page_says_so_in_banner_caption_and_picture():
    html = show("synthetic-2024", _forms)
    assert html.startswith('<p class="synthetic"')
    assert "SYNTHETIC (synthetic-2024)." in html
    picture = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()
    assert ">SYNTHETIC</text>" in picture


@pytest.mark.parametrize(
    ("wave", "base", "source", "line"),
    [
        ("2024", None, None, "Bron: STO-monitor, ronde 2024."),
        ("2024", 51, None, "Bron: STO-monitor, ronde 2024; n = 51."),
        ("2024", [51, 42, 48], None, "Bron: STO-monitor, ronde 2024; n = 42 tot 51."),
        ("synthetic-2024", 1234, None, "Bron: gesimuleerde antwoorden, ronde synthetic-2024; n = 1.234."),
        ("published", None, None, "Bron: gepubliceerde cijfers van de STO-monitor."),
        ("2024", "", "published", "Bron: gepubliceerde cijfers van de STO-monitor."),
    ],
)
def test_figures_and_tables_say_where_they_come_from_and_how_many_answered(wave, base, source, line):
    page = soup(
        wave,
        lambda page: _forms(page, base=base, source=source),
        lambda page: page.table(samples.frame(), "own_borging", base=base, source=source, where="hier"),
    )
    assert [each.get_text() for each in page.select(".source")] == [line, line]


def test_a_base_also_fills_the_caption():
    change = {"alpha": "0,05", "first": "A", "points": "+31"}
    html = show("2024", lambda page: page.figure(samples.drawing(), "change", base=42, **change))
    caption = BeautifulSoup(html, "html.parser").figcaption
    caption.select_one(".source").decompose()
    assert "bij de 42 regio’s" in caption.get_text()


def test_a_figure_can_carry_its_data_as_a_folded_table():
    page = soup("published", lambda page: _forms(page, table=samples.frame()), samples.table)
    folded = page.select_one("figure > details")
    assert not folded.has_attr("open")
    assert folded.summary.get_text() == "De gegevens van figuur 1 als tabel"
    assert len(folded.select("tbody tr")) == 3
    assert page.select_one("#table-1 caption").get_text().startswith("Tabel 1.")  # the folded one takes no number


def test_a_table_has_header_cells_caption_and_note():
    frame = pd.DataFrame({"Aspect": ["x<y", "z"], "n": ["51", "–"], "Tekst": ["ja", "a\nb"], "": ["a", "b"]})
    html = show("synthetic-2024", lambda page: page.table(frame, "own_borging", where="hier"))
    assert re.search(r"<caption[^>]*><span><strong[^>]*>Tabel 1\.</strong> Borging hier\. SYNTHETIC", html)
    assert html.count('<th scope="col"') == 3
    assert '<th scope="row">x&lt;y</th>' in html
    assert '<td class="num">51</td>' in html
    assert "<td>a<br>b</td>" in html
    assert '<p class="note">' in html


def test_a_screen_reader_hears_intervals_and_missing_values_in_words():
    cells = soup("published", samples.table).select("tbody td")
    heard = [re.sub(r"\s+", " ", cell.get_text(" ", strip=True)) for cell in cells]
    assert heard[1] == "van 35% tot 51%"
    assert heard[4] == "– geen waarde"
    assert cells[4].span["aria-hidden"] == "true"


def test_decimal_marks_stand_under_each_other():
    cells = soup("published", samples.table).select("tbody td.num")
    assert [cell.get_text() for cell in cells[0:6:2][:2]] == ["51\u2008\u2007", "7,4"]
    assert module._aligned(pd.Series(["<0,001", "0,03", "2", "–"]), ",") == [
        "<0,001", "0,03\u2007", "2\u2008\u2007\u2007\u2007", "–",
    ]  # fmt: skip
    assert module._aligned(pd.Series(["1 van 2", "0,5"]), ",") == ["1 van 2", "0,5"]


def test_a_long_table_may_break_on_paper_and_a_short_one_not():
    page = soup("published", samples.table, samples.long_table)
    assert "short" in page.select_one("#table-1")["class"]
    assert "short" not in page.select_one("#table-2")["class"]


def test_the_list_of_figures_and_tables_names_the_cell_that_made_each(monkeypatch: pytest.MonkeyPatch):
    shell = type("Shell", (), {"execution_count": 7})()
    monkeypatch.setattr(module, "get_ipython", lambda: shell)
    page = soup("published", samples.figure, samples.table, lambda page: page.contents_list("05_national_report"))
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("#shown tbody tr")]
    assert [row[0] for row in rows] == ["Figuur 1", "Tabel 1"]
    assert [row[2].replace("\u200b", "") for row in rows] == ["05_national_report, cel 7"] * 2
    assert rows[1][1] == "Borging in Zuid"
    links = [a["href"] for a in page.select("#shown a")]
    assert links == ["#fig-1", "#table-1"]
    assert all(page.select_one(link) for link in links)


def test_the_same_figure_gives_the_same_bytes():
    first, second = module.svg(samples.drawing()), module.svg(samples.drawing())
    plt.close("all")
    assert first == second
    assert "regio’s" in first.decode()
    assert "dc:date" not in first.decode()


def test_an_unknown_text_is_an_error():
    with pytest.raises(KeyError):
        show("published", lambda page: page.say("sentence.none"))
