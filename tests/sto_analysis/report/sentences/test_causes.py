"""The sentence about another explanation follows the numbers."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences.causes import tipping_sentences
from tests.sto_analysis.report import named

NL = named("nl", a="Alfa", b="Beta")

ROW = {"exposure": "a", "regions": 51, "slope": 0.2, "robustness": 0.38, "robustness_interval": 0.17, "benchmark": "b",
       "with_exposure": 0.05, "with_yields": 0.22, "times": 3.44, "status": "estimated"}  # fmt: skip


def _said(**changes: object) -> str:
    _, said = tipping_sentences(NL, pd.DataFrame([ROW | changes]))
    return said


def test_a_finding_is_held_against_what_the_benchmark_does():
    said = _said()
    assert said.startswith("<strong>Alfa</strong>: 38% om alles te verklaren. Vanaf 17% is")
    assert said.endswith("Beta draagt 5% en 22%; het kenmerk zou ongeveer 3,4 keer zo sterk zijn.")


@pytest.mark.parametrize(
    ("changes", "told", "silent"),
    [
        ({"robustness_interval": 0.0}, "ook zonder zo’n kenmerk niet van geen samenhang", "Vanaf"),
        ({"times": 12.0}, "meer dan 10 keer zo sterk", "12"),
        ({"times": np.inf}, "en is daarvoor geen maat", "keer"),
        ({"benchmark": ""}, "38%", "Beta"),
        ({"benchmark": np.nan}, "38%", "Beta"),
        ({"robustness": np.nan, "status": "constant"}, "is niet te zeggen (alle regio’s zijn hierin gelijk)", "%"),
    ],
)
def test_every_outcome_has_its_words(changes: dict[str, object], told: str, silent: str):
    said = _said(**changes)
    assert told in said
    assert silent not in said


def test_without_a_finding_there_is_nothing_to_explain():
    assert tipping_sentences(NL, pd.DataFrame([ROW]).iloc[:0]) == [NL.texts("sentence.tipping_nothing")]
