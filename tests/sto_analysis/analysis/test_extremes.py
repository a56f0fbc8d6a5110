"""No filling of what is missing goes beyond the extremes."""

import itertools

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis import extremes
from sto_analysis.analysis.design import level_indicators
from sto_analysis.analysis.extremes import extreme_cases
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


def test_an_item_that_nobody_answered_is_no_missing_answer():
    outcomes, x = _wave(3)
    found = extreme_cases(outcomes.assign(d=np.nan), x, [None]).iloc[0]
    assert found["filled"] == 0
    assert found["lowest"] == found["highest"] == pytest.approx(associate(outcomes, x["x"]).odds_ratio)
    nothing = extreme_cases(outcomes * np.nan, x, [None]).iloc[0]
    assert nothing["extremes"] == "too_few_regions"
    assert np.isnan(nothing["lowest"])


def _holed(seed: int, holes: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None]:
    """The audit's case in kind: 24 regions, some yields missing; for some seeds an exposure too, and adjusters."""
    rng = np.random.Generator(np.random.PCG64([seed, 5]))
    x = pd.DataFrame({"x": rng.integers(0, 2 + seed % 2, 24).astype(float)})
    z = pd.Series(rng.integers(0, 3, 24).astype(float), name="z")
    latent = rng.logistic(size=(24, 4)) + 0.8 * rng.standard_normal((24, 1))
    answers = np.digitize(latent, [-1, 1]).astype(float)
    answers.flat[rng.choice(answers.size, holes, replace=False)] = np.nan
    if seed % 3 == 0:
        x.iloc[rng.integers(24)] = np.nan
    return pd.DataFrame(answers, columns=list("abcd")), x, level_indicators(z) if seed % 4 < 2 else None


def _by_force(outcomes: pd.DataFrame, x: pd.DataFrame, adjust: pd.DataFrame | None) -> tuple[float, float]:
    """Lowest and highest odds ratio over every filling."""
    rows, columns = np.nonzero(outcomes.isna().to_numpy())
    ratios = []
    for filling in itertools.product([0.0, 1.0, 2.0], repeat=len(rows)):
        answers = outcomes.to_numpy().copy()
        answers[rows, columns] = filling
        whole = pd.DataFrame(answers, columns=outcomes.columns)
        for value in x["x"].dropna().unique() if x["x"].isna().any() else [0.0]:
            found = associate(whole, x["x"].fillna(value), adjust)
            assert found.status == "estimated"
            ratios.append(found.odds_ratio)
    return min(ratios), max(ratios)


@pytest.mark.whole
@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_no_filling_by_force_goes_beyond_the_extremes(monkeypatch: pytest.MonkeyPatch, seed: int):
    outcomes, x, adjust = _holed(seed, 4)
    expected = _by_force(outcomes, x, adjust)
    for every in (1000, 0):  # all fillings fitted; or searched for
        monkeypatch.setattr(extremes, "_ALL", every)
        found = extreme_cases(outcomes, x, [adjust]).iloc[0]
        assert (found["lowest"], found["highest"]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_a_search_finds_what_trying_every_filling_finds(monkeypatch: pytest.MonkeyPatch, seed: int):
    outcomes, x, adjust = _holed(seed, 6)
    found = []
    for every in (1500, 0):
        monkeypatch.setattr(extremes, "_ALL", every)
        found.append(extreme_cases(outcomes, x, [adjust]).iloc[0][["lowest", "highest"]].tolist())
    assert found[0] == pytest.approx(found[1], rel=0.01)


def test_where_the_answers_separate_both_ends_are_under_the_prior():
    rng = np.random.Generator(np.random.PCG64(8))
    x = pd.DataFrame({"x": np.repeat([0.0, 1.0], 12)})
    outcomes = pd.DataFrame({"a": np.where(x["x"] == 1, 2.0, rng.integers(0, 2, 24).astype(float))})
    outcomes.loc[[0, 20], "a"] = np.nan
    assert associate(outcomes, x["x"]).status == "ridge"
    found = extreme_cases(outcomes, x, [None]).iloc[0]
    assert found["extremes"] == "ridge"
    assert 1 < found["lowest"] < found["highest"] < 1000


def test_a_region_without_adjuster_takes_no_part():
    outcomes, x = _wave(5)
    outcomes.loc[3, "a"] = np.nan
    levels = pd.DataFrame({"z": np.arange(40) % 2.0})
    levels.loc[3] = np.nan
    found = extreme_cases(outcomes, x, [levels]).iloc[0]
    assert found["lowest"] == found["highest"] == pytest.approx(associate(outcomes, x["x"], levels).odds_ratio)


def test_what_has_no_estimate_has_no_extremes():
    outcomes, x = _wave(6)
    outcomes.loc[3, "a"] = np.nan
    found = extreme_cases(outcomes, x * 0, [None]).iloc[0]
    assert found["extremes"] == "constant"
    assert np.isnan([found["lowest"], found["highest"]]).all()


def test_a_shared_exposure_of_few_clusters_has_no_extremes():
    rng, clusters = np.random.default_rng(2), np.repeat(np.arange(5), 6)
    outcomes = pd.DataFrame(rng.integers(0, 3, (30, 3)).astype(float))
    x = pd.DataFrame({"x": np.array([0.0, 1, 0, 1, 2])[clusters]})
    assert extreme_cases(outcomes, x, [None]).at[0, "extremes"] == "estimated"
    found = extreme_cases(outcomes, x, [None], pd.DataFrame({"x": clusters.astype(str)}))
    assert found.at[0, "extremes"] == "few_clusters" and np.isnan(found.at[0, "highest"])
