"""Whether the answers of a wave go with what they should go with: the same regions' earlier ones, and each other.

A file alone cannot show that its rows are shifted, an item is coded the other way or a block was pasted twice. What
goes with what can: Spearman's rank correlations, held against the same rows in random order, and rows or frames that
are too much, or too little, like each other.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from sto_analysis.analysis.misplaced import LEAST, Sign, by_gravity, column_signs, spearman

_DRAWS = 2_000
_CHANCE = 0.05
_FAR, _WITHIN = 5.0, -4.0
"""Standard deviations of the random orders from which on moved rows fit; below which rows go the other way."""
_SHIFTS = (-3, -2, -1, 1, 2, 3)
_CRITICAL = 2.576
"""Of a correlation times the root of its degrees of freedom: 1 in 200 below, by chance."""
_MOVED = 0.3
"""Of the range of a scale, on average over the items of a question."""
_SCARCE = 0.5
"""Of the answers that the earlier wave had."""
_EXPECTED = 12
"""Answers that a level would have had, were it still used as before."""


def agreements(now: pd.DataFrame, earlier: pd.DataFrame, questions: Mapping[str, str]) -> pd.DataFrame:
    """Hold each item against the same regions' earlier answers, and against the rest of its question.

    Parameters
    ----------
    now, earlier : DataFrame of float
        Position of each answer on its scale, NaN where missing; regions in rows, under the same ids, items in columns.
    questions : mapping of str
        Item → its question.

    Returns
    -------
    DataFrame
        Index ``item``: ``question``, ``base`` and ``mean`` (all answers); ``pairs``, ``before``, ``after`` (means of
        the same regions) and ``with_earlier`` (Spearman); ``with_rest`` (Spearman with the mean of the other items of
        the question). NaN below `LEAST` answers, or where all are the same.
    """
    rows = []
    for item, question in questions.items():
        mine = now[item]
        rest = now[[other for other in questions if questions[other] == question and other != item]]
        before = earlier[item].reindex(mine.index) if item in earlier else pd.Series(np.nan, mine.index)
        both = mine.notna() & before.notna()
        rows.append(
            {
                "item": item,
                "question": question,
                "base": int(mine.notna().sum()),
                "mean": mine.mean(),
                "pairs": int(both.sum()),
                "before": before[both].mean(),
                "after": mine[both].mean(),
                "with_earlier": spearman(mine, before),
                "with_rest": spearman(mine, rest.mean(axis="columns")),
            }
        )
    return pd.DataFrame(rows).set_index("item")


def signs(
    now: pd.DataFrame, earlier: pd.DataFrame, questions: Mapping[str, str], ranges: Mapping[str, int], seed: int
) -> list[Sign]:
    """List what stands out, the gravest first.

    Parameters
    ----------
    now, earlier, questions
        As for `agreements`; rows in the order of the regions.
    ranges : mapping of int
        Item → the highest position of its scale.
    seed : int
        Of the random orders.
    """
    table, generator = agreements(now, earlier, questions), np.random.default_rng(seed)
    found, held = [*column_signs(now, earlier, questions, ranges)], dict[str, Sign | None]()
    whole = _against_earlier("", now[[*questions]], earlier, generator)
    for question, rows in table.groupby("question", sort=False):
        held[str(question)] = _against_earlier(str(question), now[rows.index], earlier, generator)
        found += _within(str(question), rows)
        found += _beside_earlier(str(question), rows, now, earlier, ranges)
    if gone := tuple(str(item) for item in earlier if item not in questions and earlier[item].notna().any()):
        found.append(Sign("dropped", "", gone))
    told = [sign for sign in held.values() if sign]
    if whole and whole.kind == "shifted":
        found.append(whole)
    elif told and all(sign and sign.kind == "unrelated" for sign in held.values()):
        found.append(Sign("unrelated", "", value=float(np.mean([sign.value for sign in told]))))
    else:
        found += [sign for sign in told if sign.kind != "unrelated" or _coheres(table, sign.question)]
    return by_gravity(found)


def _ranks(frame: pd.DataFrame) -> np.ndarray:
    """Ranks of each column, of mean 0 and length 1; what is missing counts for nothing."""
    ranks = frame.rank().to_numpy()
    centred = np.nan_to_num(ranks - np.nanmean(ranks, axis=0))
    return np.asarray(centred / np.linalg.norm(centred, axis=0))


def _against_earlier(
    question: str, now: pd.DataFrame, earlier: pd.DataFrame, generator: np.random.Generator
) -> Sign | None:
    """Whether a question goes with the earlier wave: then nothing; or not, or the other way, or with its rows moved."""
    if (products := _products(now, earlier)) is None:
        return None
    here, place = np.trace(products), np.arange(len(products))
    orders = generator.permuted(np.tile(place, (_DRAWS, 1)), axis=1)
    by_chance = products[place, orders].sum(axis=1)
    if np.mean(by_chance >= here) <= _CHANCE:
        return None
    moved = {by: _products(now.set_axis(np.roll(now.index, -by)), earlier) for by in _SHIFTS}
    along = {by: np.trace(found) for by, found in moved.items() if found is not None}
    best = max(along, key=lambda by: along[by], default=0)
    if along.get(best, here) > by_chance.mean() + _FAR * by_chance.std():
        return Sign("shifted", question, value=best)
    kind = "opposite" if here < by_chance.mean() + _WITHIN * by_chance.std() else "unrelated"
    return Sign(kind, question, value=float(here))


def _products(now: pd.DataFrame, earlier: pd.DataFrame) -> np.ndarray | None:
    """Multiply each region's ranks now with each region's before, mean over items; None where it says nothing."""
    items = [item for item in now if item in earlier]
    rows = now.index.intersection(earlier.index[earlier[items].notna().any(axis="columns")], sort=False)
    mine, before = now.loc[rows, items].dropna(how="all"), earlier[items]
    before = before.loc[mine.index]
    told = [item for item in items if min(mine[item].nunique(), before[item].nunique()) > 1]
    if len(mine) < LEAST or not told:
        return None
    return np.asarray(_ranks(mine[told]) @ _ranks(before[told]).T / len(told))


def _within(question: str, rows: pd.DataFrame) -> Iterator[Sign]:
    """Items that go against the rest of a question whose items go together; items that all answer alike."""
    if _coheres(rows, question):
        for item in rows.index[rows["with_rest"] < -_critical(rows)]:
            yield Sign("reversed", question, (str(item),), float(rows.loc[item, "with_rest"]))


def _coheres(table: pd.DataFrame, question: str) -> bool:
    """Whether more than half of the items of a question go with the rest of it."""
    rows = table[table["question"] == question]
    return bool((rows["with_rest"] > _critical(rows)).mean() > 0.5)


def _critical(rows: pd.DataFrame) -> pd.Series:
    return _CRITICAL / (rows["base"] - 1).clip(lower=1) ** 0.5


def _beside_earlier(
    question: str, rows: pd.DataFrame, now: pd.DataFrame, earlier: pd.DataFrame, ranges: Mapping[str, int]
) -> Iterator[Sign]:
    alike = [str(item) for item in rows.index[rows["base"] >= LEAST] if len(now[item].dropna().unique()) == 1]
    if alike:
        yield Sign("constant", question, tuple(alike))
    asked = rows[rows["pairs"] >= LEAST]
    shift = (asked["after"] - asked["before"]) / [ranges[item] for item in asked.index]
    if len(asked) and abs(shift.mean()) > _MOVED:
        yield Sign("moved", question, value=float((asked["after"] - asked["before"]).mean()))
    else:
        alone = shift.index[abs(shift - shift.median()) > _MOVED]
        yield from (Sign("moved", question, (str(item),), float(shift[item] * ranges[item])) for item in alone)
    had = {item: earlier[item].notna().mean() for item in rows.index if item in earlier}
    few = [item for item, share in had.items() if now[item].notna().mean() < _SCARCE * share]
    if few:
        yield Sign("scarce", question, tuple(few))
    items = [item for item in rows.index if item in earlier]
    before, after = (pd.Series(table[items].to_numpy().ravel()).dropna() for table in (earlier, now))
    shares = before.value_counts(normalize=True) * len(after)
    for level in shares.index[(shares >= _EXPECTED) & ~shares.index.isin(after)]:
        yield Sign("unused", question, value=float(level))
