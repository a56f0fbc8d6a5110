"""Who answered, and what changed."""

import numpy as np
import pandas as pd

from sto_analysis.report.sentences import wave as sentences
from tests.sto_analysis.report import named

NL = named("nl", a="Alfa", b="Beta")


def test_change_is_told_per_aspect_and_after_holm():
    change = pd.DataFrame({"item": ["a", "b"], "p": [0.001, 0.03], "p_holm": [0.002, 0.06]})
    both, left = sentences.change_sentences(NL, change)
    assert both.endswith("bij: Alfa en Beta.")
    assert left.endswith("blijft over: Alfa.")
    (none,) = sentences.change_sentences(NL, change.assign(p=0.5))
    assert "Bij geen enkel aspect" in none


def test_response_is_compared_in_words():
    response = pd.DataFrame({"variable": ["a", "b"], "difference": [0.1, -0.6], "p_adjusted": [0.9, 0.2]})
    assert "niet aantoonbaar" in (said := sentences.response_sentence(NL, response))
    assert "−0,60 (Beta, aangepaste p 0,200)" in said
    differs = sentences.response_sentence(NL, response.assign(p_adjusted=[0.9, 0.01]))
    assert "niet deden in: Beta;" in differs
    assert "geen enkele" in sentences.response_sentence(NL, response.assign(p_adjusted=np.nan))
