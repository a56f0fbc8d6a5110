"""Rows of an export: which region answers in each, and which give way to others."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from sto_analysis.errors import DuplicateRegion, Problem, UnfinishedAnswer, UnknownRegion
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.marks import NO_MARK, answer_rows, is_answer
from sto_workbench.intake.readers import Export, distinct, looked_up
from sto_workbench.intake.region_names import MERGED, RegionNames


def giving_way(
    cells: pd.Series, ids: pd.Series, rules: Mapping[str, str], wave: Wave, values: pd.DataFrame
) -> dict[int, str]:
    """Tell which rows give way, where a region answered more than once or several of its predecessors did.

    Parameters
    ----------
    cells, ids : Series of str
        Region of each row, as the export says it and as the frame does.
    rules : mapping
        As `RegionNames.find` gives.
    wave : Wave
        Its duplicate rule; with ``stop`` nothing gives way.
    values : DataFrame
        Cells, to see which rows are complete.

    Returns
    -------
    dict
        Row that is dropped → the rule: that it is a duplicate, or another part of a merged region, and what is kept.
    """
    if wave.duplicates == "stop":
        return {}
    named = ids.dropna().astype("str")
    twice = named[named.duplicated(keep=False)]
    given = pd.Series(0, index=twice.index)
    for source in wave.items.values():
        if source.column in values.columns:
            given += is_answer(values.loc[twice.index, source.column], source, wave)
    dropped: dict[int, str] = {}
    for region, rows in twice.groupby(twice):
        at = list(rows.index)
        most = int(given[at].max())
        kept = at[0] if wave.duplicates == "first" else [row for row in at if given[row] == most][-1]
        for row in at:
            other = _parts(cells[row], cells[kept], rules)
            what = f"merger into {region}: {cells[kept]} in" if other else "duplicate:"
            if row != kept:
                dropped[int(row)] = f"{what} row {kept} kept ({wave.duplicates})"
    return dropped


def _parts(one: str, other: str, rules: Mapping[str, str]) -> bool:
    """Whether two cells of one region name different parts of it, by a merger."""
    merged = any(rules.get(cell, "").startswith(MERGED) for cell in (one, other))
    return merged and answer_key(one) != answer_key(other)


def check_rows(raw: Export, wave: Wave, names: RegionNames | None, file: Path) -> Iterator[Problem]:
    """Yield the problems of rows: no answers, none left, without region or with an unknown one, answered twice.

    Parameters
    ----------
    raw, wave, names, file
        As for `sto_workbench.intake.check.check_export`; the export has the region column.
    """
    kept, marked = answer_rows(raw, wave)
    cells, sheet, column = kept[wave.region_column], raw.layout.sheet, wave.region_column
    if wave.unfinished == "stop":
        for row, what in marked.items():
            todo = (
                "Set 'unfinished' in wave.yaml to drop, or to keep where it counts; or remove the row. A column is no "
                f"mark where its reason under 'drop' begins with '{NO_MARK}'."
            )
            yield UnfinishedAnswer(f"{what}.", todo, file=file, sheet=sheet, row=row)
    if cells.empty:
        yield UnfinishedAnswer("no row is an answer.", "Ask for the whole export.", file=file, sheet=sheet)
    for row in cells.index[cells.isna()]:
        what, todo = "a row without a region.", "Fill in the region, or remove the row."
        yield UnknownRegion(what, todo, file=file, sheet=sheet, row=int(row), column=column, value="")
    rules: dict[str, str] = {}
    if names is None:
        found = {cell: cell for cell in distinct(cells)}
    else:
        labels = raw.value_labels.get(column, {})
        found, rules = names.find(cells, labels)
        unknown = cells[looked_up(cells, found).isna()].dropna().astype("str")
        called = {cell: labels.get(cell, cell) for cell in unknown.unique()}
        alike = {cell: names.alike(text) for cell, text in called.items()}
        hints = {cell: f"; most alike is {names.spoken[region]}" if region else "" for cell, region in alike.items()}
        for index, cell in unknown.items():
            todo = (
                f"Correct it, add it to {wave.frame}, or say under 'regions' in wave.yaml which region it is; if it "
                "merged, write 'merged_into' in data/regions.csv."
            )
            spoken = f" (the file calls it {called[cell]!r})" if called[cell] != cell else ""
            what = f"this region is not in the frame{spoken}."
            yield UnknownRegion(
                what, todo, file=file, sheet=sheet, row=int(str(index)), column=column, value=cell,
                expected=f"a region of the frame{hints[cell]}",
            )  # fmt: skip
    if wave.duplicates == "stop":
        first: dict[str, int] = {}
        given = cells.to_dict()
        for index, region in looked_up(cells, found).dropna().items():
            at = int(str(index))
            if region in first:
                before = first[region]
                part = f" as {given[before]}, which merged with it" if _parts(given[at], given[before], rules) else ""
                what = f"region {region} already answered in row {before}{part}."
                todo = "Remove a row, or set 'duplicates' in wave.yaml to first or last_complete."
                yield DuplicateRegion(what, todo, file=file, sheet=sheet, row=at, column=column, value=str(given[at]))
            first.setdefault(str(region), at)
