"""Which form comes first is said only where the numbers say it."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences.pooling import first_sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import pooled

EN = named("en", a="Alfa", b="Beta", c="Gamma")

ROW = {"exposure": "a", "regions": 51, "status": "estimated", "alias": "", "unpooled": 4.0, "odds_ratio": 2.6,
       "low": 1.2, "high": 5.5, "first": 0.71, "rank": 1, "rank_low": 1, "rank_high": 3}  # fmt: skip
OTHER = {**ROW, "exposure": "b", "odds_ratio": 1.5, "low": 0.7, "high": 3.1, "first": 0.29, "rank": 2}
MISSING = {**ROW, "exposure": "c", "status": "aliased", "alias": "b", "first": np.nan, "odds_ratio": np.nan}


def _said(*rows: dict[str, object], found: tuple[str, ...] = ("a",)) -> list[str]:
    return [str(each) for each in first_sentences(EN, pooled(pd.DataFrame(list(rows))), found)]


def test_a_form_with_more_than_an_even_chance_comes_first():
    (said,) = _said(OTHER, ROW)
    assert "Alfa: with all forms in one model" in said.replace("</strong>", "").replace("<strong>", "")
    assert "probability of 71% (rank 1 to 3 of 2, 90% interval); odds ratio 2.6" in said
    assert "cannot be told" not in said


@pytest.mark.parametrize(
    "changes", [{"first": 0.5}, {"first": 0.3}, {"low": 0.9}], ids=["even", "a tie", "compatible with nothing"]
)
def test_otherwise_it_cannot_be_told_and_the_nearest_is_named(changes: dict[str, float]):
    (said,) = _said(ROW | changes, OTHER | {"first": 0.3})
    assert "That cannot be told." in said
    assert ("Alfa and Beta come nearest" if changes == {"first": 0.3} else "Alfa comes nearest") in said


def test_an_order_is_no_second_way_to_a_finding():
    (said,) = _said(OTHER, ROW, found=("b",))
    assert "That cannot be told." in said
    assert "asks for a detectable association" in said


def test_what_could_not_be_pooled_is_named_with_its_reason():
    first, left_out = _said(ROW, OTHER, MISSING)
    assert "Alfa" in first
    assert left_out == "Left out of that order (cannot be told apart from Beta): Gamma."


def test_without_any_order_the_reason_is_said():
    (said,) = _said(*({**row, "status": "ridge", "first": np.nan} for row in (ROW, OTHER)))
    assert "That cannot be told: no two forms" in said
    assert "the answers separate" in said
