"""Tables as colours."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from tests.sto_analysis.report.figures import words

NL = Texts("nl")


# seaborn 0.13 calls a matplotlib function that is to be deprecated
@pytest.mark.filterwarnings("ignore:The set_bad function:PendingDeprecationWarning")
def test_every_pair_is_shown_once():
    square = pd.DataFrame([[1, 0.5], [0.5, 1]], index=["a", "b"], columns=["a", "b"])
    assert words(figures.together(square, {"a": "A", "b": "B"}, NL)).count("0,50") == 1


def test_cells_frame_what_is_below_the_level_and_leave_out_what_is_missing():
    ratios = pd.DataFrame({"x": [2.0, np.nan], "y": [0.5, 12.0]}, index=["a", "b"])
    p = pd.DataFrame({"x": [0.2, np.nan], "y": [0.9, 0.01]}, index=["a", "b"])
    status = pd.DataFrame({"x": ["estimated", "too_few_regions"], "y": ["ridge", "firth"]}, index=["a", "b"])
    figure = figures.cells(p, ratios, status, {"a": "A", "b": "B"}, {"x": "X", "y": "Y"}, NL, 0.05)
    assert len(figure.axes[0].patches) == 1
    assert {"2,0", "0,5 R", "12,0 F"} <= set(words(figure))
    assert "–" not in words(figure)
