"""What the counted rows of a store add up: the cells of each item that regions are counted in, and the sums of them.

A region is in one cell of an item: its position now, beside its position in each earlier wave that the store compares.
Which regions answered the item in which waves is taken to be known, so cells are counted within such a block.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Bools, Ints
from sto_analysis.declared import declared
from sto_analysis.monitor.answers import at_level, positions, read_answers
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.measures import TREND, pairs
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.scales import Scale
from sto_analysis.monitor.wave import Wave, chain
from sto_workbench.release.feasible import Item

KNOWN = ""
"""Unit of a sum that everybody knows: how many regions answered."""
_SHARES = {
    "urgency": {"urgency": "top"},
    "yield": {"yield_top": "top", "yield_low": "low"},
    "borging": {"borging": "top"},
}
_NOW = "now"


@dataclass(frozen=True)
class Sum:
    """A number of regions, or a sum over them, that is told or must not be found.

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
        ``question.concept``, of an earlier wave with ``@wave`` behind it.
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
    """

    name: str
    answers: pd.DataFrame
    states: Ints
    counts: Ints
    sums: list[Sum] = field(default_factory=list)
    needs: dict[str, str] = field(default_factory=dict)

    def tell(self, over: Bools | Ints, of: Bools | None, row: str | None) -> None:
        """Add a sum of cells, of which cells, and the row that tells it."""
        about = None if of is None else of.astype(np.int64)
        self.sums.append(Sum(over.astype(np.int64), about, row))

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
        groups = [part for each in self.sums if each.of is not None for part in (each.over, each.of - each.over)]
        about = [each.of for each in self.sums if each.of is not None for _ in range(2)]
        return [
            group
            for group, of in zip(groups, about, strict=True)
            if int(of @ self.counts) and int(group @ self.counts) <= minimum
        ]

    def linked(self, minimum: int) -> Item:
        """Return it with its small groups, as what is withheld is chosen from."""
        units, small = self.units, self.small(minimum)
        sums = np.array([*(each.over for each in self.sums), *small], dtype=np.int64).reshape(-1, len(self.counts))
        names = [units.get(each.row, each.row) if each.row is not None else None for each in self.sums]
        sensitive = np.r_[np.zeros(len(self.sums), dtype=bool), np.ones(len(small), dtype=bool)]
        return Item(sums, [*names, *[None] * len(small)], sensitive, self.counts)


def counted_items(wave: str) -> list[Counted]:
    """Return every item that the store of a wave counts.

    Parameters
    ----------
    wave : str
        A wave that is cleaned, as are those before it.

    Returns
    -------
    list of Counted
        The items of the questionnaire, with the earlier waves whose change is told; the measures of earlier waves that
        only the trend tells; the index of borging.
    """
    waves, codebook = chain(wave), read_codebook()
    answers = {each.wave: read_answers(each.wave) for each in waves}
    compared = {since: list(early.columns) for since, early, _ in pairs(waves, codebook)}
    found = []
    for question, concepts in ((name, codebook.asked(name)) for name in codebook.questions):
        coded = {name: positions(given, codebook, question) for name, given in answers.items()}
        for concept in concepts:
            joint = [w for w in compared if question == "urgency" and concept in compared[w]]
            looks = {wave: coded[wave][concept], **{w: coded[w][concept] for w in joint}}
            found.append(_item(question, concept, _beside(looks, waves[-1]), codebook))
            alone = [w for w in answers if w not in looks and question in TREND.values()]
            found += [_trend_item(question, concept, w, coded[w][concept], codebook) for w in alone]
    return [*found, _index_item(answers[wave], codebook)]


def _beside(looks: dict[str, "pd.Series[float]"], last: Wave) -> pd.DataFrame:
    """Positions by region under its id of the last wave; what merged with others, or left, has a row of its own."""
    now, register = looks[last.wave], read_register("synthetic" if last.synthetic else "real")
    columns = {last.wave: now}
    for name, given in looks.items():
        if name != last.wave:
            matched = match_panel(given.index, now.index, register).matched
            columns[name] = given.set_axis([matched.get(region, f"{name}:{region}") for region in given.index])
    return pd.DataFrame(columns).fillna(-1).astype(int)


def _cells(answers: pd.DataFrame, levels: Sequence[int]) -> tuple[Ints, Ints]:
    """States that a region can be in, in the blocks that occur, and the regions in each."""
    given = answers[(answers >= 0).any(axis="columns")].to_numpy()
    blocks = np.unique(given >= 0, axis=0)
    states = [
        state
        for block in blocks
        for state in itertools.product(
            *([*range(k)] if known else [-1] for known, k in zip(block, levels, strict=True))
        )
    ]
    place = {state: number for number, state in enumerate(states)}
    counts = np.bincount([place[tuple(row)] for row in given.tolist()], minlength=len(states))
    return np.array(states, dtype=np.int64).reshape(len(states), len(levels)), counts.astype(np.int64)


def _counted(name: str, answers: pd.DataFrame, levels: Sequence[int]) -> Counted:
    states, counts = _cells(answers, levels)
    item = Counted(name, answers, states, counts)
    known = states >= 0
    for block in np.unique(known, axis=0):
        item.tell((known == block).all(axis=1), None, KNOWN)
    return item


def _tops(scale: Scale, band: str = "top") -> list[int]:
    return [place for place, level in enumerate(scale.levels) if level.band == band]


def _item(question: str, concept: str, answers: pd.DataFrame, codebook: Codebook) -> Counted:
    """Cells and sums of one item of the questionnaire, now and in the waves that it is compared with."""
    scale, (wave, *before) = codebook.scales[codebook.questions[question].scale], map(str, answers.columns)
    top = _tops(scale)
    told = answers.copy()
    told[before] = answers[before].where(answers[before] < 0, answers[before].isin(top).astype(int))
    item = _counted(f"{question}.{concept}", told, [len(scale.levels), *[2] * len(before)])
    now = item.states[:, 0]
    for place in range(len(scale.levels)):
        item.tell(now == place, now >= 0, _row("distribution", question=question, concept=concept, position=place))
    for band in dict.fromkeys(level.band for level in scale.levels):
        at = np.isin(now, _tops(scale, band))
        item.tell(at, now >= 0, _row("bands", question=question, concept=concept, band=band))
        for row in _share_rows(question, concept, band, wave):
            item.tell(at, now >= 0, row)
    if question == "grade":
        codes = np.array([*scale.codes, 0])
        item.tell(codes[now], None, _row("grades", concept=concept))
    for column, since in enumerate(before, start=1):
        _tell_change(item, concept, since, np.isin(now, top), column)
    return item


def _share_rows(question: str, concept: str, band: str, wave: str) -> Iterator[str]:
    """Rows of shares and of the trend that tell a band of the wave itself."""
    if question == "borging_active" and band == "top":
        yield _row("shares", measure="index", concept=concept)
    for measure, of in _SHARES.get(question, {}).items():
        if of == band:
            yield _row("shares", measure=measure, concept=concept)
            if measure in TREND:
                yield _row("trend", measure=measure, concept=concept, in_wave=wave)


def _tell_change(item: Counted, concept: str, since: str, top: Bools, column: int) -> None:
    """Sums of a change since a wave, and the groups that can be had by subtraction: newcomers, leavers, who moved."""
    now, then = item.states[:, 0] >= 0, item.states[:, column] >= 0
    was, both = item.states[:, column] == 1, now & then
    row = _row("changes", item=concept, since=since)
    for at in (was & both, top & both, both & ~was & top):
        item.tell(at, both, row)
    item.tell(was, then, _row("trend", measure="urgency", concept=concept, in_wave=since))
    for at, of in ((top & ~then, now & ~then), (was & ~now, then & ~now)):
        item.tell(at, of, None)
    for at in (was & both & ~top, was & both & top):
        item.tell(at, both, None)


def _trend_item(question: str, concept: str, wave: str, given: "pd.Series[float]", codebook: Codebook) -> Counted:
    """Cells and sums of an item of an earlier wave, of which only the trend tells."""
    top = _tops(codebook.scales[codebook.questions[question].scale])
    answers = given.isin(top).astype(int).where(given.notna(), -1).to_frame(wave)
    item = _counted(f"{question}.{concept}@{wave}", answers, [2])
    measure = next(name for name, of in TREND.items() if of == question)
    row = _row("trend", measure=measure, concept=concept, in_wave=wave)
    item.tell(item.states[:, 0] == 1, item.states[:, 0] >= 0, row)
    return item


def _index_item(answers: pd.DataFrame, codebook: Codebook) -> Counted:
    """Cells and sums of the index of borging, by how many forms stand at its level."""
    index = codebook.borging_index
    forms = at_level(answers, codebook, "borging", index.level)
    arranged = forms if forms.any(axis=None) else forms.mask(forms.notna())
    total = arranged.astype("Int64").sum(axis="columns", skipna=False).fillna(-1).astype(int)
    item = _counted("index", total.to_frame(_NOW), [arranged.shape[1] + 1])
    now = item.states[:, 0]
    for name, at in {"index_many": now >= index.many_at_least, "index_hardly": now <= index.hardly_at_most}.items():
        row = _row("shares", measure="index", concept=name)
        item.tell(at & (now >= 0), now >= 0, row)
        item.needs[row] = "*:borging.*"
    return item


def _row(table: str, **labels: object) -> str:
    return f"{table}:{declared(table).place(labels)}"
