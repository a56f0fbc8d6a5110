"""What stands out in a delivery because it stands where it does not belong: rows, columns, and frames."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 10
"""Answers below which nothing is said."""
_ROW, _SAME = 15, 0.95
"""Answers of a row, and share of them, from which on two rows are one."""
_FINE = 4
"""Highest position of a scale from which on nearness tells items apart."""
_SHARP, _STAY, _NEARER, _FAR = 5.0, 0.5, 1.6, 5.0
"""What tells the items of a question apart: standard errors by which they lie nearer to their own earlier answers than
to those of others, or share of them that do not move; by how many columns then lie nearer in other places, or else."""
_FEWER, _OTHER, _STAYED = 0.9, 0.5, 0.7
"""Share of the regions that a frame keeps; of their codes that differ; of the answering regions that a wave keeps."""
CERTAIN = {"repeated", "again", "twins", "shifted", "opposite", "unrelated", "copied", "sorted", "context", "names"}
"""Kinds that good waves hardly ever have."""
_ORDER = (
    *("repeated", "again", "twins", "shifted", "unrelated", "opposite", "copied", "swapped", "reversed", "sorted"),
    *("moved", "unused", "lost", "scarce", "dropped", "constant", "names", "context", "fewer"),
)


@dataclass(frozen=True)
class Sign:
    """Something that stands out.

    Parameters
    ----------
    kind : str
        One of `_ORDER`; a text ``came_in.<kind>`` of the reports says what it is.
    question : str
        Of the items; empty where it is about all questions.
    items : tuple of str
        The items; none where it is about the whole question. Of frames: context variables, or regions.
    value : float
        Correlation, rows of shift, difference in levels, level, or how many; NaN where there is none.
    """

    kind: str
    question: str
    items: tuple[str, ...] = ()
    value: float = np.nan


def by_gravity(found: Iterable[Sign]) -> list[Sign]:
    """Sort signs, the gravest first."""
    return sorted(found, key=lambda sign: _ORDER.index(sign.kind))


def spearman(one: pd.Series, other: pd.Series) -> float:
    """Give the rank correlation of two columns where both have a value; NaN where it says nothing (see `LEAST`)."""
    both = pd.concat([one, other], axis="columns").dropna()
    if len(both) < LEAST or (both.nunique() < 2).any():
        return np.nan
    return float(np.corrcoef(both.rank(), rowvar=False)[0, 1])


def column_signs(
    now: pd.DataFrame, earlier: pd.DataFrame, questions: Mapping[str, str], ranges: Mapping[str, int]
) -> Iterator[Sign]:
    """Yield items with the same answers, those that were sorted alone, and those that changed places.

    Parameters
    ----------
    now, earlier : DataFrame of float
        Position of each answer on its scale; the same regions under the same ids, in rows in their order.
    questions, ranges : mapping
        Item → its question; the highest position of its scale.
    """
    yield from _copied(now, questions)
    rows = now.index.intersection(earlier.index)
    for question in dict.fromkeys(questions.values()):
        items = [item for item in questions if questions[item] == question and item in earlier]
        mine, before = now.loc[rows, items], earlier.loc[rows, items]
        pairs = (mine.notna() & before.notna()).sum()
        again = (pairs >= 2 * LEAST) & ((mine == before).sum() >= _SAME * pairs) & (mine.nunique() > 2)
        if again.any():
            yield Sign("again", question, tuple(again.index[again]))
    yield from _swapped(now, earlier, questions, ranges)
    columns = {str(item): now[item].dropna() for item in questions}
    told = {item: cells for item, cells in columns.items() if len(cells) >= 2 * LEAST}
    along = [item for item, cells in told.items() if cells.is_monotonic_increasing != cells.is_monotonic_decreasing]
    if along:
        yield Sign("sorted", "", tuple(along))


def _copied(now: pd.DataFrame, questions: Mapping[str, str]) -> Iterator[Sign]:
    """Items with the same answers of all regions; a block of them is one sign."""
    first: dict[tuple[float, ...], str] = {}
    for item in questions:
        given = now[item].dropna()
        if len(given) < LEAST or given.nunique() < 2:
            continue
        other = first.setdefault(tuple(now[item].fillna(-1)), item)
        if other != item:
            yield Sign("copied", questions[item], (other, item))


def _swapped(
    now: pd.DataFrame, earlier: pd.DataFrame, questions: Mapping[str, str], ranges: Mapping[str, int]
) -> Iterator[Sign]:
    """Items that lie nearer to the earlier answers of others, in the same regions: columns that changed places.

    Of all ways to give the columns to the items of one range, that is sought in which answers lie nearest to the
    earlier ones. It counts for questions whose items tell each other apart.
    """
    from scipy.optimize import linear_sum_assignment  # a wave without an earlier one does not wait for it

    rows = now.index.intersection(earlier.index)
    fine = [item for item in questions if ranges[item] >= _FINE and item in earlier]
    told = [item for item in fine if min(now[item].count(), earlier[item].count()) >= LEAST]
    for span in sorted({ranges[item] for item in told}):
        items = [item for item in told if ranges[item] == span]
        asked = pd.Series(questions)[items]
        pair = [_filled(each.loc[rows, items]) for each in (now, earlier)]
        apart = _apart(*(each.sub(each.mean(axis="columns"), axis="index") for each in pair))
        best = linear_sum_assignment(apart.mean(axis=0))[1]
        own = _apart(*(each.sub(each.T.groupby(asked).transform("mean").T) for each in pair))
        place = np.arange(len(items))
        near, moved = own.mean(axis=2) - own[:, place, best], np.flatnonzero(best != place)
        sharp = [
            _errors(near[:, asked == name]) > _SHARP or (best == place)[asked == name].mean() >= _STAY for name in asked
        ]
        gain = _errors(apart[:, moved, moved] - apart[:, moved, best[moved]])
        if gain > (_NEARER if all(sharp[at] for at in moved) else _FAR):
            yield Sign("swapped", "", tuple(items[at] for at in moved))


def _filled(answers: pd.DataFrame) -> pd.DataFrame:
    """Answers beside the mean of their item; what is missing is that mean."""
    return (answers - answers.mean()).fillna(0)


def _apart(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """How far each column of one table lies from each of another: row × column × column."""
    return np.asarray(np.abs(one.to_numpy()[:, :, None] - other.to_numpy()[:, None, :]))


def _errors(gain: np.ndarray) -> float:
    """Mean over rows of the sum of columns, in standard errors; 0 where there is none."""
    each = gain.sum(axis=1)
    return float(each.mean() / each.std(ddof=1) * len(each) ** 0.5) if each.any() else 0.0


def row_signs(now: pd.DataFrame, before: Iterable[pd.DataFrame]) -> Iterator[Sign]:
    """Yield that regions answer, all along, what another one does, or what some region did in an earlier wave.

    Parameters
    ----------
    now : DataFrame of float
        As for `agreements`.
    before : iterable of DataFrame
        All answers of each earlier wave.
    """
    twins, all_before = _same(now, now), [*before]
    np.fill_diagonal(twins, val=False)
    if twins.any():
        yield Sign("twins", "", value=float(twins.any(axis=1).sum()))
    for nearest in all_before[:1]:
        if len(now) < _STAYED * len(nearest):
            yield Sign("lost", "", value=float(len(nearest) - len(now)))
    if again := max((int(_same(now, earlier).any(axis=1).sum()) for earlier in all_before), default=0):
        yield Sign("repeated", "", value=float(again))


def frame_signs(now: pd.DataFrame, earlier: pd.DataFrame | None = None, *, registered: pd.Series) -> Iterator[Sign]:
    """Yield what a frame has otherwise than the register of regions, or than the frame before.

    Parameters
    ----------
    now, earlier : DataFrame
        Index ``region``; ``name``, and numeric codes of context variables.
    registered : Series of str
        Region → its name in the register.
    """
    owner = {name: region for region, name in registered.items() if region in now.index}
    moved = [str(region) for region, name in now["name"].items() if owner.get(name, region) != region]
    if moved:
        yield Sign("names", "", tuple(moved))
    if earlier is None:
        return
    both = now.index.intersection(earlier.index)
    if len(now) < _FEWER * len(earlier):
        yield Sign("fewer", "", value=float(len(earlier) - len(now)))
    shared = [name for name in now.columns.drop("name") if name in earlier and len(both) >= LEAST]
    old, new = earlier.loc[both, shared], now.loc[both, shared]
    other = ((old != new) & (old.notna() | new.notna())).mean() > _OTHER
    against = [name for name in shared if spearman(old[name], new[name]) < 0]
    if found := [name for name in shared if other[name] or name in against]:
        yield Sign("context", "", tuple(found))


def _same(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Which rows of two tables give the same answers; rows that give few, or hardly two in turn that differ, do not."""
    items = [item for item in one if item in other]
    mine, theirs = one[items].to_numpy(float), other[items].to_numpy(float)
    both = (~np.isnan(mine)[:, None] & ~np.isnan(theirs)).sum(axis=-1)
    equal = (mine[:, None] == theirs).sum(axis=-1)
    varied = (np.diff(mine, axis=1) != 0).sum(axis=1) > len(items) / 3
    return np.asarray((both >= _ROW) & (equal >= _SAME * both) & varied[:, None])
