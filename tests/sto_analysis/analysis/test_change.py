"""Paired change: exact McNemar on the units in both waves."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from sto_analysis.analysis.change import exact_mcnemar, paired_change, paired_difference

EXPECTED = json.loads((Path(__file__).parents[2] / "reference" / "expected.json").read_text())


def test_exact_mcnemar_agrees_with_r():
    reference = EXPECTED["mcnemar_agresti"]
    table = np.array(reference["table"]) if isinstance(reference["table"], list) else np.array(reference["data"])
    assert exact_mcnemar(int(table[0, 1]), int(table[1, 0])) == pytest.approx(reference["exact_p"], rel=1e-6)


@pytest.mark.parametrize(("became", "ceased"), [(6, 0), (7, 1), (14, 1), (3, 4), (5, 5)])
def test_exact_mcnemar_is_the_binomial_test_of_those_that_moved(became, ceased):
    assert exact_mcnemar(became, ceased) == pytest.approx(binomtest(became, became + ceased).pvalue, rel=1e-12)


def test_without_discordant_pairs_p_is_one():
    assert exact_mcnemar(0, 0) == 1


def test_the_paired_interval_covers_the_true_difference():
    rng = np.random.Generator(np.random.PCG64(1))
    inside = 0
    for became, ceased, _ in rng.multinomial(42, [0.2, 0.05, 0.75], size=2000):
        low, high = paired_difference(int(became), int(ceased), 42)
        inside += low <= 0.15 <= high
    assert 0.93 < inside / 2000 < 0.98


def test_only_units_that_answered_in_both_waves_count():
    yes, no = True, False
    earlier = pd.DataFrame({"item": [yes, no, no, pd.NA]}, index=list("abcd"), dtype="boolean")
    later = pd.DataFrame({"item": [no, yes, yes, yes, yes]}, index=list("abcde"), dtype="boolean")
    row = paired_change(earlier, later).iloc[0]
    assert (row["base"], row["earlier"], row["later"], row["became"], row["ceased"]) == (3, 1, 2, 2, 1)


def test_an_item_without_common_units_is_left_out():
    flags = pd.DataFrame({"item": [True]}, index=["a"], dtype="boolean")
    table = paired_change(flags.set_axis(["b"]), flags)
    assert table.empty
    assert {"item", "base", "p", "p_holm"} <= set(table.columns)
