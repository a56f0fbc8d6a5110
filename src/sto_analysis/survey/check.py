"""Every problem of a wave's files, in one go."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
from rapidfuzz import utils

from sto_analysis.errors import (
    DuplicateRegion,
    LabelDisagrees,
    MissingColumn,
    PersonalData,
    Problem,
    SyntheticAsReal,
    UnclaimedColumn,
    UnknownCode,
    UnknownRegion,
    WordingDisagrees,
)
from sto_analysis.survey.codebook import Codebook, Item
from sto_analysis.survey.readers import Export
from sto_analysis.survey.wave import TODO, ItemColumn, Wave, answer_key

_NAMES = {
    "a name": r"\b(voor|achter)?na(a)?m(en)?\b|\b(first|last|full|recipient(first|last))?\s*name\b",
    "an e-mail address": r"e-?mail",
    "an IP address": r"\bip\b|ip-?(adres|address)",
    "coordinates": r"latitude|longitude|breedtegraad|lengtegraad",
    "a telephone number": r"telefoon|telephone|\bphone|mobiel",
    "an address": r"\badres\b|postcode|woonplaats|zip ?code",
    "a date of birth": r"geboorte|birth",
    "a token that leads to a person": r"\btoken\b|externalreference|external (data )?reference",
}
_VALUES = {
    "e-mail addresses": r"[^@\s]+@[^@\s]+\.[a-z]{2,}",
    "IP addresses": r"(\d{1,3}\.){3}\d{1,3}|([0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}(::[0-9a-f]{0,4})?",
    "telephone numbers": r"(\+|00)\d[\d\s-]{8,}|0[1-9][\d\s-]{8,}",
}


_PREFIX = re.compile(r"^\s*[A-Za-z]+\w*\d\w*(\[\w+\])?\s*[.:)]\s+")
"""Code of a question before its text, as LimeSurvey writes it: ``v1_1. ``, ``G01Q02[SQ003]. ``."""


def question_of(text: str) -> str:
    """Take the code of a question from before its text, and line breaks out of it."""
    return " ".join(_PREFIX.sub("", text).split())


def plain_question(text: str) -> str:
    """Reduce a question to its words: no code before it, no case, no punctuation."""
    return " ".join(utils.default_process(question_of(text)).split())


def looks_personal(name: str, label: str, values: pd.Series) -> str | None:
    """Say what personal data a column seems to hold.

    Parameters
    ----------
    name, label : str
        Of the column.
    values : Series of str
        Its cells.

    Returns
    -------
    str or None
        In words; None where nothing points to it.
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[_.]", " ", name)
    for what, pattern in _NAMES.items():
        if any(re.search(pattern, text, re.IGNORECASE) for text in (name, spaced, label)):
            return what
    given = values.dropna().unique()[:5_000]
    for what, pattern in _VALUES.items():
        if any(re.fullmatch(pattern, text.strip(), re.IGNORECASE) for text in given):
            return what
    long = [text for text in given if len(text) > 25 and " " in text]
    return "open text" if len(long) >= 2 and len(long) > len(given) / 4 else None


def check_export(
    raw: Export, wave: Wave, codebook: Codebook, frame: pd.DataFrame | None, file: Path, register: dict[str, str]
) -> Iterator[Problem]:
    """Yield every problem of an export, located.

    Parameters
    ----------
    raw : Export
        What `read_export` gave.
    wave, codebook
        What the export is checked against.
    frame : DataFrame or None
        The regions that were asked; without it regions are not looked up.
    file : Path
        Named in the problems.
    register : dict
        Region that no longer exists → the one that it is part of now.
    """
    if "SYNTHETIC" in raw.title.upper() and not wave.synthetic:
        what = f"the file calls itself {raw.title!r}, but wave {wave.wave} is not synthetic."
        yield SyntheticAsReal(what, "Put it in a folder data/raw/synthetic-<year>.", file=file)
    sheet = raw.layout.sheet
    for item, source in wave.items.items():
        if source.column == TODO:
            continue
        if source.column not in raw.cells.columns:
            todo = "Correct the column in wave.yaml, or ask for a complete export."
            what = f"wave.yaml names this column for {item}, the export lacks it."
            yield MissingColumn(what, todo, file=file, sheet=sheet, column=source.column)
        else:
            yield from _wording(raw, source, codebook.items[item], file)
            yield from _answers(raw, source, codebook.items[item], wave, file)
    yield from _unclaimed(raw, wave, file)
    if wave.region_column not in raw.cells.columns:
        if not wave.region_column.startswith(TODO):
            what, todo = "the export lacks the column of the region.", "Correct 'region_column' in wave.yaml."
            yield MissingColumn(what, todo, file=file, sheet=sheet, column=wave.region_column)
        return
    yield from _regions(raw, wave, frame, file, register)


def meanings(source: ItemColumn, item: Item) -> dict[str, str]:
    """Return exported answer → level id of the codebook.

    Parameters
    ----------
    source : ItemColumn
        What wave.yaml says of the item.
    item : Item
        The codebook's item.
    """
    ids: dict[int | str, str] = {level.code: level.id for level in item.scale.levels}
    ids |= {level.id: level.id for level in item.scale.levels}
    given = source.codes or {answer_key(str(code)): code for code in item.scale.codes}
    return {key: ids[code] for key, code in given.items()}


def reasons(source: ItemColumn, wave: Wave) -> dict[str, str]:
    """Return exported answer → why it counts as missing."""
    return {**wave.missing_codes, **source.missing}


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
    register : dict
        Region that no longer exists → the one that it is part of now.

    Returns
    -------
    ids : dict
        Cell → id of the frame; cells that mean none are absent.
    rules : dict
        Cell → how it was found, where it is not the id itself.
    """
    by_id = {answer_key(str(region)): str(region) for region in frame.index}
    by_name = {answer_key(str(name)): str(region) for region, name in frame["name"].items()}
    stated = {answer_key(name): region for name, region in named.items()}
    ids: dict[str, str] = {}
    rules: dict[str, str] = {}
    for cell in cells.dropna().unique():
        key = answer_key(cell)
        if key in by_id:
            ids[cell] = by_id[key]
        elif stated.get(key) in frame.index:
            ids[cell], rules[cell] = stated[key], "region: as wave.yaml says"
        elif key in by_name:
            ids[cell], rules[cell] = by_name[key], "region: by its name"
        elif (merged := register.get(stated.get(key, cell))) in frame.index:
            ids[cell], rules[cell] = str(merged), f"region: merged into {merged}"
        if cell in ids and cell not in rules and cell != ids[cell]:
            rules[cell] = "region: spelling"
    return ids, rules


def kept_rows(ids: pd.Series, wave: Wave, values: pd.DataFrame) -> dict[int, int]:
    """Tell which rows give way to which, where a region answered more than once.

    Parameters
    ----------
    ids : Series of str
        Region of each row.
    wave : Wave
        Its duplicate rule; with ``stop`` nothing gives way.
    values : DataFrame
        Cells, to see which rows are complete.

    Returns
    -------
    dict
        Row that is dropped → row that is kept.
    """
    if wave.duplicates == "stop":
        return {}
    columns = [source.column for source in wave.items.values() if source.column in values.columns]
    given = values[columns].notna().sum(axis="columns")
    dropped: dict[int, int] = {}
    for _, rows in ids[ids.duplicated(keep=False)].groupby(ids):
        at = list(rows.index)
        most = int(given[at].max())
        kept = at[0] if wave.duplicates == "first" else [row for row in at if given[row] == most][-1]
        dropped |= {int(row): int(kept) for row in at if row != kept}
    return dropped


def _answers(raw: Export, source: ItemColumn, item: Item, wave: Wave, file: Path) -> Iterator[Problem]:
    """Problems of one item: answers that nobody knows, labels that say otherwise."""
    known, absent = meanings(source, item), reasons(source, wave)
    cells, sheet = raw.cells[source.column], raw.layout.sheet
    fine = known.keys() | absent.keys()
    unknown = [text for text in cells.dropna().unique() if answer_key(text) not in fine]
    if unknown:
        for row, text in cells[cells.isin(unknown)].items():
            yield UnknownCode(
                f"an answer to {item.id} that neither wave.yaml nor the codebook knows.",
                "Correct the value, or add it to 'codes', 'missing' or 'missing_codes' in wave.yaml.",
                file=file, sheet=sheet, row=int(str(row)), column=source.column, value=text,
                expected=f"one of {', '.join([*known, *absent])}",
            )  # fmt: skip
    levels = {level.id: level for level in item.scale.levels}
    spoken = {answer_key(text): level.id for level in item.scale.levels for text in (level.nl, level.en, level.id)}
    for code, label in raw.value_labels.get(source.column, {}).items():
        taken, said = known.get(answer_key(code)), spoken.get(answer_key(label))
        if taken and said and taken != said:
            yield LabelDisagrees(
                f"the file calls this code {label!r}, wave.yaml takes it for {levels[taken].nl!r}.",
                "Correct 'codes' of the item in wave.yaml.", file=file, sheet=sheet, column=source.column, value=code,
            )  # fmt: skip
        elif taken and raw.declared_missing(source.column, code):
            yield LabelDisagrees(
                f"the file declares this code missing, wave.yaml takes it for {levels[taken].nl!r}.",
                "Add it to 'missing' of the item, or correct 'codes', in wave.yaml.",
                file=file, sheet=sheet, column=source.column, value=code,
            )  # fmt: skip


def _wording(raw: Export, source: ItemColumn, item: Item, file: Path) -> Iterator[Problem]:
    """A question that the file words otherwise than wave.yaml: a changed question would pass unseen."""
    said = plain_question(raw.labels.get(source.column, source.column))
    stated = plain_question(source.wording)
    if len(said.split()) > 2 and said not in stated:  # a label may be cut off
        yield WordingDisagrees(
            f"the file words {item.id} otherwise than wave.yaml: {raw.labels.get(source.column, source.column)!r}.",
            "Copy the wording of the file; add 'same_wording_as_earlier: true' where it asks the same.",
            file=file, sheet=raw.layout.sheet, column=source.column, expected=repr(source.wording),
        )  # fmt: skip


def _unclaimed(raw: Export, wave: Wave, file: Path) -> Iterator[Problem]:
    """Columns that nothing takes, and those that are dropped and not there."""
    sheet = raw.layout.sheet
    for column in wave.drop:
        if column not in raw.cells.columns:
            what, todo = "wave.yaml drops this column, the export lacks it.", "Correct or remove the line under 'drop'."
            yield MissingColumn(what, todo, file=file, sheet=sheet, column=column)
    claimed = {wave.region_column, *wave.drop, *(source.column for source in wave.items.values())}
    for column in raw.cells.columns:
        if column in claimed:
            continue
        personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
        todo = "Add it to 'drop' in wave.yaml with the reason, or give it to an item."
        if personal:
            yield PersonalData(f"this column looks like {personal}.", todo, file=file, sheet=sheet, column=column)
        else:
            yield UnclaimedColumn("no item takes this column.", todo, file=file, sheet=sheet, column=column)


def _regions(
    raw: Export, wave: Wave, frame: pd.DataFrame | None, file: Path, register: dict[str, str]
) -> Iterator[Problem]:
    """Problems of the region column: blank, unknown, or answered twice."""
    cells, sheet = raw.cells[wave.region_column], raw.layout.sheet
    column = wave.region_column
    for row in cells.index[cells.isna()]:
        what, todo = "a row without a region.", "Fill in the region, or remove the row."
        yield UnknownRegion(what, todo, file=file, sheet=sheet, row=int(row), column=column, value="")
    if frame is None:
        found = {cell: cell for cell in cells.dropna().unique()}
    else:
        found, _ = region_ids(cells, wave.regions, frame, register)
        for row, cell in cells.dropna().items():
            if cell not in found:
                todo = f"Correct it, add it to {wave.frame}, or say under 'regions' in wave.yaml which region it is."
                what = "this region is not in the frame."
                yield UnknownRegion(
                    what, todo, file=file, sheet=sheet, row=int(str(row)), column=column, value=str(cell)
                )
    if wave.duplicates == "stop":
        first: dict[str, int] = {}
        given = cells.to_dict()
        for row, region in cells.map(found).dropna().items():
            at = int(str(row))
            if region in first:
                what = f"region {region} already answered in row {first[region]}."
                todo = "Remove a row, or set 'duplicates' in wave.yaml to first or last_complete."
                yield DuplicateRegion(what, todo, file=file, sheet=sheet, row=at, column=column, value=str(given[row]))
            first.setdefault(str(region), at)


def problem_rows(problems: Sequence[Problem]) -> pd.DataFrame:
    """Problems as a table, grouped by cause.

    Parameters
    ----------
    problems : sequence of Problem
        What was found.

    Returns
    -------
    DataFrame of str
        ``cause``, ``file``, ``sheet``, ``line``, ``row``, ``column``, ``value``, ``what``, ``expected``, ``todo``.
    """
    names = ["file", "sheet", "line", "row", "column", "value", "what", "expected", "todo"]
    rows = [
        {"cause": type(problem).__name__} | {name: getattr(problem, name) for name in names} for problem in problems
    ]
    table = pd.DataFrame(rows, columns=["cause", *names], dtype="object")
    return table.where(table.notna(), "").astype(str).sort_values("cause", kind="stable", ignore_index=True)
