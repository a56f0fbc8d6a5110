"""Which column of an export says what region answers."""

import re
from dataclasses import dataclass

import pandas as pd

from sto_analysis.monitor.item_column import TODO
from sto_workbench.intake.readers import Export, distinct, looked_up
from sto_workbench.intake.region_names import RegionNames

_REGION = {"regio", "region", "regios", "regions"}
_BY_NAME = 2
"""That a column is called so and no more; 1: that it is spoken of in its name."""
_RIVAL = 0.5
"""Share of its regions from which on another column may be that of the regions, where neither is called so."""


@dataclass(frozen=True)
class _RegionColumn:
    """A column that may be that of the regions."""

    column: str
    named: int
    hits: int
    complete: bool
    regions: pd.Series


def region_column(raw: Export, names: RegionNames | None, columns: list[str]) -> str:
    """Find the column whose cells are regions; ``TODO`` where several may be it.

    That which is called so goes before that with the most regions; where another has as many and says otherwise, a
    person must choose.

    Parameters
    ----------
    raw : Export
        The export.
    names : RegionNames or None
        Regions that were asked; without them the column is found by its name.
    columns : list of str
        Those that may be it.
    """
    best: list[_RegionColumn] = []
    for column in columns:
        called = raw.called(column)
        named = 2 * bool(called & _REGION) or int(any(_REGION & set(re.split(r"[\W_]+", text)) for text in called))
        cells = raw.cells[column]
        found = names.find(cells, raw.value_labels.get(column, {}))[0] if names else {}
        different = len(distinct(cells))
        if len(found) * 2 < different or len(found) < min(2, different):
            found = {}
        if found or named:
            regions = looked_up(cells, found)
            best.append(_RegionColumn(column, named, len(set(found.values())), len(found) == different, regions))
    known = [one for one in best if one.hits]
    if not known:
        most = max((one.named for one in best), default=0)
        told = [one.column for one in best if one.named == most]
        return told[0] if len(told) == 1 else TODO
    first = max(known, key=lambda one: (one.named, one.hits))
    if first.named == _BY_NAME and first.complete and all(one.hits < 2 * first.hits for one in known):
        return first.column
    if first.named < _BY_NAME and any(one.named == _BY_NAME for one in best):
        return TODO
    rivals = [one for one in known if one.hits >= first.hits * (1 if one.named < first.named else _RIVAL)]
    return first.column if all(one.regions.equals(first.regions) for one in rivals) else TODO
