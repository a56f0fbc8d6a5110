"""Formulas that give counts away agree with those that the reports use."""

import pytest

from sto_analysis.analysis import change, shares
from sto_workbench.attack import facts


@pytest.mark.parametrize(("count", "size"), [(0, 51), (3, 51), (20, 42), (51, 51)])
def test_a_wilson_interval_gives_its_count_away(count: int, size: int):
    low, high = shares.wilson(count, size, 78)
    assert facts.wilson(count, size, 78) == pytest.approx((low, high))
    ends = {"low": (round(low, 2), 0.005), "high": (round(high, 2), 0.005)}
    found = facts.wilson_counts(ends, 78, [size])
    assert (count, size) in found
    assert len(found) <= 2
    assert facts.wilson_counts({"low": (0.4, 0.005), "high": (0.41, 0.005)}, 78, [size]) == []


@pytest.mark.parametrize(("became", "ceased", "size"), [(15, 2, 42), (0, 0, 42), (3, 3, 12)])
def test_paired_statistics_give_their_counts_away(became: int, ceased: int, size: int):
    low, high = change.paired_difference(became, ceased, size)
    assert facts.bonett_price(became, ceased, size) == pytest.approx(
        {"value": (became - ceased) / size, "low": low, "high": high}
    )
    p = change.exact_mcnemar(became, ceased)
    assert facts.mcnemar(became, ceased)["value"] == pytest.approx(p)
    ends = {"value": (round((became - ceased) / size, 2), 0.005), "low": (low, 5e-5), "high": (high, 5e-5)}
    assert facts.paired_counts(ends, [size], facts.bonett_price) == [(became, ceased, size)]
    assert (became, ceased, size) in facts.paired_counts({"value": (round(p, 3), 0.0005)}, [size], facts.mcnemar)


def test_a_rounded_share_with_its_n_is_a_count():
    assert facts.share_counts(0.04, 0.005, [51]) == [(2, 51)]
    assert facts.share_counts(0.5, 0.005, [2, 4]) == [(1, 2), (2, 4)]


def test_counts_next_to_each_other_are_a_range_and_too_many_say_nothing():
    group = facts.group("a", w=[0])
    (told,) = facts.one_of((group,), [(3,), (2,), (4,)], "x")
    assert (told.low, told.high, told.allowed) == (2, 4, None)
    assert [*facts.one_of((group, group), [], "x")] == []
    assert [*facts.one_of((group, group), [(i, i) for i in range(facts.MOST_TUPLES + 1)], "x")] == []


def test_the_same_fact_from_two_files_is_one_with_two_sources():
    group = facts.group("a", w=[0])
    (told,) = facts.merged([facts.exactly(group, 3, "x"), facts.exactly(group, 3, "y")])
    assert told.sources == {"x", "y"}
