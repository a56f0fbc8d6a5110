"""Groups that nobody may learn from a release: positions, bands and their complements, in a wave and between waves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from sto_workbench.attack.facts import NONE, Fact, Group, group
from sto_workbench.attack.system import Block

Bands = Mapping[str, Sequence[frozenset[int]]]
"""Item → sets of positions that a table or a sentence could speak of, besides each position alone."""


@dataclass(frozen=True)
class Target:
    """A sum of groups that is to be hidden where it is small, and the regions of which it is a part.

    Parameters
    ----------
    name : str
        For people.
    groups, of : tuple of Group
        What is counted, and the whole of it.
    weights, of_weights : tuple of float
        One per group: a group less a part of it is 1 and -1.
    """

    name: str
    groups: tuple[Group, ...]
    of: tuple[Group, ...]
    weights: tuple[float, ...] = (1.0,)
    of_weights: tuple[float, ...] = (1.0,)


def wave_of(occasion: str) -> str:
    """Wave of an occasion: what stands before the mark of its release."""
    return occasion.partition("|")[0]


def targets(block: Block, levels: int, bands: Sequence[frozenset[int]]) -> Iterator[Target]:
    """All targets of an item on its occasions.

    Parameters
    ----------
    block : Block
        The item.
    levels : int
        Positions of its scale.
    bands : sequence of frozenset of int
        Sets of positions that belong together.
    """
    whole = frozenset(range(levels))
    sets = _sets(whole, bands)
    for at in block.occasions:
        for name, positions in sets.items():
            yield _part(block, {}, at, positions, whole, f"{at}: {name}")
    for now, other in permutations(block.occasions, 2):
        if wave_of(now) != wave_of(other):
            yield from _between(block, now, other, whole, sets, bands)
    for one, other in combinations(block.occasions, 2):
        if wave_of(one) == wave_of(other):
            yield from _moved(block, one, other, sets, levels)


def _sets(whole: frozenset[int], bands: Sequence[frozenset[int]]) -> dict[str, frozenset[int]]:
    parts = dict.fromkeys([*(frozenset({each}) for each in sorted(whole)), *bands])
    parts |= dict.fromkeys(whole - part for part in list(parts))
    return {_told(part): part for part in parts if part and part != whole}


def _told(positions: Iterable[int]) -> str:
    return "position " + ",".join(map(str, sorted(positions)))


def _part(
    block: Block, beside: dict[str, frozenset[int]], at: str, part: frozenset[int], whole: frozenset[int], name: str
) -> Target:
    counted, of = {**beside, at: part}, {**beside, at: whole}
    return Target(name, (group(block.item, **counted),), (group(block.item, **of),))


def _between(
    block: Block, now: str, other: str, whole: frozenset[int], sets: dict[str, frozenset[int]],
    bands: Sequence[frozenset[int]],
) -> Iterator[Target]:  # fmt: skip
    """Of those that answered in two waves or in one of them only, and those that moved between bands."""
    for name, positions in sets.items():
        yield _part(block, {other: whole}, now, positions, whole, f"{now}: {name}, of those that answered in {other}")
        none = frozenset({NONE})
        yield _part(block, {other: none}, now, positions, whole, f"{now}: {name}, of those without answer in {other}")
    for band in bands:
        moved = {now: band, other: whole - band}
        name = f"{now}: {_told(band)}, from another in {other}"
        yield Target(name, (group(block.item, **moved),), (group(block.item, **{now: whole, other: whole}),))


def _moved(block: Block, one: str, other: str, sets: dict[str, frozenset[int]], levels: int) -> Iterator[Target]:
    """Of those whose answer differs between two releases of a wave: where they came from, and where they went."""
    for before, after in ((one, other), (other, one)):
        every = every_difference(block.item, after, before, levels).groups
        moved = [each for each in every if NONE not in dict(each.where)[after]]
        for name, positions in sets.items():
            both = group(block.item, **{before: positions, after: positions})
            counted = (group(block.item, **{after: positions}), both)
            told = f"{after}: {name}, differently in {before}"
            yield Target(told, counted, tuple(moved), (1.0, -1.0), (1.0,) * len(moved))


def every_difference(item: str, one: str, other: str, levels: int) -> Fact:
    """All regions whose answer differs between two occasions, as a fact without bounds."""
    every = frozenset(range(NONE, levels))
    groups = tuple(group(item, **{one: {each}, other: every - {each}}) for each in sorted(every))
    return Fact(groups, (1.0,) * len(groups))
