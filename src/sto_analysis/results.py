"""The store of results: every number once, one row per statistic, with where it was made and of what.

Notebooks write their tables here, reports read them; `results.yaml` beside this file declares what they hold. The
columns of the store are documented in docs/results.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sto_analysis import compendium
from sto_analysis.errors import NotDeclared, NotMade, Problems
from sto_analysis.inert import write_csv
from sto_analysis.provenance import here, inputs, read, wrote

COLUMNS = (
    "id", "wave", "table", "labels", "statistic", "value", "text", "low", "high", "n", "unit", "precision",
    "status", "reason", "method", "seed", "notebook", "cell", "read", "inputs",
)  # fmt: skip
"""Of the store. ``inputs``, a hash of what was read, stands beside each table: whoever reads numbers that are the same
is not made again because of it."""
_DECLARED = Path(__file__).with_suffix(".yaml")
PARTS = ("value", "low", "high", "n")
"""Of a row of the store: its numbers."""
ROW = "result"
"""Column of a view: the table and the row of the store, from which the ids of its numbers follow."""


@dataclass(frozen=True)
class Statistic:
    """A statistic of a table.

    Parameters
    ----------
    unit, method : str
        Keys of ``units`` in results.yaml, and of ``method`` in the texts of the reports.
    columns : dict of str
        Part of `PARTS`, or ``status`` or ``reason`` → the column of the table that holds it.
    whole : bool
        Whether it is one number for the whole table.
    """

    unit: str
    method: str
    columns: dict[str, str]
    whole: bool = False


@dataclass(frozen=True)
class Declared:
    """What results.yaml says of one table.

    Parameters
    ----------
    row : str or mapping
        Template of a row's part of an id; by the value of a column where it is a mapping.
    statistics : dict
        Name → `Statistic`.
    keys, same : list of str
        Columns that are numbers and identify a row; columns that the associations hold.
    """

    row: Any
    statistics: dict[str, Statistic]
    keys: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)

    def place(self, labels: Mapping[str, Any]) -> str:
        """Give the end of the ids of a row."""
        template = self.row if isinstance(self.row, str) else self.row[labels[self.row["by"]]]
        return str(template.format(**labels))

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """Column of the table → the statistic, and the part of it."""
        return {
            column: (name, part)
            for name, statistic in self.statistics.items()
            for part, column in statistic.columns.items()
            if part in PARTS
        }


def declared(name: str) -> Declared:
    """What results.yaml says of a table; that of one region has its id behind a point.

    Raises
    ------
    Problems
        It says nothing.
    """
    tables, (name, *_) = _tables(read(_DECLARED)), name.split(".")
    if name not in tables:
        todo = "Add it to src/sto_analysis/results.yaml: how its rows are called, and which columns are statistics."
        raise Problems([NotDeclared(f"nobody has declared the table of results {name!r}.", todo)])
    return tables[name]


def units() -> dict[str, float | None]:
    """What a value can be → the step to which it is published; none for texts."""
    return dict(_parsed(read(_DECLARED))["units"])


@cache
def _parsed(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def _tables(path: Path) -> dict[str, Declared]:
    return {name: _declared(table) for name, table in _parsed(path)["tables"].items()}


def _declared(table: dict[str, Any]) -> Declared:
    statistics = {}
    for name, said in table["statistics"].items():
        more = dict(said)
        unit, method = more.pop("unit"), more.pop("method", table["method"])
        statistics[name] = Statistic(unit, method, {"value": name, "status": "status", "reason": "alias"} | more)
    for name, unit in table.get("whole", {}).items():
        statistics[name] = Statistic(unit, table["method"], {"value": name}, whole=True)
    return Declared(table["row"], statistics, table.get("keys", []), table.get("same", []))


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
    frames = [_rows(table, told, of, name, statistic) for statistic in of.statistics]
    store = pd.concat(frames, ignore_index=True).assign(**made)[list(_TYPES)].astype(_TYPES)
    store.attrs["columns"] = {str(each): str(kind) for each, kind in table.dtypes.items() if each not in of.same}
    path = compendium.results(wave) / f"{name}.parquet"
    wrote(compendium.write_whole(path, lambda part: store.to_parquet(part, index=False)))
    if name in _tables(_DECLARED):
        shown = store.assign(inputs=digest)
        wrote(compendium.write_whole(path.with_suffix(".csv"), lambda part: write_csv(shown, part)))
        wrote(compendium.write_text(path.with_suffix(_INPUTS), digest))
    return _view(store, name, wave)


_EXPOSURE = "exposure"
_INPUTS = ".inputs"
_TYPES = {
    **dict.fromkeys(COLUMNS[:-1], "str"),
    **dict.fromkeys(("value", "low", "high", "n", "precision"), "float64"),
    "seed": "Int64",
}


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    return bool(len(column) and kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column))


def _plain(value: Any) -> Any:
    """A label as JSON knows it."""
    plain = value.item() if isinstance(value, np.generic) else value
    return None if pd.isna(plain) else plain


def _rows(table: pd.DataFrame, told: list[dict[str, Any]], of: Declared, name: str, statistic: str) -> pd.DataFrame:
    """Rows of the store for one statistic."""
    spec, known = of.statistics[statistic], table.iloc[:1] if of.statistics[statistic].whole else table
    rows = [{}] * len(known) if spec.whole else told
    frame = pd.DataFrame({
        "id": [f"{statistic}.{name if spec.whole else of.place(labels)}" for labels in rows],
        "table": name,
        "labels": [json.dumps(labels, ensure_ascii=False) for labels in rows],
        "statistic": statistic,
        "text": None,
        **{part: _ten_digits(known.get(spec.columns.get(part, ""))) for part in PARTS},
        "unit": spec.unit,
        "precision": units()[spec.unit],
        "method": spec.method,
    })  # fmt: skip
    if spec.unit == "text":
        frame["text"], frame["value"] = known[spec.columns["value"]].to_numpy(), np.nan
    for column in ("status", "reason"):
        said = known.get(spec.columns.get(column, ""))
        frame[column] = None if said is None else said.to_numpy()
    return frame


def _ten_digits(column: Any) -> Any:
    """Numbers rounded so that another processor, whose sums differ in the sixteenth digit, gives the same file."""
    if column is None or not _is_number(column):
        return np.nan
    return [_rounded(float(value)) for value in column.to_numpy(float, na_value=np.nan)]


def _rounded(value: float) -> float:
    number = float(f"{value:.10g}")
    return 0.0 if abs(number) <= 1e-13 else number


def read_results(wave: str) -> pd.DataFrame:
    """Read the store of a wave whole: a row per statistic, the columns `COLUMNS`."""
    paths = [compendium.results(wave) / f"{name}.parquet" for name in _tables(read(_DECLARED))]
    found = [_with_inputs(path) for path in paths if path.is_file()]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _with_inputs(path: Path) -> pd.DataFrame:
    store = pd.read_parquet(read(path))
    store.attrs.clear()
    return store.assign(inputs=read(path.with_suffix(_INPUTS)).read_text(encoding="utf-8"))


def read_result(wave: str, name: str) -> pd.DataFrame:
    """Read one table of results.

    Parameters
    ----------
    wave, name : str
        As for `write_result`.

    Returns
    -------
    DataFrame
        As it was written, with the column ``result`` from which `known` takes the ids of its numbers.

    Raises
    ------
    Problems
        results.yaml does not have it, or no notebook has made it.
    """
    declared(name)
    path = compendium.results(wave) / f"{name}.parquet"
    if not path.is_file():
        what = "no notebook that ran before this one has made this file."
        todo = f"Run `sto run {wave}`; a new result must be written by an earlier notebook."
        raise Problems([NotMade(what, todo, file=path)])
    return _view(pd.read_parquet(read(path)), name, wave)


def read_stored(wave: str, name: str) -> pd.DataFrame:
    """Read the rows of the store that make one table of results, by their id."""
    return _stored(read(compendium.results(wave) / f"{name}.parquet"), name)


@cache
def _stored(path: Path, _name: str) -> pd.DataFrame:
    return pd.read_parquet(path).set_index("id")


def _view(store: pd.DataFrame, name: str, wave: str) -> pd.DataFrame:
    """The table as it was: a column per number, a row per thing."""
    of, kinds = declared(name), store.attrs["columns"]
    by = {str(statistic): rows for statistic, rows in store.groupby("statistic", sort=False)}
    first = next(statistic for statistic, each in of.statistics.items() if not each.whole)
    told = by.get(first, store)
    columns: dict[Any, Any] = dict(pd.DataFrame(map(json.loads, told["labels"])).items())
    for column in kinds.keys() & of.parts.keys():
        statistic, part = of.parts[column]
        cells = by.get(statistic, store)["text" if of.statistics[statistic].unit == "text" else part]
        columns[column] = cells.iloc[0] if of.statistics[statistic].whole and len(cells) else cells.to_numpy()
    view = pd.DataFrame({column: columns.get(column, ()) for column in kinds}, index=range(len(told)))
    view = view.astype(kinds)
    if of.same:
        headline = read_result(wave, "associations").set_index(_EXPOSURE)[of.same]
        view = view.join(headline, on=_EXPOSURE)
    view[ROW] = f"{name}:" + told["id"].str.removeprefix(f"{first}.").to_numpy()
    return view
