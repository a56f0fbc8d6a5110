"""Texts that look the same are the same."""

import pytest

from sto_analysis.monitor.spelling import answer_key, visible


@pytest.mark.parametrize(("text", "key"), [(" Heel  urgent ", "heel urgent"), ("3,0", "3"), ("03", "3"), ("-1", "-1")])
def test_answers_are_compared_without_case_spaces_and_zeros(text: str, key: str):
    assert answer_key(text) == key


def test_a_date_or_fraction_is_no_number():
    assert answer_key("01.02.2025") == "01.02.2025"
    assert answer_key("3,5") == "3,5"


@pytest.mark.parametrize(
    "text", ["geïntegreerd aanbod", "gei\u0308ntegreerd aanbod", "geïnte\u00adgreerd\u00a0 aanbod\u200b"]
)
def test_letters_are_compared_as_they_are_seen(text: str):
    assert visible(text) == "geïntegreerd aanbod"
