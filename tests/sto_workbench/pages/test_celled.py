"""Cells of a page as a spreadsheet has them: numbers that look as they are printed, and texts."""

import pytest

from sto_workbench.pages.celled import Celled, celled, columns


def _data(value: str, shown: str, part: str = "value") -> str:
    return f'<data data-part="{part}" data-result="share.a" value="{value}">{shown}</data>'


@pytest.mark.parametrize(
    ("html", "value", "form"),
    [
        (_data("0.8824", "88%"), 0.8824, "0%"),
        (_data("0.005", "0,5%"), 0.005, "0.0%"),
        (_data("51", "51"), 51, "0"),
        (_data("1e+05", "99.999"), 99_999, "#,##0"),
        (_data("0.2736", "+27"), 27.36, "+0;-0;0"),
        (_data("-0.06275", "−6"), -6.275, "+0;-0;0"),
        (_data("2.443", "2,44"), 2.443, "0.00"),
        (_data("0.0004", "&lt;0,001"), 0.0004, '"<0,001"'),
        (_data("1.2e-05", "0,00"), 1.2e-05, "0.00"),
        ("1.234,5\u2007", 1234.5, "#,##0.0"),
        ("57%", 0.57, "0%"),
        ("=1+1", "=1+1", ""),
        ("24/42", "24/42", ""),
        ("R01", "R01", ""),
        ('<span aria-hidden="true">–</span><span class="hidden">geen waarde</span>', "–", ""),
    ],
)
def test_a_number_is_a_number_that_looks_as_printed_and_a_text_a_text(html: str, value: float | str, form: str):
    assert celled(html, ",") == [Celled(pytest.approx(value) if isinstance(value, float) else value, form)]


def test_an_interval_is_two_numbers_and_its_column_two_columns():
    between = celled(_data("0.3537/0.5126", "35% tot 51%", "interval"), ",")
    assert between == [Celled(0.3537, "0%"), Celled(0.5126, "0%")]
    one = celled(_data("0.4/0.4", "40%", "interval"), ",")
    none = [Celled("–")]
    assert columns([between, none, one]) == [[between[0], none[0], one[0]], [between[1], none[0], one[1]]]
    assert columns([[Celled("a")], none]) == [[Celled("a"), none[0]]]
    assert columns([between, [Celled("a")]]) == [[Celled("0.3537 – 0.5126"), Celled("a")]]
