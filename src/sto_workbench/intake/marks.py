"""What stands beside the answers of an export: columns of the survey tool, personal data, rows that are no answers."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis.messages import say
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.spelling import visible
from sto_workbench.intake.header import number
from sto_workbench.intake.readers import Export, distinct

NO_MARK = "no mark"
"""How the reason of a dropped column begins that is no mark of the survey tool, although it is called so."""
_MANY = 20_000
"""Rows from which on no totals are looked for."""


@cache
def patterns() -> dict[str, Any]:
    """Return what `patterns.yaml` holds."""
    found: dict[str, Any] = parse_yaml(Path(__file__).with_name("patterns.yaml").read_text(encoding="utf-8"))
    return found


def matches(regular: Iterable[str], names: Collection[str]) -> bool:
    """Whether one of some regular expressions is a whole name, case aside."""
    return any(re.fullmatch("|".join(regular), name, re.IGNORECASE) for name in names)


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
    given = distinct(values)[:5_000]
    short = [text.strip() for text in given if len(text) < 200]
    for part, match, texts in (("names", re.search, [name, spaced, label]), ("values", re.fullmatch, short)):
        for kind, pattern in patterns()["personal"][part].items():
            if any(match(pattern, text, re.IGNORECASE) for text in texts):
                return say(f"marks.{kind}")
    long = [text for text in given if len(text) > 25 and " " in text]
    return say("marks.open_text") if len(long) >= 2 and len(long) > len(given) / 4 else None


def no_answers(raw: Export) -> dict[int, str]:
    """Tell which rows of the file are no answers by their kind.

    Parameters
    ----------
    raw : Export
        The export.

    Returns
    -------
    dict
        Row → why: a row of totals, or the header once more.
    """
    out: dict[int, str] = {}
    names = [raw.called(str(column)) | {str(column).casefold()} for column in raw.cells.columns]
    last = raw.cells.tail(10).index
    for row, cells in raw.cells.iterrows() if len(raw.cells) < _MANY else ():
        said = [(visible(cell).casefold(), at) for at, cell in enumerate(cells) if isinstance(cell, str)]
        if sum(text in names[at] for text, at in said) > len(said) / 2:
            out[int(str(row))] = say("marks.header")
        elif row in last and any(matches([patterns()["totals"]], [text]) for text, _ in said[:1]):
            out[int(str(row))] = say("marks.totals")
    return out


def without(raw: Export, rows: Collection[int]) -> Export:
    """Take rows out of an export, as if they were not in the file."""
    faults = tuple(fault for fault in raw.faults if fault.row not in rows)
    return replace(raw, cells=raw.cells.drop(index=list(rows)), faults=faults)


def marked_rows(raw: Export, taken: Collection[str], none: Collection[str] = ()) -> dict[int, str]:
    """Tell which rows are no answers: by what a survey tool says of them, or because they hold none.

    Parameters
    ----------
    raw : Export
        The export.
    taken, none : collection of str
        Columns of items, and others that are no marks.

    Returns
    -------
    dict
        Row → why.
    """
    called = {str(column): raw.called(str(column)) for column in raw.cells.columns}
    every = set().union(*called.values())
    marked: dict[int, str] = {}
    for column in (name for name in called if name not in taken and name not in none):
        for rows, kind in _told(raw.cells[column].fillna("").str.strip(), called[column], every):
            for row, text in raw.cells[column][rows].items():
                told = {"what": say(f"marks.{kind}"), "column": column, "text": "" if pd.isna(text) else text}
                marked.setdefault(int(str(row)), say("marks.marked", **told))
    there = [column for column in raw.cells.columns if column in taken]
    for row in raw.cells.index[raw.cells[there].isna().all(axis="columns")] if there else ():
        marked.setdefault(int(row), say("marks.nothing"))
    return marked


def _told(texts: pd.Series, names: Collection[str], every: Collection[str]) -> Iterator[tuple[pd.Series, str]]:
    """Rows that the texts of a column mark, and as what; `every`: names of all columns."""
    for mark in patterns()["marks"]:
        asked = matches(mark["columns"], names) and matches(mark.get("beside", [".*"]), every)
        if asked and (mark["cells"] != [""] or (texts != "").any()):
            yield texts.str.fullmatch("|".join(mark["cells"]), case=False), mark["is"]
    if matches(patterns()["progress"], names):
        reached = texts.str.rstrip("%").map(number).astype("float")
        yield reached < (1 if reached.max() <= 1 else 100), "unfinished"
