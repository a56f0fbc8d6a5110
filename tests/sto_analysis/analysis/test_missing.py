"""Missing answers bound the odds ratio, and non-response is compared with a test that can fail."""

import itertools

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.missing import compare_response, extreme_cases
from sto_analysis.analysis.pooled import associate


def _wave(seed: int, regions: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.Generator(np.random.PCG64(seed))
    x = pd.DataFrame({"x": rng.integers(0, 2, regions).astype(float)})
    latent = rng.logistic(size=(regions, 3)) + x.to_numpy()
    return pd.DataFrame(np.digitize(latent, [-0.5, 1.5]).astype(float), columns=list("abc")), x


def test_no_other_filling_goes_beyond_the_extremes():
    outcomes, x = _wave(1)
    holes = [(0, "a"), (7, "b"), (20, "c"), (31, "a")]
    for row, column in holes:
        outcomes.loc[row, column] = np.nan
    found = extreme_cases(outcomes, x, [None]).iloc[0]
    ratios = []
    for filling in itertools.product([0.0, 1.0, 2.0], repeat=4):
        whole = outcomes.copy()
        for (row, column), value in zip(holes, filling, strict=True):
            whole.loc[row, column] = value
        ratios.append(associate(whole, x["x"]).odds_ratio)
    assert found["filled"] == 4
    assert found["lowest"] == pytest.approx(min(ratios))
    assert found["highest"] == pytest.approx(max(ratios))


def test_a_missing_exposure_is_put_on_either_side():
    outcomes, x = _wave(2)
    x.loc[5, "x"] = np.nan
    found = extreme_cases(outcomes, x, [None]).iloc[0]
    ratios = [associate(outcomes, x["x"].fillna(value)).odds_ratio for value in (0.0, 1.0)]
    assert (found["lowest"], found["highest"]) == pytest.approx((min(ratios), max(ratios)))


def test_nothing_missing_leaves_the_estimate():
    outcomes, x = _wave(3)
    found = extreme_cases(outcomes, x, [None]).iloc[0]
    assert found["filled"] == 0
    assert found["lowest"] == found["highest"] == pytest.approx(associate(outcomes, x["x"]).odds_ratio)


def test_standardised_differences_of_a_known_sample():
    frame = pd.DataFrame({"v": [1.0, 2.0, 3.0, 2.0, 4.0, 6.0], "same": [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]})
    answered = pd.Series([True, True, True, False, False, False])
    found = compare_response(frame, answered, 999, 1).set_index("variable")
    assert found.at["v", "difference"] == pytest.approx(-2 / np.sqrt((1 + 4) / 2))
    assert found.at["same", "difference"] == 0
    assert found.at["same", "p"] == 1


def test_a_selective_response_is_seen_and_a_random_one_is_not():
    rng = np.random.Generator(np.random.PCG64(4))
    frame = pd.DataFrame(rng.standard_normal((78, 3)), columns=list("uvw"))
    order = frame["u"] + 0.3 * rng.standard_normal(78)
    selective = compare_response(frame, order > order.quantile(0.35), 999, 1).set_index("variable")
    assert selective.at["u", "p_adjusted"] < 0.01
    assert selective.at["w", "p_adjusted"] > 0.05


def test_a_full_response_leaves_nothing_to_compare():
    frame = pd.DataFrame({"v": [1.0, 2.0, 3.0]})
    assert compare_response(frame, pd.Series(True, index=frame.index), 99, 1)["p"].isna().all()


def test_an_item_that_nobody_answered_is_no_missing_answer():
    outcomes, x = _wave(3)
    found = extreme_cases(outcomes.assign(d=np.nan), x, [None]).iloc[0]
    assert found["filled"] == 0
    assert found["lowest"] == found["highest"] == pytest.approx(associate(outcomes, x["x"]).odds_ratio)
    nothing = extreme_cases(outcomes * np.nan, x, [None]).iloc[0]
    assert nothing["extremes"] == "too_few_regions"
    assert np.isnan(nothing["lowest"])
