"""Single cells are honest about separation, and a violated assumption is seen."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.checks import ALL_ITEMS, cell_table, proportionality
from sto_analysis.analysis.design import level_indicators
from sto_analysis.analysis.pooled import associate


def _wave(seed: int, regions: int = 60) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    rng = np.random.Generator(np.random.PCG64(seed))
    commitment = pd.Series(rng.integers(0, 3, regions).astype(float), name="commitment")
    forms = pd.DataFrame(rng.integers(0, 2, (regions, 3)).astype(float), columns=["x", "y", "z"])
    latent = rng.logistic(size=(regions, 4)) + 1.5 * forms[["x"]].to_numpy() * [1, 0, 0, 0]
    outcomes = pd.DataFrame(np.digitize(latent, [-1.0, 0.8]).astype(float), columns=list("abcd"))
    return outcomes, forms, commitment


def test_a_cell_is_the_model_of_its_item_alone():
    outcomes, forms, commitment = _wave(1)
    table = cell_table(outcomes, forms, commitment, 199, 1).set_index(["item", "exposure"])
    assert len(table) == 12
    alone = associate(outcomes[["b"]], forms["y"], level_indicators(commitment))
    assert table.at[("b", "y"), "odds_ratio"] == pytest.approx(alone.odds_ratio, rel=1e-7)
    assert (table["p_adjusted"] >= table["p"]).all()


def test_an_effect_on_one_item_is_found_there():
    outcomes, forms, commitment = _wave(2, 150)
    table = cell_table(outcomes, forms, commitment, 999, 1).set_index(["item", "exposure"])
    assert table["p_adjusted"].idxmin() == ("a", "x")
    assert table.at[("a", "x"), "p_adjusted"] < 0.01


def test_a_separated_two_level_cell_has_firths_estimate_and_a_longer_one_the_ridge():
    outcomes, forms, commitment = _wave(3)
    outcomes["a"] = np.where(forms["x"] == 1, 1.0, outcomes["a"].clip(upper=1))
    outcomes["b"] = np.where(forms["x"] == 1, 2.0, outcomes["b"])
    table = cell_table(outcomes, forms, commitment, 99, 1).set_index(["item", "exposure"])
    assert table.at[("a", "x"), "status"] == "firth"
    assert table.at[("b", "x"), "status"] == "ridge"
    assert np.isfinite(table.loc[[("a", "x"), ("b", "x")], "odds_ratio"]).all()
    assert np.isnan(table.at[("a", "x"), "low"])


def test_too_few_regions_give_reasons_and_no_p():
    outcomes, forms, commitment = _wave(4, 9)
    table = cell_table(outcomes, forms, commitment, 99, 1)
    assert (table["status"] == "too_few_regions").all()
    assert table["p"].isna().all()


def test_a_violated_assumption_is_seen_and_a_fulfilled_one_is_not():
    rng = np.random.Generator(np.random.PCG64(5))
    x = pd.Series(rng.integers(0, 2, 400).astype(float), name="x")
    proportional = np.digitize(rng.logistic(size=400) + x, [-1.0, 0.8]).astype(float)
    above_low = rng.random(400) < 0.7
    violated = np.where(above_low, 1 + (rng.random(400) < np.where(x == 1, 0.8, 0.2)), 0).astype(float)
    found = proportionality(pd.DataFrame({"fine": proportional, "not": violated}), x).set_index("item")
    assert found.at["fine", "low"] < 1 < found.at["fine", "high"]
    assert found.at["not", "low"] > 1
    cut = pd.crosstab(x, violated == 2).to_numpy()
    assert found.at["not", "at_top"] == pytest.approx(cut[1, 1] * cut[0, 0] / (cut[1, 0] * cut[0, 1]), rel=1e-6)


def test_two_levels_leave_nothing_to_compare_and_separation_firths_estimate():
    outcomes, forms, _ = _wave(6)
    outcomes["a"] = outcomes["a"].clip(lower=1)
    outcomes["b"] = np.where(forms["x"] == 1, 2.0, outcomes["b"])
    found = proportionality(outcomes, forms["x"]).set_index("item")
    assert found.at["a", "status"] == "two_levels"
    assert found.at["b", "status"] == "firth"
    assert np.isnan(found.at["b", "low"])
    cut = pd.crosstab(forms["x"], outcomes["b"] == 2).to_numpy() + 0.5  # Firth's estimate of a two-by-two table
    expected = cut[1, 1] * cut[0, 0] / (cut[1, 0] * cut[0, 1])
    assert found.at["b", "at_top"] == pytest.approx(expected, rel=1e-6)
    assert found.at["c", "status"] == "estimated"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda y, x: (y.iloc[:9], x), "too_few_regions"),
        (lambda y, x: (y, x * 0), "constant"),
        (lambda y, x: (y.assign(a=np.nan), x), "too_few_regions"),
        (lambda y, x: (y.assign(a=1.0), x), "no_variation_in_outcome"),
        (lambda y, x: (y.assign(a=y["a"].replace(1.0, 2.0)), x), "two_levels"),
    ],
)
def test_what_cannot_be_compared_gives_its_own_reason(change, status):
    outcomes, forms, _ = _wave(6)
    found = proportionality(*change(outcomes, forms["x"])).set_index("item")
    assert found.at["a", "status"] == status
    assert np.isnan(found.at["a", "ratio"])


def test_the_check_over_all_items_stacks_those_with_both_cuts():
    outcomes, forms, commitment = _wave(7)
    outcomes["a"] = outcomes["a"].clip(lower=1)
    levels = level_indicators(commitment)
    found = proportionality(outcomes, forms["x"], levels).set_index("item").loc[ALL_ITEMS]
    for cut, column in ((1, "at_low"), (2, "at_top")):
        alone = associate((outcomes[["b", "c", "d"]] >= cut).astype(float), forms["x"], levels)
        assert found[column] == pytest.approx(alone.odds_ratio, rel=1e-7)
    assert found["ratio"] == pytest.approx(found["at_top"] / found["at_low"])
    assert found["low"] < found["ratio"] < found["high"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda y, x: (y.clip(lower=1), x), "two_levels"),
        (lambda y, x: (y.iloc[:9], x), "too_few_regions"),
        (lambda y, x: (y, x * 0), "constant"),
        (lambda y, x: (y, pd.Series(np.arange(len(x)) == 0, name="x").astype(float)), "one_region"),
        (lambda y, x: (y.where(x == 0, 2.0, axis=0), x), "ridge"),
    ],
)
def test_the_check_over_all_items_says_why_it_has_no_interval(change, status):
    outcomes, forms, _ = _wave(6)
    found = proportionality(*change(outcomes, forms["x"])).set_index("item").loc[ALL_ITEMS]
    assert found["status"] == status
    assert np.isnan(found["low"])
    assert np.isnan(found["ratio"]) == (status != "ridge")


@pytest.mark.whole
def test_the_interval_over_all_items_covers_one_where_odds_are_proportional():
    covered, seen = [], []
    for seed in range(40):
        rng = np.random.Generator(np.random.PCG64([seed, 7]))
        x = pd.Series(rng.permutation(51) < 37, name="x").astype(float)
        latent = rng.standard_normal((51, 1)) + rng.logistic(size=(51, 3)) + x.to_numpy()[:, None]
        bands = np.digitize(latent, [-1.0, 1.0]).astype(float)
        top_only = np.where((bands == 1) & (x.to_numpy()[:, None] == 1) & (rng.random((51, 3)) < 0.8), 2.0, bands)
        for outcomes, into in ((bands, covered), (top_only, seen)):
            found = proportionality(pd.DataFrame(outcomes, columns=list("abc")), x).set_index("item").loc[ALL_ITEMS]
            into.append(found["low"] < 1 < found["high"])
    assert np.mean(covered) >= 0.86  # 0.95 less two and a half Monte Carlo errors
    assert np.mean(seen) < 0.6


def test_proportionality_of_a_shared_exposure_leaves_out_whole_clusters():
    rng, clusters = np.random.default_rng(2), np.repeat(np.arange(20), 3)
    shared = rng.standard_normal((20, 1))[clusters]
    outcomes = pd.DataFrame(np.digitize(shared + rng.standard_normal((60, 3)), [-0.5, 0.5]).astype(float))
    x = pd.Series(rng.integers(0, 3, 20)[clusters], name="x").astype(float)
    apart, together = (
        proportionality(outcomes, x, clusters=each).set_index("item").loc[ALL_ITEMS]
        for each in (None, pd.Series(clusters.astype(str)))
    )
    assert together["ratio"] == apart["ratio"] and together["low"] != apart["low"]
