from pathlib import Path

from sto_analysis.declared import tables
from sto_workbench.release.exhibits import exhibits, programs
from tests.sto_workbench.release.small import PAGE, rows

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "05_national_report.ipynb"


def test_exhibits_are_named_with_their_cells_and_results_and_those_that_are_not_shown_too():
    found = {each.name: each for each in exhibits(NOTEBOOK, PAGE, dict.fromkeys(tables(), rows("shares")))}
    assert found["quadrant"].tables == ("gaps", "shares")
    assert (found["quadrant"].place, found["quadrant"].caption) == ("fig-1", "Figure 1. Urgency | yield")
    assert found["planning"].tables == ("planning",)
    assert (found["planning"].cell, found["planning"].place) == ("planning-table", "")
    assert found["change"].tables == ("changes",)
    assert found["theory"].tables == ("context", "shares")
    assert all(each.tables for each in found.values())


def test_programs_are_notebooks_with_their_cells():
    assert programs(rows("shares", a=0.1, b=None)) == ["02_describe, cell shares-table"]
