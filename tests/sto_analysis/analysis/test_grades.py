"""Means of report grades against the standard library."""

import statistics

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.grades import mean_grades

GRADES = [5.0, 6.0, 7.0, 7.0, 8.0, 9.0, 6.0, 7.0]


def test_mean_and_quartiles_are_those_of_the_answers_that_there_are():
    found = mean_grades(pd.DataFrame({"a": [*GRADES, np.nan], "b": [6.0] * 9})).set_index("concept")
    assert found.loc["a", "mean"] == pytest.approx(statistics.mean(GRADES))
    low, _, high = statistics.quantiles(GRADES, n=4, method="inclusive")
    assert found.loc["a", ["quarter", "three_quarters", "base"]].tolist() == [low, high, 8]
    assert found.loc["b"].tolist() == [6, 6, 6, 9]


def test_nobody_answered():
    found = mean_grades(pd.DataFrame({"a": [np.nan, np.nan]}))
    assert found["base"].tolist() == [0] and found["mean"].isna().all()
    assert mean_grades(pd.DataFrame(index=[0, 1])).empty
