"""Tables as colours."""

import numpy as np
import pandas as pd

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from sto_analysis.report.figures import DESK
from tests.sto_analysis.report.figures import words

FORMS, ITEMS = ["line_organisation", "joint_offer"], ["teachers", "image"]


def test_every_pair_is_shown_once_and_its_columns_are_numbered(context: Context):
    square = pd.DataFrame([[1, 0.5], [0.5, 1]], index=FORMS, columns=FORMS)
    assert words(draw := figures.together(context, square)).count("0,50") == 1
    assert {"1", "1. Lijnorganisatie", "2. Gezamenlijk aanbod"} <= set(words(draw))


def test_cells_frame_what_is_below_the_level_and_leave_out_what_is_missing(context: Context):
    ratios = pd.DataFrame({FORMS[0]: [2.0, np.nan], FORMS[1]: [0.5, 12.0]}, index=ITEMS)
    p = pd.DataFrame({FORMS[0]: [0.2, np.nan], FORMS[1]: [0.9, 0.01]}, index=ITEMS)
    status = pd.DataFrame({FORMS[0]: ["estimated", "too_few_regions"], FORMS[1]: ["ridge", "firth"]}, index=ITEMS)
    figure = figures.cells(context, p, ratios, status)
    assert sum(not patch.get_fill() for patch in figure(DESK).axes[0].patches) == 1
    assert {"2,00", "0,50 R", "12,0 F"} <= set(words(figure))
    assert "–" not in words(figure)
