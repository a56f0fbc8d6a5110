"""The integer system of an item: regions in cells of positions on each occasion, and what is said of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise, product

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import DisjointSet

from sto_workbench.attack.facts import NONE, Fact, Group, Where

Floats = NDArray[np.float64]
MOST_CELLS = 3_000
"""Cells of one item; occasions above that are looked at two by two."""


@dataclass(frozen=True)
class Block:
    """An item on occasions that hang together: a cell for each combination of positions, without the empty one.

    Parameters
    ----------
    item : str
        Question and concept.
    occasions : tuple of str
        In the order of the columns of ``cells``.
    cells : ndarray of int, shape (cells, occasions)
        Positions; `NONE` where a region gave no answer.
    """

    item: str
    occasions: tuple[str, ...]
    cells: NDArray[np.int64]

    def row(self, where: Where) -> Floats:
        """Which cells a group takes in: 0 or 1, shape (cells,)."""
        held = np.ones(len(self.cells), dtype=bool)
        for at, positions in where:
            held &= np.isin(self.cells[:, self.occasions.index(at)], list(positions))
        return held.astype(float)


@dataclass
class System:
    """Blocks that facts link, and the facts as rows over all their cells.

    Parameters
    ----------
    blocks : list of Block
        Their cells stand behind each other.
    facts : list of Fact
        Of these blocks only.
    """

    blocks: list[Block]
    facts: list[Fact]
    rows: Floats = field(init=False)
    low: Floats = field(init=False)
    high: Floats = field(init=False)
    choices: list[tuple[Floats, NDArray[np.int64]]] = field(init=False)

    def __post_init__(self) -> None:
        """Make the rows of the facts."""
        ranged = [fact for fact in self.facts if fact.allowed is None]
        self.rows = np.array([self.row(fact.groups, fact.weights) for fact in ranged]).reshape(len(ranged), self.size)
        self.low = np.array([fact.low for fact in ranged])
        self.high = np.array([fact.high for fact in ranged])
        self.choices = [
            (np.array([self.row((each,)) for each in fact.groups]), np.array(sorted(fact.allowed)))
            for fact in self.facts
            if fact.allowed is not None
        ]

    @property
    def size(self) -> int:
        """Cells of all blocks together."""
        return sum(len(block.cells) for block in self.blocks)

    def row(self, groups: Sequence[Group], weights: Sequence[float] = (1.0,)) -> Floats:
        """A weighted sum of groups as coefficients of all cells."""
        parts = [np.zeros(len(block.cells)) for block in self.blocks]
        for group, weight in zip(groups, weights, strict=len(weights) > 1):
            for place, block in enumerate(self.blocks):
                if _stands_in(group, block):
                    parts[place] += weight * block.row(group.where)
                    break
        return np.concatenate([np.zeros(0), *parts])


def _stands_in(group: Group, block: Block) -> bool:
    return group.item == block.item and {at for at, _ in group.where} <= set(block.occasions)


def systems(facts: Iterable[Fact], levels: Mapping[str, int]) -> list[System]:
    """One system for all that is said of items that hang together.

    Parameters
    ----------
    facts : iterable of Fact
        Of whatever items and occasions.
    levels : mapping of int
        Item → positions of its scale.
    """
    facts = list(facts)
    blocks = [block for item, linked in _linked(facts).items() for block in _blocks(item, linked, levels[item])]
    of = defaultdict[str, list[Block]](list)
    for block in blocks:
        of[block.item].append(block)
    joined = DisjointSet(map(id, blocks))
    homes = [[next((b for b in of[g.item] if _stands_in(g, b)), None) for g in fact.groups] for fact in facts]
    for home in homes:
        for one, other in pairwise([block for block in home if block is not None]):
            joined.merge(id(one), id(other))
    found = []
    for names in joined.subsets():
        mine = [block for block in blocks if id(block) in names]
        told = [fact for fact, home in zip(facts, homes, strict=True) if None not in home and id(home[0]) in names]
        found.append(System(mine, told))
    return found


def _linked(facts: list[Fact]) -> dict[str, list[tuple[str, ...]]]:
    """Item → its occasions, together where a group names several."""
    joined: dict[str, DisjointSet[str]] = defaultdict(DisjointSet)
    for group in (group for fact in facts for group in fact.groups):
        for at, _ in group.where:
            joined[group.item].add(at)
            joined[group.item].merge(group.where[0][0], at)
    return {item: [tuple(sorted(names)) for names in each.subsets()] for item, each in joined.items()}


def _blocks(item: str, linked: list[tuple[str, ...]], levels: int) -> Iterator[Block]:
    for occasions in linked:
        parts = [occasions] if (levels + 1) ** len(occasions) <= MOST_CELLS else list(combinations(occasions, 2))
        for part in parts:
            cells = np.array(list(product(range(NONE, levels), repeat=len(part))))
            yield Block(item, part, cells[(cells != NONE).any(axis=1)])
