"""The sentence about another explanation follows the numbers."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences.causes import change_sentences, tipping_sentences
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


MOVED = {"exposure": "a", "respondents": "same", "difference": 0.355, "difference_low": 0.237, "difference_high": 0.473,
         "p_adjusted": 0.0003, "detectable_effect": 0.262, "changing": 16, "regions": 39, "waves": 2,
         "status": "estimated"}  # fmt: skip
QUIET = MOVED | {"exposure": "b", "p_adjusted": 0.3, "detectable_effect": 0.35}


def _change(*rows: dict[str, object], findings: tuple[str, ...] = (), brief: bool = False) -> list[str]:
    return change_sentences(NL, pd.DataFrame(rows), findings, brief=brief)


def test_a_form_that_moves_with_yields_is_told_and_the_others_with_what_would_have_been_found():
    lead, moved, quiet = _change(MOVED, QUIET)
    assert "over 2 rondes" in lead
    assert moved.startswith("<strong>Alfa</strong>")
    assert "met +36 procentpunt" in moved
    assert "(+24 tot +47; aangepaste p &lt;0,001; 16 van 39 regio’s veranderden)" in moved
    assert quiet.endswith("Beta (+35).")
    (said,) = _change(MOVED, QUIET, QUIET | {"detectable_effect": 0.4}, brief=True)
    assert "+35 tot +40 procentpunt had 80% kans" in said
    (said,) = _change(QUIET, QUIET | {"detectable_effect": np.inf}, brief=True)
    assert "+35 tot &gt;100 procentpunt" in said or "+35 tot >100 procentpunt" in said
    assert "−12 procentpunt" in _change(MOVED | {"difference": -0.12})[1]


@pytest.mark.parametrize("brief", [False, True])
def test_what_the_wave_flags_is_told_with_its_estimate_also_where_it_does_not_move(brief: bool):
    said = " ".join(_change(MOVED, QUIET | {"difference": -0.11}, findings=("a", "b"), brief=brief))
    assert "<strong>Beta</strong>, die tussen de regio’s van deze ronde opvalt, laat hier niets aantoonbaars" in said
    assert "−11 procentpunt van zonder naar met (+24 tot +47; 16 van 39 regio’s veranderden; +35 had 80%" in said
    assert said.count("Alfa") == said.count("Beta") == 1


def test_nothing_that_moves_and_nothing_that_can_be_told():
    _, quiet = _change(QUIET)
    assert quiet.startswith("Geen aantoonbare verandering")
    none = MOVED | {"status": "one_wave", "p_adjusted": np.nan}
    (said,) = _change(none, none | {"exposure": "b"})
    assert said == "Regio’s zijn niet over rondes met zichzelf te vergelijken: " + NL.texts("status.one_wave") + "."
    assert _change(none | {"status": "too_few_regions"})[0].endswith(NL.texts("status.too_few_regions") + ".")
    assert _change(QUIET, none | {"status": "two_regions"})[-1].endswith("zouden de schatting alleen dragen): Alfa.")


def test_what_is_known_of_the_respondents_is_said():
    assert _change(MOVED | {"respondents": "unknown"})[-1] == NL.texts("sentence.respondents_unknown")
    every = [MOVED, QUIET | {"respondents": "all"}, MOVED | {"respondents": "all", "exposure": "b"}]
    assert _change(*every)[-1].endswith("met hen zijn aantoonbaar: Beta.")
    assert _change(MOVED, QUIET | {"respondents": "all"})[-1].endswith("aantoonbaar: geen enkel.")
