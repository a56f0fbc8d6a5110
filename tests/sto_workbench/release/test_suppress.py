import itertools

import numpy as np
import pytest

from sto_workbench.release.feasible import Item
from sto_workbench.release.suppress import withheld


def _tables(item: Item) -> np.ndarray:
    """All tables of whole numbers with as many regions, found by counting."""
    total, cells = int(item.counts.sum()), len(item.counts)
    bars = itertools.combinations(range(total + cells - 1), cells - 1)
    ends = np.array([(-1, *each, total + cells - 1) for each in bars])
    return np.diff(ends, axis=1) - 1


def _protects(item: Item, tables: np.ndarray, minimum: int, units: set[str]) -> bool:
    """Whether no group follows from some units more than from what is known anyway."""
    known = {"all": tables, "shown": tables}
    for name, shown in (("all", {""}), ("shown", {"", *units})):
        rows = [place for place, unit in enumerate(item.units) if unit in shown]
        known[name] = tables[(tables @ item.sums[rows].T == item.numbers[rows]).all(axis=1)]
    for own in item.knowing:
        for group in item.sums[item.sensitive]:
            others = {
                name: np.clip(found[(found >= own).all(axis=1)] @ group - own @ group, 0, minimum)
                for name, found in known.items()
            }
            if any(getattr(others["all"], end)() != getattr(others["shown"], end)() for end in ("min", "max")):
                return False
    return True


def _cheapest(item: Item, minimum: int, weights: dict[str, float]) -> float:
    """Least weight among all sets of units that protect, all tried."""
    tables, names = _tables(item), sorted({unit for unit in item.units if unit})
    return min(
        sum(weights[name] for name in gone)
        for size in range(len(names) + 1)
        for gone in itertools.combinations(names, size)
        if _protects(item, tables, minimum, set(names) - set(gone))
    )


def _question(counts: list[int], minimum: int) -> Item:
    """Four positions, the last not answered: a unit for each, the upper band, the lower two together."""
    sums = np.array([[1, 1, 1, 0], [1, 1, 1, 1], *np.eye(3, 4), [0, 1, 1, 0], [1, 1, 0, 0]], dtype=np.int64)
    small = sums @ counts <= minimum
    units = ["", "", "first", "second", "third", "upper", "lower"]
    return Item(sums, units, small & (np.arange(7) >= 2), np.array(counts))


def _panel(counts: list[int], minimum: int) -> Item:
    """Yes and no in two waves, for regions of both, of now only and of then only."""
    now, then = np.array([0, 0, 1, 1, 0, 1, -1, -1]), np.array([0, 1, 0, 1, -1, -1, 0, 1])
    both = (now >= 0) & (then >= 0)
    shown = {
        "": [now >= 0, then >= 0, both], "now": [now == 1], "then": [then == 1],
        "changed": [both & (now == 1) & (then == 0), both & (now == 0) & (then == 1)],
        "panel": [both & (now == 1)], "was": [both & (then == 1)],
    }  # fmt: skip
    hidden = [now == 0, then == 0, both & (now == 0), both & (then == 0)]
    hidden += [(then < 0) & (now == 1), (now < 0) & (then == 1)]
    masks = [mask for each in shown.values() for mask in each] + hidden
    units = [name for name, each in shown.items() for _ in each] + [None] * len(hidden)
    sums = np.array(masks, dtype=np.int64)
    small = (sums @ counts <= minimum) & np.array([unit != "" for unit in units])
    return Item(sums, units, small, np.array(counts))


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_units_are_withheld_of_all_that_protect(seed: int):
    rng = np.random.default_rng(seed)
    item = _question(list(rng.multinomial(13, [0.1, 0.2, 0.6, 0.1])), minimum=2 + seed % 3)
    weights = {unit: float(rng.integers(1, 9)) for unit in item.units if unit}
    gone = withheld(item, 2 + seed % 3, weights)
    assert _protects(item, _tables(item), 2 + seed % 3, set(weights) - gone)
    assert sum(weights[unit] for unit in gone) == _cheapest(item, 2 + seed % 3, weights)


@pytest.mark.parametrize("seed", range(6))
def test_two_waves_and_their_panel_are_protected_together(seed: int):
    rng = np.random.default_rng(seed)
    item = _panel(list(rng.multinomial(9, [0.1, 0.1, 0.1, 0.3, 0.1, 0.1, 0.1, 0.1])), minimum=1)
    weights = {unit: float(rng.integers(1, 9)) for unit in item.units if unit}
    gone = withheld(item, 1, weights)
    assert sum(weights[unit] for unit in gone) == _cheapest(item, 1, weights)


def test_one_small_cell_takes_others_with_it():
    item = _question([2, 20, 25, 4], minimum=3)
    assert withheld(item, 3, {}) == {"first", "second", "upper"}  # upper: all that answered less the first


def test_nothing_is_withheld_where_every_group_is_large():
    assert withheld(_question([12, 14, 20, 0], minimum=5), 5, {}) == frozenset()


def test_all_of_one_answer_gives_each_away():
    item = _question([0, 0, 30, 0], minimum=3)
    assert "third" in withheld(item, 3, {})


def test_a_region_that_knows_its_own_answer_finds_no_more_than_the_others():
    sums = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0]])
    item = Item(sums, ["", "low", None, None], np.array([False, False, True, True]), np.array([3, 1, 20]))
    outsider = Item(item.sums, item.units, item.sensitive, item.counts, own=np.zeros((0, 3), dtype=np.int64))
    assert withheld(outsider, 4, {}) == frozenset()
    assert withheld(item, 4, {}) == {"low"}


def test_a_mean_is_a_sum_with_coefficients():
    sums = np.array([[1, 1, 1], [6, 7, 8], [0, 1, 0], [1, 0, 0], [0, 0, 1]])
    item = Item(
        sums, ["", "mean", "seven", None, None], np.array([False, False, False, True, True]), np.array([2, 30, 3])
    )
    gone = withheld(item, 3, {"mean": 1, "seven": 5})
    assert gone == {"mean"}


def test_the_same_choice_every_time():
    item = _question([1, 1, 25, 4], minimum=3)
    assert len({withheld(item, 3, {}) for _ in range(5)}) == 1
