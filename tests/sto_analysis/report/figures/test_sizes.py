"""Sample sizes."""

from sto_analysis.report import figures
from sto_analysis.report.context import Context
from tests.sto_analysis.report.figures import words


def test_the_sizes_that_fit_all_columns_are_named(context: Context):
    found = words(figures.feasible_sizes(context, {"a": [42, 51]}, range(30, 91), {"b": [51]}))
    assert "51" in found
    assert "42" not in found
