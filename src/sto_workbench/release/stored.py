"""Released results as CSV, and back: the store that the report is rendered from can be made again of them."""

import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sto_analysis.inert import restored, write_csv
from sto_analysis.results import COLUMNS, KINDS, SCHEMA

RELEASED = tuple(column for column in COLUMNS if column not in {"read", "inputs"})
"""Columns of the store that leave: not which files were read, nor their hashes."""
_EMPTY = "none"
"""A text that is empty, which CSV cannot tell from one that is missing."""


def to_csv(rows: pd.DataFrame) -> bytes:
    """Write rows of the store as CSV, with the columns `RELEASED`."""
    shown = rows.reindex(columns=[*RELEASED]).replace("", _EMPTY)
    return str(write_csv(shown.assign(seed=shown["seed"].astype("Int64")))).encode()


def of_csv(content: bytes) -> pd.DataFrame:
    """Read what `to_csv` wrote: numbers, and texts or None."""
    texts = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
    counted = {field.name for field in SCHEMA if field.type != pa.string()}
    return pd.DataFrame({n: pd.to_numeric(texts[n]) if n in counted else _texts(texts[n]) for n in texts.columns})


def _texts(cells: pd.Series) -> pd.Series:
    told = ["" if cell == _EMPTY else restored(cell) or None for cell in cells]
    return pd.Series(told, index=cells.index, dtype="object")


def to_parquet(rows: pd.DataFrame, kinds: dict[str, str], path: Path) -> None:
    """Write rows that `of_csv` read as a table of a store, as `sto_analysis.results.read_result` reads it."""
    columns = [
        pa.array(rows.get(field.name, pd.Series([None] * len(rows))), field.type, from_pandas=True) for field in SCHEMA
    ]
    schema = SCHEMA.with_metadata({KINDS: json.dumps(kinds)})
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns, schema), path)


def read_released(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the results of a release: table → rows.

    Parameters
    ----------
    folder : Path
        Of the release.
    """
    return {path.stem: of_csv(path.read_bytes()) for path in sorted((folder / "results").glob("*.csv"))}
