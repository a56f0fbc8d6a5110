"""Several releases of one wave as one item: what differs between them is unknown, and protected, as the answers are.

Two reports, before and after one late answer, give that answer away: their difference is it. So regions are counted
apart by what became of their answer from release to release. Each release adds up the parts that were in it then, and
groups of a part are protected as groups of a release are.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sto_workbench.release.feasible import Integers, Item


class _Part(NamedTuple):
    """Answers that stood in the same releases, and then became the same: late, changed, withdrawn, or what they were.

    Parameters
    ----------
    course : int
        What became of these regions; the answers that one region gave, one after another, are in parts of one course.
    stood : tuple of bool
        In which releases.
    counts : int array (cells,)
        Regions.
    """

    course: int
    stood: tuple[bool, ...]
    counts: Integers


def joined(
    item: Item, groups: Integers, cells: Integers, shown: Sequence[Collection[str]], minimum: int
) -> tuple[Item, frozenset[str]]:
    """Put earlier releases of a wave and the one that is to be made into one item.

    Whoever has all of them is taken to know how many answers came late, were changed and were withdrawn, and what
    everybody knows of those regions.

    Parameters
    ----------
    item : Item
        Of the release that is to be made; which of its sums are sensitive follows from `groups` instead.
    groups : int array (g, cells)
        Coefficients, 0 and 1, of all groups that are protected where they are small.
    cells : int array (regions, releases)
        Cell of each region in each release, the last of which is to be made; -1 where it had no answer in it.
    shown : sequence of collections of str
        Units of the item that each earlier release shows, oldest first.
    minimum : int
        Size up to which a group is protected.

    Returns
    -------
    tuple of Item and frozenset of str
        The item, whose units of the new release have the names that they have, for `withheld`; and those of the earlier
        ones, which are fixed.
    """
    parts, own = _parted(cells, len(item.counts))
    counts = np.concatenate([part.counts for part in parts])
    here = [bool(unit) for unit in item.units]
    today, (low, high) = _lifted(item.sums[here], parts, len(shown)), (bound[here] for bound in item.told)
    (before, units), other, small = _known(item, parts, shown), _moved(parts), _small(groups, parts, minimum)
    sums = np.vstack([today, before, other, small]).astype(np.int64)
    rest = sums[len(today) :] @ counts
    least, most = np.r_[low, rest], np.r_[high, rest]
    bounds = slice(len(today) + len(before), len(sums) - len(small))
    least[bounds], most[bounds] = 0, [part.counts.sum() for part, _ in _pairs(parts) for _ in part.counts]
    names = [*(unit for unit in item.units if unit), *units, *[""] * len(other), *[None] * len(small)]
    sensitive = np.arange(len(sums)) >= len(sums) - len(small)
    return Item(sums, names, sensitive, counts, least, most, own), frozenset(filter(None, units))


def _parted(cells: Integers, size: int) -> tuple[list[_Part], Integers]:
    """Parts of the regions, and what each region knows of itself: its cell in every part that it is in."""
    same = cells[:, :, None] == cells[:, None, :]
    first = np.where(cells < 0, -1, same.argmax(axis=2))
    parts, places = list[_Part](), np.full(cells.shape, -1)
    for course, pattern in enumerate(np.unique(first, axis=0)):
        here = (first == pattern).all(axis=1)
        for state in np.unique(pattern[pattern >= 0]):
            counts = np.bincount(cells[here, state], minlength=size).astype(np.int64)
            places[here, state] = len(parts) * size + cells[here, state]
            parts.append(_Part(course, tuple(pattern == state), counts))
    own = np.zeros((len(cells), len(parts) * size + 1), dtype=np.int64)
    np.put_along_axis(own, places, 1, axis=1)
    own = np.unique(own[:, :-1], axis=0)
    return parts, own[own.any(axis=1)]


def _lifted(rows: Integers, parts: Sequence[_Part], release: int) -> Integers:
    """Sums over the parts that stood in a release."""
    return np.hstack([rows * part.stood[release] for part in parts])


def _alone(rows: Integers, parts: Sequence[_Part]) -> Iterator[Integers]:
    """Sums over one part, of each."""
    for place in range(len(parts)):
        yield np.hstack([rows * (place == other) for other in range(len(parts))])


def _known(item: Item, parts: Sequence[_Part], shown: Sequence[Collection[str]]) -> tuple[Integers, list[str]]:
    """Sums that everybody knows, of each part, and those that earlier releases show, with their units."""
    everybody = item.sums[[unit == "" for unit in item.units]]
    rows, names = [*_alone(everybody, parts)], [""] * (len(everybody) * len(parts))
    for number, units in enumerate(shown):
        here = [bool(unit) and unit in units for unit in item.units]
        rows.append(_lifted(item.sums[here], parts, number))
        names += [f"{number}:{unit}" for unit in item.units if unit and unit in units]
    return np.vstack(rows), names


def _pairs(parts: Sequence[_Part]) -> Iterator[tuple[_Part, _Part]]:
    """Parts of one course: answers of the same regions that differ."""
    return ((one, other) for one, other in itertools.combinations(parts, 2) if one.course == other.course)


def _moved(parts: Sequence[_Part]) -> Integers:
    """Sums that say that a changed answer is another one: in no cell are more, before and after, than have changed."""
    size = len(parts[0].counts)
    rows = [
        np.hstack([np.eye(size, dtype=np.int64) * (part is one or part is other) for part in parts])
        for one, other in _pairs(parts)
    ]
    return np.vstack([np.zeros((0, size * len(parts)), dtype=np.int64), *rows])


def _small(groups: Integers, parts: Sequence[_Part], minimum: int) -> Integers:
    """Groups that are small, or would be without one who knows its own answer, of each release and of each part."""
    releases = range(len(parts[0].stood))
    every = np.vstack([*(_lifted(groups, parts, number) for number in releases), *_alone(groups, parts)])
    counts = np.concatenate([part.counts for part in parts])
    return np.unique(every[every @ counts <= minimum + 1], axis=0)
