"""Non-response is compared with a test that can fail."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.missing import compare_response


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
