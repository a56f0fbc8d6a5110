"""Tipping points: the published example, and a trait of the computed strength that is made and put into the model."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import t as student

from sto_analysis.analysis.tipping import bound, explained, robustness_values, times_as_strong, tipping_table


def _wave(seed: int, regions: int = 51) -> tuple[pd.Series, pd.DataFrame]:
    rng = np.random.Generator(np.random.PCG64(seed))
    context = pd.DataFrame(rng.integers(0, 3, (regions, 3)).astype(float), columns=["commitment", "weak", "near"])
    context["near"] = np.clip(context["commitment"] + rng.integers(0, 2, regions), 0, 2).astype(float)
    form = (rng.standard_normal(regions) + 0.5 * context["commitment"] > 0).astype(float)
    shares = np.clip(0.4 + 0.2 * form + 0.08 * context["commitment"] + 0.15 * rng.standard_normal(regions), 0, 1)
    return shares.rename("share"), context.assign(form=form)


def _trait(y: np.ndarray, x: np.ndarray, base: np.ndarray, with_x: float, with_y: float) -> np.ndarray:
    """A trait with exactly these partial R², that works against the slope of x."""
    left = [v - base @ np.linalg.lstsq(base, v, rcond=None)[0] for v in (y, x)]
    d = left[1] / np.linalg.norm(left[1])
    own = left[0] - d * (d @ left[0])
    noise = np.random.Generator(np.random.PCG64(7)).standard_normal(len(y))
    for column in [*np.linalg.qr(base)[0].T, d, own / np.linalg.norm(own)]:
        noise -= column * (column @ noise)
    weights = np.sqrt([with_x, (1 - with_x) * with_y, (1 - with_x) * (1 - with_y)])
    sides = [d * np.sign(d @ left[0]), own / np.linalg.norm(own), noise / np.linalg.norm(noise)]
    return np.asarray(weights @ np.array(sides))


def test_the_robustness_values_are_those_of_the_published_example():
    """Cinelli and Hazlett (2020), Darfur: 13.9 % and 7.6 %; its benchmark once, twice, three times."""
    value, interval = robustness_values(4.18445**2 / 783, 783, 0.05)
    assert (round(value, 4), round(interval, 4)) == (0.1388, 0.0763)
    with_exposure = 0.0091641 / 1.0091641
    once = bound(1, with_exposure, 1e-3)[1] / (1e-3 / (1 - 1e-3))
    with_yields = 0.1246409 / once / (1 + 0.1246409 / once)
    for times, published, adjusted in ((1, 0.1246409, 0.0752), (2, 0.2493241, 0.0529), (3, 0.3740497, 0.0304)):
        exposure, outcome = bound(times, with_exposure, with_yields)
        assert exposure == pytest.approx(times * 0.0091641, abs=1e-6)
        assert outcome == pytest.approx(published, abs=1e-5)
        bias = 0.0973158 / 4.18445 * np.sqrt(783 * outcome * exposure / (1 - exposure))
        assert 0.0973158 - bias == pytest.approx(adjusted, abs=1e-4)
    assert 4 < times_as_strong(4.18445**2 / 783, with_exposure, with_yields) < 5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_trait_of_just_that_strength_takes_the_slope_away(seed: int):
    shares, table = _wave(seed)
    row = tipping_table(shares, table[["form"]], table["commitment"], table).iloc[0]
    base = sm.add_constant(pd.get_dummies(table["commitment"], drop_first=True, dtype=float)).to_numpy()
    y, x = shares.to_numpy(), table["form"].to_numpy()
    plain = sm.OLS(y, np.column_stack([x, base])).fit()
    assert row["slope"] == pytest.approx(plain.params[0], abs=1e-12)
    strength = row["robustness"]
    fit = sm.OLS(y, np.column_stack([x, base, _trait(y, x, base, strength, strength)])).fit()
    assert fit.params[0] == pytest.approx(0, abs=1e-12)
    strength = row["robustness_interval"]
    fit = sm.OLS(y, np.column_stack([x, base, _trait(y, x, base, strength, strength)])).fit()
    assert abs(fit.tvalues[0]) == pytest.approx(student.ppf(0.975, fit.df_resid), rel=1e-9)
    exposure, outcome = bound(row["times"], row["with_exposure"], row["with_yields"])
    fit = sm.OLS(y, np.column_stack([x, base, _trait(y, x, base, exposure, outcome)])).fit()
    assert fit.params[0] == pytest.approx(0, abs=1e-9)


def test_what_a_benchmark_explains_is_the_partial_r_squared_of_all_its_levels():
    shares, table = _wave(4)
    row = tipping_table(shares, table[["form"]], table["commitment"], table).iloc[0]
    levels = pd.get_dummies(table["commitment"], drop_first=True, dtype=float).to_numpy()
    assert row["benchmark"] == "commitment"
    assert row["with_exposure"] == pytest.approx(sm.OLS(table["form"], sm.add_constant(levels)).fit().rsquared)
    full = sm.OLS(shares, np.column_stack([sm.add_constant(levels), table["form"]])).fit()
    assert row["with_yields"] == pytest.approx(1 - full.ssr / sm.OLS(shares, sm.add_constant(table["form"])).fit().ssr)


def test_the_adjuster_itself_is_held_against_what_comes_nearest():
    shares, table = _wave(5)
    row = tipping_table(shares, table[["commitment"]], table["commitment"], table.drop(columns="form")).iloc[0]
    assert row["benchmark"] == "near"
    fit = sm.OLS(shares, sm.add_constant(table["commitment"])).fit()
    expected = robustness_values(fit.tvalues["commitment"] ** 2 / fit.df_resid, 49, 0.05)
    assert (row["robustness"], row["robustness_interval"]) == pytest.approx(expected)


def test_an_interval_that_holds_zero_needs_no_trait_and_a_benchmark_that_says_nothing_is_no_measure():
    assert robustness_values(1.0**2 / 47, 47, 0.05)[1] == 0
    assert times_as_strong(0.3, 0.0, 0.2) == np.inf
    assert times_as_strong(0.3, 0.2, 0.0) == np.inf
    assert robustness_values(100.0, 5, 0.05)[1] < robustness_values(100.0, 5, 0.05)[0] <= 1
    assert explained(np.ones(5), np.arange(5.0)[:, None], np.ones((5, 1))) == 0


def test_a_benchmark_or_a_finding_that_explains_all_has_a_number_of_times():
    assert times_as_strong(0.25, 0.1, 1.0) == pytest.approx(0.2 / (0.1 / 0.9))  # the yields: any trait like it does
    assert times_as_strong(np.inf, 0.1, 0.2) == pytest.approx(9.0)  # all of the exposure is asked for
    assert times_as_strong(0.25, 1.0, 0.2) == 0


@pytest.mark.parametrize("odds", [1e12, 1e17, 1e33, np.inf])
def test_yields_that_follow_the_exposure_wholly_ask_for_a_trait_that_does_too(odds: float):
    assert robustness_values(odds, 47, 0.05) == pytest.approx((1.0, 1.0), abs=1e-5)


def test_yields_that_are_the_exposure_have_a_tipping_point():
    _, table = _wave(7)
    row = tipping_table(table["form"].rename("share"), table[["form"]], table["commitment"], table).iloc[0]
    assert (row["status"], row["slope"]) == ("estimated", pytest.approx(1.0))
    assert row["robustness"] == row["robustness_interval"] == pytest.approx(1.0)


def test_where_nothing_can_be_told_the_reason_is_given():
    shares, table = _wave(6)
    exposures = table[["form"]].assign(
        always=1.0, same=table["commitment"] == 2, late=table["form"].where(table.index < 9)
    )
    found = tipping_table(shares, exposures.astype(float), table["commitment"], table).set_index("exposure")
    assert found["status"].to_dict() == {
        "form": "estimated", "always": "constant", "same": "collinear", "late": "too_few_regions"
    }  # fmt: skip
    assert found.loc[["always", "same", "late"], ["slope", "robustness", "times"]].isna().all(axis=None)


def test_of_what_neighbours_share_no_interval_is_told():
    rng, clusters = np.random.default_rng(2), np.repeat(np.arange(20), 3)
    table = pd.DataFrame({"tight": rng.integers(0, 3, 20)[clusters], "form": rng.integers(0, 2, 60)}).astype(float)
    table["commitment"] = rng.integers(0, 3, 60).astype(float)
    shares = table["tight"] / 4 + rng.normal(0, 0.2, 60)
    labels = pd.DataFrame({"tight": clusters.astype(str)})
    found = tipping_table(shares.rename("share"), table, table["commitment"], table, clusters=labels).set_index(
        "exposure"
    )
    assert np.isnan(found.at["tight", "robustness_interval"]) and found.at["tight", "robustness"] > 0.1
    assert found["robustness_interval"].drop("tight").notna().all()
