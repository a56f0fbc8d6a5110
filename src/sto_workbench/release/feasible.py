"""Tables of counts that agree with what is shown: how far the number of regions in a group can still range."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]
_WHOLE = 1e-6


@dataclass(frozen=True)
class Item:
    """One question with the cells in which the regions of a wave are counted, and the sums of cells that a store shows.

    Parameters
    ----------
    sums : int array (m, cells)
        Coefficients of each sum.
    units : sequence of str or None, m long
        What shows the sum: it is shown or withheld with all sums of the same name. ``""`` for what everybody knows;
        None for what is never shown.
    sensitive : bool array (m,)
        Whether the sum counts a group that must be protected; its coefficients are 0 and 1.
    counts : int array (cells,)
        Regions in each cell.
    own : int array (k, cells), optional
        What one region may know of itself, by default one answer in any cell that is not empty.
    """

    sums: Integers
    units: Collection[str | None]
    sensitive: Bools
    counts: Integers
    own: Integers | None = None

    @cached_property
    def numbers(self) -> Integers:
        """The number that each sum is, (m,)."""
        return np.asarray(self.sums @ self.counts)

    @cached_property
    def knowing(self) -> Integers:
        """What somebody may know for certain, (1 + k, cells): an outsider nothing, a region its own answer."""
        own = np.eye(len(self.counts), dtype=np.int64)[self.counts > 0] if self.own is None else self.own
        return np.vstack([np.zeros_like(own[:1]), own]) if len(own) else np.zeros((1, len(self.counts)), np.int64)

    def shown(self, units: Collection[str]) -> Bools:
        """Which sums are known once some units are shown, (m,)."""
        return np.array([unit is not None and (unit == "" or unit in units) for unit in self.units], dtype=bool)

    def alike(self, known: Bools) -> Integers:
        """Kind of each cell, (cells,), as a number: sums that are known, (m,), do not tell cells of a kind apart."""
        if (asked := known.tobytes()) not in self._alike:
            self._alike[asked] = np.unique(self.sums[known], axis=1, return_inverse=True)[1].ravel()
        return self._alike[asked]

    @cached_property
    def _alike(self) -> dict[bytes, Integers]:
        return {}

    def agree(self, tables: Integers, known: Bools) -> Bools:
        """Which of some tables, (p, cells), agree with the sums that are known, (m,)."""
        return np.asarray((tables @ self.sums[known].T == self.numbers[known]).all(axis=1))


def extreme(
    item: Item, known: Bools, group: Integers, own: Integers, upward: bool, most: int | None = None
) -> tuple[int, Integers]:
    """Find the least or the largest number of *other* regions in a group, over the integer tables that agree.

    Parameters
    ----------
    item : Item
        Whose tables.
    known : bool array (m,)
        The sums that are known.
    group : int array (cells,)
        Coefficients of the group, 0 or 1.
    own : int array (cells,)
        What somebody knows of itself: regions that are certainly there, and that the group is counted without.
    upward : bool
        Whether the largest is asked.
    most : int, optional
        Where the search for the largest may stop; by default at all regions.

    Returns
    -------
    tuple of int and int array (cells,)
        The number, and a table that has it; where several have, one that fills many of the item's cells.
    """
    limit = int(item.counts.sum()) if most is None or not upward else most
    _, first, place = np.unique(2 * item.alike(known) + group, return_index=True, return_inverse=True)
    columns, kinds = np.vstack([item.sums[known], group])[:, first], len(first)
    filled = np.bincount(place, weights=item.counts > own, minlength=kinds)
    rest = item.numbers[known] - item.sums[known] @ own
    each = np.eye(kinds, dtype=np.int64)
    wide = np.block([[columns, np.zeros_like(columns)], [-each, each]])
    within = LinearConstraint(
        wide,
        np.concatenate([rest, [0], np.full(kinds, -np.inf)]),
        np.concatenate([rest, [limit], np.zeros(kinds)]),
    )
    aim = np.concatenate([columns[-1] * (-1 if upward else 1) * (filled.sum() + 1), np.full(kinds, -1.0)])
    bounds = Bounds(0, np.concatenate([np.full(kinds, np.inf), filled]))
    best = _whole(aim, within, bounds)
    table = _spread(best[:kinds].astype(np.int64), place, item.counts > own) + own
    return int(group @ (table - own)), table


def _whole(aim: NDArray[np.float64], within: LinearConstraint, bounds: Bounds) -> NDArray[np.float64]:
    """Return whole numbers that are best: mostly the best of all numbers are, which takes a third of the time."""
    for whole, presolve in ((0, True), (1, True), (1, False)):  # presolve at times finds nothing where there is some
        kinds = np.full(len(aim), whole)
        found = milp(aim, constraints=within, bounds=bounds, integrality=kinds, options={"presolve": presolve}).x
        if found is not None and np.abs(found - np.rint(found)).max() < _WHOLE:
            return np.asarray(np.rint(found))
    raise AssertionError("the counts themselves agree with what is known of them")


def _spread(totals: Integers, place: NDArray[np.intp], filled: Bools) -> Integers:
    """Give the cells of each kind their share of its total: one for each that is filled, the rest to the first."""
    order = np.lexsort((~filled, place))  # by kind, those that are filled first
    kind = place[order]
    rank = np.arange(len(place)) - np.searchsorted(kind, kind)
    each = np.minimum(totals, np.maximum(1, np.bincount(place, filled, len(totals)).astype(np.int64)))
    table = np.zeros(len(place), dtype=np.int64)
    table[order] = (rank < each[kind]) + (rank == 0) * (totals - each)[kind]
    return table


def relied_on(item: Item, known: Bools, group: Integers, own: Integers, upward: bool) -> Bools:
    """Find sums that together bound a group, by the dual of the linear programme without whole numbers, (m,).

    Parameters
    ----------
    item, known, group, own, upward
        As for `extreme`.
    """
    rows, cost = item.sums[known], group * (-1 if upward else 1)
    rest = item.numbers[known] - rows @ own
    found = linprog(cost, A_eq=rows, b_eq=rest, bounds=(0, int(item.counts.sum())))
    used = np.abs(found.eqlin.marginals) > 1e-9
    relied = np.zeros_like(known)
    relied[np.flatnonzero(known)[used]] = True
    return relied
