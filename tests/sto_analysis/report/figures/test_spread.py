"""Measured values as histograms with their cut-offs."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK, PHONE, Sheet, Spread
from tests.sto_analysis.report.figures import words


@pytest.mark.parametrize("sheet", [DESK, PHONE])
def test_each_variable_has_its_regions_its_cuts_and_its_unit(context: Context, sheet: Sheet):
    share = Spread("Krimp", "verandering", pd.Series([*np.linspace(-0.2, 0.1, 30), np.nan]), [-0.05], proportion=True)
    work = Spread("Werk", "vacatures", pd.Series(np.linspace(1, 6, 20)), [2, 4], proportion=False)
    figure = (draw := figures.spreads(context, [share, work]))(sheet)
    counted = [sum(patch.get_height() for patch in axes.patches) for axes in figure.axes]
    assert counted == [30, 20]
    assert [[line.get_xdata()[0] for line in axes.lines] for axes in figure.axes] == [[-5], [2, 4]]
    assert {"Krimp", "verandering", "Werk", "vacatures"} <= set(words(draw, sheet))
    assert any(each.endswith("%") for each in words(draw, sheet))
    assert figures.spreads(context, [])(sheet).axes == []
