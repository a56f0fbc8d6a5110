"""Facts: what a published number says of how many regions there are in a group, whatever it was published as.

Nothing here knows how a release is made; the formulas are those that its method states (docs/method.md).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, floor, sqrt

from scipy.stats import binom, norm

NONE = -1
"""Position of a region that gave no answer that counts."""
Where = tuple[tuple[str, frozenset[int]], ...]
"""Occasions (a wave, or a release of it) and positions: the regions that stand at one of these in each of them."""


@dataclass(frozen=True)
class Group:
    """Regions of one item, by their positions.

    Parameters
    ----------
    item : str
        Question and concept, such as ``urgency.teachers``.
    where : Where
        Occasions that are not named are free.
    """

    item: str
    where: Where


@dataclass(frozen=True)
class Fact:
    """A weighted sum of groups lies between two numbers, or the counts of several groups are one of some tuples.

    Parameters
    ----------
    groups : tuple of Group
        What is counted.
    weights : tuple of float
        One per group.
    low, high : float
        Bounds of the sum, inclusive.
    allowed : frozenset of tuple of int, optional
        The counts of the groups, instead of bounds.
    sources : frozenset of str
        Where it was read.
    """

    groups: tuple[Group, ...]
    weights: tuple[float, ...] = (1.0,)
    low: float = 0.0
    high: float = 0.0
    allowed: frozenset[tuple[int, ...]] | None = None
    sources: frozenset[str] = frozenset()


def group(item: str, /, **where: Iterable[int]) -> Group:
    """A group of an item by occasion and positions, whatever the order of the occasions."""
    return Group(item, tuple(sorted((at, frozenset(positions)) for at, positions in where.items())))


def merged(facts: Iterable[Fact]) -> list[Fact]:
    """The same facts, each once with all its sources."""
    found: dict[Fact, set[str]] = {}
    for fact in facts:
        found.setdefault(replace(fact, sources=frozenset()), set()).update(fact.sources)
    return [replace(fact, sources=frozenset(sources)) for fact, sources in found.items()]


def exactly(counted: Group, count: float, source: str) -> Fact:
    """A group has so many regions."""
    return Fact((counted,), (1.0,), count, count, None, frozenset({source}))


def within(counted: tuple[Group, ...], weights: tuple[float, ...], value: float, half: float, source: str) -> Fact:
    """A weighted sum is a value that was rounded."""
    slack = half * (1 + 1e-9) + 1e-9
    return Fact(counted, weights, value - slack, value + slack, None, frozenset({source}))


def one_of(counted: tuple[Group, ...], found: Iterable[tuple[int, ...]], source: str) -> Iterator[Fact]:
    """The counts of groups are one of these tuples; nothing where there is none, or too many to be of use."""
    tuples = sorted(set(found))
    first = [each[0] for each in tuples]
    if first and len(counted) == 1 and first[-1] - first[0] == len(first) - 1:
        yield Fact(counted, (1.0,), first[0], first[-1], None, frozenset({source}))
    elif 0 < len(tuples) <= MOST_TUPLES:
        yield Fact(counted, (1.0,) * len(counted), 0, 0, frozenset(tuples), frozenset({source}))


MOST_TUPLES = 600
"""Tuples above which a fact says too little to be worth its place."""


def share_counts(value: float, half: float, sizes: Iterable[int]) -> list[tuple[int, int]]:
    """Counts and bases of which a rounded share can be."""
    slack, found = half + 1e-9, []
    for size in sizes:
        least, most = max(0, ceil((value - slack) * size)), min(size, floor((value + slack) * size))
        found += [(count, size) for count in range(least, most + 1)]
    return found


def wilson_counts(
    ends: dict[str, tuple[float, float]], population: int | None, sizes: Iterable[int]
) -> list[tuple[int, int]]:
    """Counts and bases whose Wilson interval has these ends (end → value and half the step it is rounded to)."""
    return [
        (count, size)
        for size in sizes
        for count in range(size + 1)
        if _fits(dict(zip(("low", "high"), wilson(count, size, population), strict=True)), ends)
    ]


@cache
def wilson(count: int, size: int, population: int | None) -> tuple[float, float]:
    """Wilson interval (95 %) of a share in a finite population."""
    share = count / size
    if population is not None and population <= size:
        return share, share
    n = size if population is None else size * (population - 1) / (population - size)
    z2 = norm.ppf(0.975) ** 2
    middle, half = share + z2 / (2 * n), sqrt(z2 * (share * (1 - share) + z2 / (4 * n)) / n)
    return max(0.0, (middle - half) / (1 + z2 / n)), min(1.0, (middle + half) / (1 + z2 / n))


def paired_counts(
    ends: dict[str, tuple[float, float]], sizes: Iterable[int], of: Callable[[int, int, int], dict[str, float]]
) -> list[tuple[int, int, int]]:
    """Those that became and ceased, and the pairs, of which paired statistics can be.

    Parameters
    ----------
    ends : dict
        Statistic → value and half the step that it is rounded to.
    sizes : iterable of int
        Pairs that there can be.
    of : function
        The statistics of became, ceased and pairs.
    """
    return [
        (became, ceased, size)
        for size in sizes
        for became in range(size + 1)
        for ceased in range(size + 1 - became)
        if _fits(of(became, ceased, size), ends)
    ]


@cache
def bonett_price(became: int, ceased: int, size: int) -> dict[str, float]:
    """Interval (95 %) of a paired difference, and the difference."""
    up, down = (became + 1) / (size + 2), (ceased + 1) / (size + 2)
    half = norm.ppf(0.975) * sqrt((up + down - (up - down) ** 2) / (size + 2))
    ends = {"low": max(-1.0, up - down - half), "high": min(1.0, up - down + half)}
    return {"value": (became - ceased) / size if size else 0.0, **ends}


@cache
def mcnemar(became: int, ceased: int, size: int = 0) -> dict[str, float]:
    """Exact two-sided McNemar p; ``size`` does not matter."""
    pairs = became + ceased
    return {"value": min(1.0, 2 * float(binom.cdf(min(became, ceased), pairs, 0.5))) if pairs else 1.0}


def _fits(made: dict[str, float], ends: dict[str, tuple[float, float]]) -> bool:
    return all(abs(made[end] - value) <= half * (1 + 1e-9) + 1e-9 for end, (value, half) in ends.items())
