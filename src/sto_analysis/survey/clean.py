"""Raw values → validated answers, with a log entry for every change."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import (
    DuplicateRegion,
    MissingColumn,
    Problem,
    Problems,
    SyntheticAsReal,
    UnknownCode,
    UnknownRegion,
)
from sto_analysis.survey.codebook import Codebook, Item, read_codebook
from sto_analysis.survey.described import located
from sto_analysis.survey.readers import read_export
from sto_analysis.survey.wave import ItemColumn, Wave, read_frame, read_wave

LOG_COLUMNS = ["region", "row", "column", "item", "before", "after", "rule"]


@dataclass(frozen=True)
class CleanWave:
    """A wave after cleaning.

    Parameters
    ----------
    answers : DataFrame
        Index ``region`` (answering regions only); one ordered categorical per item, whose categories are
        the level ids of the codebook. Every item of the codebook has a column.
    missing : DataFrame
        One row per absent answer: ``region``, ``item``, ``reason``.
    regions : DataFrame
        Every region of the frame: ``name``, ``answered`` and the context codes.
    log : DataFrame
        One row per changed value: ``region``, ``row``, ``column``, ``item``, ``before``, ``after``, ``rule``.
    """

    answers: pd.DataFrame
    missing: pd.DataFrame
    regions: pd.DataFrame
    log: pd.DataFrame


def clean_wave(name: str) -> CleanWave:
    """Read, check and clean a wave; every problem of its files is raised in one go.

    Parameters
    ----------
    name : str
        Id of the wave.

    Raises
    ------
    Problems
        All that is wrong with wave.yaml; or, when that is right, all that is wrong with frame and export.
    """
    codebook, wave = read_codebook(), read_wave(name)
    folder = compendium.raw(name)
    description = folder / "wave.yaml"
    Problems.raise_if(located(description, list(wave.contradictions(codebook))))
    problems: list[Problem] = []
    raw, frame = pd.DataFrame(), pd.DataFrame()
    try:
        frame = read_frame(wave, codebook)
    except Problems as found:
        problems += found.problems
    try:
        raw = read_export(folder / wave.file)
    except Problems as found:
        problems += found.problems
    else:
        problems += check_export(raw, wave, codebook, frame if not problems else None, folder / wave.file)
    Problems.raise_if(problems)
    return clean(raw, wave, codebook, frame)


def check_export(
    raw: pd.DataFrame, wave: Wave, codebook: Codebook, frame: pd.DataFrame | None, file: Path
) -> Iterator[Problem]:
    """Yield every problem of an export, located.

    Parameters
    ----------
    raw : DataFrame
        What `read_export` gave.
    wave, codebook
        What the export is checked against.
    frame : DataFrame or None
        The regions that were asked; without it regions are not looked up.
    file : Path
        Named in the problems.
    """
    if "SYNTHETIC" in raw.attrs.get("label", "").upper() and not wave.synthetic:
        what = f"the file calls itself {raw.attrs['label']!r}, but wave {wave.wave} is not synthetic."
        yield SyntheticAsReal(what, "Put it in a folder data/raw/synthetic-<year>.", file=file)
    for item, source in wave.items.items():
        if source.column not in raw.columns:
            todo = "Correct the column in wave.yaml, or ask for a complete export."
            yield MissingColumn(
                f"wave.yaml names this column for {item}, the export lacks it.",
                todo,
                file=file,
                column=source.column,
            )
            continue
        known = _known_codes(source, codebook.items[item], wave)
        answers = raw[source.column].dropna()
        for row, value in answers[~answers.isin(known)].items():
            yield UnknownCode(
                f"an answer to {item} that neither wave.yaml nor the codebook knows.",
                "Correct the value, or add the code to 'codes' or 'missing_codes' in wave.yaml.",
                file=file, row=int(str(row)), column=source.column, value=_text(value),
                expected=f"one of {sorted(known)}",
            )  # fmt: skip
    if wave.region_column not in raw.columns:
        todo = "Correct 'region_column' in wave.yaml, or ask for a complete export."
        yield MissingColumn("the export lacks the column of the region.", todo, file=file, column=wave.region_column)
        return
    regions = raw[wave.region_column].astype("string").str.strip()
    first: dict[str, int] = {}
    for row, found in regions.items():
        region, at = ("" if pd.isna(found) else str(found)), int(str(row))
        if region in first:
            what = f"this region already answered in row {first[region]}."
            todo = "Keep one row per region in the export."
            yield DuplicateRegion(what, todo, file=file, row=at, column=wave.region_column, value=region)
        first.setdefault(region, at)
        if frame is not None and region not in frame.index:
            what, todo = "this region is not in the frame.", f"Correct the region, or add it to {wave.frame}."
            yield UnknownRegion(what, todo, file=file, row=at, column=wave.region_column, value=region)


def clean(raw: pd.DataFrame, wave: Wave, codebook: Codebook, frame: pd.DataFrame) -> CleanWave:
    """Turn a checked export into answers.

    Parameters
    ----------
    raw : DataFrame
        An export without problems (see `check_export`).
    wave, codebook, frame
        What it was checked against.

    Returns
    -------
    CleanWave
        In the order of the regions' ids, so that the order of the rows in the export does not matter.
    """
    region = raw[wave.region_column].astype("string").str.strip().astype(str)
    columns, missing, log = {}, [], []
    for item in codebook.items.values():
        source = wave.items.get(item.id)
        if source is None:
            columns[item.id] = pd.Series(pd.NA, index=raw.index, dtype="object")
            missing += [(where, item.id, "not_asked") for where in region]
            continue
        values = raw[source.column]
        reasons = values.map(wave.missing_codes).where(values.notna(), "blank")
        ids = {level.code: level.id for level in item.scale.levels}
        translate = {theirs: ids[ours] for theirs, ours in _codes(source, item).items()}
        columns[item.id] = values.map(translate)
        for row in raw.index[reasons.notna()]:
            reason = str(reasons[row])
            missing.append((region[row], item.id, reason))
            if pd.notna(values[row]):
                log.append((region[row], row, source.column, item.id, _text(values[row]), "", f"missing: {reason}"))
        for row in raw.index[reasons.isna()]:
            ours = _codes(source, item)[int(values[row])]
            if ours != values[row]:
                log.append((region[row], row, source.column, item.id, _text(values[row]), str(ours), "recoded"))
    answers = pd.DataFrame({
        key: pd.Categorical(column, categories=[level.id for level in codebook.items[key].scale.levels], ordered=True)
        for key, column in columns.items()
    })  # fmt: skip
    answers.index = pd.Index(region, name="region")
    answered = pd.Series(frame.index.isin(answers.index), index=frame.index)
    regions = frame.copy()
    regions.insert(1, "answered", answered)
    return CleanWave(
        answers.sort_index(),
        pd.DataFrame(missing, columns=["region", "item", "reason"]).sort_values(["region", "item"], ignore_index=True),
        regions,
        pd.DataFrame(log, columns=LOG_COLUMNS).sort_values(["region", "item"], ignore_index=True),
    )


def _codes(source: ItemColumn, item: Item) -> dict[int, int]:
    return source.codes or {code: code for code in item.scale.codes}


def _known_codes(source: ItemColumn, item: Item, wave: Wave) -> set[int]:
    return set(_codes(source, item)) | set(wave.missing_codes)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
