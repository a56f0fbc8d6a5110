"""The one gate at the store of results: what of a wave may leave, row by row, and why the rest may not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial

import pandas as pd

from sto_analysis import compendium
from sto_analysis.declared import tables
from sto_analysis.monitor.answers import read_answers, read_regions
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.specifications import read_grid
from sto_analysis.results import ROW, WITHHELD, read_result
from sto_workbench.release.blank import Shown, blanked, rowed, stored
from sto_workbench.release.cells import Counted
from sto_workbench.release.earlier import Answers, Earlier, note
from sto_workbench.release.left import coarser
from sto_workbench.release.rules import Release, Rules, nearly_alike, release_of, weak
from sto_workbench.release.suppress import withheld
from sto_workbench.release.units import counted_items, read_answered

NEVER, SMALL, MODEL, PART = "never", "small_groups", "model", "part"
WHO, NEAR = "who_answered", "released_before"
"""Rules of the log: not meant to leave; a small group would follow; a model of too few; made of what is withheld; tells
who answered; was released before on other answers. Whether a row is itself of a small group, or would give one away, is
not told apart: that would tell."""
_WORTH = {"shares": 8, "changes": 8, "grades": 4, "trend": 4, "bands": 2, "distribution": 1, "backtest": 1}
"""What is lost with a row: what the coarser question answers, that of the main points, goes last."""
_MODELLED = ("yield.", "borging.")
"""Answers that models rest on."""
_FALLEN = (PART, NEAR, NEVER)
_LEVEL = 0.05
"""No p is rounded over it."""


@dataclass(frozen=True)
class Gated:
    """The store of a wave as it may leave.

    Parameters
    ----------
    wave : str
        Whose.
    rules : Rules
        That it passed.
    shown : dict of str to Shown
        Each table of the store; without rows where it never leaves.
    log : DataFrame
        What is withheld: ``table``, ``row`` (``table:row``, or ``table:model`` where a model has several; empty for a
        table or a statistic of all its rows),
        ``statistic`` (empty for all), ``rule``.
    whole : int
        Statistics of the store, those that are withheld too.
    coarser : callable
        Works out which coarser questions could be answered, as `sto_workbench.release.left.coarser` tells.
    answers : dict of str to Series
        That it rests on, for the ledger.
    earlier : sequence of Earlier
        Releases that it had to look at.
    """

    wave: str
    rules: Rules
    shown: dict[str, Shown]
    log: pd.DataFrame
    whole: int
    coarser: Callable[[], pd.DataFrame]
    answers: Answers
    earlier: Sequence[Earlier]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Table → its rows of the store."""
        return {name: table.rows for name, table in self.shown.items()}

    @property
    def rows(self) -> set[str]:
        """Rows of which anything is told, ``table:row``."""
        left = {name: rows[rows["status"] != WITHHELD] for name, rows in self.tables.items()}
        return {row for name, rows in left.items() for row in rowed(name, rows)}

    def note(self, number: int) -> None:
        """Write into the ledger that this was released."""
        note(self.wave, number, self.rules.minimum, self.rows, self.answers)


class _Log:
    """What is withheld so far."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.statistics: dict[tuple[str, str], str] = {}

    @property
    def size(self) -> int:
        """Things withheld; what falls with another counts twice, so that it is looked after once more."""
        return len(self.rows) + len(self.statistics) + sum(rule == PART for rule in self.rows.values())

    def fallen(self, pattern: str) -> bool:
        """Whether a row that a pattern names is withheld."""
        return any(fnmatchcase(row, pattern) for row in self.rows)

    def table(self, models: Mapping[str, str]) -> pd.DataFrame:
        """One row per thing withheld; of several rows that make one model, the model."""
        found = {(row.split(":")[0], models.get(row, row), "", rule) for row, rule in self.rows.items()}
        found |= {(table, "", statistic, rule) for (table, statistic), rule in self.statistics.items()}
        return pd.DataFrame(sorted(found), columns=["table", "row", "statistic", "rule"])


def gate(wave: str, rules: Rules, earlier: Sequence[Earlier] = ()) -> Gated:
    """Let through what may leave of a wave.

    Parameters
    ----------
    wave : str
        A wave whose store is made.
    rules : Rules
        As `read_rules` gives.
    earlier : sequence of Earlier
        Releases that were made, as `read_earlier` gives.

    Returns
    -------
    Gated
        Rows are shown or withheld whole; numbers are rounded to the step of their unit.
    """
    there = [name for name in tables() if (compendium.results(wave) / f"{name}.parquet").is_file()]
    views = {name: read_result(wave, name) for name in there}
    answers, log = read_answered([wave, *(each.wave for each in earlier)]), _Log()
    if any(release_of(name).kind == "model" for name in there):
        rules = replace(rules, left_out=rules.left_out | nearly_alike(_traits(wave), rules.minimum))
    told: dict[str, list[frozenset[str]]] = {}
    for each in earlier:
        told.setdefault(each.wave, []).append(each.rows)
    items = counted_items(wave, told)
    for item in items:
        minimum, near = _before(item, rules.minimum, earlier, answers)
        gone = set(item.units) if near else _hidden(item, minimum, rules)
        log.rows |= dict.fromkeys(gone, NEAR if near else SMALL)
    log.rows |= {row: PART for item in items for row, pattern in item.needs.items() if log.fallen(pattern)}
    covered = {row for item in items for row in item.units}
    modelled = _models_before(wave, rules.minimum, earlier, answers)
    aspects = int((views["shares"]["measure"] == "yield_top").sum()) if "shares" in views else 1
    for name, view in views.items():
        _judge_alone(name, view, rules, covered, log)
        if release_of(name).kind == "model":
            log.rows |= dict.fromkeys(view.loc[weak(name, view, rules, aspects), ROW], MODEL)
        if not rules.preset.who_answered:
            log.statistics |= {(name, statistic): WHO for statistic in release_of(name).who}
        if modelled and release_of(name).kind == "model":
            log.rows |= dict.fromkeys(view[ROW], NEAR)
    log.rows |= dict.fromkeys(_uneven(views), MODEL)
    while _judge_parts(views, log):
        pass
    whole = {name: stored(wave, name) for name in there}
    shown = {name: _shown(name, table, log) for name, table in whole.items()}
    many = sum(len(table.rows) for table in whole.values())
    finer = partial(coarser, items, log.rows, lambda item: _hidden(item, rules.minimum, rules), rules.minimum)
    return Gated(wave, rules, shown, log.table(_models(views)), many, finer, answers, earlier)


def _traits(wave: str) -> pd.DataFrame:
    """Traits of the regions that answered."""
    traits, regions = read_codebook().context_variables, read_regions(wave)
    return regions.loc[read_answers(wave).index, [each for each in traits if each in regions]]


def _before(item: Counted, minimum: int, earlier: Sequence[Earlier], answers: Answers) -> tuple[int, bool]:
    """The largest group that is protected in any release of an item; whether one was of other answers than today's."""
    name, near = item.name.split("@")[0], False
    for each in earlier:
        if item.said:
            minimum = max(minimum, each.minimum)
        if item.said & each.rows:
            near |= bool(_differing(each, [f"{name}@{wave}" for wave in item.answers], answers))
    return minimum, near


def _models_before(wave: str, minimum: int, earlier: Sequence[Earlier], answers: Answers) -> bool:
    """Whether models were released before on answers that differ from today's in a few regions."""
    names = [column for column in answers if column.startswith(_MODELLED)]
    regions = [len(_differing(each, names, answers)) for each in earlier if each.wave == wave]
    return any(0 < number <= minimum for number in regions)


def _differing(each: Earlier, columns: Collection[str], answers: Answers) -> set[str]:
    """Regions whose answers to some items differ from those of a release; of another key all may."""
    if not each.readable:
        return {""}
    there = [column for column in columns if column in each.answers]
    return {region for column in there for region in each.changed(column, answers[column])}


def _hidden(item: Counted, minimum: int, rules: Rules) -> set[str]:
    """Rows of an item that are withheld, so that none of its small groups follows."""
    if not item.counts.any():
        return set()
    units = item.units
    weights: dict[str, float] = {}
    for row, unit in units.items():
        weights[unit] = weights.get(unit, 0) + _WORTH[row.split(":")[0]]
    small = minimum + 1  # without a reader who is one of them
    gone = withheld(item.linked(small), minimum, weights)
    alone = item.told_small(small) | item.dominated(rules.preset.dominance.largest, rules.preset.dominance.share)
    return alone | {row for row, unit in units.items() if unit in gone}


def _judge_alone(name: str, view: pd.DataFrame, rules: Rules, told: Collection[str], log: _Log) -> None:
    """Put into the log what is withheld of a table for what it is itself."""
    release = release_of(name)
    log.statistics |= {(name, statistic): NEVER for statistic in release.deny}
    if release.kind == "never":
        log.statistics[name, ""] = NEVER
    elif release.kind == "counted":
        log.rows |= {row: NEVER for row in view[ROW] if row not in told}


def _uneven(views: Mapping[str, pd.DataFrame]) -> Collection[str]:
    """Models of other regions than those whose form is counted: the difference of their sizes would be of a few."""
    if not {"shares", "associations"} <= views.keys():
        return ()
    shares, models = views["shares"], views["associations"]
    counted = models["exposure"].map(shares[shares["measure"] == "borging"].set_index("concept")["base"])
    return set(models.loc[counted.notna() & (counted != models["regions"]), ROW])


def _models(views: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Row → the model that it is one of several rows of: how many these are depends on answers."""
    by = {name: release_of(name).by for name in views}
    return {
        row: f"{name}:{model}"
        for name, view in views.items()
        if by[name]
        for row, model in zip(view[ROW], view[by[name]], strict=True)
    }


def _judge_parts(views: Mapping[str, pd.DataFrame], log: _Log) -> bool:
    """Put into the log what is made of what is withheld; tell whether there was any."""
    before = log.size
    for name, view in views.items():
        release = release_of(name)
        for row in view.to_dict("records") if release.of else ():
            labels = {str(key): value for key, value in row.items()}
            if log.rows.get(row[ROW]) not in _FALLEN and any(log.fallen(each.format(**labels)) for each in release.of):
                log.rows[row[ROW]] = PART  # though the model is of too few: that would tell of what is withheld
        for pattern, statistics in ((f"{name}:*", release.together), *release.averages.items()):
            if log.fallen(pattern):
                log.statistics |= {(name, each): PART for each in statistics if (name, each) not in log.statistics}
    return log.size > before


def _shown(name: str, table: Shown, log: _Log) -> Shown:
    """A table as it leaves."""
    relevant = read_grid().smallest_relevant / 100
    edges = {"difference": (0.0, relevant, -relevant), "p": (_LEVEL,), "ratio": (1.0,)}
    statistics = [statistic for of, statistic in log.statistics if of == name]
    if "" in statistics:
        return replace(table, rows=table.rows.iloc[:0])
    found = blanked(name, table, [row for row in log.rows if row.startswith(f"{name}:")], statistics, edges)
    return _arranged(name, found, log.rows, release_of(name))


def _arranged(name: str, table: Shown, gone: Collection[str], release: Release) -> Shown:
    """Rows in an order that nothing withheld has a part in; of models with several rows only those that passed."""
    rows = table.rows
    ends = pd.Series(rowed(name, rows), index=rows.index)
    if release.by:
        return replace(table, rows=rows[~ends.isin([*gone])].reset_index(drop=True))
    if release.sort:
        size = rows["value"].where(rows["statistic"] == release.sort)
        order = pd.DataFrame({"by": -size, "end": ends}).sort_values(["by", "end"]).index
        return replace(table, rows=rows.loc[order].reset_index(drop=True))
    return table
