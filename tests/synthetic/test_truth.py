"""Estimates stand beside what was planted."""

import numpy as np
import pandas as pd

from sto_analysis.synthetic.settings import Settings
from sto_analysis.synthetic.truth import compare_with_truth


def test_each_exposure_is_compared_with_its_planted_odds_ratio(settings: Settings):
    rows = [
        ("borging", "structures_systems", 3.0, 20.0, "estimated"),
        ("borging", "communication", 1.2, 2.0, "estimated"),
        ("borging", "joint_offer", np.nan, np.nan, "constant"),
        ("context", "teacher_shortage", 0.5, 2.0, "estimated"),
    ]
    table = pd.DataFrame(rows, columns=["family", "exposure", "low", "high", "status"])
    truth = compare_with_truth(table, settings).set_index("exposure")
    planted = next(e.log_odds for e in settings.planted if e.exposure == "structures_systems")
    assert truth.at["structures_systems", "planted"] == np.exp(planted)
    assert truth["inside"].tolist() == [True, False, None, None]
    assert truth["everywhere"].tolist() == [True, True, True, False]
