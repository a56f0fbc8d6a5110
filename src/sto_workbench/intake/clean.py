"""Raw values → validated answers and their files, with a log entry for every change."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import say
from sto_analysis.monitor.answers import CleanWave, write_table
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.described import located
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.wave import is_synthetic
from sto_analysis.provenance import wrote
from sto_workbench.context.readable import readable
from sto_workbench.context.wave import stale
from sto_workbench.intake.came_in import came_in, looks
from sto_workbench.intake.delivery import Delivery, collected, read_delivery
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.rows import repeated

LOG_COLUMNS = ["region", "row", "column", "item", "before", "after", "rule"]
_TICKED = "blank: not ticked"
Measured = dict[str, Any]
"""What was measured of one region in one context variable, as context.csv names it."""


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
    codebook, problems = read_codebook(), list[Problem]()
    delivery, *_ = deliveries = [read_delivery(name, codebook)]
    if delivery.wave and delivery.reading and delivery.reading.names:
        problems += stale(delivery.wave, codebook, sorted(map(str, delivery.reading.names.frame.index)))
    while (last := deliveries[-1].wave) and last.wave > (one := last.earlier_wave or last.wave):
        deliveries.append(read_delivery(one, codebook))
        problems += deliveries[-1].problems
    with collected(problems):
        years = sorted(set(read_published().tables["aspects"]["wave"]))
        if delivery.wave and delivery.wave.published not in (None, *years):
            what = say("clean.not_published", year=delivery.wave.published, years=", ".join(map(str, years)))
            problems += located(compendium.raw(name) / "wave.yaml", [(("published",), what)])
    clean, *earlier = [_cleaned(each, problems) for each in deliveries]
    if delivery.reading is None:
        return clean
    problems, notices = looks(delivery.reading, came_in(delivery.reading.wave, clean, earlier, codebook))
    Problems.raise_if(problems)
    return replace(clean, notices=(*clean.notices, *notices))


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
    given_way = _giving_way(reading)
    region = reading.region[reading.cells.index].drop(list(given_way))
    index, every = pd.Index(region, name="region", dtype="str"), reading.codebook.items.values()
    said = reading.filled.loc[region.index].reindex(columns=[item.id for item in every], fill_value="not_asked")
    levels = {item.id: [level.id for level in item.scale.levels] for item in every}
    given = {name: said[name].where(said[name].isin(ids)) for name, ids in levels.items()}
    columns = {name: pd.Categorical(given[name], ids, ordered=True) for name, ids in levels.items()}
    answers = pd.DataFrame(columns, index)
    long = said.set_axis(index).melt(var_name="item", value_name="reason", ignore_index=False).reset_index()
    missing = long[answers.isna().melt()["value"]].astype("str").sort_values(["region", "item"], ignore_index=True)
    regions = frame.copy()
    regions.insert(1, "answered", frame.index.isin(answers.index))
    log = _log(reading, given_way)
    left_out = len(reading.set_aside) + len(given_way)
    return CleanWave(answers.sort_index(), missing, regions, log, left_out, reading.export.notices)


def _giving_way(reading: Reading) -> dict[int, str]:
    """Row that gives way to another of its region → the rule, and which one is kept."""
    out = {}
    for row, kept, part in repeated(reading):
        region, said = reading.region[kept], reading.region_cells[kept]
        what = f"merger into {region}: {said} in" if part else "duplicate:"
        out[row] = f"{what} row {kept} kept ({reading.wave.duplicates})"
    return out


def _log(reading: Reading, given_way: dict[int, str]) -> pd.DataFrame:
    """One row per change: of the region of a row, rows that are left out, answers that are recoded or missing."""
    column, cells, rules = reading.wave.region_column, reading.region_cells, reading.found[1]
    gone = {row: f"no answer: {why}" for row, why in reading.set_aside.items()} | given_way
    region, named = reading.region.to_dict(), cells[reading.cells.index]
    rows = [(row, column, "", cell, region[row], rules[cell]) for row, cell in named.items() if cell in rules]
    rows += [(row, column, "", cells[row], "", why) for row, why in gone.items()]
    for name, asked in reading.asked.items():
        codes = {level.id: str(level.code) for level in asked.item.scale.levels}
        both = pd.DataFrame({"before": asked.cells.fillna(""), "said": reading.filled[name]}).drop(list(given_way))
        for row, before, said in both.itertuples():
            rule = f"missing: {said}" if said not in codes else "recoded" if before else _TICKED
            if before != (after := codes.get(said, "")):
                rows.append((row, asked.source.column, name, before, after, rule))
    log = pd.DataFrame(rows, columns=LOG_COLUMNS[1:]).assign(region=lambda log: log["row"].map(region))
    types = dict.fromkeys(LOG_COLUMNS, "str") | {"row": "int64"}
    return log[LOG_COLUMNS].astype(types).sort_values(["region", "item", "row"], ignore_index=True)


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
    shown = clean.regions[["name", "answered", *read_codebook().context_variables]]
    measured = _write_context(folder, wave)
    for region, row in shown.iterrows():
        _write_own(folder, wave, str(region), row, clean.answers, measured.get(str(region), {}))


def _write_context(folder: Path, wave: str) -> dict[str, dict[str, Measured]]:
    """Write how the context was measured, and give it by region and variable; nothing of a wave without context.csv."""
    table, path = readable(wave), folder / "context.parquet"
    if table is None:
        path.unlink(missing_ok=True)
        return {}
    wrote(compendium.write_whole(path, table.to_parquet))
    texts = [name for name in map(str, table) if name.startswith("unit_")]
    told = table[["value", "low", "high", "code_low", "code_high", "form", *texts]].astype(object)
    rows: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()} for row in told.where(told.notna(), None).to_dict("records")
    ]
    measured: dict[str, dict[str, Measured]] = {}
    for region, variable, row in zip(table["region"], table["variable"], rows, strict=True):
        measured.setdefault(region, {})[variable] = row
    return measured


def _write_own(folder: Path, wave: str, region: str, row: pd.Series, answers: pd.DataFrame, measured: Measured) -> None:
    """Write what one region's report may show of single regions."""
    traits = {str(name): None if pd.isna(value) else value for name, value in row.to_dict().items()}
    given = answers.loc[region].dropna().to_dict() if row["answered"] else {}
    own = {"wave": wave, "region": region, **traits, "measured": measured, "answers": given}
    text = json.dumps(own, indent=1, ensure_ascii=False, default=float) + "\n"
    wrote(compendium.write_text(folder / "own" / f"{region}.json", text))
