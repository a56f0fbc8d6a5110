"""What is known of all regions without asking."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from sto_analysis.analysis.regional import go_together, level_bounds, measured

CODES = pd.DataFrame({"krimp": [0, 1, 1, np.nan], "work": [0.0, 1, 1, 2], "judged": [0.0, 1, 2, 1]}, list("ABCD"))
TEXTS = {"unit_nl": "deel", "unit_en": "part", "source_nl": "bron", "source_en": "source", "level": "school"}


def _values() -> pd.DataFrame:
    rows = [
        ("krimp", "A", 0.1, 0, 0, "share", "A"), ("krimp", "B", -0.1, 0, 1, "share", "B"),
        ("krimp", "C", -0.2, 1, 1, "share", "C"), ("krimp", "D", np.nan, np.nan, np.nan, "share", "D"),
        ("work", "A", 1.5, 0, 0, "number", "AM01"), ("work", "B", 2.5, 1, 1, "number", "AM02"),
        ("work", "C", 2.5, 1, 1, "number", "AM02"), ("work", "D", 9.0, 2, 2, "number", "AM03"),
        *[("judged", region, code, code, code, "", region) for region, code in zip("ABCD", (0, 1, 2, 1), strict=True)],
    ]  # fmt: skip
    names = ["variable", "region", "value", "code_low", "code_high", "form", "place"]
    table = pd.DataFrame(rows, columns=names).assign(**TEXTS)
    cuts = {"krimp": [-0.05], "work": [2.0, 4.0], "judged": []}
    return table.assign(cuts=table["variable"].map(cuts), falling=table["variable"] == "krimp")


def test_each_variable_says_how_many_values_it_has_and_how_far_apart():
    found = measured(CODES, _values()).set_index("concept")
    assert found["regions"].to_dict() == {"krimp": 3, "work": 4, "judged": 4}
    assert found["distinct"].to_dict() == {"krimp": 3, "work": 3, "judged": 3}
    assert found["places"].to_dict() == pytest.approx({"krimp": np.nan, "work": 3, "judged": np.nan}, nan_ok=True)
    assert found["open"].to_dict() == {"krimp": 1, "work": 0, "judged": 0}
    assert [*found.loc["krimp", ["share", "share_low", "share_high"]]] == [-0.1, -0.2, 0.1]
    assert [*found.loc["work", ["number", "number_low", "number_high"]]] == [2.5, 1.5, 9]
    assert found.loc["judged", ["number", "share"]].isna().all() and found.loc["work", "source_nl"] == "bron"


def test_of_codes_alone_no_more_is_said():
    found = measured(CODES, _values().iloc[:0]).set_index("concept")
    assert found[["regions", "distinct"]].to_numpy().tolist() == [[3, 2], [4, 3], [4, 3]]
    assert found.drop(columns=["regions", "distinct"]).isna().all(axis=None)
    assert level_bounds(_values().iloc[:0]).empty


def test_a_variable_without_any_value_is_told_by_its_codes():
    values = _values().assign(value=np.nan)
    assert measured(CODES, values)["distinct"].tolist() == [2, 3, 3]


def test_levels_have_the_cuts_as_ends_and_a_falling_one_begins_at_the_top():
    found = level_bounds(_values()).set_index(["concept", "position"])
    of_work = found.loc["work", ["number_from", "number_to"]].to_numpy()
    assert of_work == pytest.approx(np.array([[np.nan, 2], [2, 4], [4, np.nan]]), nan_ok=True)
    of_krimp = found.loc["krimp", ["share_from", "share_to"]].to_numpy()
    assert of_krimp == pytest.approx(np.array([[-0.05, np.nan], [np.nan, -0.05]]), nan_ok=True)
    assert found.loc["judged"].isna().all(axis=None) and found["number_from"].loc["krimp"].isna().all()


def test_pairs_are_compared_over_the_regions_that_have_both():
    found = go_together(CODES.assign(same=1.0)).set_index(["concept", "variable"])
    both = CODES[["krimp", "work"]].dropna()
    assert found.loc[("krimp", "work"), "rho"] == pytest.approx(spearmanr(both["krimp"], both["work"])[0])
    assert found["base"].tolist() == [3, 3, 3, 4, 4, 4]
    assert found.xs("same", level="variable")["rho"].isna().all()
