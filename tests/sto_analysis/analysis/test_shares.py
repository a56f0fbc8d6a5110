"""Shares carry their own base and an interval about these regions."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from sto_analysis.analysis.shares import distribution, shares, wilson


def test_without_population_it_is_the_plain_wilson_interval():
    assert wilson(22, 51) == pytest.approx(proportion_confint(22, 51, method="wilson"))


def test_the_correction_narrows_and_a_census_has_no_interval():
    plain, corrected = wilson(22, 51), wilson(22, 51, 78)
    assert plain[0] < corrected[0] < 22 / 51 < corrected[1] < plain[1]
    assert wilson(22, 51, 51) == (22 / 51, 22 / 51)


def test_coverage_about_a_finite_population():
    rng = np.random.Generator(np.random.PCG64(3))
    truth = 40
    drawn = rng.hypergeometric(truth, 78 - truth, 51, size=4000)
    inside = [low <= truth / 78 <= high for low, high in (wilson(int(k), 51, 78) for k in drawn)]
    assert 0.93 < np.mean(inside) < 0.97


@pytest.mark.parametrize(("base", "population"), [(0, None), (60, 51)])
def test_an_impossible_base_is_refused(base, population):
    with pytest.raises(ValueError, match="no share"):
        wilson(0, base, population)


def test_every_column_has_its_own_base():
    flags = pd.DataFrame({"a": [True, False, pd.NA], "b": [pd.NA, pd.NA, pd.NA]}, dtype="boolean")
    table = shares(flags, 10).set_index("concept")
    assert table.loc["a", ["count", "base", "population"]].tolist() == [1, 2, 10]
    assert table.at["b", "base"] == 0
    assert np.isnan(table.at["b", "share"])


def test_a_distribution_has_a_row_for_every_position():
    table = distribution(pd.DataFrame({"a": [0.0, 0.0, 2.0, np.nan]}), 4)
    assert table["share"].tolist() == pytest.approx([2 / 3, 0, 1 / 3, 0])
    assert set(table["base"]) == {3}
