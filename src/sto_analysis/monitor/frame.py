"""The frame of a wave: every region that was asked, with its context."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import DuplicateRegion, Problem, Problems, UnknownCode, UnknownRegion
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.csv_tables import read_table
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave


def read_frame(wave: Wave, codebook: Codebook) -> pd.DataFrame:
    """Read every region that a wave asked, with its context; result and errors as of `read_frame_file`.

    Parameters
    ----------
    wave : Wave
        Names the file.
    codebook : Codebook
        Names the context variables and their codes.
    """
    return read_frame_file(compendium.raw(wave.wave) / wave.frame, codebook)


def read_frame_file(path: Path, codebook: Codebook) -> pd.DataFrame:
    """Read a frame of regions.

    Parameters
    ----------
    path : Path
        A CSV with ``region``, ``name`` and the context variables.
    codebook : Codebook
        Names the context variables and their codes.

    Returns
    -------
    DataFrame
        Index ``region``; columns ``name`` and one numeric code per context variable.

    Raises
    ------
    Problems
        All of: not there or not readable; missing columns, uneven rows; blank or repeated regions and names, unknown
        context codes.
    """
    needed = ["region", "name", *codebook.context_variables]
    todo = "Put the file there, or correct 'frame' in wave.yaml."
    table = read_table(path, "the frame of regions", needed, todo)
    Problems.raise_if(_frame_problems(table, codebook, path))
    codes = {name: pd.to_numeric(table[name]) for name in codebook.context_variables}
    frame = table[["region", "name"]].astype("str").assign(**codes)
    return frame.set_index("region").sort_index()


def _frame_problems(table: pd.DataFrame, codebook: Codebook, path: Path) -> Iterator[Problem]:
    if table.empty:
        yield UnknownRegion("the frame has no regions.", "List every region that was asked.", file=path)
    for column in ("region", "name"):
        for row in table.index[table[column].isna()]:
            what, todo = (
                f"a region without {'a name' if column == 'name' else 'an id'}.",
                "Fill it in, or remove the row.",
            )
            yield UnknownRegion(what, todo, file=path, row=int(row), column=column)
        keys = table[column].dropna().map(answer_key)
        for row in keys.index[keys.duplicated()]:
            first = keys.index[keys == keys[row]][0]
            what = f"this {'name' if column == 'name' else 'region'} stands in the frame already, in row {first}."
            todo = "Give each region its own name." if column == "name" else "Keep one row per region."
            found = str(table.at[row, column])
            yield DuplicateRegion(what, todo, file=path, row=int(row), column=column, value=found)
    for name, variable in codebook.context_variables.items():
        known = {str(level.code) for level in variable.levels}
        for row, found in table[name].dropna().items():
            if found.removesuffix(".0") not in known:
                yield UnknownCode(
                    "the codebook does not know this context code.",
                    "Correct the value or the codebook; blank where nobody knows.",
                    file=path, row=int(str(row)), column=name, value=found,
                    expected=f"one of {', '.join(sorted(known))}",
                )  # fmt: skip
