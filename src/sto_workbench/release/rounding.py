"""Rounding as the other way to protect an item, and the choice of the way that keeps more.

Unbiased controlled rounding (Cox 1987): all sums are those of one table of multiples of a base, so that totals are
recomputed from what was rounded, and each is one of the two multiples next to the true number. Which of the two is
drawn, with odds by how near it is, so that whoever sees a multiple knows only that the true number is less than the
base away from it.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sto_workbench.release.feasible import Integers, Item
from sto_workbench.release.suppress import withheld


class Way(NamedTuple):
    """A way to protect an item.

    Parameters
    ----------
    base : int
        Of the rounding; 1 where numbers are exact.
    item : Item
        What showing each of its sums tells.
    numbers : int array (m,)
        Its sums, as they are shown.
    withheld : frozenset of str
        Units that are not.
    kept : float
        Information that is left, in the unit of the weights.
    """

    base: int
    item: Item
    numbers: Integers
    withheld: frozenset[str]
    kept: float


def information(item: Item) -> dict[str, float]:
    """Return what each unit tells, in bits.

    Each sum that does not follow from others of its unit, or from what everybody knows, is one of as many numbers as
    regions could be in it, equally likely: log2 of that many. It depends on what everybody knows only: a weight that
    depended on the answers would tell of them by what is withheld.
    """
    known = item.sums[[unit == "" for unit in item.units]]
    most = int(item.counts.sum())
    found: dict[str, float] = {}
    for unit in sorted({unit for unit in item.units if unit}):
        rows = item.sums[[unit == other for other in item.units]]
        rank = np.linalg.matrix_rank(np.vstack([known, rows])) - (np.linalg.matrix_rank(known) if len(known) else 0)
        found[unit] = float(max(rank, 0) * np.log2(most + 1))
    return found


def rounded(item: Item, base: int, seed: int) -> tuple[Item, Integers]:
    """Round the sums that units of an item show.

    Parameters
    ----------
    item : Item
        With exact sums.
    base : int
        Multiples of it are shown.
    seed : int
        Of the draw. It must be secret, and the same in every release of the same answers.

    Returns
    -------
    tuple of Item and int array (m,)
        The item with what each rounded sum tells, and the numbers as they are shown.
    """
    true = item.sums @ item.counts
    shown = np.array([bool(unit) for unit in item.units])
    down = true[shown] // base
    cost = np.random.default_rng(seed).random(int(shown.sum())) - (true[shown] / base - down)
    up = _controlled(item.sums[shown], down, np.where(true[shown] % base, 1, 0), cost)
    numbers = true.copy()
    numbers[shown] = base * (down + up)
    low, high = true.copy(), true.copy()
    low[shown], high[shown] = np.maximum(numbers[shown] - base + 1, 0), numbers[shown] + base - 1
    return Item(item.sums, item.units, item.sensitive, item.counts, low, high, item.own), numbers


def _controlled(sums: Integers, down: Integers, may: Integers, cost: np.ndarray) -> Integers:
    """Tell which sums go up, at the least cost of all ways in which they still add up; each for itself if none does."""
    cells, many = sums.shape[1], len(sums)
    adds = LinearConstraint(np.hstack([sums, -np.eye(many)]), down, down)
    bounds = Bounds(0, np.r_[np.full(cells, np.inf), may])
    whole = np.ones(cells + many, dtype=np.int64)
    found = milp(np.r_[np.zeros(cells), cost], constraints=adds, bounds=bounds, integrality=whole)
    up = (cost < 0) & (may > 0) if found.x is None else np.rint(found.x[cells:])
    return np.asarray(up, dtype=np.int64)


def best(
    item: Item, minimum: int, base: int, weights: Mapping[str, float], seed: int, fixed: Collection[str] = frozenset()
) -> Way:
    """Choose between exact numbers of which some are withheld, and rounded ones of which fewer need be.

    Parameters
    ----------
    item, minimum, weights, fixed
        As for `withheld`.
    base, seed
        As for `rounded`; with a base of 1 there is nothing to choose.

    Returns
    -------
    Way
        Of the two the one that keeps more: of a unit whose numbers are one of w each, where n regions were asked,
        1 - log(w) / log(n + 1) of its weight is kept. Exact numbers where it is the same.
    """
    exact = _way(item, item.sums @ item.counts, 1, minimum, weights, fixed)
    if base <= 1:
        return exact
    other = _way(*rounded(item, base, seed), base, minimum, weights, fixed)
    return other if other.kept > exact.kept else exact


def _way(
    item: Item, numbers: Integers, base: int, minimum: int, weights: Mapping[str, float], fixed: Collection[str]
) -> Way:
    gone = withheld(item, minimum, weights, fixed)
    low, high = item.told
    left = 1 - np.log(high - low + 1) / np.log(item.counts.sum() + 1)
    units = {unit for unit in item.units if unit} - gone
    kept = [weights.get(unit, 1.0) * left[[unit == other for other in item.units]].mean() for unit in sorted(units)]
    return Way(base, item, numbers, gone, float(sum(kept)))
