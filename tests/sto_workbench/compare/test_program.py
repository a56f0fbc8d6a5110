"""What code reaches is read off sources, and what stands in a file is compared by what it means."""

import ast

import pytest

from sto_workbench.compare.program import MODULE, Program, function, unit

SHAPE = ("Shape", "Shape.__init__", "Shape.area", "Shape.unused")
FILES = {
    "sto_analysis/a.py": '''
"""Doc."""
import numpy as np
from sto_analysis import b
from sto_analysis.b import helper as h, Shape
LIMIT = 3

def first(x):
    """Doc."""
    return h(x) + LIMIT

def second(x):
    return b.other(np.sum(x))

def third(kind):
    return Shape(kind).area

def fourth():
    return {name: each for name, each in vars(b).items()}
''',
    "sto_analysis/b.py": """
from scipy import stats

def helper(x):
    return "data.csv"

def other(x):
    return x

class Shape:
    sides: int = 4
    def __init__(self, kind): self.kind = kind
    @property
    def area(self): return stats.norm(self.kind)
    def unused(self): return other(1)
""",
}


def program(**more: str) -> Program:
    files = FILES | {f"sto_analysis/{name}.py": text for name, text in more.items()}
    return Program({name: name for name in files}, lambda name: files[name].encode())


def reached(code: str) -> set[str]:
    found = program().reach(unit(*ast.parse(code).body))
    return {f"{module.removeprefix('sto_analysis.')}.{name}" for module, name in found.places if name != MODULE}


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("from sto_analysis.a import first\nfirst(1)", {"a.first", "a.LIMIT", "b.helper"}),
        ("from sto_analysis.a import second\nsecond(1)", {"a.second", "b.other"}),
        ("from sto_analysis import a\na.second(1)", {"a.second", "b.other"}),
        ("import sto_analysis.a as x\nx.second", {"a.second", "b.other"}),
        ("from sto_analysis.a import third\nthird(1)", {"a.third", "b.Shape", "b.Shape.__init__", "b.Shape.area"}),
        (
            "from sto_analysis.a import fourth\nfourth()",
            {"a.fourth", *(f"b.{name}" for name in ("helper", "other", *SHAPE))},
        ),
        ("x = 1", set()),
    ],
)
def test_a_name_reaches_what_it_is_bound_to(code: str, places: set[str]):
    assert reached(code) == places


def test_texts_and_packages_on_the_way_are_known():
    found = program().reach(
        unit(*ast.parse("from sto_analysis.a import first, second, third\nfirst, second, third").body)
    )
    assert "data.csv" in found.texts
    assert {"numpy", "scipy"} <= found.packages


def test_comments_docstrings_and_layout_are_no_difference():
    plain, other = (
        program(),
        program(b=FILES["sto_analysis/b.py"].replace("return x\n", '"""Doc."""\n    # why\n    return (x)\n')),
    )
    place = ("sto_analysis.b", "other")
    assert plain.dump(place) == other.dump(place)
    assert program(b="def other(x): return -x").dump(place) != plain.dump(place)
    assert program(b="x").dump(place) is None


def test_an_imported_name_means_what_stands_where_it_is_from():
    moved = FILES["sto_analysis/a.py"].replace("sto_analysis.b import helper", "sto_analysis.c import helper")
    same, place = program(a=moved, c='def helper(x):\n    return "data.csv"'), ("sto_analysis.a", "h")
    assert same.means(place) == program().means(place)
    assert program(a=moved, c="def helper(x):\n    return 1").means(place) != program().means(place)


def test_what_is_no_python_or_lost_reaches_nothing():
    assert program(b="def (").module("sto_analysis.b") is None
    assert Program({"sto_analysis/a.py": "x"}, lambda _: None).module("sto_analysis.a") is None
    assert function(("sto_analysis.a", "first")) == ("sto_analysis/a.py", "first")
