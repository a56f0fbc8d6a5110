"""The store of results: every number once, one row per statistic, with where it was made and of what.

Notebooks write their tables here, reports read them; `results.yaml` beside this file declares what they hold. The
columns of the store are documented in docs/results.md.
"""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sto_analysis import compendium
from sto_analysis.declared import PARTS, Declared, declared, tables, units
from sto_analysis.errors import NotDeclared, Problems
from sto_analysis.inert import write_csv
from sto_analysis.provenance import here, inputs, made, read, wrote

COLUMNS = (
    "id", "wave", "table", "labels", "statistic", "value", "text", "low", "high", "n", "unit", "precision",
    "status", "reason", "method", "seed", "notebook", "cell", "read", "inputs",
)  # fmt: skip
"""Of the store. ``inputs``, a hash of what was read, stands beside each table: whoever reads numbers that are the same
is not made again because of it."""
ROW = "result"
"""Column of a view: the table and the row of the store, from which the ids of its numbers follow."""
WITHHELD = "withheld"
"""Status of a number that a release does not show; in a view of such a store, the columns of a row that hold one."""


def write_result(table: pd.DataFrame, wave: str, name: str) -> pd.DataFrame:
    """Write one table of results, as rows of the store (parquet, and CSV to look at).

    Parameters
    ----------
    table : DataFrame
        One row per thing, one column per number, as the analysis gives it.
    wave : str
        Wave that it is about, or ``published``.
    name : str
        A table of results.yaml; ``own.<region>`` for one region, which has no CSV.

    Returns
    -------
    DataFrame
        What `read_result` gives: the same numbers, that know their ids.

    Raises
    ------
    Problems
        results.yaml does not have the table, or a number of it.
    """
    of, table = declared(name), table.drop(columns=ROW, errors="ignore")
    parts = of.parts
    labels = [str(column) for column in table if column in of.keys or column not in {*parts, *of.same}]
    if loose := [column for column in labels if column not in of.keys and _is_number(table[column].dropna())]:
        todo = f"Say of each in results.yaml, under {name}, what it is: a statistic, a part of one, or one of `keys`."
        raise Problems([NotDeclared(f"{', '.join(loose)} of the results {name!r}: not declared.", todo)])
    told = [{str(key): _plain(value) for key, value in row.items()} for row in table[labels].to_dict("records")]
    notebook, cell = here()
    names, digest = inputs()
    seed = table["seed"].max() if "seed" in table else None
    made = {"wave": wave, "seed": seed, "notebook": notebook, "cell": cell, "read": names}
    blocks = [_rows(table, told, of, name, statistic) for statistic in of.statistics]
    columns = {column: [value for block in blocks for value in block[column]] for column in blocks[0]}
    columns |= {column: [value] * len(columns["id"]) for column, value in made.items()}
    kinds = {str(each): str(kind) for each, kind in table.dtypes.items() if each not in of.same}
    cells = [pa.array(columns[field.name], field.type, from_pandas=True) for field in SCHEMA]
    store = pa.table(cells, SCHEMA.with_metadata({KINDS: json.dumps(kinds)}))
    path = compendium.results(wave) / f"{name}.parquet"
    wrote(compendium.write_whole(path, lambda part: parquet.write_table(store, part)))
    if name in tables():
        shown = store.to_pandas().astype(_TYPES).assign(inputs=digest)
        wrote(compendium.write_whole(path.with_suffix(".csv"), lambda part: write_csv(shown, part)))
        wrote(compendium.write_text(path.with_suffix(_INPUTS), digest))
    return _view(*_cells(store), name, wave)


_EXPOSURE = "exposure"
_NOTHING = 1e-13
_INPUTS = ".inputs"
KINDS = b"columns"
_TYPES = {"seed": "Int64"}
_NUMBERS = dict.fromkeys(("value", "low", "high", "n", "precision"), pa.float64()) | {"seed": pa.int64()}
SCHEMA = pa.schema([(column, _NUMBERS.get(column, pa.string())) for column in COLUMNS[:-1]])
Cells = dict[str, np.ndarray]
"""Column of the store → its cells; missing texts are None."""


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    return bool(len(column) and kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column))


def _plain(value: Any) -> Any:
    """A label as JSON knows it."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if pd.isna(plain) else plain


def _rows(
    table: pd.DataFrame, told: list[dict[str, Any]], of: Declared, name: str, statistic: str
) -> dict[str, list[Any]]:
    """Columns of the store for one statistic."""
    spec, text = of.statistics[statistic], of.statistics[statistic].unit == "text"
    known, rows = (table.iloc[:1], [{}] * min(len(table), 1)) if spec.whole else (table, told)
    given = {part: known[column].tolist() for part, column in spec.columns.items() if column in known}
    none, values = [None] * len(rows), given.pop("value", None)
    once = {"table": name, "statistic": statistic, "unit": spec.unit, "method": spec.method}
    return {
        "id": [f"{statistic}.{name if spec.whole else of.place(labels)}" for labels in rows],
        "labels": [json.dumps(labels, ensure_ascii=False) for labels in rows],
        "text": values or none if text else none,
        **{part: [*map(_rounded, given.get(part, none))] for part in PARTS[1:]},
        "value": [*map(_rounded, none if text else values or none)],
        **{column: given.get(column, none) for column in ("status", "reason")},
        **{column: [value] * len(rows) for column, value in once.items()},
        "precision": [units()[spec.unit]] * len(rows),
    }


def _rounded(value: Any) -> float:
    """A number rounded so that another processor, whose sums differ in the sixteenth digit, gives the same file."""
    if isinstance(value, str) or pd.isna(value):
        return math.nan
    number = float(f"{float(value):.10g}")
    return 0.0 if abs(number) <= _NOTHING else number


def read_results(wave: str) -> pd.DataFrame:
    """Read the store of a wave whole: a row per statistic, the columns `COLUMNS`."""
    paths = [compendium.results(wave) / f"{name}.parquet" for name in tables()]
    found = [_with_inputs(path) for path in paths if path.is_file()]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _with_inputs(path: Path) -> pd.DataFrame:
    store: pd.DataFrame = parquet.ParquetFile(read(path)).read().to_pandas().astype(_TYPES)
    return store.assign(inputs=read(path.with_suffix(_INPUTS)).read_text(encoding="utf-8"))


def _read(path: Path) -> tuple[Cells, dict[str, str]]:
    """Cells of the store, and the columns of the table that was written with their types."""
    return _stored(read(path), path.stat().st_mtime_ns)


@cache
def _stored(path: Path, _changed: int) -> tuple[Cells, dict[str, str]]:
    return _cells(parquet.ParquetFile(path).read(use_threads=False))


def _cells(store: pa.Table) -> tuple[Cells, dict[str, str]]:
    return {name: store[name].to_numpy() for name in store.column_names}, json.loads(store.schema.metadata[KINDS])


def read_result(wave: str, name: str) -> pd.DataFrame:
    """Read one table of results.

    Parameters
    ----------
    wave, name : str
        As for `write_result`.

    Returns
    -------
    DataFrame
        As it was written, with the column ``result``: from it `sto_analysis.known.records` takes ids of its numbers.

    Raises
    ------
    Problems
        results.yaml does not have it, or no notebook has made it.
    """
    declared(name)
    return _view(*_read(made(compendium.results(wave) / f"{name}.parquet")), name, wave)


def read_stored(wave: str, name: str) -> dict[str, dict[str, Any]]:
    """Read the rows of the store that make one table of results: id → column → value."""
    store, _ = _read(compendium.results(wave) / f"{name}.parquet")
    columns = {column: cells.tolist() for column, cells in store.items()}
    return {id_: {column: cells[place] for column, cells in columns.items()} for place, id_ in enumerate(columns["id"])}


def _view(cells: Cells, kinds: dict[str, str], name: str, wave: str) -> pd.DataFrame:
    """The table as it was: a column per number, a row per thing."""
    of, places = declared(name), dict[str, list[int]]()
    for place, statistic in enumerate(cells["statistic"].tolist()):
        places.setdefault(statistic, []).append(place)
    first = next(statistic for statistic, each in of.statistics.items() if not each.whole)
    rows = places.get(first, [])
    labels = json.loads(f"[{','.join(cells['labels'][rows])}]") if len(rows) else []
    gated, columns = (compendium.processed(wave) / compendium.RELEASE).is_file(), dict[str, Any]()
    for column in kinds:
        if column not in of.parts:
            columns[column] = [each[column] for each in labels]
            continue
        statistic, part = of.parts[column]
        of_it = of.statistics[statistic]
        found = cells["text" if of_it.unit == "text" else part][places.get(statistic, [])]
        columns[column] = found.repeat(len(rows)) if of_it.whole else found
    typed = {column: pd.array(columns[column], kind) for column, kind in kinds.items()}
    view = pd.DataFrame(typed, index=range(len(rows)))
    if gated:
        view[WITHHELD] = pd.Series(_withheld(cells, of, places, len(rows)), dtype=object)
    if of.same:
        headline = read_result(wave, "associations").set_index(_EXPOSURE)
        view = view.join(headline[of.same], on=_EXPOSURE)
        if gated:
            view[WITHHELD] = [one | headline.loc[at, WITHHELD] for one, at in view[[WITHHELD, _EXPOSURE]].to_numpy()]
    view[ROW] = [f"{name}:{each.removeprefix(f'{first}.')}" for each in cells["id"][rows]]
    return view


def _withheld(cells: Cells, of: Declared, places: dict[str, list[int]], rows: int) -> list[frozenset[str]]:
    """Columns of each row that hold a number which a release does not show."""
    found = [set[str]() for _ in range(rows)]
    for column, (statistic, part) in of.parts.items():
        of_it, at = of.statistics[statistic], places.get(statistic, [])
        values = cells["text" if of_it.unit == "text" else part][at]
        hidden = (cells["status"][at] == WITHHELD) & pd.isna(values)
        for row in range(rows) if len(at) else ():
            if hidden[0 if of_it.whole else row]:
                found[row].add(column)
    return [*map(frozenset, found)]
