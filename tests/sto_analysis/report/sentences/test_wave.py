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
