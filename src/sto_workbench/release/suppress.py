"""Which units of an item are withheld, so that no small group follows from those that are shown.

Whatever is withheld makes the tables that agree with the rest no fewer. So what must be withheld are sets of units of
which at least one is: each is a *conflict*, a least set of units that give a group away. The cheapest choice that
breaks every conflict found so far is tried against an exact attacker, who finds further conflicts or none.
"""

from collections.abc import Collection, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sto_workbench.release.feasible import Bools, Integers, Item, extreme, relied_on


def withheld(item: Item, minimum: int, weights: Mapping[str, float]) -> frozenset[str]:
    """Choose the units to withhold, of least weight in all, so that every sensitive group is protected.

    A group is protected if the number of regions in it can still be anything from 0 to `minimum`, for an outsider and,
    not counting itself, for each region that may know its own answer; what everybody knows anyway, or was shown
    before, may narrow that, and nothing else.

    Parameters
    ----------
    item : Item
        The cells and sums of a question.
    minimum : int
        Size up to which a group is protected.
    weights : mapping of str to float
        Unit → what is lost with it; 1 where nothing is said.

    Returns
    -------
    frozenset of str
        The units; of several choices with the same weight always the same one.
    """
    names = sorted({unit for unit in item.units if unit})
    attacker = _Attacker(item, minimum)
    conflicts: list[frozenset[str]] = []
    while True:
        chosen = _cheapest(names, weights, conflicts)
        if not (found := attacker.conflicts(frozenset(names) - chosen)):
            return chosen
        conflicts += found


def _cheapest(
    names: Collection[str], weights: Mapping[str, float], conflicts: Collection[frozenset[str]]
) -> frozenset[str]:
    """Units of least weight of which every conflict has one."""
    if not conflicts:
        return frozenset()
    has = np.array([[name in conflict for name in names] for conflict in conflicts], dtype=float)
    cost = np.array([weights.get(name, 1.0) for name in names])
    least = LinearConstraint(has, 1, np.inf)
    whole = np.ones(len(cost), dtype=np.int64)
    found = milp(cost, constraints=least, bounds=Bounds(0, 1), integrality=whole, options={"mip_rel_gap": 0})
    return frozenset(name for name, taken in zip(names, np.asarray(found.x), strict=True) if taken > 0.5)


class _Attacker:
    """Finds groups that are not protected; remembers tables that prove that a group is."""

    def __init__(self, item: Item, minimum: int) -> None:
        self._item = item
        self._groups = np.unique(item.sums[item.sensitive], axis=0)
        self._own = self._groups @ item.knowing.T
        self._goals = {False: np.zeros_like(self._own), True: np.full_like(self._own, minimum)}
        self._tables = np.zeros((0, len(item.counts)), dtype=np.int64)
        self._holds = np.zeros((0, len(item.knowing)), dtype=bool)
        self._remember(item.counts)

    def conflicts(self, shown: frozenset[str]) -> list[frozenset[str]]:
        """Find conflicts among the units that are shown: none if every group is protected.

        The units of each count as withheld from then on, so that the next has others.
        """
        found: list[frozenset[str]] = []
        for place in range(len(self._groups)):
            for upward in (False, True):
                while conflict := self._conflict(shown, place, upward):
                    found.append(conflict)
                    shown -= conflict
        return found

    def _conflict(self, shown: frozenset[str], place: int, upward: bool) -> frozenset[str] | None:
        while (unmet := self._unmet(shown, place, upward)).any():
            who = int(unmet.argmax())
            reached = self._search(shown, place, upward, who)
            if self._short(reached, place, upward, who):
                self._lower(place, upward, who)
                if self._short(reached, place, upward, who):
                    return self._least(shown, place, upward, who)
        return None

    def _lower(self, place: int, upward: bool, who: int) -> None:
        """Ask no more than what everybody knows leaves possible: whoever knows more does not find more."""
        goals, reached = self._goals[upward][place], self._search(frozenset(), place, upward, who)
        known = slice(None) if who == 0 else slice(who, who + 1)
        every = reached + self._own[place, who] - self._own[place, known]
        goals[known] = np.minimum(goals[known], every) if upward else np.maximum(goals[known], every)

    def _unmet(self, shown: frozenset[str], place: int, upward: bool) -> Bools:
        """For whom no remembered table protects the group, (1 + k,)."""
        agree = self._item.agree(self._tables, self._item.shown(shown))
        others = (self._tables[agree] @ self._groups[place])[:, None] - self._own[place]
        goal = self._goals[upward][place]
        met = self._holds[agree] & (others >= goal if upward else others <= goal)
        return np.asarray(~met.any(axis=0))

    def _short(self, reached: int, place: int, upward: bool, who: int) -> bool:
        goal = int(self._goals[upward][place, who])
        return reached < goal if upward else reached > goal

    def _search(self, shown: frozenset[str], place: int, upward: bool, who: int) -> int:
        known, own = self._item.shown(shown), self._item.knowing[who]
        most = max(int(self._goals[True][place, who]), 0)
        reached, table = extreme(self._item, known, self._groups[place], own, upward, most)
        self._remember(table)
        return reached

    def _remember(self, table: Integers) -> None:
        self._tables = np.vstack([self._tables, table])
        self._holds = np.vstack([self._holds, (table >= self._item.knowing).all(axis=1)])

    def _least(self, shown: frozenset[str], place: int, upward: bool, who: int) -> frozenset[str]:
        """Units of which none can be left out, or the group would be protected."""
        known, own = self._item.shown(shown), self._item.knowing[who]
        relied = relied_on(self._item, known, self._groups[place], own, upward)
        few = shown & {unit for unit, used in zip(self._item.units, relied, strict=True) if used and unit}
        least = few if self._gives_away(few, place, upward, who) else shown
        for unit in sorted(least):
            if self._gives_away(least - {unit}, place, upward, who):
                least -= {unit}
        return least

    def _gives_away(self, shown: frozenset[str], place: int, upward: bool, who: int) -> bool:
        if not self._unmet(shown, place, upward)[who]:
            return False
        return self._short(self._search(shown, place, upward, who), place, upward, who)
