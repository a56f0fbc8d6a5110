"""The order of the forms, and what next waves could tell, as tables."""

import numpy as np
import pandas as pd

from sto_analysis.report.exhibits.pooling import pooled_table
from tests.sto_analysis.report import named

EN = named("en", a="Alfa", b="Beta")
ROW = {"exposure": "a", "regions": 51, "status": "estimated", "alias": "", "unpooled": 4.0, "odds_ratio": 2.6,
       "low": 1.2, "high": 5.5, "first": 0.71, "rank": 1, "rank_low": 1, "rank_high": 3}  # fmt: skip


def test_each_form_has_both_odds_ratios_its_probability_and_rank():
    gone = {**dict.fromkeys(ROW, np.nan), "exposure": "b", "regions": 51, "status": "constant", "alias": ""}
    shown = pooled_table(EN, pd.DataFrame([ROW, gone])).table
    assert shown.iloc[0].tolist() == ["Alfa", "4.00", "2.60", "1.20 to 5.50", "71%", "1 (1 to 3)"]
    assert shown.iloc[1].tolist() == ["Beta", "–", EN.texts("status.constant"), "–", "–", "–"]
