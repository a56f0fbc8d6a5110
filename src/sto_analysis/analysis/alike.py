"""How units like one's own answered, told so coarsely that nobody's own answer follows from it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sto_analysis.analysis.rounding import round_half_up

LEAST = 10
"""Others that a group must have before anything is told of it; the same for those that it leaves over."""
_BLUR = 2
"""So many answers that differ from all the others of a group are not told from none: one could be the reader's own."""


def alike(flags: pd.DataFrame, level: pd.Series, least: int = LEAST) -> pd.DataFrame:
    """Tell per level and column of how many in ten the flag is true, or of how many at most or at least.

    Whoever reads the row of its own level is taken to know its own answer and the counts of all levels together, and
    to compare notes with readers at every other level. What is told in words depends on the counts of answers only
    through classes of at least three neighbouring counts at either end, so that neither the others of the group nor
    those outside it can be known to agree all.

    Parameters
    ----------
    flags : DataFrame of nullable boolean
        Units in rows, concepts in columns; missing answers count nowhere.
    level : Series
        Level of every unit; where it is missing the unit is in no group.
    least : int
        Smallest number of others in a group that is told.

    Returns
    -------
    DataFrame
        One row per concept and level that somebody of `flags` has: ``concept``, ``level``, ``regions`` (that
        answered), ``of_ten`` (1 to 9; NaN where nothing is told) and ``bound``: ``about``, ``most``, ``least``, or why
        nothing is told: ``few`` (too few others, here or in what would be left over), ``even`` (it would say too much).
    """
    level = level.reindex(flags.index)
    known, rows = sorted(level.dropna().unique()), []
    for concept in flags:
        given = flags[concept].dropna().astype(bool)
        at = level[given.index]
        groups = {each: (int((at == each).sum()), int(given[at == each].sum())) for each in known}
        told = _told(groups, len(given), int(given.sum()), least)
        rows += [
            {"concept": concept, "level": each, "regions": groups[each][0], "of_ten": told[each][0]}
            | {"bound": told[each][1]}
            for each in known
        ]
    return pd.DataFrame(rows, columns=["concept", "level", "regions", "of_ten", "bound"])


def _told(groups: Mapping[float, tuple[int, int]], n: int, yes: int, least: int) -> dict[float, tuple[float, str]]:
    """What is told of each group of one concept; a group is its number of answers and how many are yes."""
    large = sorted((each for each in groups if groups[each][0] > least), key=lambda each: -groups[each][0])
    while large and 0 < n - sum(groups[each][0] for each in large) <= least:
        large.pop()
    labels = {each: _label(groups[each][1], groups[each][0], n, yes) for each in large}
    if not _joint(labels, groups, n, yes):
        labels = dict.fromkeys(large, (np.nan, "even"))
    return {each: labels.get(each, (np.nan, "few")) for each in groups}


def _label(count: int, size: int, n: int, yes: int) -> tuple[float, str]:
    """Tell a count of a group, given what everybody knows: its size, and how many of all `n` answered yes."""
    low, high = max(0, yes - (n - size)) + _BLUR, min(size, yes) - _BLUR
    if low >= high:
        return np.nan, "even"
    if count <= low:
        told = int(np.ceil(10 * low / size))
        return (float(told), "most") if told < 10 else (np.nan, "even")
    if count >= high:
        told = int(np.floor(10 * high / size))
        return (float(told), "least") if told > 0 else (np.nan, "even")
    return float(np.clip(round_half_up(10 * count / size, 0), 1, 9)), "about"


def _joint(
    labels: Mapping[float, tuple[float, str]], groups: Mapping[float, tuple[int, int]], n: int, yes: int
) -> bool:
    """Whether all labels together leave open, of every group and of the rest, that its others do not all agree."""
    spans = {each: _span(label, groups[each][0], n, yes) for each, label in labels.items()}
    rest = n - sum(groups[each][0] for each in spans)
    if rest:
        spans[np.inf] = (0, rest)
    for each, (low, high) in spans.items():
        others = [span for key, span in spans.items() if key != each]
        most = min(high, yes - sum(fewest for fewest, _ in others))
        least = max(low, yes - sum(most_of_them for _, most_of_them in others))
        size = groups[each][0] if each in groups else rest
        if most < _BLUR or least > size - _BLUR:
            return False
    return True


def _span(label: tuple[float, str], size: int, n: int, yes: int) -> tuple[int, int]:
    """Return the counts that a label can stand for."""
    possible = range(max(0, yes - (n - size)), min(size, yes) + 1)
    fits = [count for count in possible if str(_label(count, size, n, yes)) == str(label)]
    return fits[0], fits[-1]
