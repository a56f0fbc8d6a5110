"""Every sentence of the management summary changes when the table that it speaks of changes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences import summary as sentences
from sto_analysis.results import WITHHELD
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import counted, gaps, same_way, shifted
from tests.sto_analysis.report.sentences import associations, hidden, robustness

Results = dict[str, pd.DataFrame]
NAMES = {"a": "Alfa", "b": "Beta", "c": "Commitment", "f": "Form F", "g": "Form G"}
NAMES |= {"recruiting": "Werven", "inflow": "Instroom", "regional_thinking": "denken", "teachers_valued": "waarderen"}
INDEX = {"index_many": "Veel", "index_hardly": "Nauwelijks", "borging_active": "Bezig"}
NL = named("nl", **NAMES)
SHARES = [
    *[("urgency", "a", 0.9), ("urgency", "b", 0.5), ("yield_top", "a", 0.4), ("yield_top", "b", 0.8)],
    *[("yield_low", "a", 0.3), ("yield_low", "b", 0.1)],
    *[("index", "borging_active", 0.67), ("index", "index_many", 0.39), ("index", "index_hardly", 0.25)],
    *[("borging", "f", 0.86), ("borging", "g", 0.67)],
]

BANDS = [
    *[("attention", "top", "recruiting", 0.2), ("attention", "top", "inflow", 0.6)],
    *[("attention", "low", "recruiting", 0.5), ("attention", "low", "inflow", 0.1)],
    *[("grade", "top", "regional_thinking", 0.3), ("grade", "top", "teachers_valued", 0.4)],
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
        "hidden": hidden(),
        "shares": pd.DataFrame(SHARES, columns=["measure", "concept", "share"]).assign(**WEIGHTED, **COUNTS),
        "response": pd.DataFrame(
            {"variable": ["a", "b"], "difference": [0.1, -0.6], "p_adjusted": [0.9, 0.2], "detectable": 0.84}
        ),
        "change": pd.DataFrame(change),
        "bands": pd.DataFrame(BANDS, columns=["question", "band", "concept", "share"]),
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
    found |= {f"point {place}": said for place, said in enumerate(sentences.main_points(context, results))}
    found |= {
        f"asked {place}": s for place, s in enumerate(sentences.asked_sentences(context, results["shares"], None))
    }
    found["message"] = sentences.message(context, results)
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
    "difference": (_cell("associations", 0, "difference", 0.11), "answer 1", "Verschil: +11. Bij andere"),
    "share with": (_cell("associations", 0, "share_high", 0.8), "answer 1", "</strong>: 80 met, 40 zonder."),
    "share without": (_cell("associations", 0, "share_low", 0.2), "answer 1", "met, 20 zonder."),
    "no shares": (_cell("associations", 0, "difference", np.nan), "answer 1", "meer opbrengst. Hoeveel"),
    "range": (_cell("robustness", 0, "top_min", 0.08), "answer 1", "Bij andere keuzes: +8 tot +40."),
    "no range": (_cell("robustness", 0, "top_count", 0), "answer 1", "Verschil: +26."),
    "an open level": (_cell("hidden", 0, "verdict", "depends"), "answer 1", "+40. Onzeker, want"),
    "one more association": (_cell("associations", 1, "p_adjusted", 0.01), "answer 0", "bij 2 van de 2"),
    "answers": (_all("shares", "answered", 3), "asked 0", "3 van hen antwoordden"),
    "rate": (_all("shares", "response", 1), "asked 0", "antwoordden (100%)"),
    "response": (_cell("response", 1, "p_adjusted", 0.01), "response 0", "verschillen van de andere in: Beta"),
    "message": (_share("b", 0.1, "yield_top"), "message", "van +50 naar +40"),
    "more attention": (_cell("bands", 1, "share", 0.1), "attention 0", "meer aandacht: Werven (20%"),
    "less attention": (_cell("bands", 3, "share", 0.9), "attention 1", "minder aandacht: Instroom (90%"),
    "grades": (_cell("bands", 4, "share", 0.9), "grades 0", "rapportcijfer (90%): Door STO denken"),
    "highest urgency": (_share("a", 0.95, "urgency"), "yield 0", "Alfa (95%)"),
    "order of urgency": (_share("b", 0.99, "urgency"), "yield 0", "is Beta (99%). Het minst urgent is Alfa (90%)"),
    "highest yield": (_share("b", 0.7, "yield_top"), "yield 1", "Beta (70%)"),
    "order of yield": (_share("a", 0.99, "yield_top"), "yield 1", "bij Alfa (99%)"),
    "gap": (_share("a", 0.6, "urgency"), "yield 3", "van +20 naar −30"),
    "no gap": (_share("a", 0.05, "urgency"), "yield 3", "Bij geen enkel aspect"),
    "all alike": (_share("a", 0.5, "urgency"), "yield 0", "(Heel) urgent: bij alle 50%"),
    "little yield": (_share("a", 0.5, "yield_low"), "yield 2", "bij Alfa (50%)"),
    "forms alike": (_share("f", 0.67), "borging 1", "Vorm van borging: bij alle 67%"),
    "nothing changed": (_nothing_changed, "change 0", "bleef het aandeel urgent bij elk aspect gelijk"),
    "two changed alike": (_cell("change", 1, "difference", -0.31), "change 0", "Alfa (+31 procentpunt) en Beta (−31"),
    "largest change": (_cell("change", 1, "difference", -0.5), "change 0", "Beta (−50 procentpunt)"),
    "base of the change": (_cell("change", 1, "base", 40), "change 0", "40 tot 42 regio’s"),
    "another detected change": (_cell("change", 1, "p_holm", 0.01), "change 2", "daalde de urgentie aantoonbaar"),
    "change after Holm": (_cell("change", 0, "p_holm", 0.2), "change 1", "Bij geen enkel aspect"),
    "what changed": (_cell("change", 0, "p_holm", 0.5), "point 0", "nergens duidelijk"),
    "how borging stands": (_share("index_many", 0.2), "point 1", "Bij 20% is veel"),
    "active": (_share("borging_active", 0.5), "borging 0", "50% van de regio’s"),
    "many": (_share("index_many", 0.1), "borging 0", "Bij 10% is veel"),
    "hardly": (_share("index_hardly", 0.1), "borging 0", "bij 10% nog (bijna)"),
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
    assert {where for _, where, _ in CHANGES.values()} >= set(_said("nl", _results())) - {"asked 1"}


def test_without_a_test_there_is_no_answer():
    results = _results()
    results["associations"]["p_adjusted"] = np.nan
    (said,) = sentences.answer_sentences(NL, _derived(results))
    assert "Geen enkel kenmerk kon worden getoetst" in said


@pytest.mark.parametrize("shown", [[], ["a"], ["a", "f"]])
def test_of_what_a_release_can_show_what_was_found_is_the_answer(shown: list[str]):
    results = _results()
    row = results["associations"].iloc[[0]]
    several = pd.concat([row.assign(exposure=name) for name in "afg"], ignore_index=True)
    hidden = [frozenset(() if name in shown else ("p_adjusted",)) for name in "afg"]
    results["associations"] = counted(several).assign(**{WITHHELD: hidden})
    (said,) = sentences.answer_sentences(NL, results)
    assert [name for name in "afg" if NAMES[name] in said] == shown


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


def test_of_many_associations_the_largest_are_told_and_the_others_named():
    results = _results()
    row = results["associations"].iloc[[0]]
    many = pd.concat(
        [row.assign(exposure=name, difference=size) for name, size in zip("abcfg", (9, 1, 8, 7, 2), strict=True)]
    )
    results["associations"] = counted(many.assign(difference=many["difference"] / 20).reset_index(drop=True))
    told = sentences.answer_sentences(NL, _derived(results))
    assert [name for each in told[1:4] for name in NAMES.values() if f">{name}<" in each] == [
        "Alfa",
        "Commitment",
        "Form F",
    ]
    assert told[4] == "Ook bij Form G en Beta is er een duidelijk verband."


def test_what_to_do_with_it_are_questions_on_what_was_found():
    told = sentences.use_sentences(NL, _derived(_results()))
    assert "<strong>Alfa</strong>" in told[0]
    assert told[-1].startswith("Dit zijn vragen voor een gesprek, geen adviezen.")
    quiet = _results()
    quiet["associations"]["p_adjusted"] = 0.9
    assert len(sentences.use_sentences(NL, _derived(quiet))) == len(told) - 1


def test_how_it_was_done_says_nothing_of_tests_that_were_not_made():
    results = _results()
    told = sentences.how_sentences(NL, _derived(results), None)
    assert "2 kenmerken tegelijk" in told[3]
    results["associations"]["p_adjusted"] = np.nan
    assert sentences.how_sentences(NL, _derived(results), None) == [*told[:3], *told[4:]]
