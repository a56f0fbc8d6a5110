"""More answers find smaller differences and exclude more; the approximation is close to what simulations say."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from sto_analysis.analysis.family import association_table
from sto_analysis.analysis.planning import planning_table
from sto_analysis.analysis.power import minimum_detectable
from sto_analysis.analysis.standardised import outer_levels, share_table

from .waves import wave


def _associations(seed: int, regions: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    outcomes, exposures = wave(seed, regions, effect=0.0)
    table = association_table(outcomes, exposures, exposures["commitment"], 499, 1, 0.05)
    shares = outer_levels(share_table((outcomes == 2).astype(float), exposures, exposures["commitment"]))
    return table.assign(family="borging", relevant=0.2).merge(shares, on="exposure"), outcomes, exposures


def test_numbers_run_from_the_answers_of_the_wave_to_all_regions():
    table, _, _ = _associations(1, 51)
    assert planning_table(table, 51, 78)["answers"].tolist() == [51, 60, 70, 78]
    assert planning_table(table, 78, 78)["answers"].tolist() == [78]
    assert planning_table(table, 51, 53)["answers"].tolist() == [51, 53]


def test_more_answers_see_more_and_exclude_more():
    found = planning_table(_associations(1, 51)[0], 51, 400)
    assert found["visible"].is_monotonic_decreasing
    assert found["excluded"].is_monotonic_decreasing
    assert found["chance"].is_monotonic_increasing
    assert found["chance"].between(0, 1).all()


def test_without_an_interval_there_is_nothing_to_plan():
    table, _, _ = _associations(1, 51)
    assert planning_table(table.assign(difference_high=np.nan), 51, 78).empty


@pytest.mark.whole
def test_it_says_what_simulations_say():
    """Beside the simulated detectable effect; and how often the intervals of null waves lie within 20 points."""
    table, outcomes, exposures = _associations(2, 60)
    forms = table[table["exposure"] != "commitment"]
    visible = planning_table(forms, 60, 60)["visible"].iloc[0]
    simulated = minimum_detectable(
        outcomes, exposures[["x", "y", "z"]], exposures["commitment"], table["critical"].max(), seed=1
    )
    assert visible == pytest.approx(np.median([each.effect for each in simulated.values()]), rel=0.2)
    within, chances = [], []
    for seed in range(60):
        outcomes, exposures = wave(seed, 100, effect=0.0)
        found = outer_levels(share_table((outcomes == 2).astype(float), exposures[["x"]], exposures["commitment"]))
        within.append((found["difference_low"] > -0.2) & (found["difference_high"] < 0.2))
        told = found.assign(family="borging", relevant=0.2, critical=2.4, p_adjusted=0.5)
        chances.append(planning_table(told, 100, 100)["chance"].iloc[0])
    assert np.mean(within) == pytest.approx(np.mean(chances), abs=0.15)


def test_more_answers_of_the_same_clusters_say_less_than_as_many_regions_apart():
    """With 51 of 78 answers and ρ (d - 1) of 0.6; and with all regions as one, nothing is gained."""
    table = _associations(1, 51)[0].query("exposure == 'x'")
    apart, shared, same = (planning_table(table, 51, 78, each) for each in (None, {"x": 0.6}, {"x": 1e9}))
    s = (table["difference_high"] - table["difference_low"]).iloc[0] / 2 / t.ppf(0.975, table["difference_df"].iloc[0])
    critical = table["critical"].iloc[0] + norm.ppf(0.8)
    assert shared["visible"].iloc[-1] == pytest.approx(s * np.sqrt((1 + 0.6) / (78 / 51 + 0.6)) * critical)
    assert apart["visible"].iloc[-1] < shared["visible"].iloc[-1] < shared["visible"].iloc[0]
    assert same["excluded"].iloc[-1] == pytest.approx(same["excluded"].iloc[0])
    assert shared["visible"].iloc[0] == pytest.approx(apart["visible"].iloc[0])
