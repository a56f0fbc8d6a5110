"""Rows of an export: which region answers in each and when, which give way to others, and what speaks against it."""

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress

from sto_analysis.errors import Problem
from sto_analysis.messages import say
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.marks import NO_MARK
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import BY_NUMBER, MERGED, RegionNames

_LONGEST = 200
"""Characters of a cell of which a region is guessed."""
_DATE = re.compile(
    r"(end|submit|recorded|completion)\s?(date|time)|date submitted|datum (ingestuurd|voltooid)|verzenddatum"
    r"|tijdstempel|timestamp|tijd van voltooien|eind(tijd|datum)|invuldatum"
)
"""Columns that say when a row was filled in."""
_ALIKE = 0.5
"""Share of the rows that name a region from which on a column is one of regions."""


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
    for row, cell in cells[~cells.isin(reading.found[0])].items():
        called = labels.get(cell, cell)
        near, told = names.alike(called[:_LONGEST]), {"column": column, "value": cell, "frame": reading.wave.frame}
        spoken = say("rows.spoken", called=called) if called != cell else ""
        alike = say("rows.alike", near=names.spoken[near]) if near else ""
        yield reading.problem("rows.unknown_region", row=row, spoken=spoken, alike=alike, **told)


def check_beside(reading: Reading) -> Iterator[Problem]:
    """Yield rows of which another column names another region, and rows that were filled in outside the fieldwork."""
    for column in _others(reading):
        yield from _other_region(reading, column)
    if open_ := reading.wave.fieldwork:
        told = {"start": open_.start, "end": open_.end}
        for row, column, text in filled_in_outside(reading, **told):
            yield reading.problem("rows.outside_fieldwork", row=row, column=column, value=text, **told)


def _others(reading: Reading) -> list[str]:
    """Columns of no item that may say something of their rows."""
    taken = {reading.wave.region_column, *(source.column for source in reading.wave.items.values())}
    reasons = {str(name): reading.wave.drop.get(str(name), "").casefold() for name in reading.cells.columns}
    return [name for name, reason in reasons.items() if name not in taken and not reason.startswith(NO_MARK)]


def _other_region(reading: Reading, column: str) -> Iterator[Problem]:
    """Rows of which a column that names regions too names another than the region column."""
    cells, names = reading.cells[column], reading.names
    if names is None:
        return
    ids, rules = names.find(cells, reading.export.value_labels.get(column, {}))
    told = cells[cells.isin([text for text in ids if rules.get(text) != BY_NUMBER])]
    ours = reading.region[told.index]
    if len(told) >= max(2, _ALIKE * cells.notna().sum()):
        for row in told.index[ours.notna() & (ours != told.map(ids))]:
            says = {"region": ours[row], "called": names.spoken[ids[told[row]]], "value": told[row]}
            yield reading.problem("rows.another_region", row=row, column=column, **says)


def filled_in_outside(reading: Reading, start: datetime.date, end: datetime.date) -> Iterator[tuple[int, str, str]]:
    """Yield row, column and text of dates on which rows were filled in before a first day, or after a last."""
    for column in _others(reading):
        if any(map(_DATE.fullmatch, reading.export.called(column))):
            for row, text in reading.cells[column].dropna().items():
                dates = dates_of(text)
                if dates and not any(start <= date <= end for date in dates):
                    yield int(str(row)), column, text


def dates_of(text: str) -> list[datetime.date]:
    """Return the dates that a text may mean: day before month, and the other way round where that is a date too."""
    found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-./](\d{1,2})[-./](\d{4})", text)
    year, month, day, first, second, last = (int(part or 0) for part in found.groups()) if found else [0] * 6
    out = []
    for date in [(year, month, day)] if year else [(last, second, first), (last, first, second)]:
        with suppress(ValueError):
            out.append(datetime.date(*date))
    return out
