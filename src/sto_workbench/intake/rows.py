"""Rows of an export: which region answers in each, and which give way to others."""

from collections.abc import Iterator
from itertools import islice

from sto_analysis.errors import Problem
from sto_analysis.messages import say
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import MERGED, RegionNames

_GUESSED = 50
"""Unknown regions for which the one that is meant is guessed."""


def repeated(reading: Reading) -> Iterator[tuple[int, int, bool]]:
    """Yield the rows of a region that has another, where it answered more than once or several of its parts did.

    Parameters
    ----------
    reading : Reading
        Of an export that has the region column.

    Yields
    ------
    tuple of int, int, bool
        The row; the one that stays, by the wave's rule for duplicates (``stop``: the first); whether the two name
        different parts of the region, by a merger.
    """
    region = reading.region[reading.cells.index]
    given, merged = reading.given.sum(axis="columns"), reading.found[1]
    for _, rows in region[region.duplicated(keep=False)].dropna().groupby(region):
        at = list(rows.index)
        most = given[at].max()
        kept = [row for row in at if given[row] == most][-1] if reading.wave.duplicates == "last_complete" else at[0]
        for row in at:
            one, other = reading.region_cells[row], reading.region_cells[kept]
            part = any(merged.get(cell, "").startswith(MERGED) for cell in (one, other))
            if row != kept:
                yield row, kept, part and answer_key(one) != answer_key(other)


def check_rows(reading: Reading) -> Iterator[Problem]:
    """Yield the problems of rows: no answers, none left, without region or with an unknown one, answered twice.

    Parameters
    ----------
    reading : Reading
        Of an export that has the region column.
    """
    column, cells = reading.wave.region_column, reading.region_cells[reading.cells.index]
    for row, why in reading.marked.items() if reading.wave.unfinished == "stop" else ():
        if row not in reading.set_aside:
            yield reading.problem("rows.no_answer", why=why, row=row)
    for key, rows in reading.left_out.items():
        if not rows:
            yield reading.problem("rows.not_called_so", key=key)
        elif key not in map(str, rows) and key in reading.export.cells.index.astype("str"):
            yield reading.problem("rows.number_or_name", key=key)
    if cells.empty:
        yield reading.problem("rows.no_rows")
    for row in cells.index[cells.isna()]:
        yield reading.problem("rows.no_region", row=row, column=column, value="")
    if reading.names is not None:
        yield from _unknown(reading, reading.names)
    for row, before, part in repeated(reading) if reading.wave.duplicates == "stop" else ():
        told = {"region": reading.region[row], "before": before, "part": reading.region_cells[before]}
        name = "rows.twice_as_part" if part else "rows.twice"
        yield reading.problem(name, row=row, column=column, value=reading.region_cells[row], **told)


def _unknown(reading: Reading, names: RegionNames) -> Iterator[Problem]:
    column = reading.wave.region_column
    cells, labels = reading.region_cells[reading.cells.index].dropna(), reading.export.value_labels.get(column, {})
    unknown = cells[~cells.isin(reading.found[0])]
    alike = {cell: names.alike(labels.get(cell, cell)) for cell in islice(unknown.unique(), _GUESSED)}
    for row, cell in unknown.items():
        near, called = alike.get(cell), labels.get(cell, cell)
        told = {
            "spoken": say("rows.spoken", called=called) if called != cell else "",
            "alike": say("rows.alike", near=names.spoken[near]) if near else "",
            "frame": reading.wave.frame,
        }
        yield reading.problem("rows.unknown_region", row=row, column=column, value=cell, **told)
