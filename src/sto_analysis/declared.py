"""What the store of results holds: the tables that `results.yaml` beside this file declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sto_analysis.errors import NotDeclared, Problems
from sto_analysis.messages import parsed
from sto_analysis.provenance import read

_DECLARED = Path(__file__).with_name("results.yaml")
PARTS = ("value", "low", "high", "n")
"""Of a row of the store: its numbers."""


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
    release : dict
        What may leave of it; the workbench types it.
    """

    row: Any
    statistics: dict[str, Statistic]
    keys: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    release: dict[str, Any] = field(default_factory=dict)

    def place(self, labels: Mapping[str, Any]) -> str:
        """Give the end of the ids of a row."""
        template = self.row if isinstance(self.row, str) else self.row[labels[self.row["by"]]]
        return str(template.format(**labels))

    @cached_property
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
    known, (name, *_) = tables(), name.split(".")
    if name not in known:
        todo = "Add it to src/sto_analysis/results.yaml: how its rows are called, and which columns are statistics."
        raise Problems([NotDeclared(f"nobody has declared the table of results {name!r}.", todo)])
    return known[name]


def tables() -> dict[str, Declared]:
    """All tables that results.yaml declares, by name."""
    return _tables(read(_DECLARED))


def units() -> dict[str, float | None]:
    """What a value can be → the step to which it is published; none for texts."""
    return dict(parsed(read(_DECLARED))["units"])


@cache
def _tables(path: Path) -> dict[str, Declared]:
    return {name: _declared(table) for name, table in parsed(path)["tables"].items()}


def _declared(table: dict[str, Any]) -> Declared:
    statistics = {}
    for name, said in table["statistics"].items():
        more = dict(said)
        unit, method = more.pop("unit"), more.pop("method", table["method"])
        statistics[name] = Statistic(unit, method, {"value": name, "status": "status", "reason": "alias"} | more)
    for name, unit in table.get("whole", {}).items():
        statistics[name] = Statistic(unit, table["method"], {"value": name}, whole=True)
    return Declared(table["row"], statistics, table.get("keys", []), table.get("same", []), table.get("release", {}))
