"""Bounds hold and are sharp: against every way in which hidden counts could be, and against files without hiding."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sto_workbench.context.measures import change, largest, levels, shares, weighted

CELLS = st.lists(st.sampled_from([(0, 0), (1, 4), (1, 4), (5, 5), (9, 9), (30, 30)]), min_size=1, max_size=3)


def _sum(cells) -> pd.DataFrame:
    return pd.DataFrame([{"low": sum(low for low, _ in cells), "high": sum(high for _, high in cells)}], index=["R01"])


def _worlds(cells):
    return product(*(range(low, high + 1) for low, high in cells))


def _ends(every):
    return pytest.approx([min(every), max(every)] if every else [np.nan] * 2, nan_ok=True)


@given(CELLS, CELLS)
def test_bounds_of_a_share_are_those_of_every_way_that_counts_can_be(part, others):
    every = [
        sum(inside) / (sum(inside) + sum(outside))
        for inside in _worlds(part)
        for outside in _worlds(others)
        if sum(inside) + sum(outside)
    ]
    found = shares(_sum(part), _sum(others)).loc["R01"]
    assert found[["low", "high"]].tolist() == pytest.approx(
        [min(every), max(every)] if every else [np.nan] * 2, nan_ok=True
    )
    assert not every or found["low"] <= found["value"] <= found["high"]


@given(CELLS, CELLS)
def test_bounds_of_a_change_are_those_of_every_way_that_counts_can_be(first, last):
    every = [sum(after) / sum(before) - 1 for before in _worlds(first) for after in _worlds(last) if sum(before)]
    found = change(_sum(first), _sum(last)).loc["R01"]
    nobody = not _sum(first)["low"].iloc[0] or not _sum(last)["low"].iloc[0]
    assert found[["low", "high"]].tolist() == pytest.approx(
        [np.nan] * 2 if nobody else [min(every), max(every)], nan_ok=True
    )


@given(
    st.lists(st.tuples(st.sampled_from([-0.3, -0.1, 0.0, 0.2]), st.sampled_from([(0, 0), (1, 4), (7, 7)])), max_size=5)
)
def test_bounds_of_a_weighted_mean_are_those_of_every_way_that_counts_can_be(cells):
    values, counts = np.array([value for value, _ in cells]), [count for _, count in cells]
    every = [values @ np.array(each) / sum(each) for each in _worlds(counts) if sum(each)]
    low, high = (np.array([count[end] for count in counts], dtype=float) for end in (0, 1))
    value, least, most = weighted(values, low, high)
    assert [least, most] == _ends(every)
    assert not every or least - 1e-12 <= value <= most + 1e-12


def test_every_place_that_can_have_most_is_named():
    assert largest({"AM01": (5, 5), "AM02": (1, 4), "AM03": (1, 8)}) == ("AM01", ["AM01", "AM03"])
    assert largest({"AM02": (1, 4)}) == ("AM02", ["AM02"])
    assert largest({"AM02": (9, 9), "AM01": (9, 9)})[0] == "AM01"


def test_a_value_at_a_cut_is_of_the_level_that_it_begins():
    values = pd.Series([0.1, 0.5, 0.9, np.nan])
    assert levels(values, [0.5, 0.8], [0, 1, 2], falling=False).tolist()[:3] == [0, 1, 2]
    assert levels(values, [0.5, 0.8], [0, 1, 2], falling=True).tolist()[:3] == [2, 2, 0]
    assert levels(values, [0.5], [0, 1], falling=False).isna().tolist() == [False, False, False, True]
