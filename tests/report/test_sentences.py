"""Sentences follow the results."""

import datetime

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.pooled import Association
from sto_analysis.report import sentences
from sto_analysis.report.language import Texts
from sto_analysis.survey.specifications import read_grid
from sto_analysis.survey.wave import Fieldwork

NL = Texts("nl")
LABELS = {"a": "Alfa", "b": "Beta"}


def _associations(**changes: object) -> pd.DataFrame:
    row = {"odds_ratio": 4.6, "low": 1.9, "high": 11.1, "effect": 0.26, "p_adjusted": 0.003, "status": "estimated"}
    row |= {"detectable": 3.2, "detectable_effect": 0.28, "tested": "yes"}
    quiet = {**row, "odds_ratio": 1.2, "p_adjusted": 0.4}
    return pd.DataFrame([{"exposure": "a", **row, **changes}, {"exposure": "b", **quiet}])


def test_what_is_associated_is_said_with_its_interval():
    said = sentences.association_sentences(NL, LABELS, _associations(), 0.05)
    assert (
        "**Alfa** hangt samen met hogere ervaren opbrengst: odds ratio 4,6 (1,9 tot 11,1), +26 procentpunt" in said[0]
    )
    assert said[1].startswith("Geen aanwijzing voor samenhang")
    assert "Beta (odds ratio 3,2, +28 procentpunt)." in said[1]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"odds_ratio": 0.2, "effect": -0.3}, "lagere ervaren opbrengst"),
        ({"p_adjusted": 0.2}, "Alfa (odds ratio 3,2, +28 procentpunt) en Beta (odds"),
        ({"status": "constant", "odds_ratio": np.nan}, "Niet te schatten (alle regio’s zijn hierin gelijk): Alfa"),
        (
            {"status": "ridge", "low": np.nan, "high": np.nan},
            "**Alfa (ridge: de antwoorden scheiden, geschat onder een normale prior)** hangt samen met hogere ervaren "
            "opbrengst: odds ratio 4,6 (geen interval), +26",
        ),
        (
            {"status": "aliased", "alias": "b", "odds_ratio": np.nan},
            "Niet te schatten (niet te scheiden van Beta): Alfa",
        ),
        (
            {"p_adjusted": np.nan, "tested": "too_few_complete", "detectable": np.nan},
            "maar niet getoetst (te weinig regio’s met alle kenmerken bekend), zodat er geen uitspraak is: Alfa.",
        ),
        ({"p_adjusted": 0.2, "detectable": np.inf, "detectable_effect": np.nan}, "Alfa (geen enkel effect was groot"),
        ({"p_adjusted": 0.2, "detectable": np.nan}, "Alfa (niet berekend)"),
    ],
)
def test_the_sentence_changes_with_the_result(changes, part):
    assert part in " ".join(sentences.association_sentences(NL, LABELS, _associations(**changes), 0.05))


def test_what_was_not_tested_is_no_null_result():
    table = _associations().assign(p_adjusted=np.nan, tested="too_few_complete", detectable=np.nan)
    (said,) = sentences.association_sentences(NL, LABELS, table, 0.05)
    assert "Alfa en Beta" in said
    assert "Geen aanwijzing" not in said
    assert "geen enkel effect" not in said
    assert sentences.flagged_sentence(NL, LABELS, table, 0.05) == "Geen enkele kon worden getoetst."


def test_no_sentence_is_causal():
    texts = " ".join(sentences.association_sentences(Texts("en"), LABELS, _associations(), 0.05)).lower()
    assert not any(word in texts for word in ("cause", "effect of", "leads to", "increases", "improves"))


def test_change_is_told_per_aspect_and_after_holm():
    change = pd.DataFrame({"item": ["a", "b"], "p": [0.001, 0.03], "p_holm": [0.002, 0.06]})
    both, left = sentences.change_sentences(NL, LABELS, change, 0.05)
    assert both.endswith("bij: Alfa en Beta.")
    assert left.endswith("blijft over: Alfa.")
    (none,) = sentences.change_sentences(NL, LABELS, change.assign(p=0.5), 0.05)
    assert "Bij geen enkel aspect" in none


def test_the_summary_follows_the_shares():
    rows = [("urgency", "a", 0.9), ("urgency", "b", 0.5), ("yield_top", "a", 0.4), ("yield_top", "b", 0.8)]
    rows += [("index", "borging_active", 0.67), ("index", "index_many", 0.39), ("index", "index_hardly", 0.25)]
    shares = pd.DataFrame(rows, columns=["measure", "concept", "share"])
    regions = pd.DataFrame({"answered": [True, True, False]})
    said = sentences.summary_sentences(NL, LABELS, shares, regions)
    assert said[0] == "2 van de 3 regio’s antwoordden (67%)."
    assert "bij Beta (80%), de minste bij Alfa (40%)" in said[1]
    turned = shares.assign(share=shares["share"].where(shares["measure"] != "yield_top", 1 - shares["share"]))
    assert "bij Alfa (60%), de minste bij Beta (20%)" in sentences.summary_sentences(NL, LABELS, turned, regions)[1]


def test_the_own_answer_is_counted_over_given_answers():
    own = pd.Series([True, False, pd.NA], dtype="boolean")
    assert "bij 1 van de 2 aspecten" in sentences.own_sentence(NL, own)
    assert "antwoordde niet" in sentences.own_sentence(NL, own.iloc[2:])


def test_flagged_and_false_findings_are_named():
    table = _associations().assign(planted=[1.0, 1.0], inside=[False, True])
    assert "Bij geen enkele" in sentences.flagged_sentence(NL, LABELS, table.assign(p_adjusted=0.5), 0.05)
    assert "Aangepaste p onder 0,05: Alfa." in sentences.flagged_sentence(NL, LABELS, table, 0.05)
    assert sentences.truth_sentence(NL, LABELS, table, 0.05).endswith("onder 0,05: Alfa.")


def _robustness(**changes: object) -> pd.DataFrame:
    row = {
        "exposure": "a", "odds_ratio": 4.6, "least": 3.9, "most": 5.2, "p_adjusted": 0.003, "joint_odds_ratio": 3.1,
        "joint_low": 1.3, "joint_high": 7.4, "joint_status": "estimated", "joint_alias": np.nan, "status": "estimated",
        "tested": "yes", "specifications": 128, "positive": 0.97, "curve_p_adjusted": 0.004,
        "filled": 3, "lowest": 2.0, "highest": 6.0,
    }  # fmt: skip
    quiet = {**row, "exposure": "b", "p_adjusted": 0.4, "curve_p_adjusted": 0.5}
    return pd.DataFrame([{**row, **changes}, quiet])


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (
            {},
            [
                "**Alfa**",
                "tussen 3,9 en 5,2",
                "97% van 128",
                "p van de hele curve 0,004",
                "op zichzelf: odds ratio 3,1",
            ],
        ),
        ({"joint_low": 0.8}, ["niet te scheiden van de andere"]),
        ({"odds_ratio": 0.2, "positive": 0.1}, ["90% van 128", "niet te scheiden"]),
        ({"odds_ratio": 0.2, "joint_low": 0.1, "joint_high": 0.6}, ["op zichzelf"]),
        ({"p_adjusted": 0.2}, ["maar niet in de hoofduitkomst", "Alfa"]),
        (
            {"p_adjusted": 0.2, "curve_p_adjusted": 0.2},
            ["Van wat getoetst kon worden wijst de hoofduitkomst niets aan"],
        ),
        (
            {"positive": np.nan, "joint_odds_ratio": np.nan, "joint_status": "constant"},
            ["tussen 3,9 en 5,2", "met alles samen is het niet te schatten: alle regio’s zijn hierin gelijk"],
        ),
        (
            {"joint_status": "ridge", "joint_low": np.nan, "joint_high": np.nan},
            ["alleen een ridge-schatting zonder interval (3,1)"],
        ),
    ],
)
def test_the_checks_are_said_as_they_came_out(changes: dict[str, object], parts: list[str]):
    said = " ".join(sentences.robustness_sentences(NL, LABELS, _robustness(**changes), 0.05))
    assert all(part in said for part in parts)
    assert "Beta" not in said


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "Er ontbreken 3 antwoorden; zelfs als"),
        ({"lowest": 0.9}, "draait de richting bij: Alfa"),
        ({"lowest": 0.9, "p_adjusted": 0.3}, "hierboven is geen samenhang aangewezen"),
    ],
)
def test_missing_answers_are_said_with_what_they_could_do(changes: dict[str, object], part: str):
    assert part in sentences.missing_sentence(NL, LABELS, _robustness(**changes), 0.05)
    assert "geen enkel antwoord" in sentences.missing_sentence(NL, LABELS, _robustness().assign(filled=0), 0.05)


def test_response_is_compared_in_words():
    response = pd.DataFrame({"variable": ["a", "b"], "difference": [0.1, -0.6], "p_adjusted": [0.9, 0.2]})
    assert "niet aantoonbaar" in (said := sentences.response_sentence(NL, LABELS, response, 0.05))
    assert "−0,60 (Beta, aangepaste p 0,200)" in said
    differs = sentences.response_sentence(NL, LABELS, response.assign(p_adjusted=[0.9, 0.01]), 0.05)
    assert "niet deden in: Beta;" in differs
    assert "geen enkele" in sentences.response_sentence(NL, LABELS, response.assign(p_adjusted=np.nan), 0.05)


def test_nothing_tested_is_not_nothing_flagged():
    table = _robustness(p_adjusted=np.nan, tested="too_few_complete").assign(p_adjusted=np.nan, curve_p_adjusted=np.nan)
    table.loc[1, ["odds_ratio", "status"]] = [np.nan, "constant"]
    (said,) = sentences.robustness_sentences(NL, LABELS, table, 0.05)
    assert "kon niets toetsen (alle regio’s zijn hierin gelijk en te weinig regio’s met alle kenmerken bekend)" in said
    assert "wijst" not in said


def test_the_number_of_forms_is_told_or_why_not():
    assert "2,00 per vorm (1,00 tot 4,00)" in sentences.index_sentence(
        NL, "Aantal", Association("n", 51, 0.7, 2.0, 1.0, 4.0, 0.1)
    )
    assert "(geen interval)" in sentences.index_sentence(NL, "Aantal", Association("n", 51, 0.7, 2.0, status="ridge"))
    said = sentences.index_sentence(NL, "Aantal", Association("n", 9, status="too_few_regions"))
    assert said == "Niet te schatten (te weinig regio’s met antwoorden): Aantal."


def test_registration_claims_no_more_than_the_dates_allow():
    grid = read_grid()
    day = datetime.timedelta(days=1)
    early = Fieldwork(start=grid.registered - 9 * day, end=grid.registered - day)
    late = Fieldwork(start=grid.registered - 9 * day, end=grid.registered + day)
    said = [
        sentences.registration_sentence(Texts("en"), grid, fieldwork, synthetic=synthetic)
        for fieldwork, synthetic in ((late, True), (late, False), (early, False), (None, False))
    ]
    assert all("registered on November 24, 2026" in text for text in said)
    assert ["no pre-registration" in text for text in said] == [True, False, False, False]
    assert ["before the questionnaire closed" in text for text in said] == [False, True, False, False]
    assert ["after the questionnaire closed" in text for text in said] == [False, False, True, False]
    assert "cannot be checked" in said[3]


def test_the_cells_are_told_or_why_there_are_none():
    cells = pd.DataFrame(
        {"item": ["i", "j"], "exposure": ["a", "b"], "odds_ratio": [2.0, 9.0], "p_adjusted": [0.2, 0.01]}
    )
    cells["status"] = "estimated"
    said = sentences.cells_sentence(NL, {"i": "I", "j": "J"}, LABELS, cells, 0.05)
    assert said == "De grootste is 9,0, van Beta met J. Omlijnd: Beta – J."
    nothing = cells.assign(odds_ratio=np.nan, p_adjusted=np.nan, status="too_few_regions")
    said = sentences.cells_sentence(NL, {"i": "I", "j": "J"}, LABELS, nothing, 0.05)
    assert said == "Geen cel is te schatten: te weinig regio’s met antwoorden."
