"""The dumbbells."""

import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from tests.sto_analysis.report.figures import words

NL = Texts("nl")


def test_dumbbell_sorts_by_change():
    earlier, later = pd.Series({"a": 50, "b": 60}), pd.Series({"a": 55, "b": 80})
    figure = figures.dumbbell(earlier, later, {"a": "A", "b": "B"}, {"a": "p 0,4", "b": "* p 0,01"}, ("2021", "2024"))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["B", "A"]
    assert "* p 0,01" in words(figure)
