"""Which column of an export says what region answers."""

import re

from sto_analysis.monitor.item_column import TODO
from sto_workbench.intake.readers import Export, distinct, looked_up
from sto_workbench.intake.region_names import RegionNames

_REGION = {"regio", "region", "regios", "regions", "partnerschap", "partnership"}


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
    found = []
    for column in columns:
        called, cells = raw.called(column), raw.cells[column]
        named = 2 * bool(called & _REGION) or int(any(_REGION & {*re.split(r"[\W_]+", text)} for text in called))
        ids = names.find(cells, raw.value_labels.get(column, {}))[0] if names else {}
        different = len(distinct(cells))
        hits = len(set(ids.values())) if len(ids) * 2 >= different and len(ids) >= min(2, different) else 0
        if hits or named:
            found.append((named, hits, len(ids) == different, column, looked_up(cells, ids)))
    none = (0, 0, False, TODO, raw.cells.index.to_series())
    named, hits, complete, first, regions = max(found, key=lambda one: (one[1] > 0, *one[:2]), default=none)
    if not hits:
        return first if sum(one[0] == named for one in found) == 1 else TODO
    if named == 2 and complete and all(one[1] < 2 * hits for one in found):
        return first
    if named < 2 and any(one[0] == 2 for one in found):
        return TODO
    rivals = [one for one in found if one[1] and one[1] >= hits * (1 if one[0] < named else 0.5)]
    return first if all(one[4].equals(regions) for one in rivals) else TODO
