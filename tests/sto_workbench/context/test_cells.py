"""Cells of public files, one by one."""

import pytest

from sto_workbench.context.cells import location, municipality, number, other_place, profile, year


@pytest.mark.parametrize(
    ("brin", "text", "bare", "found"),
    [("00AH", "17", True, "00AH17"), ("00ah", "7", True, "00AH07"), ("00AH", "00ah00", False, "00AH00"),
     (None, "00AH17", False, "00AH17")],
)  # fmt: skip
def test_a_vestiging_has_six_characters(brin, text, bare, found):
    assert location(brin, text, bare=bare) == found


@pytest.mark.parametrize(
    ("brin", "text"), [(None, "17"), ("00AH", "117"), ("00AH", "00AQ17"), (None, "AH0017"), ("00AH", "７")]
)
def test_what_is_no_vestiging_is_refused(brin, text):
    with pytest.raises(ValueError, match="vestiging"):
        location(brin, text, bare=True)


@pytest.mark.parametrize("text", ["GM0363", "gm0363", "0363", "363", "363.0"])
def test_a_municipality_is_known_in_every_way_that_it_is_written(text):
    assert municipality(text) == "GM0363"


def test_totals_and_provinces_are_other_places_than_municipalities():
    assert [other_place(text) for text in ("NL01", "PV27", "Nederland", "Totaal", "GM0363", "AM08", "Achterhoek")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip


def test_years_numbers_and_profiles():
    assert [year(text) for text in ("2024JJ00", "2024*", "2024-2025", "1 januari 2024")] == [2024] * 4
    assert [number(text) for text in ("3,5", "3.5", "-2", "0.1234")] == [3.5, 3.5, -2, 0.1234]
    assert [profile(text) for text in ("Bouwen, wonen en interieur", "m&t", "ZWE")] == ["BWI", "M&T", "ZWE"]
