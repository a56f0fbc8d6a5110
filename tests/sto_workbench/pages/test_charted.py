"""Series of a chart: the numbers of the page, sorted, with what the page prints."""

import pytest

from sto_analysis.report.language import MARK
from sto_workbench.pages.charted import Order, charted
from sto_workbench.pages.shown import Seen, seen
from tests.decks import figure, number, page, soup

NAMES = ("low", "high", "middle")


def exhibit(rows: list[list[str]], finding: str = "", heads: list[str] | None = None) -> Seen:
    found = seen(soup(page(("c", figure("x", finding, heads or ["Aspect", "A", "B"], rows)))), "figure", "x")
    assert found is not None
    return found


def two(first: tuple[float, ...], second: tuple[float, ...]) -> list[list[str]]:
    return [
        [name, number(f"a.{name}", x, f"{100 * x:.0f}%"), number(f"b.{name}", y, f"{100 * y:.0f}%")]
        for name, x, y in zip(NAMES, first, second, strict=True)
    ]


@pytest.mark.parametrize(
    ("order", "rows"),
    [
        ("page", ("low", "high", "middle")),
        ("first", ("high", "middle", "low")),
        ("difference", ("middle", "high", "low")),
        ("rise", ("low", "high", "middle")),
    ],
)
def test_rows_are_sorted_as_asked(order: Order, rows: tuple[str, ...]):
    drawn = charted(exhibit(two((0.1, 0.9, 0.5), (0.8, 0.9, 0.1))), "bar", ["a.*", "b.*"], order)
    assert drawn is not None
    assert drawn.rows == rows
    assert [series.name for series in drawn.series] == ["A", "B"]
    assert dict(zip(drawn.rows, drawn.series[0].values, strict=True)) == {"low": 0.1, "high": 0.9, "middle": 0.5}


def test_ties_stay_in_the_order_of_the_page():
    drawn = charted(exhibit(two((0.5, 0.5, 0.5), (0, 0, 0))), "bar", ["a.*"], "first")
    assert drawn is not None
    assert drawn.rows == NAMES


def test_an_exhibit_without_such_numbers_is_no_chart_and_a_missing_number_is_no_bar():
    found = exhibit(
        [["low", "–", number("b.low", 0.5, "50%")], ["high", number("a.high", 0.4, "40%"), "–"], ["none", "–", "–"]]
    )
    assert charted(found, "bar", ["c.*"], "first") is None
    drawn = charted(found, "bar", ["a.*", "b.*"], "page")
    assert drawn is not None
    assert (drawn.rows, [series.values for series in drawn.series]) == (("low", "high"), [(None, 0.4), (0.5, None)])


def test_a_bar_of_parts_that_lacks_one_is_not_drawn_and_its_row_is_marked():
    found = exhibit([*two((0.4, 0.3, 0.5), (0.6, 0.2, 0.5)), ["part", number("a.part", 0.1, "10%"), MARK]])
    drawn = charted(found, "stacked", ["a.*", "b.*"], "first")
    assert drawn is not None
    assert drawn.rows == ("middle", "low", f"high {MARK}", f"part {MARK}")  # of high a whole column is withheld
    assert [series.values for series in drawn.series] == [(0.5, 0.4, None, None), (0.5, 0.6, None, None)]


def test_where_most_bars_of_parts_lack_one_the_columns_that_are_whole_are_bars():
    found = exhibit([["low", number("a.low", 0.4, "40%"), MARK], ["high", number("a.high", 0.3, "30%"), MARK]])
    drawn = charted(found, "stacked", ["a.*", "b.*"], "first")
    assert drawn is not None
    assert (drawn.kind, drawn.rows, [series.values for series in drawn.series]) == (
        "bar",
        ("low", "high"),
        [(0.4, 0.3)],
    )


def test_a_row_that_is_withheld_whole_is_not_of_a_chart_beside_which_others_stand():
    found = exhibit([["a", MARK, MARK], *two((0.4, 0.3, 0.5), (0.6, 0.7, 0.5)), ["c", number("c.c", 0.1, "10%"), MARK]])
    drawn = charted(found, "stacked", ["a.*", "b.*"], "page")
    assert drawn is not None
    assert drawn.rows == NAMES


def test_a_bar_that_is_withheld_leaves_its_head_marked():
    found = exhibit([["low", MARK, MARK], *two((0.4, 0.3, 0.5), (0.6, 0.2, 0.5))[1:]], finding="low")
    drawn = charted(found, "bar", ["a.*"], "first")
    assert drawn is not None
    assert (drawn.rows, drawn.named) == (("middle", "high", f"low {MARK}"), {2})


@pytest.mark.parametrize(
    ("value", "shown", "unit", "drawn"),
    [
        (0.1250, "12%", "percent", 0.12),  # the page knows more digits than it hands on: what it prints counts
        (0.4314, "43%", "percent", 0.4314),
        (-0.1424, "−14", "points", -14.24),
        (7.44, "7,4", "number", 7.44),
        (51, "51", "number", 51),
    ],
)
def test_a_bar_is_what_the_page_knows_and_its_label_what_the_page_prints(
    value: float, shown: str, unit: str, drawn: float
):
    found = charted(exhibit([["low", number("a.low", value, shown), "–"]]), "bar", ["a.*"], "first")
    assert found is not None
    assert (found.unit, found.series[0].values[0]) == (unit, pytest.approx(drawn))
    assert found.series[0].shown == (shown,)


def test_rows_whose_number_the_title_prints_are_named():
    rows = two((0.9, 0.9, 0.5), (0, 0, 0))
    found = exhibit(rows, f"Most: low and high ({number('a.low', 0.9, '90%')})")
    assert (drawn := charted(found, "bar", ["a.*"], "page")) is not None
    assert drawn.named == {0, 1}


def test_heads_of_rows_lose_what_they_all_begin_with():
    rows = [[f"Attention now: {name}", number(f"a.{name}", 0.5, "50%"), "–"] for name in NAMES]
    assert (drawn := charted(exhibit(rows), "bar", ["a.*"], "page")) is not None
    assert drawn.rows == NAMES


def test_rows_that_the_title_names_are_named_but_not_those_whose_name_is_part_of_a_word():
    found = exhibit(two((0.9, 0.5, 0.4), (0.1, 0.5, 0.4)), "Behind: high and middleware.")
    assert (drawn := charted(found, "bar", ["a.*", "b.*"], "page")) is not None
    assert drawn.named == {1}
