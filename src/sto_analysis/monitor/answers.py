"""Cleaned answers on disk and in the forms that the analysis takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from sto_analysis import compendium
from sto_analysis.inert import write_csv
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.scales import Band
from sto_analysis.provenance import made, read, wrote


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
        Every region of the frame: ``name``, ``answered``, the context codes and what is known beside them (see
        `beside_codes`).
    log : DataFrame
        One row per changed value: ``region``, ``row``, ``column``, ``item``, ``before``, ``after``, ``rule``.
    left_out : int
        Rows that are no answers or gave way to another; each is in the log.
    notices : tuple of str
        What a person should know of how the export was read.
    """

    answers: pd.DataFrame
    missing: pd.DataFrame
    regions: pd.DataFrame
    log: pd.DataFrame
    left_out: int = 0
    notices: tuple[str, ...] = ()


def write_table(table: pd.DataFrame, path: Path, wave: str) -> None:
    """Write a table as CSV whose first column names the wave, so that a copy of it still says what it is."""
    named = table.assign(wave=wave)[["wave", *table.columns]]
    compendium.write_whole(path, lambda part: write_csv(named, part))
    wrote(path)


def read_answers(wave: str) -> pd.DataFrame:
    """Read the answers of a wave: index ``region``, one ordered categorical per item."""
    return pd.read_parquet(made(compendium.processed(wave) / "answers.parquet"))


def read_regions(wave: str) -> pd.DataFrame:
    """Read every region of a wave's frame: ``name``, ``answered``, the context codes and what is beside them."""
    return pd.read_parquet(made(compendium.processed(wave) / "regions.parquet"))


def read_measured(wave: str) -> pd.DataFrame:
    """Read how the context of a wave was measured: a row per region and ``variable``; none where it is codes only."""
    path = read(compendium.processed(wave) / "context.parquet")
    columns = ["region", "variable", "value", "form", "place", "province", "level", "code_low", "code_high"]
    return pd.read_parquet(path) if path.is_file() else pd.DataFrame(columns=columns)


def beside_codes(regions: pd.DataFrame, codebook: Codebook, what: Literal["low", "high", "cluster"]) -> pd.DataFrame:
    """Return what is known beside the codes of the context variables.

    Parameters
    ----------
    regions : DataFrame
        As `read_regions` gives.
    codebook : Codebook
        Names the variables.
    what : {"low", "high", "cluster"}
        The lowest or the highest code that hidden counts allow, or with whom a region shares its value (such as the
        code of its arbeidsmarktregio).

    Returns
    -------
    DataFrame
        By region, a column for each variable of which it is known; none where a wave knows its codes only.
    """
    columns = {name: regions.get(f"{name}_{what}") for name in codebook.context_variables}
    known = {name: column for name, column in columns.items() if column is not None and column.notna().any()}
    return pd.DataFrame(known, index=regions.index)


def in_band(answers: pd.DataFrame, codebook: Codebook, question: str, band: Band) -> pd.DataFrame:
    """Tell for each answer to a question whether it falls in a band of its scale.

    Parameters
    ----------
    answers : DataFrame
        As `read_answers` gives.
    codebook : Codebook
        Knows the bands.
    question : str
        ``urgency``, ``yield``, ``borging``, ...
    band : {"low", "middle", "top"}
        The band.

    Returns
    -------
    DataFrame of nullable boolean
        Columns are concepts (aspects, forms); missing answers stay missing.
    """
    columns = {}
    for concept, item in codebook.asked(question).items():
        levels = {level.id for level in codebook.items[item].scale.levels if level.band == band}
        answer = answers[item]
        columns[concept] = answer.isin(levels).astype("boolean").mask(answer.isna())
    return pd.DataFrame(columns, index=answers.index)


def band_codes(answers: pd.DataFrame, codebook: Codebook, question: str) -> pd.DataFrame:
    """Code each answer by its band: 0 low, 1 middle, 2 top, NaN missing; columns are concepts."""
    top, middle = in_band(answers, codebook, question, "top"), in_band(answers, codebook, question, "middle")
    return (2 * top.astype("Float64") + middle.astype("Float64")).astype(float)


def at_level(answers: pd.DataFrame, codebook: Codebook, question: str, level: str) -> pd.DataFrame:
    """Tell for each answer to a question whether it stands at a level or above; missing stays missing."""
    columns = {}
    for concept, item in codebook.asked(question).items():
        answer = answers[item]
        columns[concept] = (answer >= level).astype("boolean").mask(answer.isna())
    return pd.DataFrame(columns, index=answers.index)


def positions(answers: pd.DataFrame, codebook: Codebook, question: str) -> pd.DataFrame:
    """Position of each answer on its scale, counted from 0; NaN where missing; columns are concepts."""
    columns = {concept: answers[item].cat.codes for concept, item in codebook.asked(question).items()}
    coded = pd.DataFrame(columns, index=answers.index).astype(float)
    return coded.where(coded >= 0)
