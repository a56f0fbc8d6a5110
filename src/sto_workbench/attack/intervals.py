"""The interval in which the number of regions of a group must lie, given all that is known: over whole numbers."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import Bounds, LinearConstraint, milp

from sto_workbench.attack.system import Floats, System

MOST = 1_000
"""Regions that a cell can hold at most, where nothing else bounds it."""
WHOLE = 1e-6
"""How near to a whole number is one."""


class Inconsistent(Exception):  # noqa: N818
    """No numbers of regions satisfy all facts together."""


class Solver:
    """Bounds of sums of one system; what was found once as a possible world is used again.

    Parameters
    ----------
    system : System
        Its facts.
    known : sequence of ndarray, shape (cells,)
        Each a group that holds at least one region: the answers of an insider.
    worlds : ndarray, shape (worlds, cells), optional
        Found before, without what is known.
    """

    def __init__(self, system: System, known: Sequence[Floats] | Floats = (), worlds: Floats | None = None) -> None:
        self.system, self.known = system, np.array(known).reshape(len(known), system.size)
        found = np.zeros((0, system.size)) if worlds is None else worlds
        self.worlds = found[(found @ self.known.T >= 1).all(axis=1)]
        self._bounds = dict[tuple[bytes, float], int]()

    @cached_property
    def _told(self) -> Floats:
        """Everything that is said of the cells."""
        return np.vstack([self.system.rows, self.known, *(rows for rows, _ in self.system.choices)])

    @cached_property
    def _alike(self) -> Floats:
        """Number of the kind of each cell: nothing that is said tells those of one kind apart."""
        return np.unique(self._told, axis=1, return_inverse=True)[1].reshape(1, -1).astype(float)

    def seen(self, row: Floats) -> tuple[float, float]:
        """Smallest and largest value of a sum in the worlds found so far: inside of the interval."""
        values = self.worlds @ row
        return (float(values.min()), float(values.max())) if len(values) else (np.inf, -np.inf)

    def floor(self, row: Floats) -> float:
        """What a sum is at least by a single fact, without solving: it holds all cells that the fact counts."""
        return float(max(self.system.low[(self.system.rows <= row).all(axis=1)], default=0))

    def interval(self, row: Floats) -> tuple[int, int]:
        """Smallest and largest whole number that a sum of cells can be.

        Raises
        ------
        Inconsistent
            The facts contradict each other.
        """
        return self.least(row), self.most(row)

    def least(self, row: Floats) -> int:
        """Smallest number that a sum of cells can be (see `interval`)."""
        return self._bound(row, 1.0)

    def most(self, row: Floats) -> int:
        """Largest number that a sum of cells can be (see `interval`)."""
        return self._bound(row, -1.0)

    def _bound(self, row: Floats, sign: float) -> int:
        """As `least` (or, with -1, `most`): worked out once, for many groups are parts of one whole."""
        asked = row.tobytes(), sign
        if asked not in self._bounds:
            self._bounds[asked] = round(float(self._best(row, sign) @ row))
        return self._bounds[asked]

    def _best(self, row: Floats, sign: float) -> Floats:
        """The world in which a sum is least (or, with -1, most); cells that nothing tells apart are one variable."""
        system = self.system
        place = np.unique(np.vstack([self._alike, row]), axis=1, return_index=True)[1]
        first = self._told[:, place]
        count, ranged, known = len(place), len(system.rows), len(self.known)
        tuples = [allowed for _, allowed in system.choices]
        extra = sum(map(len, tuples))
        chosen = block_diag(np.zeros((ranged + known, 0)), *(-allowed.T for allowed in tuples))
        once = block_diag(np.zeros((0, count)), *(np.ones((1, len(allowed))) for allowed in tuples))
        body = np.vstack([np.hstack([first, chosen]), once])
        none, one = np.zeros(len(first) - ranged - known), np.ones(len(tuples))
        low = np.concatenate([system.low, np.ones(known), none, one])
        high = np.concatenate([system.high, np.full(known, np.inf), none, one])
        upper = np.append(np.full(count, MOST), np.ones(extra))
        limits = [LinearConstraint(body, low, high)] if len(body) else ()
        bounds, cost = Bounds(np.zeros(count + extra), upper), np.append(sign * row[place], np.zeros(extra))
        for whole, presolve in ((0, True), (1, True), (1, False)):
            # the best of all numbers mostly are whole; presolve at times finds nothing where there is something
            found = milp(
                cost,
                integrality=np.full(count + extra, whole),
                bounds=bounds,
                constraints=limits,
                options={"presolve": presolve},
            )
            if found.x is not None and np.abs(found.x - np.round(found.x)).max() < WHOLE:
                break
        else:
            raise Inconsistent(found.message)
        world = np.zeros(system.size)
        world[place] = np.round(found.x[:count])
        self.worlds = np.vstack([self.worlds, world])
        return world
