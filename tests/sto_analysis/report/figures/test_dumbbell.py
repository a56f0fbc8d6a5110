"""The dumbbells."""

import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from tests.sto_analysis.report.figures import words


def test_dumbbell_sorts_by_change(context: Context):
    earlier, later = pd.Series({"image": 50, "teachers": 60}), pd.Series({"image": 55, "teachers": 80})
    marked = {"image": "p 0,4", "teachers": "* p 0,01"}
    figure = figures.dumbbell(context, earlier, later, marked, ("2021", "2024"))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["Docenten", "Beeldvorming"]
    assert "* p 0,01" in words(figure)
