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


def test_an_unknown_value_leaves_its_region_in_the_comparison_of_the_others():
    rng = np.random.Generator(np.random.PCG64(5))
    frame = pd.DataFrame(rng.standard_normal((40, 2)), columns=list("uv"))
    answered = pd.Series(np.arange(40) < 25)
    holed = frame.copy()
    holed.loc[[3, 30], "v"] = np.nan
    whole, found = (compare_response(each, answered, 199, 1).set_index("variable") for each in (frame, holed))
    assert found.at["u", "answering"] == whole.at["u", "answering"]
    assert found.at["v", "silent"] == pytest.approx(frame["v"].drop(30)[25:].mean())
    assert found["p"].notna().all()
    nothing = compare_response(frame.assign(w=np.nan), answered, 99, 1).set_index("variable")
    assert np.isnan(nothing.at["w", "p"])
    assert np.isfinite(nothing.at["u", "p"])


def test_the_detectable_difference_is_seen_four_times_in_five():
    rng, seen, inside = np.random.Generator(np.random.PCG64(6)), [], np.arange(78) < 51
    first = compare_response(pd.DataFrame(rng.standard_normal((78, 5))), pd.Series(inside), 999, 1)
    size = first["detectable"].iloc[0]
    assert (first["detectable"] == size).all()
    for seed in range(150):
        frame = pd.DataFrame(rng.standard_normal((78, 5)) + np.outer(inside, [size, 0, 0, 0, 0]))
        seen.append(compare_response(frame, pd.Series(inside), 199, seed)["p_adjusted"].iloc[0] < 0.05)
    assert 0.7 < np.mean(seen) < 0.9


def test_a_handful_of_regions_can_show_no_difference_at_all():
    frame = pd.DataFrame({"v": [1.0, 2.0, 3.0, 4.0, 6.0]})
    found = compare_response(frame, pd.Series([True, True, True, False, False]), 199, 1)
    assert np.isinf(found["detectable"].iloc[0])


def test_neighbours_that_answer_together_are_not_told_as_a_difference_of_what_they_share():
    """Who answered and a variable are both of 26 clusters of three, and have nothing to do with each other."""
    rng, clusters = np.random.Generator(np.random.PCG64(8)), np.repeat(np.arange(26), 3)
    found = {"regions": 0, "clusters": 0}
    for seed in range(80):
        frame = pd.DataFrame({"v": rng.standard_normal(26)[clusters], "w": rng.standard_normal(78)})
        answered = pd.Series(rng.standard_normal(26)[clusters] + 0.5 * rng.standard_normal(78) > -0.4)
        labels = pd.DataFrame({"v": clusters.astype(str)})
        for name, shared in (("regions", None), ("clusters", labels)):
            table = compare_response(frame, answered, 99, seed, clusters=shared).set_index("variable")
            found[name] += table.at["v", "p"] <= 0.05
    assert found["clusters"] <= 80 * 0.05 + 2 * np.sqrt(80 * 0.05 * 0.95) < found["regions"]
    assert table.at["v", "detectable"] > table.at["w", "detectable"]
