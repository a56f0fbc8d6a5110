"""Cells, blocks and sums of one item."""

import numpy as np
import pandas as pd

from sto_workbench.release.cells import KNOWN, Counted, counted, part, said

ANSWERS = pd.DataFrame({"now": [0, 1, 1, 2, -1, -1, 2], "then": [0, 0, -1, -1, 2, -1, 2]}, index=list("abcdefg"))


def item() -> Counted:
    return counted("question.concept", ANSWERS, 3)


def test_regions_are_counted_in_the_cells_of_their_block():
    found = item()
    assert len(found.states) == 9 + 3 + 3
    where = {
        tuple(state): int(count) for state, count in zip(found.states.tolist(), found.counts, strict=True) if count
    }
    assert where == {(0, 0): 1, (1, 0): 1, (1, -1): 1, (2, -1): 1, (-1, 2): 1, (2, 2): 1}
    assert [int(each.over @ found.counts) for each in found.sums if each.row == KNOWN] == [5, 4], "not how many both"
    assert found.cell(ANSWERS).tolist().count(-1) == 1


def test_rows_that_tell_the_same_are_one_unit_and_small_groups_have_two_sides():
    found = item()
    now = found.states[:, 0]
    found.sums.extend(
        [part(now == 1, now >= 0, "a:1"), part(now == 1, now >= 0, "b:1"), part(now >= 1, now >= 0, "a:2")]
    )
    assert found.units == {"a:1": "a:1", "b:1": "a:1", "a:2": "a:2"}
    assert {int(group @ found.counts) for group in found.small(1)} == {1}
    assert found.told_small(1) == {"a:2"}
    assert found.told_small(2) == {"a:1", "b:1", "a:2"}
    assert found.told_small(0) == set()


def test_cells_that_no_sum_tells_apart_become_one():
    found = item()
    now = found.states[:, 0]
    found.sums.append(part(now == 1, now >= 0, "a:1"))
    linked = found.linked(1)
    assert linked.counts.sum() == found.counts.sum()
    assert len(linked.counts) == 5
    assert (linked.sums @ linked.counts).tolist() == [int(each.over @ found.counts) for each in found.sums] + [
        int(group @ found.counts) for group in found.small(1)
    ]


def test_what_was_told_is_known_and_the_rest_stays_protected():
    now = item().states[:, 0]
    sums = [part(now == 0, now >= 0, "a:0"), part(now == 1, now >= 0, "a:1")]
    assert [each.row for each in said(sums, frozenset({"a:1"}))] == [None, KNOWN]
    assert np.array_equal(next(iter(said(sums, frozenset()))).over, sums[0].over)


def test_nobody_answered():
    found = counted("x", pd.DataFrame({"now": [-1, -1]}), 3)
    assert len(found.counts) == 0
    assert found.small(3) == []


def test_a_sum_of_which_two_are_nearly_all_is_dominated():
    found = counted("grade.x", pd.DataFrame({"now": [9, 9, 0, 0]}), 10)
    found.sums.append(part(found.states[:, 0] + 1, None, "grades:x"))
    assert found.dominated(2, 0.9) == {"grades:x"}
    assert found.dominated(2, 0.95) == set()
