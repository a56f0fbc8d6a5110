"""Rows of results."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.rows import by_position, choice, reason
from tests.sto_analysis.report import named

NL = named("nl", a="Alfa", b="Beta")


def test_a_reason_names_what_an_exposure_cannot_be_told_apart_from():
    row = {"status": "aliased", "alias": "a b"}
    assert reason(NL, row) == "niet te scheiden van Alfa en Beta"
    assert "gelijk" in reason(NL, {"status": "constant", "alias": np.nan})
    assert reason(NL, {"joint_status": "aliased", "joint_alias": "b"}, "joint_") == "niet te scheiden van Beta"


def test_a_distribution_keeps_the_order_of_its_concepts():
    rows = [("b", 0, 0.2), ("b", 1, 0.8), ("a", 0, 0.5), ("a", 1, 0.5)]
    wide = by_position(pd.DataFrame(rows, columns=["concept", "position", "share"]))
    assert list(wide.index) == ["b", "a"]
    assert wide.loc["b", 1] == 0.8


@pytest.mark.parametrize(
    ("dimension", "chosen", "words"),
    [
        ("adjust", "C(a) + b", "correctie: Alfa (per niveau) en Beta"),
        ("adjust", "1", "correctie: geen"),
        ("coding", "working_on_it", "mee bezig"),
        ("coding", "at_least:3", "3"),
        ("link", "probit", "probit"),
    ],
)
def test_a_choice_is_told_in_words(dimension: str, chosen: str, words: str):
    assert words in choice(NL, dimension, chosen)
