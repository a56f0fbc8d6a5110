"""Small tables that people keep as CSV: the frame of regions, the register."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sto_analysis.errors import Problem, Problems, UnreadableExport
from sto_analysis.messages import problem
from sto_analysis.monitor.separated import Cells, text_rows
from sto_analysis.outside import outside

Row = dict[str, str | None]
"""Column → what the cell holds, None where blank."""

MOST_BYTES = 5_000_000


def read_rows(path: Path, what: str, needed: Sequence[str], todo: str) -> dict[int, Row]:
    """Read a CSV as text; separator and encoding are found.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it is, for messages: ``the frame of regions``.
    needed : sequence of str
        Columns that it must have.
    todo : str
        What to do when it is not there.

    Returns
    -------
    dict
        Row of the file as a person counts it, the column names in row 1 → its cells; without the rows that are blank.

    Raises
    ------
    Problems
        All of: not there or not readable; columns that lack or stand there twice, rows with more or fewer cells.
    """
    try:
        rows, *_, faults = text_rows(outside(path, what, todo, MOST_BYTES))
    except UnreadableExport as error:
        raise Problems([problem("csv_tables.unreadable", table=what, why=error.what, file=path)]) from error
    names = [name or "" for name in rows[0]] if rows else []
    filled = {number: row for number, row in enumerate(rows[1:], start=2) if any(row)}
    Problems.raise_if(_problems(path, what, needed, names, filled, {fault[0] for fault in faults}))
    return {number: dict(zip(names, row, strict=True)) for number, row in filled.items()}


def amiss(rows: Mapping[int, Row], column: str, plain: Callable[[str], str], path: Path) -> Iterator[Problem]:
    """Yield the cells of a column that are not what they must be.

    Parameters
    ----------
    rows : mapping
        As `read_rows` gives.
    column : str
        The column; its blank cells are left to others.
    plain : callable
        Raises ValueError for a cell that is not (see `sto_analysis.names`).
    path : Path
        The file.
    """
    for number, row in rows.items():
        try:
            plain(row[column] or "1")
        except ValueError as error:
            place = {"file": path, "row": number, "column": column, "value": row[column]}
            yield problem("csv_tables.cell", why=error, **place)


def _problems(
    path: Path, what: str, needed: Sequence[str], names: list[str], rows: dict[int, Cells], swallowed: set[int]
) -> Iterator[Problem]:
    for name in needed:
        if name not in names:
            yield problem("csv_tables.lacks", table=what, file=path, column=name)
        elif names.count(name) > 1:
            yield problem("csv_tables.column_twice", table=what, file=path, row=1, column=name)
    for number, row in rows.items():
        if len(row) != len(names) or number in swallowed:
            told = {"table": what, "cells": len(row), "names": len(names)}
            yield problem("csv_tables.uneven", **told, file=path, row=number)
