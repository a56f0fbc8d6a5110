"""Mistakes that a cell alone does not show: what stands beside it, when it was given, and what was answered before."""

import datetime
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pandas as pd

from sto_analysis.analysis.misplaced import CERTAIN
from sto_analysis.errors import Problem
from sto_analysis.messages import LANGUAGE, say
from sto_analysis.monitor.wave import is_synthetic, known_waves
from sto_analysis.report.context import Context
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences.came_in import blocks, sign_sentence
from sto_workbench.intake.came_in import CameIn
from sto_workbench.intake.marks import NO_MARK
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.region_names import BY_NUMBER
from sto_workbench.intake.texts import plain_question

_DATE = re.compile(
    r"(end|submit|recorded|completion)\s?(date|time)|date submitted|datum (ingestuurd|voltooid)|verzenddatum"
    r"|tijdstempel|timestamp|tijd van voltooien|eind(tijd|datum)|invuldatum"
)
"""Columns that say when a row was filled in."""
_ALIKE = 0.5
"""Share of the rows that name a region from which on a column is one of regions."""


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


def looks(reading: Reading, read: CameIn) -> tuple[list[Problem], list[str]]:
    """Tell what stands out: problems where good waves do not have it and nobody looked at it, and notices.

    Parameters
    ----------
    reading : Reading
        Of the wave.
    read : CameIn
        The same beside the waves before it.
    """
    context, problems, notices = Context(LANGUAGE.get(), reading.codebook), [], [*_stated(reading, read)]
    for sign in blocks(read.signs):
        told = plain(sign_sentence(context, sign))
        items = sign.items if sign.kind != "copied" else ()
        key = " ".join([sign.kind, ", ".join(items) or sign.question]).strip()
        why = reading.wave.looked_at.get(key)
        if why is None and sign.kind in CERTAIN:
            problems.append(reading.problem("beside.stands_out", told=told, key=key))
        else:
            notices.append(told if why is None else say("beside.looked_at", told=told, why=why))
    return problems, notices


def _stated(reading: Reading, read: CameIn) -> Iterator[str]:
    """Yield what wave.yaml says that the files, or the waves before, speak against; and what it says against them."""
    wave, year = reading.wave, int(reading.wave.wave.removeprefix("synthetic-"))
    before = [name for name in known_waves() if is_synthetic(name) == wave.synthetic and name < wave.wave]
    if wave.earlier_wave not in before[-1:] and before:
        yield say("beside.earlier_wave", nearest=before[-1])
    if wave.published not in (None, year):
        yield say("beside.published", given=wave.published, year=year)
    if wave.fieldwork and not wave.fieldwork.start.year <= year <= wave.fieldwork.end.year:
        yield say("beside.fieldwork", year=year)
    if idle := [region for region in wave.changed_respondents or () if region not in read.earlier.index]:
        yield say("beside.changed_respondents", regions=", ".join(idle))
    for name in ("same_wording_as_earlier", "as_stated"):
        if items := [item for item, asked in reading.asked.items() if getattr(asked.source, name)]:
            yield say(f"beside.{name}", items=", ".join(items))
    if wave.unfinished == "keep" and reading.marked:
        yield say("beside.unfinished", count=len(reading.marked))
    if rows := [row for each in reading.left_out.values() for row in each if pd.notna(reading.region[row])]:
        yield say("beside.left_out", rows=", ".join(map(str, rows)))
    yield from _dropped(reading)


def _dropped(reading: Reading) -> Iterator[str]:
    """Dropped columns that ask what no item of the wave asks."""
    items = reading.codebook.items.values()
    open_ = {plain_question(item.wording): item.id for item in items if item.id not in reading.asked}
    for column in reading.wave.drop:
        if item := open_.get(plain_question(reading.export.labels.get(column, column))):
            yield say("beside.dropped", column=column, item=item)
