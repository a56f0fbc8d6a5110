import numpy as np
import pytest

from sto_workbench.release.feasible import Item, extreme, relied_on
from tests.sto_workbench.release.bounds import interval

SUMS = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0]])
ITEM = Item(SUMS, ["", "low", "middle", None], np.array([False, False, False, True]), np.array([2, 5, 7, 3]))
NOBODY = np.zeros(4, dtype=np.int64)


@pytest.mark.parametrize(
    ("shown", "own", "expected"),
    [
        (set(), NOBODY, (0, 17)),
        ({"low"}, NOBODY, (0, 7)),
        ({"low", "middle"}, NOBODY, (0, 5)),
        ({"low"}, np.array([0, 1, 0, 0]), (0, 6)),
        ({"low"}, np.array([1, 0, 0, 0]), (0, 6)),
    ],
)
def test_the_others_of_a_group_range_as_far_as_what_is_shown_lets_them(shown, own, expected):
    assert interval(ITEM, shown, SUMS[3], own) == expected


def test_the_table_that_proves_it_agrees_and_fills_what_it_can():
    known = ITEM.shown({"low"})
    least, table = extreme(ITEM, known, SUMS[3], NOBODY, upward=False)
    assert least == 0
    assert ITEM.agree(table[None], known).all()
    assert (table > 0).tolist() == [False, True, True, True]


def test_a_search_upward_stops_where_it_may():
    assert extreme(ITEM, ITEM.shown(set()), SUMS[3], NOBODY, upward=True, most=4)[0] == 4


def test_the_sums_that_bound_a_group_are_named():
    item = Item(SUMS, ["", "low", "middle", "first"], ITEM.sensitive, ITEM.counts)
    assert relied_on(item, item.shown({"low", "middle"}), SUMS[3], NOBODY, upward=True).tolist() == [
        True, False, True, False,
    ]  # of all 17, 12 stand in the middle: the first are 5 at most  # fmt: skip


def test_a_solver_that_finds_nothing_where_there_is_something_is_asked_again():
    sums = np.array([[1, 1, 1, 1, 0], [0, 1, 0, 1, 1]])
    item = Item(sums, ["", ""], np.array([False, False]), np.array([2, 3, 0, 2, 6]))
    group, own = np.array([0, 0, 1, 1, 0]), np.array([0, 0, 0, 1, 0])
    most, table = extreme(item, np.array([True, True]), group, own, upward=True, most=3)
    assert most == 3  # HiGHS's presolve calls it infeasible
    assert item.agree(table[None], np.array([True, True])).all()
