"""Cells that the regions of an item are counted in, and the sums of them that are told, known or must not be found."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Bools, Ints
from sto_analysis.analysis.rounding import percentage
from sto_workbench.release.feasible import Item

KNOWN = ""
"""Unit of a sum that everybody knows: how many regions answered, and what was released before."""


@dataclass(frozen=True)
class Sum:
    """A number of regions, or a sum over them.

    Parameters
    ----------
    over : ndarray of int, shape (cells,)
        How often each cell counts in it.
    of : ndarray of int, shape (cells,), or None
        The cells that it is a part of; None where it is no count of regions.
    row : str or None
        ``table:row`` that tells it; `KNOWN`, or None where no row does.
    """

    over: Ints
    of: Ints | None
    row: str | None


@dataclass(frozen=True)
class Counted:
    """One item.

    Parameters
    ----------
    name : str
        ``question.concept``, and behind ``@`` the wave of whose release it is not.
    answers : DataFrame of int
        By region, a column per wave that is looked at: the position, -1 without an answer.
    states : ndarray of int, shape (cells, waves)
        Positions of a cell, -1 where the item was not answered.
    counts : ndarray of int, shape (cells,)
        Regions in each cell.
    sums : list of Sum
        What is told, known or to be protected.
    needs : dict of str to str
        Row → pattern of other rows that must be told too, or it is not.
    said : set of str
        Rows that earlier releases may have told of it.
    """

    name: str
    answers: pd.DataFrame
    states: Ints
    counts: Ints
    sums: list[Sum] = field(default_factory=list)
    needs: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)

    @property
    def units(self) -> dict[str, str]:
        """Row → the first row that tells the same sums: they are told together, or none is."""
        told: dict[str, list[bytes]] = {}
        for each in self.sums:
            if each.row:
                told.setdefault(each.row, []).append(each.over.tobytes())
        first: dict[frozenset[bytes], str] = {}
        return {row: first.setdefault(frozenset(sums), row) for row, sums in told.items()}

    def small(self, minimum: int) -> list[Ints]:
        """Groups of at most `minimum` regions: what is told or could be had by subtraction, and what it leaves over."""
        return [group for group, of in self.groups() if int(of @ self.counts) and int(group @ self.counts) <= minimum]

    def told_small(self, minimum: int) -> set[str]:
        """Rows that would tell such a group itself."""
        known = {each.over.tobytes() for each in self.sums if each.row == KNOWN}
        small = {group.tobytes() for group in self.small(minimum)} - known
        told = [(each.row, each.over, each.of) for each in self.sums if each.row and each.of is not None]
        return {row for row, over, of in told if {over.tobytes(), (of - over).tobytes()} & small}

    def dominated(self, largest: int, share: float) -> set[str]:
        """Rows of a sum that is no count, of which the `largest` contributors are more than a `share`."""
        found = set()
        for each in self.sums:
            if each.row and each.of is None:
                parts = np.sort(np.repeat(each.over, self.counts))[::-1]
                found |= {each.row} if parts[:largest].sum() > share * parts.sum() else set()
        return found

    def groups(self) -> list[tuple[Ints, Ints]]:
        """Every group of regions that must not be small, and what it is a part of."""
        parts = [(each.over, each.of) for each in self.sums if each.of is not None]
        return [(group, of) for over, of in parts for group in (over, of - over)]

    def linked(self, minimum: int) -> Item:
        """Return it with its small groups, to choose from what is withheld; cells that nothing tells apart are one."""
        units, small = self.units, self.small(minimum)
        rows = [*(each.over for each in self.sums), *small]
        sums, place = np.unique(np.array(rows).reshape(-1, len(self.counts)), axis=1, return_inverse=True)
        counts = np.bincount(place.ravel(), self.counts, minlength=sums.shape[1]).astype(np.int64)
        names = [units.get(each.row, each.row) if each.row is not None else None for each in self.sums]
        sensitive = np.r_[np.zeros(len(self.sums), dtype=bool), np.ones(len(small), dtype=bool)]
        return Item(sums, [*names, *[None] * len(small)], sensitive, counts)

    def cell(self, answers: pd.DataFrame) -> Ints:
        """The cell of each region with such answers; -1 where it has none, or where no region is in such a cell now."""
        place = {tuple(state): number for number, state in enumerate(self.states.tolist())}
        return np.array([place.get(tuple(row), -1) for row in answers.to_numpy().tolist()], dtype=np.int64)


def counted(name: str, answers: pd.DataFrame, levels: int) -> Counted:
    """Count regions in the cells of an item.

    Parameters
    ----------
    name : str
        Of the item.
    answers : DataFrame of int
        By region and wave: the position on a scale of so many levels, -1 without an answer.
    levels : int
        Of the scale.

    Returns
    -------
    Counted
        Everybody knows how many regions answered in each wave; not which, nor how many of them answered two.
    """
    given = answers[(answers >= 0).any(axis="columns")].to_numpy()
    blocks = np.unique(given >= 0, axis=0)
    states = [
        state for block in blocks for state in itertools.product(*(range(levels) if there else [-1] for there in block))
    ]
    found = np.array(states, dtype=np.int64).reshape(len(states), answers.shape[1])
    item = Counted(name, answers, found, np.zeros(len(states), dtype=np.int64))
    np.add.at(item.counts, item.cell(answers[(answers >= 0).any(axis="columns")]), 1)
    item.sums.extend(part(cells, None, KNOWN) for cells in (found >= 0).T)
    return item


def part(over: Bools | Ints, of: Bools | None, row: str | None) -> Sum:
    """Make a sum of cells."""
    return Sum(over.astype(np.int64), None if of is None else of.astype(np.int64), row)


Printed = dict[str, list[tuple[str, int | None]]]
"""Row → of its first sums the row that holds them against what is published, and the whole percentage that is."""


def public(sums: Sequence[Sum], counts: Ints, printed: Printed) -> Iterator[Sum]:
    """Sums of the back-test; those whose percentages are the printed ones are known, with what they are a part of.

    Parameters
    ----------
    sums : sequence of Sum
        Of an item, as the release of a wave tells them.
    counts : ndarray of int, shape (cells,)
        Regions in each cell.
    printed : mapping of str
        What is published of that wave.
    """
    for row, figures in printed.items():
        told = [(each.over, each.of) for each in sums if each.row == row and each.of is not None]
        pairs = [*zip(told, figures, strict=False)]
        yield from (Sum(over, of, name) for (over, of), (name, _) in pairs)
        if pairs and all(_percent(over, of, counts) == percent for (over, of), (_, percent) in pairs):
            yield from (Sum(over, None, KNOWN) for (over, _), _ in pairs)
            yield Sum(told[0][1], None, KNOWN)


def _percent(over: Ints, of: Ints, counts: Ints) -> int | None:
    base = int(of @ counts)
    return percentage(int(over @ counts), base) if base else None


def said(sums: Iterable[Sum], rows: frozenset[str]) -> Iterable[Sum]:
    """Sums of an earlier release: known where it told their row, and else to be protected as they were then."""
    return (Sum(each.over, each.of, KNOWN if each.row == KNOWN or each.row in rows else None) for each in sums)
