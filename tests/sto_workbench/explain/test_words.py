"""A result in words, and its numbers as reports print them."""

import json

import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report.context import Context
from sto_workbench.explain.words import meaning, method, published

NAN = float("nan")


@pytest.mark.parametrize(
    ("unit", "value", "low", "told"),
    [
        ("share", 0.885, 0.8, ("89%", "80%")),
        ("difference", 0.31, -0.001, ("+31 percentage points", "−0.1 percentage points")),
        ("ratio", 2.443, 0.306, ("2.44", "0.31")),
        ("p", 0.0496, NAN, ("0.0496", None)),
        ("log odds", 0.89325, NAN, ("0.8933", None)),
        ("number", 7.846, NAN, ("7.85", None)),
        ("count", 5000.0, NAN, ("5,000", None)),
    ],
)
def test_numbers_are_printed_as_in_the_reports(
    codebook: Codebook, unit: str, value: float, low: float, told: tuple[str, str | None]
):
    row = {"statistic": "x", "unit": unit, "value": value, "low": low, "high": NAN, "n": 50.66, "text": ""}
    got = published(row, Context("en", codebook).texts)
    assert (got["value"], got["low"]) == told
    assert (got["high"], got["n"]) == (None, "50.66")


def test_a_result_without_a_text_is_its_statistic_and_what_it_is_of(codebook: Codebook):
    labels = {
        "concept": "teachers",
        "measure": "urgency",
        "status": "estimated",
        "alias": "",
        "odd": None,
        "level": 2.0,
    }
    row = {"table": "x_y.R01", "statistic": "some_share", "labels": json.dumps(labels)}
    context = Context("en", codebook)
    assert (
        meaning(row, context) == "some share (x y): concept Enough technology teachers, measure (Very) urgent, level 2"
    )
    assert meaning(row | {"labels": "{}"}, context) == "some share (x y): the whole table"
    assert method("no_such_method", context.texts) == "no such method"


def test_a_text_of_the_catalogue_names_what_the_result_is_of(codebook: Codebook, monkeypatch: pytest.MonkeyPatch):
    context, text = Context("en", codebook), "Share in {wave}: {concept}, level {level}"
    monkeypatch.setitem(context.texts._texts, "result.x.share", text)
    labels = {"concept": "teachers", "level": 0.0, "wave": None}
    told = meaning({"table": "x", "statistic": "share", "labels": json.dumps(labels)}, context)
    assert told == "Share in –: Enough technology teachers, level 0"
