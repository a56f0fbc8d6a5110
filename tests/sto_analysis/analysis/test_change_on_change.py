"""Change on change: least squares with dummies, exact enumeration, and waves in which a hidden trait does it all."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit, stdtrit
from scipy.stats import permutation_test

from sto_analysis.analysis.balance import balance
from sto_analysis.analysis.change_on_change import change_on_change, exchanged
from sto_analysis.analysis.permutation import max_t


def _waves(seed: int, regions: int = 40, waves: int = 2, effect: float = 0.0, gaps: float = 0.0):
    """Shares and two forms over waves: a stable trait drives yields and the first form; the second has the effect."""
    rng = np.random.Generator(np.random.PCG64(seed))
    trait = rng.standard_normal((regions, 1))
    noise = rng.standard_normal((2, regions, waves))
    x = np.array([1.2 * trait + noise[0] > 0, 0.8 * rng.standard_normal((regions, 1)) + noise[1] > 0]).astype(float)
    logits = 0.9 * trait + effect * x[1] + 0.5 * rng.standard_normal((regions, waves)) + 0.2 * np.arange(waves)
    y = rng.binomial(8, expit(logits)) / 8
    index, columns = [f"r{i}" for i in range(regions)], [f"w{t}" for t in range(waves)]
    gone = rng.random((regions, waves)) < gaps
    shares = pd.DataFrame(np.where(gone, np.nan, y), index, columns)
    return shares, {name: pd.DataFrame(values, index, columns) for name, values in zip("ab", x, strict=True)}


def _long(shares: pd.DataFrame, form: pd.DataFrame) -> pd.DataFrame:
    long = shares.melt(ignore_index=False, var_name="wave", value_name="y")
    return long.assign(x=form.melt(ignore_index=False)["value"].to_numpy()).dropna()


def _dummies(shares: pd.DataFrame, form: pd.DataFrame, without: str = "") -> sm.OLS:
    long = _long(shares, form).drop(index=without, errors="ignore")
    dummies = [pd.get_dummies(long.index, dtype=float), pd.get_dummies(long["wave"], drop_first=True, dtype=float)]
    return sm.OLS(long["y"].to_numpy(), np.column_stack([long["x"], *dummies]))


@pytest.mark.parametrize(("waves", "gaps"), [(2, 0.0), (3, 0.2), (4, 0.3)])
def test_the_estimate_is_that_of_dummies_and_its_interval_the_jackknife_over_regions(waves: int, gaps: float):
    shares, forms = _waves(1, 30, waves, 1.5, gaps)
    forms["b"].iloc[3, 0] = np.nan
    row = change_on_change(shares, forms, 99, 1).set_index("exposure").loc["b"]
    known = (shares.notna() & forms["b"].notna()).sum(axis=1) > 1
    assert (row["waves"], row["regions"]) == (waves, known.sum())
    shares, form = shares[known], forms["b"][known]
    slope = _dummies(shares, form).fit().params[0]
    assert row["difference"] == pytest.approx(slope, abs=1e-10)
    left_out = np.array([_dummies(shares, form, region).fit().params[0] for region in shares.index])
    error = np.sqrt((len(left_out) - 1) / len(left_out) * ((left_out - slope) ** 2).sum())
    half = stdtrit(row["df"], 0.975) * error
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((slope - half, slope + half), abs=1e-10)


@pytest.mark.parametrize("waves", [2, 3])
def test_the_degrees_of_freedom_are_those_of_the_quadratic_form(waves: int):
    """The jackknife deviations are linear in independent errors; their covariance, written out, gives the moments."""
    shares, forms = _waves(2, 20, waves, gaps=0.15 * (waves > 2))
    model = _dummies(shares, forms["b"])
    regions = _long(shares, forms["b"]).index
    weights = np.linalg.pinv(model.exog)[0]
    deviations = []
    for region in regions.unique():
        rest = regions != region
        without = np.zeros(len(weights))
        without[rest] = np.linalg.pinv(model.exog[rest])[0]
        deviations.append(without - weights)
    seen = np.array([row for row in deviations if np.abs(row).max() > 1e-12])
    covariance = seen @ seen.T
    df = change_on_change(shares, forms, 9, 1).set_index("exposure").at["b", "df"]
    assert df == pytest.approx(np.trace(covariance) ** 2 / (covariance**2).sum(), rel=1e-8)


def test_for_one_pair_of_waves_they_are_those_of_changes_on_changes():
    shares, forms = _waves(3)
    moved = (forms["b"]["w1"] - forms["b"]["w0"]).to_numpy()
    df = change_on_change(shares, forms, 9, 1).set_index("exposure").at["b", "df"]
    assert df == pytest.approx(balance(moved, np.ones((len(moved), 1))).df, rel=1e-8)


def test_what_is_stable_in_a_region_and_what_all_share_in_a_wave_change_nothing():
    shares, forms = _waves(4, waves=3, gaps=0.1)
    found = change_on_change(shares, forms, 99, 1)
    other = shares.add(np.linspace(-3, 3, len(shares)), axis=0).add([0, 5, -2], axis=1)
    pd.testing.assert_frame_equal(change_on_change(other, forms, 99, 1), found)


def _studentised(products: np.ndarray) -> float:
    return float(products.sum() / np.sqrt(max((products**2).sum(), 1e-18)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_for_one_pair_of_waves_p_is_that_of_an_exact_test(seed: int):
    shares, forms = _waves(seed, regions=7, effect=1.0)
    y, x = ((table["w1"] - table["w0"]).to_numpy() for table in (shares, forms["b"]))
    observed, *permuted = exchanged(shares.to_numpy(), forms["b"].to_numpy()[None], 20_000, 1).statistics()

    def size(one: np.ndarray) -> float:
        return abs(_studentised((one - y.mean()) * (x - x.mean())))

    assert abs(observed[0]) == pytest.approx(size(y))
    reference = [size(np.array(order)) for order in permutations(y)]
    two_sided = (np.array(reference) >= size(y) * (1 - 1e-9)).mean()
    assert max_t(observed, np.array(permuted))[0][0] == pytest.approx(two_sided, abs=4 * np.sqrt(0.25 / 20_000))
    exact = permutation_test([y], size, permutation_type="pairings", n_resamples=np.inf, alternative="greater")
    assert exact.pvalue == pytest.approx(two_sided)


def test_over_three_waves_whole_trajectories_are_exchanged_among_those_that_answered_the_same():
    """All 5! x 3! exchanges of eight regions, three of which missed the second wave; max-T over two forms."""
    shares, forms = _waves(5, regions=8, waves=3)
    shares.iloc[5:, 1] = np.nan
    x = np.array([form.to_numpy() for form in forms.values()])
    observed, *permuted = exchanged(shares.to_numpy(), x, 20_000, 1).statistics()
    y, every = shares.to_numpy(), []
    for first in permutations(range(5)):
        for second in permutations(range(5, 8)):
            swapped, products = y[[*first, *second]], np.zeros((2, 8))
            for here in (slice(0, 5), slice(5, 8)):
                at = ~np.isnan(y[here][0])
                left = swapped[here][:, at] - swapped[here][:, at].mean(axis=1, keepdims=True)
                left = left - left.mean(axis=0)
                for j, each in enumerate(x):
                    form = each[here][:, at] - each[here][:, at].mean(axis=1, keepdims=True)
                    products[j, here] = (left * (form - form.mean(axis=0))).sum(axis=1)
            every.append([_studentised(each) for each in products])
    exact = np.array(every)
    np.testing.assert_allclose(observed, exact[0])
    for found, right in zip(max_t(observed, np.array(permuted)), max_t(exact[0], exact), strict=True):
        np.testing.assert_allclose(found, right, atol=4 * np.sqrt(0.25 / 20_000))


def test_what_one_or_two_regions_carry_or_no_region_moved_has_no_estimate_and_leaves_the_test():
    shares, forms = _waves(6)
    still = forms["b"].assign(w1=forms["b"]["w0"])
    others = {"b": forms["b"], "still": still, "alike": still.assign(w0=0.0, w1=1.0), "late": still * np.nan}
    for name, count in (("one", 1), ("two", 2), ("three", 3)):
        others[name] = still.copy()
        others[name].iloc[:count, 1] = 1 - others[name].iloc[:count, 0]
    found = change_on_change(shares, others, 99, 1).set_index("exposure")
    assert found["status"].to_dict() == {
        "b": "estimated", "still": "unchanged", "alike": "unchanged", "late": "too_few_regions",
        "one": "one_region", "two": "two_regions", "three": "estimated",
    }  # fmt: skip
    assert found["changing"].loc[["still", "alike", "one", "three"]].tolist() == [0, 40, 1, 3]
    nothing = found[found["status"] != "estimated"]
    assert nothing[["difference", "difference_low", "df", "p", "p_adjusted", "detectable_effect"]].isna().all(axis=None)
    assert found.loc[["b", "three"], "p_adjusted"].notna().all()
    assert set(change_on_change(shares[["w1"]], forms, 99, 1)["status"]) == {"one_wave"}
    assert set(change_on_change(shares.iloc[:9], forms, 99, 1)["status"]) == {"too_few_regions"}


@pytest.mark.whole
def test_a_trait_that_drives_a_form_and_yields_is_no_change_on_change():
    """No effect: comparing regions finds one nearly always, comparing each with itself as often as its level."""
    waves, across, within = 600, 0, 0
    for seed in range(waves):
        shares, forms = _waves(seed, waves=2 + seed % 2, gaps=0.1 * (seed % 2))
        across += _dummies_across(shares["w0"], forms["a"]["w0"]) < 0.05
        within += (change_on_change(shares, forms, 199, seed)["p_adjusted"] < 0.05).any()
    assert across / waves > 0.5
    assert within / waves <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / waves)


def _dummies_across(shares: pd.Series, form: pd.Series) -> float:
    return float(sm.OLS(shares, sm.add_constant(form), missing="drop").fit().pvalues.iloc[1])


@pytest.mark.whole
def test_where_regions_that_change_vary_more_the_test_keeps_its_level():
    """Movers with four times the spread of the others; without studentising the rate is about twice the level."""
    rng, waves, wrong = np.random.Generator(np.random.PCG64(1)), 600, 0
    for seed in range(waves):
        form = rng.permutation([1.0] * 8 + [0.0] * 34)
        late = rng.standard_normal(42) * np.where(form == 1, 2.0, 0.5)
        shares = pd.DataFrame({"w0": np.zeros(42), "w1": late})
        table = change_on_change(shares, {"a": pd.DataFrame({"w0": 0 * form, "w1": form})}, 199, seed)
        wrong += table.at[0, "p_adjusted"] < 0.05
    assert wrong / waves <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / waves)


@pytest.mark.whole
def test_the_detectable_effect_is_found_in_four_of_five_waves():
    found, waves = [], 200
    for seed in range(waves):
        shares, forms = _waves(seed)
        size = change_on_change(shares, forms, 199, seed).set_index("exposure").at["b", "detectable_effect"]
        table = change_on_change(shares + size * forms["b"], forms, 199, seed).set_index("exposure")
        found.append(table.at["b", "p_adjusted"] < 0.05)
    assert 0.7 <= np.mean(found) <= 0.9
