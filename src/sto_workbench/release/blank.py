"""A table of the store as it may leave: what is withheld is empty, and nothing about it depends on an answer."""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sto_analysis import compendium
from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.declared import PARTS, Declared, declared, units
from sto_analysis.results import KINDS, WITHHELD

_KEPT = {"family", "weighted_by", "adjusted_for", "series"}
"""Labels that do not depend on answers, besides those that name a row."""


@dataclass(frozen=True)
class Shown:
    """A table of the store.

    Parameters
    ----------
    rows : DataFrame
        Columns of the store but ``inputs``; a row per statistic, of what is withheld without numbers and with the
        status `WITHHELD`.
    kinds : dict of str
        Column of the view → its type, as `write_result` notes.
    schema : pyarrow.Schema
        Of the file.
    """

    rows: pd.DataFrame
    kinds: dict[str, str]
    schema: pa.Schema

    def write(self, path: Path) -> None:
        """Write it as `read_result` reads it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = self.schema.with_metadata({KINDS: json.dumps(self.kinds)})
        parquet.write_table(pa.Table.from_pandas(self.rows, schema, preserve_index=False), path)


def stored(wave: str, name: str) -> Shown:
    """Read a table of the store of a wave, with the columns of its view."""
    table = parquet.ParquetFile(compendium.results(wave) / f"{name}.parquet").read()
    kinds = json.loads(table.schema.metadata[KINDS])
    return Shown(table.to_pandas(), kinds, table.schema)


def rowed(name: str, rows: pd.DataFrame) -> list[str]:
    """The row of the table, ``table:row``, that each row of the store is of."""
    return [f"{name}:{id_.removeprefix(f'{s}.')}" for id_, s in zip(rows["id"], rows["statistic"], strict=True)]


def blanked(
    name: str, table: Shown, rows: Collection[str], statistics: Collection[str], edges: Mapping[str, Collection[float]]
) -> Shown:
    """Empty what is withheld, and round the rest.

    Parameters
    ----------
    name : str
        Of the table.
    table : Shown
        As it stands in the store.
    rows, statistics : collection of str
        Rows (``table:row``) and statistics that are withheld.
    edges : mapping of str
        Unit → numbers that none of it is rounded to or over.

    Returns
    -------
    Shown
        Where it was read, and in which types whole numbers were, is left out too.
    """
    of, found = declared(name), table.rows.copy()
    row_gone = np.array([row in rows for row in rowed(name, found)], dtype=bool)
    gone = found["statistic"].isin([*statistics]).to_numpy()
    hidden = row_gone | gone
    found.loc[hidden, [*PARTS]] = np.nan
    found.loc[hidden, ["text", "reason"]] = None
    found.loc[hidden, "status"] = WITHHELD
    found.loc[row_gone, "labels"] = [_nameless(labels, of) for labels in found.loc[row_gone, "labels"]]
    states = _states_of(of, statistics)
    found.loc[~row_gone, "labels"] = [_stateless(labels, states) for labels in found.loc[~row_gone, "labels"]]
    found["read"] = None
    for part in PARTS[:3]:
        known = found[part].notna()
        told = zip(found.loc[known, part], found.loc[known, "unit"], strict=True)
        found.loc[known, part] = [published(value, unit, edges) for value, unit in told]
    kinds = {column: _open(kind, column in of.parts) for column, kind in table.kinds.items()}
    return Shown(found, kinds, table.schema)


def _states_of(of: Declared, gone: Collection[str]) -> dict[str, str | None]:
    """Labels that hold status or reason of withheld statistics only → what stands there instead."""
    told = [(name, part, column) for name, each in of.statistics.items() for part, column in each.columns.items()]
    kept = {column for name, _, column in told if name not in gone}
    instead = {"status": WITHHELD, "reason": None}
    return {column: instead[part] for name, part, column in told if part in instead and column not in kept}


def _stateless(labels: str, states: Mapping[str, str | None]) -> str:
    told: dict[str, Any] = json.loads(labels)
    if not told.keys() & states.keys():
        return labels
    return json.dumps(told | {name: states[name] for name in told.keys() & states.keys()}, ensure_ascii=False)


def _nameless(labels: str, of: Declared) -> str:
    """Labels of a row that is withheld: what names it, and nothing that follows from answers."""
    templates = [of.row] if isinstance(of.row, str) else [*of.row.values()]
    names = {field for template in templates for _, field, _, _ in Formatter().parse(template) if field}
    names |= _KEPT | ({of.row["by"]} if not isinstance(of.row, str) else set())
    states = {column for each in of.statistics.values() for part, column in each.columns.items() if part == "status"}
    told: dict[str, Any] = json.loads(labels)
    kept = {key: value if key in names else WITHHELD if key in states else None for key, value in told.items()}
    return json.dumps(kept, ensure_ascii=False)


def _open(kind: str, number: bool) -> str:
    """The type of a column in which anything may be missing."""
    if kind == "bool":
        return "boolean"
    return "float64" if number and kind.startswith("int") else kind


def published(value: float, unit: str, edges: Mapping[str, Collection[float]]) -> float:
    """Round a number to the step of its unit, with more digits where it would be rounded to an edge or over it.

    Ratios below 1 keep two figures.
    """
    step = units()[unit]
    if step is None or step >= 1 or not math.isfinite(value):
        return value
    digits = round(-math.log10(step))
    if unit == "ratio" and 0 < value < 1:
        digits = max(digits, 1 - math.floor(math.log10(value)))
    for edge in edges.get(unit, ()):
        while value != edge and digits < 10 and (round_half_up(value, digits) - edge) * (value - edge) <= 0:
            digits += 1
    return round_half_up(value, digits)
