"""Which results differ, and whether as they are published."""

import pytest

from sto_workbench.compare.changes import compare
from tests.sto_workbench.compare.runs import made


@pytest.mark.parametrize(
    ("before", "after", "what", "rounded"),
    [
        ({}, {}, "same", False),
        ({"value": 0.885}, {"value": 0.8849999}, "changed", True),
        ({"value": 0.885}, {"value": 0.894}, "changed", False),
        ({"value": 2.675}, {"value": 2.684}, "changed", False),
        ({"value": -0.005}, {"value": -0.0049}, "changed", True),
        ({"low": 0.80}, {"low": 0.81}, "changed", True),
        ({"n": 51}, {"n": 50}, "changed", True),
        ({"value": float("nan")}, {"value": 0.1}, "changed", True),
        ({"value": float("nan")}, {"value": float("nan")}, "same", False),
        ({"status": "estimated"}, {"status": "alias"}, "changed", True),
        ({"reason": "few"}, {}, "changed", True),
        ({"text": "a"}, {"text": "b"}, "changed", True),
        ({"precision": float("nan"), "value": 1.0}, {"precision": float("nan"), "value": 1.0001}, "changed", True),
        ({"value": 1e300}, {"value": 2e300}, "changed", True),
        ({"value": 0.5, "precision": 3e-40}, {"value": 0.6, "precision": 3e-40}, "changed", True),
        ({"cell": "one"}, {"cell": "two"}, "same", False),
    ],
)
def test_a_result_differs_by_its_numbers_texts_and_status(
    before: dict[str, object], after: dict[str, object], what: str, rounded: bool
):
    found = compare(made(before, {"id": "x"}), made(after, {"id": "x", "method": "y"})).both.loc["share.a"]
    assert (found["what"], bool(found["rounded"])) == (what, rounded)


def test_results_that_came_and_went_are_told_and_what_is_published_otherwise_comes_first():
    found = compare(made({}, {"id": "b"}, {"id": "c"}), made({"value": 0.8801}, {"id": "d"}, {"id": "c", "n": 3}))
    assert dict(zip(found.both["id"], found.both["what"], strict=True)) == {
        "share.a": "changed",
        "b": "gone",
        "c": "changed",
        "d": "added",
    }
    assert list(found.changed["id"])[-1] == "share.a"


def test_a_table_that_is_the_same_is_not_even_read():
    assert len(compare(made({}), made({})).both) == 0
