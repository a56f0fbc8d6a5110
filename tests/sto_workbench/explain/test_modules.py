"""Names of our packages and what they stand for."""

import inspect
import sys
from importlib import import_module

import pytest

from sto_analysis.analysis.shares import shares, wilson
from sto_analysis.errors import Problems
from sto_workbench.explain.modules import found


@pytest.mark.parametrize("thing", [shares, wilson, Problems])
def test_a_function_or_class_is_found_where_it_stands(thing: type):
    name = f"{thing.__module__}.{thing.__name__}"
    got = found(name)
    assert (got.qualified, got.path) == (name, type(got.path)(inspect.getsourcefile(thing)))
    assert inspect.getsource(thing).splitlines()[0].split("(")[0] in got.path.read_text().splitlines()[got.line - 1]


def test_a_name_is_followed_to_where_it_was_imported_from():
    assert found("sto_analysis.report.page.Context").qualified == "sto_analysis.report.context.Context"
    assert found("sto_analysis.report.page.provenance").qualified == "sto_analysis.provenance"
    package = import_module("sto_analysis.report.exhibits")
    assert found("sto_analysis.report.exhibits.EXHIBITS").path.samefile(package.__file__)


@pytest.mark.parametrize(
    "name",
    ["pandas", "pandas.DataFrame", "os.system", "sto_analysis.gone", "sto_analysis.errors.Gone", "sto_analysis..x", ""],
)
def test_what_is_not_ours_or_is_not_there_is_nothing(name: str):
    assert found(name) is None


def test_nothing_is_imported_to_look():
    before = set(sys.modules)
    assert found("sto_workbench.pipeline.cluster.Client") is None
    assert set(sys.modules) == before
