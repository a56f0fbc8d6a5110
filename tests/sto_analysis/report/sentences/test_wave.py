"""Who answered, and what changed."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report.sentences import wave as sentences
from tests.sto_analysis.report import named

NL = named("nl", a="Alfa", b="Beta")


@pytest.mark.parametrize(
    ("p_holm", "difference", "said"),
    [
        ([0.002, 0.06], [0.3, -0.1], ["steeg de urgentie aantoonbaar: Alfa"]),
        ([0.06, 0.002], [0.3, -0.1], ["daalde de urgentie aantoonbaar: Beta"]),
        ([0.01, 0.002], [0.3, -0.1], ["steeg de urgentie aantoonbaar: Alfa", "daalde de urgentie aantoonbaar: Beta"]),
        ([0.01, 0.01], [0.3, 0.1], ["steeg de urgentie aantoonbaar: Alfa en Beta"]),
        ([0.01, 0.002], [-0.3, -0.1], ["daalde de urgentie aantoonbaar: Alfa en Beta"]),
        ([0.06, 0.05], [0.3, 0.1], ["Bij geen enkel aspect is de verandering in urgentie aantoonbaar"]),
    ],
)
def test_change_is_told_after_holm_only(p_holm: list[float], difference: list[float], said: list[str]):
    change = pd.DataFrame({"item": ["a", "b"], "p": 0.001, "p_holm": p_holm, "difference": difference})
    level = " (p onder 0,05, na correctie volgens Holm voor de 2 aspecten samen)"
    told = [text.replace(level, "").replace(" bij: ", ": ") for text in sentences.change_sentences(NL, change)]
    assert [text.removeprefix("Tussen de rondes ").rstrip(".") for text in told] == said


def test_response_is_compared_in_words():
    response = pd.DataFrame({"variable": ["a", "b"], "difference": [0.1, -0.6], "p_adjusted": [0.9, 0.2]})
    assert "niet aantoonbaar" in (said := sentences.response_sentence(NL, response))
    assert "−0,60 (Beta, aangepaste p 0,200)" in said
    differs = sentences.response_sentence(NL, response.assign(p_adjusted=[0.9, 0.01]))
    assert "niet deden in: Beta;" in differs
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
    told = sentences.weighted_sentence(NL, shares.assign(weighted=weighted, strata=strata, weighted_by="b"))
    assert all(part in told for part in parts)
