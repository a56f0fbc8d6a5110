"""Rows of an export: which region answers in each, which give way to others, which are no answers."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from sto_analysis.errors import DuplicateRegion, Problem, UnfinishedAnswer, UnknownRegion
from sto_analysis.survey.readers import Export, distinct, looked_up
from sto_analysis.survey.wave import Wave, answer_key

MERGED = "region: merged into "
_MARKS: dict[str, tuple[str, str]] = {
    r"status|response type": (
        r"survey preview|survey test|spam|possible spam|preview|offline survey preview",
        "a preview or test",
    ),
    r"distribution ?channel": (r"preview", "a preview"),
    r"finished|voltooid|complete|completed": (r"false|0|onwaar|nee|no", "not finished"),
    r"submit ?date|datum ingestuurd|verzenddatum|date submitted": (r"", "never sent in"),
}
"""Name of a column of a survey tool → cells that mark a row as no answer, and as what."""
_PREVIEW_CODES = r"|1|2|8|9|12|17|32|40|48"
"""Codes of Qualtrics for previews, tests and spam in a numeric export."""


def answer_rows(raw: Export, wave: Wave) -> tuple[pd.DataFrame, dict[int, str]]:
    """Set aside the rows that the survey tool marks as a preview or as not finished.

    Parameters
    ----------
    raw : Export
        The export.
    wave : Wave
        Its rule for them, ``unfinished``.

    Returns
    -------
    cells : DataFrame
        All rows, or without them where the rule is ``drop``.
    marked : dict
        Row → what it is marked as.
    """
    marked = marked_rows(raw, {source.column for source in wave.items.values()})
    return (raw.cells.drop(index=list(marked)) if wave.unfinished == "drop" else raw.cells), marked


def marked_rows(raw: Export, taken: set[str]) -> dict[int, str]:
    """Tell which rows a survey tool marks as no answers: row → what it is marked as.

    Parameters
    ----------
    raw : Export
        The export.
    taken : set of str
        Columns of items, which are no marks.
    """
    marked: dict[int, str] = {}
    qualtrics = {"responseid", "distributionchannel"} & {str(name).casefold() for name in raw.cells.columns}
    for column in raw.cells.columns:
        names = {str(column).strip().casefold(), raw.labels.get(column, "").strip().casefold()}
        for pattern, (values, what) in _MARKS.items():
            if column in taken or not any(re.fullmatch(pattern, name) for name in names):
                continue
            codes = _PREVIEW_CODES if qualtrics and "status" in names else ""
            texts = raw.cells[column].astype("str").where(raw.cells[column].notna(), "")
            for row in texts.index[texts.str.strip().str.fullmatch(values + codes, case=False)]:
                if values or raw.cells[column].notna().any():
                    marked.setdefault(int(row), f"{what} ({column}: {texts[row] or 'blank'})")
    return marked


def region_ids(
    cells: pd.Series, named: Mapping[str, str], frame: pd.DataFrame, register: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Find the region that each cell of the region column means.

    Parameters
    ----------
    cells : Series of str
        The column.
    named : mapping
        Names that the export uses → id (``regions`` of wave.yaml).
    frame : DataFrame
        Regions by id, with their ``name``.
    register : mapping
        Region that no longer exists → the one that it is part of now.

    Returns
    -------
    ids : dict
        Cell → id of the frame; cells that mean none are absent.
    rules : dict
        Cell → how it was found, where it is not the id itself.
    """
    return RegionNames(named, frame, register).find(cells)


class RegionNames:
    """All that a cell may call a region (see `region_ids`); made once where many columns are looked at."""

    def __init__(self, named: Mapping[str, str], frame: pd.DataFrame, register: Mapping[str, str]) -> None:
        known = set(frame.index)
        gone = {answer_key(region): into for region, into in register.items() if into in known}
        stated = {answer_key(name): region for name, region in named.items()}
        self._known: list[tuple[str, dict[str, str]]] = [
            ("", {answer_key(str(region)): str(region) for region in frame.index}),
            ("region: as wave.yaml says", {name: region for name, region in stated.items() if region in known}),
            ("region: by its name", {answer_key(str(name)): str(region) for region, name in frame["name"].items()}),
            (MERGED, gone | {name: register[into] for name, into in stated.items() if register.get(into) in known}),
        ]

    def find(self, cells: pd.Series) -> tuple[dict[str, str], dict[str, str]]:
        """Find the region of each cell; result as of `region_ids`."""
        ids: dict[str, str] = {}
        rules: dict[str, str] = {}
        for cell in distinct(cells):
            key = answer_key(cell)
            for rule, known in self._known:
                if key in known:
                    ids[cell] = known[key]
                    if rule or cell != ids[cell]:
                        rules[cell] = f"{rule}{ids[cell]}" if rule == MERGED else rule or "region: spelling"
                    break
        return ids, rules


def giving_way(
    cells: pd.Series, ids: pd.Series, rules: Mapping[str, str], wave: Wave, values: pd.DataFrame
) -> dict[int, str]:
    """Tell which rows give way, where a region answered more than once or several of its predecessors did.

    Parameters
    ----------
    cells, ids : Series of str
        Region of each row, as the export says it and as the frame does.
    rules : mapping
        As `region_ids` gives.
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
    columns = [source.column for source in wave.items.values() if source.column in values.columns]
    named = ids.dropna().astype("str")
    twice = named[named.duplicated(keep=False)]
    given = values.loc[twice.index, columns].notna().sum(axis="columns")
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


def check_rows(
    raw: Export, wave: Wave, frame: pd.DataFrame | None, file: Path, register: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield the problems of rows: no answers, without region or with an unknown one, answered twice.

    Parameters
    ----------
    raw, wave, frame, file, register
        As for `sto_analysis.survey.check.check_export`; the export has the region column.
    """
    kept, marked = answer_rows(raw, wave)
    cells, sheet, column = kept[wave.region_column], raw.layout.sheet, wave.region_column
    if wave.unfinished == "stop":
        for row, what in marked.items():
            todo = "Set 'unfinished' in wave.yaml to drop, or to keep where it counts; or remove the row."
            yield UnfinishedAnswer(f"the survey tool marks this row as {what}.", todo, file=file, sheet=sheet, row=row)
    for row in cells.index[cells.isna()]:
        what, todo = "a row without a region.", "Fill in the region, or remove the row."
        yield UnknownRegion(what, todo, file=file, sheet=sheet, row=int(row), column=column, value="")
    rules: dict[str, str] = {}
    if frame is None:
        found = {cell: cell for cell in distinct(cells)}
    else:
        found, rules = region_ids(cells, wave.regions, frame, register)
        for index, cell in cells[looked_up(cells, found).isna()].dropna().items():
            todo = f"Correct it, add it to {wave.frame}, or say under 'regions' in wave.yaml which region it is."
            what = "this region is not in the frame."
            yield UnknownRegion(what, todo, file=file, sheet=sheet, row=int(str(index)), column=column, value=str(cell))
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
