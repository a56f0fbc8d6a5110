"""How firm the answer is."""

import datetime

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.pooled import Association
from sto_analysis.monitor.specifications import read_grid
from sto_analysis.monitor.wave import Fieldwork
from sto_analysis.report.sentences import checks as sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.sentences import associations, robustness

NL = named("nl", a="Alfa", b="Beta", number="Aantal")
CELLS = named("nl", a="Alfa", b="Beta", i="I", j="J")


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (
            {},
            [
                "<strong>Alfa</strong>",
                "tussen 3,90 en 5,20",
                "gekrompen is de odds ratio 3,30",
                "Anders gevraagd: dezelfde richting in 114 van de 120 specificaties die te schatten waren, van de 128",
                "In de 60 daarvan over de hoogste band is het verschil in de mediaan +31 procentpunt",
                "met een spreiding van −2 tot +40.",
                "p van de hele curve 0,004",
                "op zichzelf: odds ratio 3,10",
            ],
        ),
        ({"joint_low": 0.8}, ["niet te scheiden van de andere"]),
        ({"odds_ratio": 0.2, "positives": 12}, ["in 108 van de 120", "niet te scheiden"]),
        ({"estimated": 128, "positives": 127}, ["in 127 van de 128 vastgelegde specificaties (p"]),
        ({"estimated": 0, "positives": 0, "top_count": 0}, ["geen van de 128 vastgelegde specificaties was te"]),
        ({"odds_ratio": 0.2, "joint_low": 0.1, "joint_high": 0.6}, ["op zichzelf"]),
        ({"p_adjusted": 0.2}, ["wijst de hoofduitkomst niets aan", "wat alleen een curve aanwijst, is geen bevinding"]),
        ({"p_adjusted": 0.05}, ["wijst de hoofduitkomst niets aan"]),
        ({"p_adjusted": np.nan}, ["wijst de hoofduitkomst niets aan"]),
        (
            {"specifications": np.nan, "top_count": np.nan, "joint_odds_ratio": np.nan, "joint_status": "constant"},
            ["tussen 3,90 en 5,20", "met alles samen is het niet te schatten: alle regio’s zijn hierin gelijk"],
        ),
        (
            {"joint_status": "ridge", "joint_low": np.nan, "joint_high": np.nan},
            ["alleen een ridge-schatting zonder interval (3,10)"],
        ),
    ],
)
def test_the_checks_are_said_as_they_came_out(changes: dict[str, object], parts: list[str]):
    said = " ".join(sentences.robustness_sentences(NL, robustness(**changes)))
    assert all(part in said for part in parts)
    assert "Beta" not in said


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "zo sterk mogelijk tegen spreken, draait geen samenhang"),
        ({"lowest": 0.9}, "draait de richting bij: Alfa"),
        ({"lowest": 1.0}, "draait geen samenhang"),
        ({"odds_ratio": 0.2, "lowest": 0.1, "highest": 0.9}, "draait geen samenhang"),
        ({"odds_ratio": 0.2, "lowest": 0.1, "highest": 1.1}, "draait de richting bij: Alfa"),
        ({"lowest": np.nan, "highest": np.nan}, "draait geen samenhang"),
        ({"lowest": 0.9, "p_adjusted": 0.3}, "hierboven is geen samenhang aangewezen"),
    ],
)
def test_missing_answers_are_said_with_what_they_could_do(changes: dict[str, object], part: str):
    assert part in sentences.missing_sentence(NL, robustness(**changes))
    assert "geen enkel antwoord" in sentences.missing_sentence(NL, robustness().assign(filled=0))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "niet laag en 2,00 voor de hoogste band, een verhouding van 0,50 (0,20 tot 1,25). Er is geen aanwijzing"),
        ({"low": 1.004, "ratio": 2.0}, "een verhouding van 2,00 (1,004 tot 1,25). Eén odds ratio volstaat niet"),
        ({"high": 0.996}, "(0,20 tot 0,996). Eén odds ratio volstaat niet"),
        ({"high": 1.0}, "Er is geen aanwijzing"),
        ({"status": "two_levels"}, "valt niet te zeggen (alleen twee niveaus)"),
        ({"status": "ridge", "low": np.nan, "high": np.nan}, "valt niet te zeggen (ridge: de antwoorden scheiden"),
        ({"status": "one_region", "ratio": np.nan, "low": np.nan, "high": np.nan}, "valt niet te zeggen"),
    ],
)
def test_proportional_odds_are_told_over_all_aspects(changes: dict[str, object], part: str):
    row = {"item": "all_items", "at_low": 4.0, "at_top": 2.0, "ratio": 0.5, "low": 0.2, "high": 1.25}
    checked = pd.DataFrame([{"item": "i", "status": "firth"}, {**row, "status": "estimated", **changes}])
    assert part in sentences.proportionality_sentence(NL, checked, "a")
    assert "<strong>Alfa</strong>: " in sentences.proportionality_sentence(NL, checked, "a")


def test_nothing_tested_is_not_nothing_flagged():
    table = robustness(p_adjusted=np.nan, tested="too_few_regions").assign(p_adjusted=np.nan, curve_p_adjusted=np.nan)
    table.loc[1, ["odds_ratio", "status"]] = [np.nan, "constant"]
    (said,) = sentences.robustness_sentences(NL, table)
    assert "kon niets toetsen (alle regio’s zijn hierin gelijk en te weinig regio’s met antwoorden)" in said
    assert "wijst" not in said


def test_registration_claims_no_more_than_the_dates_allow():
    grid = read_grid()
    day = datetime.timedelta(days=1)
    early = Fieldwork(start=grid.registered - 9 * day, end=grid.registered - day)
    late = Fieldwork(start=grid.registered - 9 * day, end=grid.registered + day)
    said = [
        sentences.registration_sentence(named("en"), grid, fieldwork, synthetic=synthetic)
        for fieldwork, synthetic in ((late, True), (late, False), (early, False), (None, False))
    ]
    assert all("registered on 26 November 2026" in text for text in said)
    assert ["no pre-registration" in text for text in said] == [True, False, False, False]
    assert ["before the questionnaire closed" in text for text in said] == [False, True, False, False]
    assert ["after the questionnaire closed" in text for text in said] == [False, False, True, False]
    assert "cannot be checked" in said[3]


def test_the_cells_are_told_or_why_there_are_none():
    cells = pd.DataFrame(
        {"item": ["i", "j"], "exposure": ["a", "b"], "odds_ratio": [2.0, 9.0], "p_adjusted": [0.2, 0.01]}
    )
    cells["status"] = "estimated"
    said = sentences.cells_sentence(CELLS, cells)
    assert said == "De grootste is 9,00: Beta – J. Omlijnd: Beta – J."
    everything = sentences.cells_sentence(CELLS, cells.assign(p_adjusted=0.01))
    assert everything.endswith("Omlijnd: Beta – J en Alfa – I.") or everything.endswith(
        "Omlijnd: Alfa – I en Beta – J."
    )
    assert sentences.cells_sentence(CELLS, cells.assign(p_adjusted=0.05)).endswith("Geen cel is omlijnd.")
    negative = sentences.cells_sentence(CELLS, cells.assign(odds_ratio=[0.04, np.nan]))
    assert negative.startswith("De grootste is 0,040: Alfa – I.")
    nothing = cells.assign(odds_ratio=np.nan, p_adjusted=np.nan, status="too_few_regions")
    said = sentences.cells_sentence(CELLS, nothing)
    assert said == "Geen cel is te schatten: te weinig regio’s met antwoorden."


def test_false_findings_are_named():
    table = associations().assign(planted=[1.0, 1.0], inside=[False, True], trait=False)
    assert "onder 0,05: Alfa. Zo" in sentences.truth_sentence(NL, table)
    said = sentences.truth_sentence(NL, table.assign(trait=[True, False]))
    assert "onder 0,05: geen. Zo" in said
    assert said.endswith("ongemeten kenmerk staat: Alfa.")


def test_the_number_of_forms_is_told_or_why_not():
    negative = Association("number", 51, -1.6, 0.2, 0.04, 0.996)
    assert "0,20 per vorm (0,040 tot 0,996)" in sentences.index_sentence(NL, negative)
    assert "2,00 per vorm (1,00 tot 4,00)" in sentences.index_sentence(
        NL, Association("number", 51, 0.7, 2.0, 1.0, 4.0, 0.1)
    )
    assert "(geen interval)" in sentences.index_sentence(NL, Association("number", 51, 0.7, 2.0, status="ridge"))
    said = sentences.index_sentence(NL, Association("number", 9, status="too_few_regions"))
    assert said == "Niet te schatten (te weinig regio’s met antwoorden): Aantal."


def test_every_flagged_exposure_is_checked():
    table = robustness()
    table["p_adjusted"] = 0.01
    alfa, beta = sentences.robustness_sentences(NL, table)
    assert "Alfa" in alfa
    assert "Beta" in beta
