"""Mistakes that a cell alone does not show: what stands beside it, when it was given, and what was answered before."""

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sto_analysis.errors import Problem
from sto_workbench.intake.marks import NO_MARK
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import BY_NUMBER

_DATE = re.compile(
    r"(end|submit|recorded|completion)\s?(date|time)|date submitted|datum (ingestuurd|voltooid)|verzenddatum"
    r"|tijdstempel|timestamp|tijd van voltooien|eind(tijd|datum)|invuldatum"
)
"""Columns that say when a row was filled in."""
_ALIKE, _MOST, _FEWEST = 0.5, 0.97, 100
"""Share of the rows that name a region from which on a column is one of regions; share of equal answers, of so many at
least, from which on a delivery is another one over again."""


def check_beside(reading: Reading) -> Iterator[Problem]:
    """Yield rows of which another column names another region, and rows that were filled in outside the fieldwork."""
    taken = {reading.wave.region_column, *(source.column for source in reading.wave.items.values())}
    for name in reading.cells.columns:
        column, reason = str(name), reading.wave.drop.get(str(name), "")
        if column not in taken and not reason.casefold().startswith(NO_MARK):
            yield from _other_region(reading, column)
            yield from _outside(reading, column)


def _other_region(reading: Reading, column: str) -> Iterator[Problem]:
    """Rows of which a column that names regions too names another than the region column."""
    cells, names = reading.cells[column], reading.names
    if names is None:
        return
    ids, rules = names.find(cells, reading.export.value_labels.get(column, {}))
    known = {text: region for text, region in ids.items() if rules.get(text) != BY_NUMBER}
    told = {row: text for row, text in cells.dropna().to_dict().items() if text in known}
    if len(told) < max(2, _ALIKE * cells.notna().sum()):
        return
    ours = reading.region.dropna().to_dict()
    for row, text in told.items():
        region = known[text]
        if ours.get(row, region) != region:
            says: dict[str, Any] = {"region": ours[row], "called": names.spoken.get(region, region)}
            yield reading.problem("beside.another_region", row=int(str(row)), column=column, value=text, **says)


def _outside(reading: Reading, column: str) -> Iterator[Problem]:
    """Rows that were filled in before or after the fieldwork."""
    open_ = reading.wave.fieldwork
    if open_ is None or not any(map(_DATE.fullmatch, reading.export.called(column))):
        return
    for row, text in reading.cells[column].dropna().items():
        dates = dates_of(str(text))
        if dates and not any(open_.start <= date <= open_.end for date in dates):
            place = {"row": int(str(row)), "column": column, "value": str(text)}
            yield reading.problem("beside.outside_fieldwork", start=open_.start, end=open_.end, **place)


def dates_of(text: str) -> list[datetime.date]:
    """Return the dates that a text may mean: day before month, and the other way round where that is a date too."""
    found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-./](\d{1,2})[-./](\d{4})", text)
    year, month, day, first, second, last = (int(part or 0) for part in found.groups()) if found else [0] * 6
    out = []
    for date in [(year, month, day)] if year else [(last, second, first), (last, first, second)]:
        with suppress(ValueError):
            out.append(datetime.date(*date))
    return out


def over_again(reading: Reading, before: Reading) -> Iterator[Problem]:
    """Yield that a delivery is, in truth, an earlier wave's: the same regions answered the same."""
    now, was = reading.by_region.align(before.by_region, join="inner")
    given = (now != "blank") & (was != "blank")
    same, count = int(((now == was) & given).to_numpy().sum()), int(given.to_numpy().sum())
    if count >= _FEWEST and same >= _MOST * count:
        yield reading.problem("beside.over_again", same=same, count=count, wave=before.wave.wave)
