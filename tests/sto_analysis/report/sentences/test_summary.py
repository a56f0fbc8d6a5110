"""Every sentence of the management summary changes when the table that it speaks of changes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences import summary as sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import counted, gaps, same_way, shifted
from tests.sto_analysis.report.sentences import associations, robustness

Results = dict[str, pd.DataFrame]
NAMES = {"a": "Alfa", "b": "Beta", "c": "Commitment", "f": "Form F", "g": "Form G"}
INDEX = {"index_many": "Veel", "index_hardly": "Nauwelijks", "borging_active": "Bezig"}
NL = named("nl", **NAMES)
SHARES = [
    *[("urgency", "a", 0.9), ("urgency", "b", 0.5), ("yield_top", "a", 0.4), ("yield_top", "b", 0.8)],
    *[("index", "borging_active", 0.67), ("index", "index_many", 0.39), ("index", "index_hardly", 0.25)],
    *[("borging", "f", 0.86), ("borging", "g", 0.67)],
]

COUNTS = {"answered": 2, "population": 3, "response": 2 / 3}
WEIGHTED = {"low": 0.0, "high": 1.0, "weighted": 0.5, "effective": 46.0, "base": 51, "strata": 3, "weighted_by": "a"}


def _results() -> Results:
    change = {
        "item": ["a", "b"],
        "base": [42, 42],
        "compared": [2, 2],
        "difference": [0.31, -0.02],
        "p": [0.001, 0.9],
        "p_holm": [0.002, 0.9],
    }
    return {
        "associations": associations(),
        "robustness": robustness(),
        "shares": pd.DataFrame(SHARES, columns=["measure", "concept", "share"]).assign(**WEIGHTED, **COUNTS),
        "response": pd.DataFrame(
            {"variable": ["a", "b"], "difference": [0.1, -0.6], "p_adjusted": [0.9, 0.2], "detectable": 0.84}
        ),
        "change": pd.DataFrame(change),
    }


def _derived(results: Results) -> Results:
    """What notebooks 02 to 04 compute of these tables."""
    return results | {
        "gaps": gaps(results["shares"]),
        "shares": shifted(results["shares"]),
        "associations": counted(results["associations"]),
        "robustness": same_way(results["robustness"]),
    }


def _said(language: str, given: Results) -> dict[str, str]:
    context, results = named(language, **NAMES, **INDEX), _derived(given)
    answer = sentences.answer_sentences(context, results)
    told = sentences.summary_sentences(context, results)
    found = {f"answer {place}": sentence for place, sentence in enumerate(answer)}
    return found | {f"{about} {place}": s for about, said in told.items() for place, s in enumerate(said)}


def _share(concept: str, share: float, measure: str = "") -> Callable[[Results], None]:
    def change(results: Results) -> None:
        table = results["shares"]
        here = (table["concept"] == concept) & (table["measure"].eq(measure) | (measure == ""))
        assert here.sum() == 1
        table.loc[here, "share"] = share

    return change


def _cell(name: str, row: int, column: str, value: object) -> Callable[[Results], None]:
    def change(results: Results) -> None:
        results[name].loc[row, column] = value

    return change


def _all(name: str, column: str, value: object) -> Callable[[Results], None]:
    def change(results: Results) -> None:
        results[name][column] = value

    return change


def _nothing_changed(results: Results) -> None:
    results["change"]["difference"] = 0.0


CHANGES = {
    # the number that changes → the sentence that must, and (nl) what it then says
    "p of the only association": (_cell("associations", 0, "p_adjusted", 0.2), "answer 0", "Bij geen van de 2"),
    "difference": (_cell("associations", 0, "difference", 0.11), "answer 0", "(verschil +11 procentpunt"),
    "share with": (_cell("associations", 0, "share_high", 0.8), "answer 0", "</strong> 80 mét en 40 zónder"),
    "share without": (_cell("associations", 0, "share_low", 0.2), "answer 0", "mét en 20 zónder"),
    "no shares": (_cell("associations", 0, "difference", np.nan), "answer 0", "(hogere opbrengst; hoeveel"),
    "interval": (_cell("associations", 0, "difference_low", 0.01), "answer 0", "+1 tot +44"),
    "not relevant": (_cell("associations", 1, "difference_high", 0.1), "answer 2", "Beta (−10 tot +10)"),
    "stray": (_cell("associations", 1, "low", 1.01), "answer 3", "Bij Beta sluit een interval"),
    "one more association": (_cell("associations", 1, "p_adjusted", 0.01), "answer 0", "en <strong>Beta</strong> 66"),
    "share of the curve": (_cell("robustness", 0, "positives", 72), "answer 1", "richting in 72 van de 120"),
    "estimated": (_cell("robustness", 0, "estimated", 128), "answer 1", "richting in 114 van de 128 vastgelegde"),
    "nothing estimated": (_cell("robustness", 0, "estimated", 0), "answer 1", "geen van de 128 vastgelegde"),
    "declared": (_cell("robustness", 0, "specifications", 130), "answer 1", "van de 130 die zijn vastgelegd"),
    "no joint model": (_cell("robustness", 0, "joint_low", np.nan), "answer 1", "zichtbaar blijft, valt niet te"),
    "joint model": (_cell("robustness", 0, "joint_low", 0.8), "answer 1", "is niet te scheiden"),
    "no curve": (_cell("robustness", 0, "specifications", np.nan), "answer 1", "geen andere specificaties"),
    "detectable size": (_cell("associations", 1, "detectable_effect", 0.4), "answer 2", "vanaf 40 procentpunt"),
    "one untested": (_cell("associations", 1, "p_adjusted", np.nan), "answer 2", "Niet getoetst konden worden: Beta"),
    "answers": (_all("shares", "answered", 3), "response 0", "3 van de 3 regio’s"),
    "rate": (_all("shares", "response", 1), "response 0", "antwoordden (100%)"),
    "response": (_cell("response", 1, "p_adjusted", 0.01), "response 1", "niet deden in: Beta"),
    "visible non-response": (_cell("response", 1, "detectable", 0.9), "response 1", "Vanaf 0,90 zou"),
    "size of non-response": (_cell("response", 1, "difference", -0.9), "response 1", "−0,90 (Beta"),
    "weighted share": (_cell("shares", 1, "weighted", 0.99), "response 2", "het meest Beta – (Heel) urgent: +49"),
    "highest urgency": (_share("a", 0.95, "urgency"), "yield 0", "Alfa (95%)"),
    "order of urgency": (_share("b", 0.99, "urgency"), "yield 0", "is Beta (99%). Het minst urgent is Alfa (90%)"),
    "highest yield": (_share("b", 0.7, "yield_top"), "yield 1", "Beta (70%)"),
    "order of yield": (_share("a", 0.99, "yield_top"), "yield 1", "bij Alfa (99%)"),
    "gap": (_share("a", 0.6, "urgency"), "yield 2", "van +20 naar −30"),
    "no gap": (_share("a", 0.05, "urgency"), "yield 2", "Bij geen enkel aspect"),
    "all alike": (_share("a", 0.5, "urgency"), "yield 0", "(Heel) urgent: bij alle 50%"),
    "forms alike": (_share("f", 0.67), "borging 1", "Vorm van borging: bij alle 67%"),
    "nothing changed": (_nothing_changed, "change 0", "bleef het aandeel urgent bij elk aspect gelijk"),
    "two changed alike": (_cell("change", 1, "difference", -0.31), "change 0", "Alfa (+31 procentpunt) en Beta (−31"),
    "largest change": (_cell("change", 1, "difference", -0.5), "change 0", "Beta (−50 procentpunt)"),
    "base of the change": (_cell("change", 1, "base", 40), "change 0", "n = 40 tot 42"),
    "another detected change": (_cell("change", 1, "p_holm", 0.01), "change 2", "daalde de urgentie aantoonbaar"),
    "change after Holm": (_cell("change", 0, "p_holm", 0.2), "change 1", "Bij geen enkel aspect"),
    "active": (_share("borging_active", 0.5), "borging 0", "50% van de regio’s"),
    "many": (_share("index_many", 0.1), "borging 0", "bij 10% zijn veel"),
    "hardly": (_share("index_hardly", 0.1), "borging 0", "bij 10% nog geen"),
    "most frequent form": (_share("f", 0.9), "borging 1", "Form F (90%)"),
    "least frequent form": (_share("g", 0.2), "borging 1", "Form G (20%)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_sentence_of_the_summary_follows_its_table(language: str, case: str):
    change, where, says = CHANGES[case]
    results = _results()
    before = _said(language, results)
    change(results)
    after = _said(language, results)
    assert after.get(where) != before.get(where)
    if language == "nl":
        assert says in after[where]


def test_every_sentence_of_the_summary_is_tried():
    assert {where for _, where, _ in CHANGES.values()} >= set(_said("nl", _results()))


def test_without_a_test_there_is_no_answer():
    results = _results()
    results["associations"]["p_adjusted"] = np.nan
    (said,) = sentences.answer_sentences(NL, _derived(results))
    assert "geeft op de vraag geen antwoord" in said


def test_without_an_earlier_wave_there_is_no_change():
    results = _results()
    results["change"] = results["change"].iloc[:0]
    (said,) = sentences.summary_sentences(NL, _derived(results))["change"]
    assert "geen eerdere ronde" in said


def test_an_index_that_nobody_can_reach_is_not_told():
    results = _results()
    for concept in ("index_many", "index_hardly"):
        _share(concept, float("nan"))(results)
    assert "valt niet te zeggen" in _said("nl", results)["borging 0"]
    assert "cannot be told" in _said("en", results)["borging 0"]


def test_the_brief_for_a_region_holds_the_same_national_sentences():
    results = _results()
    told = sentences.summary_sentences(NL, _derived(results))
    results = _derived(results)
    assert sentences.national_sentences(NL, results["shares"], results["gaps"]) == [*told["yield"], *told["borging"]]
