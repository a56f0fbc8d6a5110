"""Rows of an export: which region answers in each, and which give way to others."""

from collections.abc import Iterator
from itertools import islice

import pandas as pd

from sto_analysis.errors import Problem
from sto_analysis.messages import say
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import MERGED, RegionNames

_GUESSED = 50
"""Unknown regions for which the one that is meant is guessed."""


def giving_way(reading: Reading) -> dict[int, str]:
    """Tell which rows give way, where a region answered more than once or several of its predecessors did.

    Parameters
    ----------
    reading : Reading
        Of an export with a region in every row.

    Returns
    -------
    dict
        Row that is dropped → the rule: that it is a duplicate, or another part of a merged region, and what is kept;
        nothing where the wave's rule for duplicates is ``stop``.
    """
    rule = reading.wave.duplicates
    if rule == "stop":
        return {}
    said = reading.cells[reading.wave.region_column]
    named = reading.region[said.index]
    twice = named[named.duplicated(keep=False)]
    given = pd.DataFrame({name: asked.answered[twice.index] for name, asked in reading.asked.items()}).sum(
        axis="columns"
    )
    dropped: dict[int, str] = {}
    for region, rows in twice.groupby(twice):
        at = list(rows.index)
        complete = [row for row in at if given[row] == given[at].max()]
        kept = at[0] if rule == "first" else complete[-1]
        for row in at:
            part = _another_part(reading, said[row], said[kept])
            what = f"merger into {region}: {said[kept]} in" if part else "duplicate:"
            if row != kept:
                dropped[int(row)] = f"{what} row {kept} kept ({rule})"
    return dropped


def _another_part(reading: Reading, one: str, other: str) -> bool:
    """Whether two cells of one region name different parts of it, by a merger."""
    merged = any(reading.found[1].get(cell, "").startswith(MERGED) for cell in (one, other))
    return merged and answer_key(one) != answer_key(other)


def check_rows(reading: Reading) -> Iterator[Problem]:
    """Yield the problems of rows: no answers, none left, without region or with an unknown one, answered twice.

    Parameters
    ----------
    reading : Reading
        Of an export that has the region column.
    """
    if reading.wave.unfinished == "stop":
        for row, why in reading.marked.items():
            if row not in reading.set_aside:
                yield reading.problem("rows.no_answer", why=why, row=row)
    for key in reading.wave.leave_out.keys() - {key for key, _ in reading.left_out.values()}:
        yield reading.problem("rows.not_called_so", key=key)
    if reading.cells.empty:
        yield reading.problem("rows.no_rows")
    column = reading.wave.region_column
    cells = reading.cells[column]
    for row in cells.index[cells.isna()]:
        yield reading.problem("rows.no_region", row=int(row), column=column, value="")
    if reading.names is not None:
        yield from _unknown(reading, reading.names)
    if reading.wave.duplicates == "stop":
        yield from _twice(reading)


def _unknown(reading: Reading, names: RegionNames) -> Iterator[Problem]:
    column = reading.wave.region_column
    cells, labels = reading.cells[column], reading.export.value_labels.get(column, {})
    unknown = cells[cells.notna() & ~cells.isin(reading.found[0])]
    called = {cell: labels.get(cell, cell) for cell in unknown.unique()}
    alike = {cell: names.alike(text) for cell, text in islice(called.items(), _GUESSED)}
    for row, cell in unknown.items():
        near = alike.get(cell)
        told = {
            "spoken": say("rows.spoken", called=called[cell]) if called[cell] != cell else "",
            "alike": say("rows.alike", near=names.spoken[near]) if near else "",
            "frame": reading.wave.frame,
        }
        yield reading.problem("rows.unknown_region", row=int(str(row)), column=column, value=cell, **told)


def _twice(reading: Reading) -> Iterator[Problem]:
    column = reading.wave.region_column
    cells = reading.cells[column]
    said = cells.to_dict()
    first: dict[str, int] = {}
    for row, region in reading.region[cells.index].dropna().items():
        at = int(str(row))
        before = first.setdefault(region, at)
        if before != at:
            merged = _another_part(reading, said[at], said[before])
            told = {"region": region, "before": before, "part": said[before]}
            name = "rows.twice_as_part" if merged else "rows.twice"
            yield reading.problem(name, row=at, column=column, value=str(said[at]), **told)
