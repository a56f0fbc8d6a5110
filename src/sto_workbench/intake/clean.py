"""Raw values → validated answers and their files, with a log entry for every change."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.monitor.answers import CleanWave, write_table
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.described import located
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.wave import is_synthetic
from sto_analysis.provenance import wrote
from sto_workbench.intake.beside import over_again
from sto_workbench.intake.cleaning_log import Log
from sto_workbench.intake.delivery import Delivery, read_delivery
from sto_workbench.intake.readers import looked_up
from sto_workbench.intake.reading import Asked, Reading
from sto_workbench.intake.rows import giving_way


def clean_wave(name: str) -> CleanWave:
    """Read, check and clean a wave; every problem of its files is raised in one go.

    Parameters
    ----------
    name : str
        Id of the wave.

    Raises
    ------
    Problems
        All that is wrong with wave.yaml, register, frame and export.
    """
    return _cleaned(read_delivery(name, read_codebook()), [])


def check_wave(name: str) -> CleanWave:
    """Check all that a run of a wave needs, and clean it: its files, those of each wave before it, published figures.

    Parameters
    ----------
    name : str
        Id of the wave.

    Raises
    ------
    Problems
        As `clean_wave`, of the wave and of each earlier one as far back as their wave.yaml can be read; and that there
        are no figures of the year that ``published`` names.
    """
    codebook = read_codebook()
    delivery = last = read_delivery(name, codebook)
    problems: list[Problem] = []
    while (before := last.earlier) is not None:
        last = read_delivery(before, codebook)
        problems += last.problems
        if delivery.reading and last.reading:
            problems += over_again(delivery.reading, last.reading)
    try:
        years = set(read_published().tables["aspects"]["wave"])
    except Problems as found:
        problems += found.problems
    else:
        published = delivery.wave.published if delivery.wave else None
        if published is not None and published not in years:
            what = f"there are no figures of {published}, only of {', '.join(map(str, sorted(years)))}"
            problems += located(compendium.raw(name) / "wave.yaml", [(("published",), what)])
    return _cleaned(delivery, problems)


def _cleaned(delivery: Delivery, more: list[Problem]) -> CleanWave:
    told = {str(problem): problem for problem in [*delivery.problems, *more]}  # waves share the register
    if told or delivery.reading is None or delivery.reading.names is None:
        raise Problems(told.values())
    return clean(delivery.reading, delivery.reading.names.frame)


def clean(reading: Reading, frame: pd.DataFrame) -> CleanWave:
    """Turn a reading without problems into answers.

    Parameters
    ----------
    reading : Reading
        Without problems (see `check_export`).
    frame : DataFrame
        The regions that were asked.

    Returns
    -------
    CleanWave
        In the order of the regions' ids, so that the order of the rows in the export does not matter.
    """
    log = Log(reading.region)
    given_way = giving_way(reading)
    _log_rows(reading, given_way, log)
    region = reading.region[reading.cells.index].drop(list(given_way))
    columns, reasons = {}, {}
    for item in reading.codebook.items.values():
        answer, reason = pd.Series(index=region.index, dtype="object"), pd.Series("not_asked", index=region.index)
        if item.id in reading.asked:
            answer, reason = _item(reading.asked[item.id], reading.answered[item.question][region.index], log)
        columns[item.id] = pd.Categorical(answer, [level.id for level in item.scale.levels], ordered=True)
        reasons[item.id] = reason.to_numpy()
    index = pd.Index(region, name="region", dtype="str")
    answers = pd.DataFrame(columns, index=index).sort_index()
    regions = frame.copy()
    regions.insert(1, "answered", frame.index.isin(answers.index))
    why = pd.DataFrame(reasons, index=index)
    row, at = np.nonzero(why.notna())
    absent = {"region": index[row], "item": why.columns[at], "reason": why.to_numpy()[row, at]}
    missing = pd.DataFrame(absent, dtype="str").sort_values(["region", "item"], ignore_index=True)
    left_out = len(reading.set_aside) + len(given_way)
    return CleanWave(answers, missing, regions, log.table(), left_out, reading.export.notices)


def _log_rows(reading: Reading, given_way: dict[int, str], log: Log) -> None:
    """Log which rows are left out, and of which the region is not the cell itself."""
    column = reading.wave.region_column
    cells = reading.cells[column]
    log.add(looked_up(cells, reading.found[1]), cells, column, after=reading.region)
    no_answer = {row: f"no answer: {what}" for row, what in reading.set_aside.items()}
    for gone in (no_answer, given_way):
        log.add(pd.Series(gone, dtype="str"), reading.export.cells[column], column)


def _item(asked: Asked, ticked: pd.Series, log: Log) -> tuple[pd.Series, pd.Series]:
    """Answers of one item and the reasons of the absent ones; what was changed goes into the log."""
    source, item, cells = asked.source, asked.item, asked.cells[ticked.index]
    codes = {level.id: str(level.code) for level in item.scale.levels}
    after = {text: codes[level] for text, level in asked.levels.items()}
    rules = {text: "recoded" for text, code in after.items() if code != text}
    rules |= {text: f"missing: {why}" for text, why in asked.reasons.items()}
    if rules:
        log.add(looked_up(cells, rules), cells, source.column, item.id, looked_up(cells, after).fillna(""))
    answer, reason = looked_up(cells, asked.levels), looked_up(cells, asked.reasons)
    blank, box = cells.isna(), source.ticked(item)
    if box:
        unticked = blank & ticked
        rule = pd.Series("blank: not ticked", index=cells.index[unticked])
        log.add(rule, cells, source.column, item.id, codes[box])
        return answer.mask(unticked, box), reason.mask(blank & ~ticked, "blank")
    return answer, reason.mask(blank, "blank" if source.blank is None else str(source.blank))


def write_clean(wave: str, clean: CleanWave) -> None:
    """Write a cleaned wave to data/processed, each file whole.

    Parameters
    ----------
    wave : str
        Id of the wave; the files' metadata hold it and whether the wave is synthetic.
    clean : CleanWave
        What `clean_wave` gave.
    """
    folder = compendium.processed(wave)
    for name in ("answers", "regions"):
        frame: pd.DataFrame = getattr(clean, name).copy()
        frame.attrs = {"wave": wave, "synthetic": is_synthetic(wave)}
        wrote(compendium.write_whole(folder / f"{name}.parquet", frame.to_parquet))
    write_table(clean.missing, folder / "missing.csv", wave)
    write_table(clean.log, folder / "cleaning_log.csv", wave)
    for region, row in clean.regions.iterrows():
        _write_own(folder, wave, str(region), row, clean.answers)


def _write_own(folder: Path, wave: str, region: str, row: pd.Series, answers: pd.DataFrame) -> None:
    """Write what one region's report may show of single regions."""
    traits = {str(name): None if pd.isna(value) else value for name, value in row.to_dict().items()}
    given = answers.loc[region].dropna().to_dict() if row["answered"] else {}
    own = {"wave": wave, "region": region, **traits, "answers": given}
    text = json.dumps(own, indent=1, ensure_ascii=False, default=float) + "\n"
    wrote(compendium.write_text(folder / "own" / f"{region}.json", text))
