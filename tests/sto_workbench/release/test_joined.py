import itertools

import numpy as np
import pytest

from sto_workbench.release.feasible import Item
from sto_workbench.release.joined import joined
from sto_workbench.release.suppress import withheld

SUMS = np.array([[1, 1, 1], *np.eye(3), [0, 1, 1]], dtype=np.int64)
UNITS = ["", "p0", "p1", "p2", "top"]
GROUPS = np.array([*np.eye(3), *(1 - np.eye(3))], dtype=np.int64)
BEFORE = np.repeat([0, 1, 2], [5, 5, 6])
MINIMUM = 2
NONE = frozenset[str]()


def _item(cells: np.ndarray) -> Item:
    return Item(SUMS, UNITS, np.zeros(len(SUMS), dtype=bool), np.bincount(cells[cells >= 0], minlength=3))


def _releases(kind: str) -> np.ndarray:
    """Cells of the regions before and now: one answer is late, changed or withdrawn."""
    pair = {"late": (-1, 1), "changed": (0, 2), "withdrawn": (0, -1), "same": (0, 0)}[kind]
    return np.vstack([np.column_stack([BEFORE, BEFORE]), pair])


def _possible(cells: np.ndarray, before: set[str], now: set[str]) -> list[set[int]]:
    """What the region that differs can have answered, before and now: every table and every answer tried."""
    differs = (cells[:, 0] != cells[:, 1]).argmax()
    stood = (cells[differs] >= 0).tolist()
    rows = [[place for place, unit in enumerate(UNITS) if unit in {"", *shown}] for shown in (before, now)]
    true = [np.bincount(side[side >= 0], minlength=3) for side in cells.T]
    told = [SUMS[shown] @ counts for shown, counts in zip(rows, true, strict=True)]
    found: list[set[int]] = [set(), set()]
    stays = [each for each in itertools.product(range(18), repeat=3) if sum(each) == len(cells) - 1]
    for stay in stays:
        for pair in itertools.product(*(range(3) if there else [-1] for there in stood)):
            tables = [np.array(stay) + np.array([place == answer for place in range(3)]) for answer in pair]
            agree = all(
                np.array_equal(SUMS[shown] @ table, sums) for shown, table, sums in zip(rows, tables, told, strict=True)
            )
            if agree and pair[0] != pair[1]:
                for side, answer in zip(found, pair, strict=True):
                    side.add(answer)
    return found


@pytest.mark.parametrize("kind", ["late", "changed", "withdrawn"])
def test_one_answer_that_differs_does_not_follow_from_both_releases(kind: str):
    cells = _releases(kind)
    item, fixed = joined(_item(cells[:, 1]), GROUPS, cells, [set(UNITS)], MINIMUM)
    assert withheld(_item(cells[:, 1]), MINIMUM, {}) == NONE  # alone, nothing of it is too small
    assert all(len(answers) == 1 for answers in _possible(cells, {*UNITS}, {*UNITS}))
    gone = withheld(item, MINIMUM, {}, fixed)
    for answers in _possible(cells, {*UNITS}, {*UNITS} - gone):
        assert answers in ({0, 1, 2}, {-1})


def test_what_the_earlier_release_withheld_leaves_more_for_the_new_one():
    cells = _releases("late")
    item, fixed = joined(_item(cells[:, 1]), GROUPS, cells, [{"p0", "p1"}], MINIMUM)
    other, others = joined(_item(cells[:, 1]), GROUPS, cells, [NONE], MINIMUM)
    assert withheld(other, MINIMUM, {}, others) == NONE
    assert fixed == {"0:p0", "0:p1"}
    assert withheld(item, MINIMUM, {}, fixed) > NONE


def test_the_same_answers_are_shown_again():
    cells = _releases("same")
    item, fixed = joined(_item(cells[:, 1]), GROUPS, cells, [set(UNITS)], MINIMUM)
    assert withheld(item, MINIMUM, {}, fixed) == NONE


def test_many_late_answers_are_no_one_answer():
    late = np.repeat([0, 1, 2], [5, 6, 7])
    cells = np.column_stack([np.r_[BEFORE, np.full(18, -1)], np.r_[BEFORE, late]])
    item, fixed = joined(_item(cells[:, 1]), GROUPS, cells, [set(UNITS)], MINIMUM)
    assert withheld(item, MINIMUM, {}, fixed) == NONE


def test_three_releases_in_turn_are_looked_at_together():
    cells = np.column_stack([_releases("late"), _releases("late")[:, 1]])
    cells[0, 2] = 1
    item, fixed = joined(_item(cells[:, 2]), GROUPS, cells, [{"p0"}, {"p1"}], MINIMUM)
    assert fixed == {"0:p0", "1:p1"}
    assert "p0" in withheld(item, MINIMUM, {}, fixed)


def test_a_rounded_sum_of_the_new_release_is_known_as_far_as_it_was():
    cells = _releases("late")
    new = _item(cells[:, 1])
    rounded = Item(new.sums, new.units, new.sensitive, new.counts, low=new.told[0] - 4, high=new.told[1] + 4)
    item, fixed = joined(rounded, GROUPS, cells, [set(UNITS)], MINIMUM)
    assert withheld(item, MINIMUM, {}, fixed) == NONE
