"""Native charts: the numbers of the page and no others, inert texts, heads of rows that fit, colours of the theme."""

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.enum.dml import MSO_COLOR_TYPE
from pptx.oxml.ns import qn

from sto_workbench.pages import fitting, native
from sto_workbench.pages.charted import Charted, Kind, Series, Unit
from sto_workbench.pages.deck import REFERENCE

MADE = datetime(2024, 5, 1)
HOSTILE = ('=HYPERLINK("http://x.invalid")', "http://x.invalid/a", "<c:v>&amp;", "@SUM(1)", "a\nb", "n" * 58)


def drawn(
    kind: Kind = "bar", rows: tuple[str, ...] = ("a", "b", "c"), series: int = 1, unit: Unit = "percent", **more: Any
) -> Charted:
    values = tuple(round(0.9 / (n + 1), 2) for n in range(len(rows)))
    each = (Series(f"series {n}", values, tuple(f"{100 * value:.0f}%" for value in values)) for n in range(series))
    return Charted(kind, rows, tuple(each), unit, **more)


def frame(chart: Charted, pale: tuple[int, ...] = ()) -> Any:
    deck = Presentation(str(REFERENCE))
    slide = deck.slides.add_slide(deck.slide_layouts.get_by_name("Chart"))
    return native.draw(slide.placeholders[10], chart, pale, MADE)


def workbook(made: Any) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(made.chart.part.chart_workbook.xlsx_part.blob))
    assert book.sheetnames == ["Sheet1"]
    assert book.properties.created == MADE
    assert not any(cell.data_type == "f" or cell.hyperlink for row in book.active.iter_rows() for cell in row)
    return [list(row) for row in book.active.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", ["bar", "stacked"])
def test_a_chart_and_its_workbook_hold_the_numbers_and_no_others(kind: Kind):
    made = frame(drawn(kind, series=2))
    plot = made.chart.plots[0]
    assert list(plot.categories) == ["a", "b", "c"]
    assert {series.name: series.values for series in plot.series} == {f"series {n}": (0.9, 0.45, 0.3) for n in range(2)}
    assert workbook(made) == [[None, "series 0", "series 1"], ["a", 0.9, 0.9], ["b", 0.45, 0.45], ["c", 0.3, 0.3]]
    assert made.chart.has_legend


def test_no_text_of_a_chart_is_a_formula_a_link_or_markup():
    made = frame(Charted("bar", HOSTILE, (Series(HOSTILE[0], (0.5,) * 6, ("50%",) * 6),), "percent"))
    assert list(made.chart.plots[0].categories) == list(HOSTILE)
    assert [row[0] for row in workbook(made)[1:]] == list(HOSTILE)
    assert made.chart.plots[0].series[0].name == HOSTILE[0]


def test_a_missing_number_is_no_bar():
    made = frame(Charted("bar", ("a", "b"), (Series("s", (None, 0.4), ("", "40%")),), "percent"))
    assert made.chart.plots[0].series[0].values == (None, 0.4)
    assert workbook(made)[1] == ["a", None]


@pytest.mark.parametrize(("kind", "series"), [("bar", 1), ("bar", 3), ("stacked", 2), ("stacked", 5), ("stacked", 7)])
def test_every_colour_is_one_of_the_theme_and_stands_apart(kind: Kind, series: int):
    plot = frame(drawn(kind, series=series)).chart.plots[0]
    colours = [each.format.fill.fore_color for each in plot.series]
    assert all(colour.type == MSO_COLOR_TYPE.SCHEME for colour in colours)
    assert len({(colour.theme_color, round(colour.brightness, 2)) for colour in colours}) == series
    assert all(each.data_labels.show_value for each in plot.series)


def test_rows_that_the_title_names_stand_out():
    series = frame(drawn(named=frozenset({1}))).chart.plots[0].series[0]
    (others,) = {series.points[n].format.fill.fore_color.theme_color for n in (0, 2)}
    assert series.format.fill.fore_color.theme_color != others
    assert len(series._element.findall(qn("c:dPt"))) == 2


@pytest.mark.parametrize(("rows", "series", "longest"), [(8, 1, 20), (8, 2, 58), (12, 2, 58), (14, 1, 110)])
def test_heads_of_rows_have_room_beside_the_bars(rows: int, series: int, longest: int):
    heads = tuple(f"{n} {'word ' * 30}"[:longest] for n in range(rows))
    chart = drawn(rows=heads, series=series)
    made = frame(chart)
    shown = native.capacity(chart, (made.width.pt, made.height.pt))
    assert shown >= min(rows, 10)
    size = made.chart.font.size.pt
    layout = made.chart._chartSpace.find(f".//{qn('c:manualLayout')}")
    place = {side: float(layout.find(qn(f"c:{side}")).get("val")) for side in "xywh"}
    lines = max(fitting.lines(head, place["x"] * made.width.pt / size) for head in heads)
    assert size >= 10
    assert lines * size * 1.15 <= place["h"] * made.height.pt / min(rows, shown)
    assert place["x"] + place["w"] <= 1.0001


def test_differences_start_at_nought_and_have_their_heads_left_of_all_bars():
    made = frame(Charted("bar", ("a", "b"), (Series("s", (-14.2, 27.4), ("−14", "+27")),), "points"))
    assert made.chart.value_axis.minimum_scale < -14.2 < 27.4 < made.chart.value_axis.maximum_scale
    assert made.chart.category_axis.tick_label_position.name == "LOW"
    assert "−" in made.chart.plots[0].series[0].data_labels.number_format
