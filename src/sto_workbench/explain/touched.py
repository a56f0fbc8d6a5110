"""Answers that were changed while a wave was cleaned, and that a result counts."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis import compendium
from sto_analysis.inert import restored
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.intake.clean import LOG_COLUMNS

Row = Mapping[Any, Any]
"""Of the store: column → value."""
_OUTCOME = "yield"
"""The question that whatever has an exposure explains."""
_INDEXED = "borging"
"""The question whose answers an index counts."""
_OF_MODELS = ("exposure", "family")


def items(row: Row, store: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Name the items whose answers a result counts.

    Parameters
    ----------
    row : dict
        Of the store.
    store : DataFrame
        Of the wave: a result of a whole table counts what the table's rows count.
    codebook : Codebook
        Knows which items a question has.

    Returns
    -------
    list of str
        In the order of the questionnaire; none for what is said of the frame.
    """
    counted = [item for each in _rows(row, store) for item in _items(json.loads(each["labels"]), each["id"], codebook)]
    return [item for item in codebook.items if item in set(counted)]


def _rows(row: Row, store: pd.DataFrame) -> list[Row]:
    """The row, or of what is said of a whole table the rows of that table."""
    if json.loads(row["labels"]):
        return [row]
    others = store[(store["table"] == row["table"]) & (store["labels"] != row["labels"])]
    return list(others.drop_duplicates("labels").to_dict("records"))


def _items(labels: dict[str, Any], result: str, codebook: Codebook) -> Iterator[str]:
    concept = next((str(labels[name]) for name in ("concept", "item", "exposure") if name in labels), "")
    if set(_OF_MODELS) & set(labels):
        yield from codebook.asked(_OUTCOME).values()
        question = str(labels.get("family", _INDEXED))
    else:
        said = [str(labels.get(name, "")) for name in ("question", "measure")]
        question = _question([*said, *result.split(".")], codebook)
    of = codebook.asked(question) if question in codebook.questions else {}
    if concept in of:
        yield of[concept]
    elif concept in codebook.items:
        yield concept
    elif "index" in concept:
        yield from codebook.asked(_INDEXED).values()
    elif not concept:
        yield from of.values() or (codebook.items if "region" in labels else ())
    else:
        yield from (item.id for item in codebook.items.values() if item.concept == concept)


def _question(words: list[str], codebook: Codebook) -> str:
    """The question that the first of some words names, alone or with more behind it: ``yield_top`` is of ``yield``."""
    for word in words:
        named = [name for name in codebook.questions if word == name or word.startswith(f"{name}_")]
        if named:
            return max(named, key=len)
    return ""


def waves(row: Row, store: pd.DataFrame) -> list[str]:
    """Name the waves whose answers a result counts, in order of their ids (see `items`)."""
    return sorted({wave for each in _rows(row, store) for wave in _waves(each)})


def _waves(row: Row) -> list[str]:
    labels = json.loads(row["labels"])
    if "in_wave" in labels:
        return [str(labels["in_wave"])]
    if "since" in labels:
        return [str(labels["since"]), str(row["wave"])]
    parts = [name.split("/") for name in str(row["read"]).split(", ")]
    read = [each[1] for each in parts if each[0] == "processed" and each[-1] == "answers.parquet"]
    others = "respondents" in labels or str(labels.get("measure", "")).endswith("_earlier")
    return read if others else [str(row["wave"])]


def changes(named: list[str], wave: str) -> pd.DataFrame:
    """Read what a cleaning log says of some items, and of rows that were left out or that another region got.

    Parameters
    ----------
    named : list of str
        Items; none gives nothing.
    wave : str
        Of the log.

    Returns
    -------
    DataFrame of str
        Columns of the log; texts as they were delivered, which can be anything.
    """
    path = compendium.processed(wave) / "cleaning_log.csv"
    log = _log(path, path.stat().st_mtime_ns) if path.is_file() else pd.DataFrame(columns=["wave", *LOG_COLUMNS])
    return log[log["item"].isin([*named, ""])] if named else log.iloc[:0]


@cache
def _log(path: Path, _changed: int) -> pd.DataFrame:
    log = pd.read_csv(path, dtype="str", keep_default_na=False)
    return log.map(restored)
