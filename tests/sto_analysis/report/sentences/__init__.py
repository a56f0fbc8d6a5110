"""Sentences follow the results."""

import numpy as np
import pandas as pd

from tests.sto_analysis.report.derived import counted, same_way


def associations(**changes: object) -> pd.DataFrame:
    row = {"odds_ratio": 4.6, "low": 1.9, "high": 11.1, "effect": 0.26, "p_adjusted": 0.003, "status": "estimated"}
    row |= {"detectable": 3.2, "detectable_effect": 0.28, "tested": "yes", "family": "borging", "adjusted_for": "c"}
    row |= {"values": 2, "clusters": np.nan, "regions": 51}
    row |= {
        "level_low": 0.0,
        "share_low": 0.4,
        "level_high": 1.0,
        "share_high": 0.66,
        "regions_low": 20,
        "regions_high": 31,
        "relevant": 0.2,
    }
    row |= {"difference": 0.26, "difference_low": 0.08, "difference_high": 0.44}
    quiet = {**row, "odds_ratio": 1.2, "low": 0.8, "high": 2.4, "p_adjusted": 0.4, "difference_low": -0.1}
    return counted(pd.DataFrame([{"exposure": "a", **row, **changes}, {"exposure": "b", **quiet}]))


def hidden(**changes: object) -> pd.DataFrame:
    """Alfa, whose level is open in some regions: found whatever it is, unless changed."""
    row = {
        "exposure": "a", "regions": 51, "open": 9, "assignments": 40, "odds_ratio": 2.0, "lowest": 1.2, "highest": 3.4,
        "p_least": 0.004, "p_most": 0.31, "found_in": 7, "verdict": "found",
    }  # fmt: skip
    return pd.DataFrame([{**row, **changes}])


def robustness(**changes: object) -> pd.DataFrame:
    row = {
        "exposure": "a", "odds_ratio": 4.6, "least": 3.9, "most": 5.2, "p_adjusted": 0.003, "joint_odds_ratio": 3.1,
        "joint_low": 1.3, "joint_high": 7.4, "joint_status": "estimated", "joint_alias": np.nan, "status": "estimated",
        "tested": "yes", "specifications": 128, "estimated": 120, "positives": 114, "curve_p_adjusted": 0.004,
        "top_count": 60, "top_median": 0.31, "top_min": -0.02, "top_max": 0.4,
        "shrunken": 3.3, "filled": 3, "lowest": 2.0, "highest": 6.0,
    }  # fmt: skip
    quiet = {**row, "exposure": "b", "p_adjusted": 0.4, "curve_p_adjusted": 0.5}
    return same_way(pd.DataFrame([{**row, **changes}, quiet]))
