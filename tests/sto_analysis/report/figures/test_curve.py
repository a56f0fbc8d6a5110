"""Specification curves."""

import numpy as np
import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK
from tests.sto_analysis.report.figures import words


def test_the_specification_curve_shows_every_choice_that_varies_and_the_headline(context: Context):
    table = pd.DataFrame({
        "effect": [0.1, -0.2, 0.3], "effect_low": [0.0, -0.3, 0.1], "effect_high": [0.2, 0.0, 0.5],
        "outcome": ["bands", "top", "bands"], "adjust": ["1", "1", "C(commitment)"], "link": ["logit"] * 3,
        "coding": ["arranged", "at_least:4", "arranged"], "status": ["estimated", "ridge", "estimated"],
    })  # fmt: skip
    headline = pd.Series([False, False, True])
    draw = figures.specification_curve(context, table, ["outcome", "adjust", "link", "coding"], headline)
    shown = words(draw)
    assert {
        "uitkomst: drie groepen",
        "correctie: Commitment (per niveau)",
        "index: minstens 4",
        "hoofdspecificatie",
    } <= set(shown)
    assert "link: logit" not in shown
    declared = [word for word in shown if word.startswith("uitkomst: ")]
    assert declared == ["uitkomst: drie groepen", context.texts("choice.top")]  # whatever came out of them
    assert "ridge, zonder interval (1)" in shown
    curve = next(line for line in draw(DESK).axes[1].lines if len(line.get_xdata()) == 3)
    np.testing.assert_allclose(curve.get_ydata(), [-20, 10, 30])
