"""A family of exposures is tested as one, and says why where it cannot."""

import numpy as np

from sto_analysis.analysis.family import association_table

from .waves import wave


def test_an_effect_is_found_and_nulls_are_not_flagged():
    outcomes, exposures = wave(1, 150)
    table = association_table(outcomes, exposures, exposures["commitment"], 999, 1).set_index("exposure")
    assert (table["status"] == "estimated").all()
    assert table.at["x", "p_adjusted"] == 0.001
    assert table.at["x", "low"] < np.exp(1.0) < table.at["x", "high"]
    assert table.loc[["y", "z"], "p_adjusted"].min() > 0.05
    assert table.at["commitment", "adjusted_for"] == ""
    assert table.at["x", "adjusted_for"] == "commitment"


def test_what_is_estimated_but_not_tested_says_why():
    outcomes, exposures = wave(6)
    holes = exposures[["x", "y", "z"]].copy()
    for place, name in enumerate(holes):
        holes.loc[[i % 3 != place for i in range(60)], name] = np.nan
    table = association_table(outcomes, holes, exposures["commitment"], 99, 1)
    assert (table["status"] == "estimated").all()
    assert table["p"].isna().all()
    assert (table["tested"] == "too_few_complete").all()
    within = exposures[["x"]].assign(high=(exposures["commitment"] == 2).astype(float))
    tested = association_table(outcomes, within, exposures["commitment"], 99, 1).set_index("exposure")["tested"]
    assert tested.to_dict() == {"x": "yes", "high": "constant_within"}


def test_a_family_with_an_exposure_that_cannot_be_estimated_still_comes_out():
    outcomes, exposures = wave(6)
    table = association_table(outcomes, exposures.assign(y=1.0), exposures["commitment"], 99, 1).set_index("exposure")
    assert table.at["y", "status"] == "constant"
    assert np.isnan(table.at["y", "p"])
    assert table.loc[["x", "z"], "p"].notna().all()
