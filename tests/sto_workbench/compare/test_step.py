"""One notebook in two runs: what differs of what it is made of, and which of its tables that can have changed."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from sto_analysis.provenance import Record
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.step import Side, Step
from tests.sto_workbench.explain.test_statements import notebook

CELLS = {
    "parameters": "wave: str = 'x'\nseed: int = 1\nalpha: float = 0.05",
    "imports": "from sto_analysis.a import plain, read_grid, wide",
    "one": "grid = read_grid()\none = plain(grid.prior, seed)\nwrite_result(one, wave, 'one')",
    "two": "two = wide(alpha)\nwrite_result(two, wave, 'two')",
}
SOURCE = """
import numpy as np
from scipy import stats

class Grid:
    prior: float
    other: str

def read_grid():
    return Grid("grid.yaml")

def plain(x, seed):
    return stats.norm(x)

def wide(x):
    return np.exp(x)
"""
FILES: dict[str, bytes] = {}


def _known(content: bytes) -> str:
    name = sha256(content).hexdigest()
    FILES[name] = content
    return name


def side(cells: dict[str, str] = CELLS, source: str = SOURCE, grid: str = "prior: 1\nother: a\n", **more: Any) -> Side:
    record = Record(
        {"sto_analysis/a.py": _known(source.encode())}, {"data/grid.yaml": _known(grid.encode())}, {},
        {"numpy": "1", "scipy": "1", "click": "1", "requirements.lock": "a"}, {"wave": "w"}, _known(notebook(cells)),
    )  # fmt: skip
    return Side(replace(record, **more), lambda known: FILES.get(known or ""))


def differs(other: Side) -> dict[str, list[str]]:
    """Key of a difference → the tables that it can have changed."""
    step = Step("02_x", side(), other)
    tables = {table: step.behind(table, "") for table in ("one", "two")}
    return {
        cause.key: [table for table, behind in tables.items() if step.touches(cause, behind, table)]
        for cause in step.differences
    }


def test_nothing_differs_where_only_comments_and_places_do():
    assert differs(side()) == {}
    assert differs(side(CELLS | {"two": f"# why\n{CELLS['two']}"}, f'"""Doc."""\n{SOURCE}  # more')) == {}


def test_a_function_changes_what_reaches_it():
    assert differs(side(source=SOURCE.replace("np.exp(x)", "np.exp(x) + 1"))) == {
        "function sto_analysis/a.py wide": ["two"],
    }
    assert differs(side(source=f"{SOURCE}\n\ndef unused():\n    return 1")) == {"function sto_analysis/a.py unused": []}


def test_a_cell_and_a_parameter_change_what_comes_of_them():
    assert differs(side(CELLS | {"two": CELLS["two"].replace("alpha", "alpha + 1")})) == {"cell 02_x two": ["two"]}
    assert differs(side(CELLS | {"parameters": CELLS["parameters"].replace("seed: int = 1", "seed: int = 2")})) == {
        "parameter 02_x seed": ["one"],
    }
    assert differs(side(parameters={"wave": "w", "alpha": 0.1})) == {"parameter 02_x alpha": ["two"]}


def test_a_setting_changes_what_asks_for_it():
    assert differs(side(grid="prior: 2\nother: a\n")) == {"setting data/grid.yaml prior": ["one"]}
    assert differs(side(grid="prior: 1\nother: b\n")) == {"setting data/grid.yaml other": []}


def test_a_version_changes_what_needs_the_library():
    more = {"numpy": "2", "scipy": "1", "click": "2", "requirements.lock": "b"}
    assert differs(side(versions=more)) == {"version click": [], "version numpy": ["one", "two"]}
    assert differs(side(versions=more | {"numpy": "1", "click": "1", "scipy": "3"})) == {"version scipy": ["one"]}


def test_what_nobody_kept_differs_as_a_file():
    lost = side(notebook="lost", data={"data/grid.yaml": "lost"}, code={"sto_analysis/a.py": "lost"})
    assert set(differs(lost)) >= {"file notebooks/02_x.ipynb", "file sto_analysis/a.py", "file data/grid.yaml"}


def test_values_before_and_after_are_known():
    (cause,) = Step("02_x", side(), side(parameters={"wave": "w", "seed": 7})).differences
    assert cause == Cause("parameter", "02_x", "seed", "1", "7")
