"""Sample sizes."""

from sto_analysis.report import figures
from sto_analysis.report.language import Texts
from tests.sto_analysis.report.figures import words

NL = Texts("nl")


def test_the_sizes_that_fit_all_columns_are_named():
    found = words(figures.feasible_sizes({"a": [42, 51]}, range(30, 91), {"b": [51]}, "n"))
    assert "51" in found
    assert "42" not in found
