import numpy as np
import pytest

from sto_workbench.release.feasible import Item, interval
from sto_workbench.release.rounding import best, information, rounded
from sto_workbench.release.suppress import withheld

SUMS = np.array([[1, 1, 1, 1], *np.eye(4), [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 0]], dtype=np.int64)
UNITS = ["", "p0", "p1", "p2", "p3", "low", "top", None]


def _item(*counts: int) -> Item:
    return Item(SUMS, UNITS, np.r_[np.zeros(7, dtype=bool), counts[0] <= 3], np.array(counts))


@pytest.mark.parametrize("seed", range(8))
def test_rounded_numbers_are_next_to_the_true_ones_and_add_up(seed: int):
    item, numbers = rounded(_item(3, 12, 21, 15), 5, seed)
    true = SUMS @ item.counts
    assert numbers[0] == 51  # what everybody knows
    assert (numbers[1:7] % 5 == 0).all()
    assert (abs(numbers - true)[1:7] < 5).all()
    assert numbers[4] == 15  # a multiple stays what it is
    assert (numbers[5], numbers[6]) == (numbers[1] + numbers[2], numbers[3] + numbers[4])
    low, high = item.told
    assert ((low <= true) & (true <= high)).all()


def test_on_average_rounding_moves_nothing():
    drawn = [rounded(_item(3, 12, 21, 15), 5, seed)[1][1] for seed in range(300)]
    assert np.mean(drawn) == pytest.approx(3, abs=0.5)  # 3 standard errors of 5 with odds .6


def test_an_attacker_finds_each_rounded_number_between_its_neighbours():
    item, numbers = rounded(_item(3, 12, 21, 15), 5, 1)
    low, high = interval(item, {"p1"}, SUMS[2], np.zeros(4, dtype=np.int64))
    assert (low, high) == (numbers[2] - 4, numbers[2] + 4)


def test_a_unit_is_worth_the_numbers_that_do_not_follow_from_others():
    item = Item(
        SUMS, ["", "all", "all", "all", "all", "low", "top", None], np.zeros(8, dtype=bool), np.array([3, 12, 21, 15])
    )
    bits = np.log2(52)
    assert information(item) == pytest.approx({"all": 3 * bits, "low": bits, "top": bits})


def test_what_is_withheld_beside_rounded_numbers_protects_too():
    item, minimum = _item(2, 13, 20, 16), 3
    way = best(item, minimum, 10, {}, seed=4)
    shown = {unit for unit in UNITS if unit} - way.withheld
    low, high = interval(way.item, shown, SUMS[7], np.zeros(4, dtype=np.int64))
    assert low == 0 and high >= minimum


def test_the_way_that_keeps_more_is_chosen():
    few, many = _item(2, 13, 20, 16), _item(12, 13, 11, 15)
    assert best(many, 3, 5, {}, seed=1).base == 1
    assert best(many, 3, 5, {}, seed=1).withheld == frozenset()
    assert best(few, 3, 1, {}, seed=1).withheld == withheld(few, 3, {})
    weights = {"p0": 20.0}  # of what cannot be shown but rounded to 0, from which nobody tells 2 from 4
    ways = [best(few, 3, 5, weights, seed) for seed in range(20)]
    assert {way.base for way in ways} == {1, 5}
    alone = best(few, 3, 1, weights, seed=1).kept
    assert all((way.kept > alone) == (way.base == 5) for way in ways)
