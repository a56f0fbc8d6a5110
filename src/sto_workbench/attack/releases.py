"""Several releases of one wave: the fewest answers that can have changed between them, as anybody would guess."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sto_workbench.attack.facts import Fact, Group, merged
from sto_workbench.attack.intervals import Inconsistent, Solver
from sto_workbench.attack.system import systems
from sto_workbench.attack.targets import every_difference, wave_of

MARK = "|"
"""Between a wave and its release in the name of an occasion."""


def in_one_world(facts: Iterable[Fact], levels: Mapping[str, int]) -> list[Fact]:
    """Facts of all releases together, with how many regions may differ between two releases of one wave.

    Where both can tell of the same answers, they are taken to do so, as for each item of which both say the same; else
    the fewest regions that explain the difference have changed, and what they answered is asked of too.

    Parameters
    ----------
    facts : iterable of Fact
        Occasions of a wave that was released more than once are called ``<wave>|<release>``.
    levels : mapping of int
        Item → positions of its scale.
    """
    told = list(facts)
    for wave, occasions in _occasions(told).items():
        kept, steps = [occasions[0]], list[int]()
        for after in occasions[1:]:
            for before in reversed(kept):
                told = _alike(told, before, after)
            if moved := _fewest(told, kept[-1], after, levels):
                steps.append(moved)
                for place, before in enumerate(kept):
                    most = float(sum(steps[place:]))
                    differing = (every_difference(i, before, after, levels[i]) for i in _of_both(told, before, after))
                    told += [replace(each, high=most) for each in differing]
                kept.append(after)
            else:
                told = [_renamed(fact, after, kept[-1]) for fact in told]
        if len(kept) == 1:
            told = [_renamed(fact, kept[0], wave) for fact in told]
    return merged(told)


def _occasions(facts: list[Fact]) -> dict[str, list[str]]:
    """Wave → its occasions, in the order of their releases."""
    found = defaultdict[str, set[str]](set)
    for fact in facts:
        for each in fact.groups:
            for at, _ in each.where:
                found[wave_of(at)].add(at)
    return {wave: sorted(each, key=_order) for wave, each in found.items()}


def _order(occasion: str) -> tuple[int, str]:
    release = occasion.partition(MARK)[2]
    return (int(release), "") if release.isdigit() else (0, release)


def _renamed(fact: Fact, old: str, new: str) -> Fact:
    if old == new or not any(at == old for group in fact.groups for at, _ in group.where):
        return fact
    return replace(fact, groups=tuple(_moved_to(group, old, new) for group in fact.groups))


def _moved_to(group: Group, old: str, new: str) -> Group:
    return Group(group.item, tuple(sorted((new if at == old else at, positions) for at, positions in group.where)))


def _alike(facts: list[Fact], before: str, after: str) -> list[Fact]:
    """Facts of which those of an item are of the occasion before, where the same is said of it on both."""
    same = {
        item
        for item in _of_both(facts, before, after)
        if _said(facts, item, before) == {_renamed(fact, after, before) for fact in _said(facts, item, after)}
    }
    return [_renamed(fact, after, before) if {group.item for group in fact.groups} <= same else fact for fact in facts]


def _said(facts: list[Fact], item: str, occasion: str) -> set[Fact]:
    """What is said of an item on an occasion, and of no other of that wave, wherever it stands."""
    found = set()
    for fact in facts:
        told = {at for group in fact.groups for at, _ in group.where if wave_of(at) == wave_of(occasion)}
        if told == {occasion} and item in {group.item for group in fact.groups}:
            found.add(replace(fact, sources=frozenset()))
    return found


def _of_both(facts: list[Fact], before: str, after: str) -> list[str]:
    """Items that are told of on both occasions."""
    items = [
        {group.item for fact in facts for group in fact.groups for at, _ in group.where if at == occasion}
        for occasion in (before, after)
    ]
    return sorted(items[0] & items[1])


def _only(facts: list[Fact], item: str, occasions: set[str]) -> list[Fact]:
    """Facts of one item on these occasions alone."""
    return [
        fact
        for fact in facts
        if all(group.item == item and {at for at, _ in group.where} <= occasions for group in fact.groups)
    ]


def _fewest(facts: list[Fact], before: str, after: str, levels: Mapping[str, int]) -> int:
    """Fewest regions whose answers differ between two occasions, over all items."""
    fewest = 0
    for item in _of_both(facts, before, after):
        mine = _only(facts, item, {before, after})
        difference = every_difference(item, before, after, levels[item])
        system = systems([*mine, replace(difference, high=float("inf"))], levels)[0]
        try:
            fewest = max(fewest, Solver(system).least(system.row(difference.groups, difference.weights)))
        except Inconsistent:
            continue
    return fewest
