"""Rows of an export: which region answers in each, which give way to others, which are no answers."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process, utils

from sto_analysis.errors import DuplicateRegion, Problem, UnfinishedAnswer, UnknownRegion
from sto_analysis.survey.readers import Export, distinct, looked_up
from sto_analysis.survey.register import successors
from sto_analysis.survey.spelling import answer_key
from sto_analysis.survey.wave import Wave

MERGED = "region: merged into "
_MARKS: dict[str, tuple[str, str]] = {
    r"status|response type": (
        r"survey preview|survey test|spam|possible spam|preview|offline survey preview|voorbeeld.*",
        "a preview or test",
    ),
    r"distribution ?channel": (r"preview", "a preview"),
    r"finished|voltooid|complete|completed": (r"false|0|onwaar|nee|no", "not finished"),
    r"progress|voortgang": (r"\d{1,2}%?", "not finished"),
    r"submit ?date|datum ingestuurd|verzenddatum|date submitted": (r"", "never sent in"),
}
"""Name of a column of a survey tool → cells that mark a row as no answer, and as what."""
_PREVIEW_CODES = r"|1|2|8|9|12|17|32|40|48"
"""Codes of Qualtrics for previews, tests and spam in a numeric export."""


def answer_rows(raw: Export, wave: Wave) -> tuple[pd.DataFrame, dict[int, str]]:
    """Set aside the rows that are no answers (see `marked_rows`).

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
        Row → why it is none.
    """
    marked = marked_rows(raw, {source.column for source in wave.items.values()})
    return (raw.cells.drop(index=list(marked)) if wave.unfinished == "drop" else raw.cells), marked


def marked_rows(raw: Export, taken: Collection[str]) -> dict[int, str]:
    """Tell which rows are no answers: by what a survey tool says of them, or because they hold none.

    Parameters
    ----------
    raw : Export
        The export.
    taken : collection of str
        Columns of items, which are no marks.

    Returns
    -------
    dict
        Row → why.
    """
    marked: dict[int, str] = {}
    called = {str(column): raw.called(column) for column in raw.cells.columns}
    qualtrics = {"responseid", "response id", "distributionchannel", "response type"} & set().union(*called.values())
    for column, names in called.items():
        for pattern, (values, what) in _MARKS.items():
            if column in taken or not any(re.fullmatch(pattern, name) for name in names):
                continue
            codes = _PREVIEW_CODES if qualtrics and "status" in names else ""
            texts = raw.cells[column].astype("str").where(raw.cells[column].notna(), "")
            for row in texts.index[texts.str.strip().str.fullmatch(values + codes, case=False)]:
                if values or raw.cells[column].notna().any():
                    told = f"{column}: {texts[row] or 'blank'}"
                    marked.setdefault(int(row), f"the survey tool marks this row as {what} ({told})")
    there = [column for column in raw.cells.columns if column in taken]
    for row in raw.cells.index[raw.cells[there].isna().all(axis="columns")] if there else ():
        marked.setdefault(int(row), "no question is answered in this row")
    return marked


_RESEMBLES = 70.0
"""Least similarity (0 to 100) at which a region is named as the one that was meant."""


class RegionNames:
    """All that a cell of the region column may call a region.

    Parameters
    ----------
    named : mapping
        Names that the export uses → id (``regions`` of wave.yaml).
    frame : DataFrame
        Regions by id, with their ``name``.
    register : DataFrame
        As `sto_analysis.survey.register.read_register` gives: names, DUS-I numbers and mergers.

    Attributes
    ----------
    spoken : dict
        Region → its id and name, as a message shows it.
    """

    def __init__(self, named: Mapping[str, str], frame: pd.DataFrame, register: pd.DataFrame) -> None:
        now = {str(region): str(region) for region in frame.index}
        merged = {region: into for region, into in successors(register).items() if into in now}
        self._stated = {answer_key(name): region for name, region in named.items()}
        numbers, names = _by(register["dusi"]), _by(register["name"])
        gone = {answer_key(region): into for region, into in merged.items()}
        self._known: list[tuple[str, dict[str, str]]] = [
            ("region: as wave.yaml says", _through(self._stated, now)),
            (MERGED, _through(self._stated, merged)),
            ("", {answer_key(region): region for region in now}),
            ("region: by its name", _through(names, now) | _by(frame["name"])),
            ("region: by its DUS-I number", _through(numbers, now)),
            (MERGED, _through(names, merged) | _through(numbers, merged) | gone),
        ]
        self.spoken = {str(region): f"{region} ({name})" for region, name in frame["name"].items()}

    def alike(self, text: str) -> str | None:
        """Id of the region that a text resembles most; None where it resembles none."""
        scorer, tidy = fuzz.token_sort_ratio, utils.default_process
        found = process.extractOne(text, self.spoken, scorer=scorer, processor=tidy, score_cutoff=_RESEMBLES)
        return str(found[2]) if found else None

    def find(self, cells: pd.Series, labels: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Find the region that each cell means.

        Where the file labels a code, the label says which region it is; the code does where it agrees with the label.

        Parameters
        ----------
        cells : Series of str
            The column.
        labels : mapping
            What the file calls its codes (SPSS).

        Returns
        -------
        ids : dict
            Cell → id of the frame; cells that mean none are absent.
        rules : dict
            Cell → how it was found, where it is not the id itself.
        """
        ids: dict[str, str] = {}
        rules: dict[str, str] = {}
        for cell in distinct(cells):
            key, label = answer_key(cell), answer_key(labels.get(cell, cell))
            found, rule = self._region(key)
            if label != key and key not in self._stated:
                called, how = self._region(label)
                if called:
                    found, rule = called, how if how.startswith(MERGED) else "region: by its label"
                elif found and self.alike(label) != found:
                    found = ""
            if found:
                ids[cell] = found
                if rule or cell != found:
                    rules[cell] = rule or "region: spelling"
        return ids, rules

    def _region(self, key: str) -> tuple[str, str]:
        """Region that a name means, and how it was found; nothing where it means none."""
        for rule, known in self._known:
            if key in known:
                return known[key], f"{rule}{known[key]}" if rule == MERGED else rule
        return "", ""


def _by(texts: pd.Series) -> dict[str, str]:
    """What one region alone is called → the region."""
    keys = texts.dropna().astype("str").map(answer_key)
    alone = keys[~keys.duplicated(keep=False)]
    return {key: str(region) for region, key in alone.items()}


def _through(names: Mapping[str, str], regions: Mapping[str, str]) -> dict[str, str]:
    return {name: regions[region] for name, region in names.items() if region in regions}


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
            answers = values.loc[twice.index, source.column]
            none = [text for text in distinct(answers) if answer_key(text) in wave.reasons(source)]
            given += answers.notna() & ~answers.isin(none)
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
    """Yield the problems of rows: no answers, without region or with an unknown one, answered twice.

    Parameters
    ----------
    raw, wave, names, file
        As for `sto_analysis.survey.check.check_export`; the export has the region column.
    """
    kept, marked = answer_rows(raw, wave)
    cells, sheet, column = kept[wave.region_column], raw.layout.sheet, wave.region_column
    if wave.unfinished == "stop":
        for row, what in marked.items():
            todo = "Set 'unfinished' in wave.yaml to drop, or to keep where it counts; or remove the row."
            yield UnfinishedAnswer(f"{what}.", todo, file=file, sheet=sheet, row=row)
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
            todo = f"Correct it, add it to {wave.frame}, or say under 'regions' in wave.yaml which region it is."
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
