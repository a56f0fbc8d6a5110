"""Raw values → validated answers, with a log entry for every change."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems, ToDo
from sto_analysis.survey.check import check_export, kept_rows, meanings, reasons, region_ids
from sto_analysis.survey.codebook import Codebook, Item, read_codebook
from sto_analysis.survey.described import Place, located
from sto_analysis.survey.readers import Export, read_export
from sto_analysis.survey.register import read_register, successors
from sto_analysis.survey.wave import TODO, ItemColumn, Wave, answer_key, read_frame, read_wave

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
    todo = "Fill in the line, or remove it where the wave did not ask it."
    open_lines = located(description, list(wave.todos()))
    problems: list[Problem] = [ToDo(line.what, todo, file=description, line=line.line) for line in open_lines]
    frame: pd.DataFrame | None = None
    merged: dict[str, str] = {}
    try:
        merged = successors(read_register("synthetic" if wave.synthetic else "real"))
    except Problems as found:
        problems += found.problems
    if not wave.frame.startswith(TODO):
        try:
            frame = read_frame(wave, codebook)
        except Problems as found:
            problems += found.problems
    if frame is not None:
        gone: list[tuple[Place, str]] = [
            (("changed_respondents", place), f"region {region!r} is not in the frame")
            for place, region in enumerate(wave.changed_respondents or ())
            if region not in frame.index
        ]
        problems += located(description, gone)
    try:
        raw = read_export(folder / wave.file, wave.layout)
    except Problems as found:
        problems += found.problems
    else:
        problems += check_export(raw, wave, codebook, frame, folder / wave.file, merged)
    if problems or frame is None:
        raise Problems(problems)
    return clean(raw, wave, codebook, frame, merged)


def clean(raw: Export, wave: Wave, codebook: Codebook, frame: pd.DataFrame, merged: dict[str, str]) -> CleanWave:
    """Turn a checked export into answers.

    Parameters
    ----------
    raw : Export
        An export without problems (see `check_export`).
    wave, codebook, frame, merged
        What it was checked against.

    Returns
    -------
    CleanWave
        In the order of the regions' ids, so that the order of the rows in the export does not matter.
    """
    values = raw.cells
    cells = values[wave.region_column]
    ids, rules = region_ids(cells, wave.regions, frame, merged)
    region = cells.map(ids)
    log = [_entries(cells, region, cells.map(rules), wave.region_column, "", region)]
    dropped = pd.Series(kept_rows(region, wave, values), dtype="object")
    rule = dropped.map(lambda row: f"duplicate: row {row} kept ({wave.duplicates})")
    log.append(_entries(cells, region, rule.reindex(cells.index), wave.region_column, "", None))
    values = values.drop(index=dropped.index)
    region = region[values.index]
    columns, missing = {}, []
    for item in codebook.items.values():
        levels = [level.id for level in item.scale.levels]
        source = wave.items.get(item.id)
        if source is None:
            columns[item.id] = pd.Categorical([None] * len(values), categories=levels, ordered=True)
            missing.append(pd.DataFrame({"region": region, "item": item.id, "reason": "not_asked"}))
            continue
        answer, reason, entries = _item(values[source.column], region, source, item, wave)
        columns[item.id] = pd.Categorical(answer, categories=levels, ordered=True)
        absent = reason.notna()
        missing.append(pd.DataFrame({"region": region[absent], "item": item.id, "reason": reason[absent]}))
        log += entries
    answers = pd.DataFrame(columns, index=pd.Index(region.astype(str), name="region", dtype="str"))
    regions = frame.copy()
    regions.insert(1, "answered", pd.Series(frame.index.isin(answers.index), index=frame.index))
    return CleanWave(
        answers.sort_index(),
        pd.concat(missing).astype("str").sort_values(["region", "item"], ignore_index=True),
        regions,
        pd.concat(log).sort_values(["region", "item", "row"], ignore_index=True),
    )


def _item(
    cells: pd.Series, region: pd.Series, source: ItemColumn, item: Item, wave: Wave
) -> tuple[pd.Series, pd.Series, list[pd.DataFrame]]:
    """Answers of one item, the reasons of the absent ones, and the log of what was changed."""
    known, absent = meanings(source, item), reasons(source, wave)
    codes = {level.id: str(level.code) for level in item.scale.levels}
    texts = cells.dropna().unique()
    keys = {text: answer_key(text) for text in texts}
    why = {text: absent[key] for text, key in keys.items() if key in absent}
    level = {text: known[key] for text, key in keys.items() if text not in why}
    answer = cells.map(level)
    reason = cells.map(why).where(cells.notna(), "blank")
    recoded = {text: "recoded" for text, found in level.items() if codes[found] != text}
    emptied = {text: f"missing: {found}" for text, found in why.items()}
    entries = [
        _entries(cells, region, cells.map(recoded), source.column, item.id, answer.map(codes)),
        _entries(cells, region, cells.map(emptied), source.column, item.id, None),
    ]
    return answer, reason, entries


def _entries(
    cells: pd.Series, region: pd.Series, rule: pd.Series, column: str, item: str, after: pd.Series | None
) -> pd.DataFrame:
    """Rows of the log where there is a rule."""
    at = rule.index[rule.notna()]
    return pd.DataFrame(
        {
            "region": region[at].astype("object"),
            "row": np.asarray(at, dtype=np.int64),
            "column": column,
            "item": item,
            "before": cells[at].astype("object"),
            "after": "" if after is None else after[at].astype("object"),
            "rule": rule[at].astype("object"),
        },
        columns=LOG_COLUMNS,
    )
