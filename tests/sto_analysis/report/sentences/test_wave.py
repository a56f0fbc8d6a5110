"""Who answered, and what changed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis import compendium
from sto_analysis.report.sentences import wave as sentences
from tests.sto_analysis.report import named
from tests.sto_analysis.report.derived import shifted

NL = named("nl", a="Alfa", b="Beta")


@pytest.mark.parametrize(
    ("p_holm", "difference", "said"),
    [
        ([0.002, 0.06], [0.3, -0.1], ["steeg de urgentie aantoonbaar: Alfa"]),
        ([0.06, 0.002], [0.3, -0.1], ["daalde de urgentie aantoonbaar: Beta"]),
        ([0.01, 0.002], [0.3, -0.1], ["steeg de urgentie aantoonbaar: Alfa", "daalde de urgentie aantoonbaar: Beta"]),
        ([0.01, 0.01], [0.3, 0.1], ["steeg de urgentie aantoonbaar: Alfa en Beta"]),
        ([0.01, 0.002], [-0.3, -0.1], ["daalde de urgentie aantoonbaar: Alfa en Beta"]),
        ([0.06, 0.05], [0.3, 0.1], ["Bij geen enkel aspect veranderde de urgentie aantoonbaar"]),
    ],
)
def test_change_is_told_after_holm_only(p_holm: list[float], difference: list[float], said: list[str]):
    change = pd.DataFrame({"item": ["a", "b"], "p": 0.001, "p_holm": p_holm, "difference": difference, "compared": 2})
    level = " (p onder 0,05, na correctie volgens Holm voor de 2 aspecten samen)"
    told = [text.replace(level, "").replace(" bij: ", ": ") for text in sentences.change_sentences(NL, change)]
    assert [text.removeprefix("Tussen de rondes ").rstrip(".") for text in told] == said


def test_response_is_compared_in_words():
    response = pd.DataFrame({"variable": ["a", "b"], "difference": [0.1, -0.6], "p_adjusted": [0.9, 0.2]})
    response["detectable"] = [0.84, 0.83]
    assert "niet aantoonbaar" in (said := sentences.response_sentence(NL, response))
    assert (
        "−0,60 (Beta, aangepaste p 0,200). Een verschil vanaf 0,84 hadden we met 80% kans ontdekt. Dat bewijst" in said
    )
    assert "hadden we geen enkel verschil" in sentences.response_sentence(NL, response.assign(detectable=np.inf))
    differs = sentences.response_sentence(NL, response.assign(p_adjusted=[0.9, 0.01]))
    assert "niet deden in: Beta;" in differs
    both = sentences.response_sentence(NL, response.assign(p_adjusted=0.01, difference=[0.6, -0.6]))
    assert "niet deden in: Alfa en Beta; het grootste gestandaardiseerde verschil is 0,60 (Alfa" in both
    assert "0,00 (Alfa" in sentences.response_sentence(NL, response.assign(difference=np.nan).fillna({"difference": 0}))
    assert "geen enkele" in sentences.response_sentence(NL, response.assign(p_adjusted=np.nan))


@pytest.mark.parametrize(
    ("weighted", "strata", "parts"),
    [
        ([0.804, 0.5], 3, ["verschuift geen aandeel", "effectieve n 46 tot 47, bij 50 tot 51 antwoorden"]),
        ([0.8, 0.5], 3, ["verschuift geen aandeel"]),
        ([0.79, 0.53], 3, ["het meest Beta – Vorm van borging: +3 procentpunt", "alle blijven binnen"]),
        ([0.78, 0.51], 3, ["het meest Alfa – (Veel) opbrengst: −2 procentpunt"]),
        (
            [0.9, 0.65],
            3,
            [
                "verlaten aandelen het interval",
                ": Beta – Vorm van borging. Wie",
                "verschuift Beta – Vorm van borging: +15",
            ],
        ),
        ([0.6, 0.3], 3, ["Alfa – (Veel) opbrengst en Beta – Vorm van borging. Wie", "−20 procentpunt"]),
        ([0.8, 0.5], 1, ["kan niet worden gewogen: er zijn te weinig antwoorden per niveau"]),
        ([np.nan, np.nan], 1, ["Naar Beta van alle regio’s kan niet"]),
        ([np.nan, 0.53], 3, ["het meest Beta – Vorm van borging: +3", "effectieve n 47, bij 50 antwoorden"]),
    ],
)
def test_weights_are_told_with_what_they_move(weighted: list[float], strata: int, parts: list[str]):
    rows = {"measure": ["yield_top", "borging"], "concept": ["a", "b"], "share": [0.8, 0.5], "base": [51, 50]}
    shares = pd.DataFrame({**rows, "low": [0.7, 0.4], "high": [0.9, 0.6], "effective": [46.0, 47.0]})
    shares = shifted(shares.assign(weighted=weighted, strata=strata, weighted_by="b"))
    told = sentences.weighted_sentence(NL, shares)
    assert all(part in told for part in parts)


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ({"a": 0.4, "b": 0.1, "c": 0.1}, "is het grootst bij Alfa. Daarna valt het terug van"),
        ({"a": 0.4, "b": 0.39, "c": 0.1, "d": 0.1}, "is het grootst bij Alfa en Beta. Daarna valt"),
        (
            {"a": 0.3, "b": 0.2, "c": 0.1},
            "het grootst bij Alfa (+30 procentpunt). Het loopt zonder duidelijke sprong af tot",
        ),
        (
            {"a": 0.3, "b": 0.3, "c": 0.28, "d": -0.5},
            "het grootst bij Alfa en Beta (elk +30 procentpunt). Het loopt zonder",
        ),
        ({"a": 0.3, "b": 0.3}, "is +30 procentpunt bij Alfa en Beta."),
        ({"a": 0.3}, "is +30 procentpunt bij Alfa."),
        ({"a": -0.3, "b": -0.1, "c": 0.0}, "Bij geen enkel aspect ligt het aandeel urgent boven"),
        ({"a": 0.3, "b": np.nan, "c": np.nan}, "is +30 procentpunt bij Alfa."),
        ({"a": np.nan}, "bij geen enkel aspect naast elkaar te leggen"),
        ({}, "bij geen enkel aspect naast elkaar te leggen"),
    ],
)
def test_the_gap_is_told_as_it_lies(gaps: dict[str, float], said: str):
    context = named("nl", a="Alfa", b="Beta", c="Gamma", d="Delta")
    assert said in sentences.gap_sentence(context, pd.DataFrame({"concept": list(gaps), "gap": list(gaps.values())}))


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (
            {"a": 0.9, "b": 0.5, "c": 0.5},
            "Het meest urgent is Alfa (90%). Het minst urgent zijn Beta en Gamma (elk 50%).",
        ),
        ({"a": 0.5, "b": np.nan, "c": 0.9}, "Het meest urgent is Gamma (90%). Het minst urgent is Alfa (50%)."),
        ({"a": 0.0, "b": 0.0}, "(Heel) urgent: bij alle 0%."),
        ({"a": np.nan}, "(Heel) urgent: niemand antwoordde."),
    ],
)
def test_the_ends_are_told_with_their_ties(shares: dict[str, float], said: str):
    context = named("nl", a="Alfa", b="Beta", c="Gamma")
    table = pd.DataFrame({"concept": list(shares), "measure": "urgency", "share": list(shares.values())})
    assert sentences.ends_sentence(context, "top_urgency", table) == said


def test_what_more_answers_would_buy_follows_the_table():
    rows = [("borging", 51, 0.31, 0.2, 0.2), ("borging", 78, 0.25, 0.64, 0.2), ("context", 51, 0.5, 0.0, 0.2)]
    table = pd.DataFrame(rows, columns=["family", "answers", "visible", "chance", "relevant"])
    context = named("en")
    (said,) = sentences.planning_sentences(context, table)
    assert "With all 78 regions instead of 51" in said
    assert "visible from 25 instead of 31 percentage points" in said
    assert "difference of 20 points could be excluded with a chance of 64% instead of 20%" in said
    (said,) = sentences.planning_sentences(context, table[1:])
    assert said.startswith("With all 78 regions a typical form")
    assert sentences.planning_sentences(context, table.tail(1)) == []


def test_what_changed_since_a_run_was_handed_out_is_what_the_run_has_found(copy: Path):
    assert sentences.since_sentences(NL, "synthetic-2024") == []
    path = compendium.processed("synthetic-2024") / "since.json"
    compendium.write_text(path, '{"nl": ["Eén.", "Twee."], "en": ["One."]}')
    assert sentences.since_sentences(NL, "synthetic-2024") == ["Eén.", "Twee."]
