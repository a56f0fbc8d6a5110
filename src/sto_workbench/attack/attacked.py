"""What an outsider, or an insider who knows its own answers, can work out from facts: `Attack`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sto_workbench.attack.facts import NONE, Fact, Group
from sto_workbench.attack.intervals import Inconsistent, Solver
from sto_workbench.attack.published import PUBLISHED
from sto_workbench.attack.releases import in_one_world
from sto_workbench.attack.system import Floats, System, systems
from sto_workbench.attack.targets import Bands, Target, targets, wave_of

Insider = Mapping[str, Mapping[str, int]]
"""Item → wave → position of the answer that somebody gave and knows."""
Truth = Callable[[Target], float]
"""Regions that a target really counts."""
Minimum = int | Mapping[tuple[str, str], int]
"""Groups of so many regions or fewer have to be hidden among 0 to so many; of all, or of each item and wave."""
MOST_EXPLAINED = 40
"""Findings of which is found out what gives them away: it takes long."""


@dataclass(frozen=True)
class Finding:
    """A small group that is not protected.

    Parameters
    ----------
    item, name : str
        Which group.
    low, high : int
        Between which it must lie; without the insider.
    size : int
        Regions of which it is a part, at most; without the insider.
    sources : frozenset of str
        Files whose facts give it away together.
    """

    item: str
    name: str
    low: int
    high: int
    size: int
    sources: frozenset[str] = frozenset()

    @property
    def exact(self) -> bool:
        """Whether the number is known."""
        return self.low == self.high


class Attack:
    """All that can be worked out from facts of one or several releases and waves.

    Parameters
    ----------
    facts : iterable of Fact
        Read, or computed.
    minimum : int or mapping of int
        Groups of so many regions or fewer have to be hidden among 0 to so many. By item and wave, where releases keep
        different ones: what hangs together is judged by the largest.
    levels : mapping of int
        Item → positions of its scale.
    bands : mapping, optional
        Item → sets of positions that belong together.
    before : function, optional
        Tells of each fact whether it was known before: what follows from such facts alone is no finding. Default: what
        is published of a wave.
    """

    def __init__(
        self, facts: Iterable[Fact], minimum: Minimum, levels: Mapping[str, int], bands: Bands | None = None, *,
        before: Callable[[Fact], bool] | None = None,
    ) -> None:  # fmt: skip
        self._before = before or is_published
        self.systems = systems(in_one_world(facts, levels), levels)
        self._least = [_minima(system, minimum) for system in self.systems]
        self._solvers = [Solver(system) for system in self.systems]
        self.targets = [
            [
                t
                for block in system.blocks
                for t in targets(block, levels[block.item], (bands or {}).get(block.item, ()))
            ]
            for system in self.systems
        ]

    def findings(
        self, insider: Insider | None = None, truth: Truth | None = None, *, why: bool = False
    ) -> list[Finding]:
        """Groups that are small and not protected.

        Parameters
        ----------
        insider : mapping, optional
            Answers of one region; then the others of each group are what has to be protected.
        truth : function, optional
            The real numbers, by which is known which groups are small. Without them a group is small when it must be,
            or when its interval is too narrow to hold 0 to the minimum.
        why : bool
            Whether to find out which files give each away.
        """
        return [each for _, each in self.told([insider], truth, why=why)]

    def told(
        self,
        readers: Sequence[Insider | None],
        truth: Truth | None = None,
        *,
        why: bool = False,
        kinds: int | None = None,
    ) -> list[tuple[str, Finding]]:
        """What readers find (see `findings`), each what those before it do not.

        Parameters
        ----------
        readers : sequence of mapping or None
            Insiders; None is an outsider. Of those that know the same of an item one is asked.
        truth, why
            As for `findings`.
        kinds : int, optional
            Insiders per item that are asked: those whose answer the fewest gave. Default: all.

        Returns
        -------
        list of tuple
            ``outsider`` or ``insider``, and what it found.
        """
        found: list[tuple[str, Finding]] = []
        for place, plain in enumerate(self._solvers):
            system, seen = plain.system, set[Target]()
            before = [*filter(self._before, system.facts)]
            aims = [(each, system.row(each.groups, each.weights)) for each in self.targets[place]]
            for insider, known in _apart(system, readers, kinds):
                solver, earlier = Solver(system, known, plain.worlds) if known else plain, None
                for target, row in aims:
                    most = self._least[place][target.groups[0].item]
                    finding = None if target in seen else _judged(solver, target, row, most, insider, truth)
                    if finding is None:
                        continue
                    seen.add(target)
                    earlier = earlier or Solver(System(system.blocks, before), known, plain.worlds)
                    if not _was_known(earlier, target, most, insider, finding):
                        told = _sources(system, solver, target) if why and len(found) < MOST_EXPLAINED else frozenset()
                        found.append(("outsider" if insider is None else "insider", replace(finding, sources=told)))
                plain.worlds = np.unique(np.vstack([plain.worlds, solver.worlds]), axis=0)
        return found

    def intervals(self) -> list[Finding]:
        """Every group with its interval, for an outsider."""
        out = []
        for system, solver, aims in zip(self.systems, self._solvers, self.targets, strict=True):
            for target in aims:
                low, high = solver.interval(system.row(target.groups, target.weights))
                size = solver.most(system.row(target.of, target.of_weights))
                out.append(Finding(target.groups[0].item, target.name, low, high, size))
        return out


def _judged(
    solver: Solver, target: Target, row: Floats, m: int, insider: Insider | None, truth: Truth | None
) -> Finding | None:
    own = _own(target.groups, target.weights, insider)
    if truth is not None and truth(target) > m:
        return None
    least, most = (bound - own for bound in solver.seen(row))
    if (least <= 0 and most >= m) or solver.floor(row) > m:
        return None
    low = 0 if least <= 0 else solver.least(row) - own
    if low + own > m:
        return None
    high = solver.most(row) - own
    size = solver.most(solver.system.row(target.of, target.of_weights))
    size -= _own(target.of, target.of_weights, insider)
    if size <= 0 or (low <= 0 and high >= min(m, size)):
        return None
    small = truth is not None or high + own <= m or high - low < m
    return Finding(target.groups[0].item, target.name, low, high, size) if small else None


def _was_known(before: Solver, target: Target, m: int, insider: Insider | None, found: Finding) -> bool:
    """Whether what was known before tells as much of a group."""
    if not before.system.facts:
        return False
    own = _own(target.groups, target.weights, insider)
    low, high = (bound - own for bound in before.interval(before.system.row(target.groups, target.weights)))
    return found.low <= max(low, 0) and found.high >= min(m, found.size, high)


def _minima(system: System, minimum: Minimum) -> dict[str, int]:
    """Item → regions up to which its groups are small: the most that is kept in any wave that they hang together in."""
    held = {(block.item, wave_of(at)) for block in system.blocks for at in block.occasions}
    kept = dict.fromkeys(held, minimum) if isinstance(minimum, int) else minimum
    return {item: max(kept[each] for each in held if each[0] == item) for item, _ in held}


def _apart(
    system: System, readers: Iterable[Insider | None], kinds: int | None
) -> list[tuple[Insider | None, list[Floats]]]:
    """Readers that know different things of a system, with what they know; insiders whose answer is rare first."""
    found, many = dict[bytes, tuple[Insider | None, list[Floats]]](), Counter[bytes]()
    for insider in readers:
        known = [] if insider is None else _known(system, insider)
        if known or insider is None:
            found.setdefault(name := np.array(known).tobytes(), (insider, known))
            many[name] += bool(known)
    rare = sorted(found, key=many.__getitem__)
    return [found[name] for name in rare][: None if kinds is None else kinds + (b"" in found)]


def is_published(fact: Fact) -> bool:
    """Whether a fact stands in what is published of a wave."""
    return any(source.endswith(f"/{PUBLISHED}") for source in fact.sources)


def consistent(facts: Sequence[Fact], more: Iterable[Fact], levels: Mapping[str, int]) -> list[Fact]:
    """Add facts that may have been misunderstood, each where it does not contradict what is known by then."""
    known = list(facts)
    for fact in more:
        items = {group.item for group in fact.groups}
        mine = [each for each in known if {group.item for group in each.groups} <= items]
        try:
            for system in systems([*mine, fact], levels):
                Solver(system).least(system.row(fact.groups[:1]))
        except Inconsistent:
            continue
        known.append(fact)
    return known


def counting(answers: Mapping[str, Any]) -> Truth:
    """The real number of each target.

    Parameters
    ----------
    answers : mapping of DataFrame
        Occasion (or wave) → positions by region and item; missing where there is no answer.
    """

    def truth(target: Target) -> float:
        return sum(
            weight * len(standing(group, answers)) for group, weight in zip(target.groups, target.weights, strict=True)
        )

    return truth


def standing(group: Group, answers: Mapping[str, Any]) -> set[str]:
    """Regions that stand in a group, by answers as `counting` takes them."""
    everybody = set().union(*(set(table.index) for table in answers.values()))
    for at, positions in group.where:
        table = answers.get(at, answers.get(wave_of(at)))
        given = {} if table is None or group.item not in table else table[group.item].dropna().astype(int).to_dict()
        everybody = {region for region in everybody if given.get(region, NONE) in positions}
    return everybody


def _own(groups: tuple[Group, ...], weights: tuple[float, ...], insider: Insider | None) -> int:
    """How often the insider itself is counted."""
    if insider is None:
        return 0
    return round(sum(weight for group, weight in zip(groups, weights, strict=True) if _holds(group, insider)))


def _holds(group: Group, insider: Insider) -> bool:
    own = insider.get(group.item, {})
    return bool(own) and all(own.get(wave_of(at), NONE) in positions for at, positions in group.where)


def _known(system: System, insider: Insider) -> list[Floats]:
    """The cell of the insider in each block that it answered."""
    out = []
    for block in system.blocks:
        own = insider.get(block.item, {})
        where = {at: frozenset({own.get(wave_of(at), NONE)}) for at in block.occasions}
        if any(position != {NONE} for position in where.values()):
            out.append(system.row((Group(block.item, tuple(where.items())),)))
    return out


def _sources(system: System, solver: Solver, target: Target) -> frozenset[str]:
    """Files of the fewest facts (none can be left out) that give a group away as much as all do."""
    row, facts = system.row(target.groups, target.weights), list(system.facts)
    if told := [fact for fact in facts if fact.groups == target.groups and fact.low == fact.high and not fact.allowed]:
        return told[0].sources
    bounds = solver.interval(row)
    for fact in system.facts:
        less = [each for each in facts if each is not fact]
        try:
            if Solver(System(system.blocks, less), solver.known).interval(row) == bounds:
                facts = less
        except Inconsistent:
            continue
    return frozenset(source for fact in facts for source in fact.sources)
