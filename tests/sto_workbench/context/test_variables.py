"""context.yaml as a model: what it holds when it is right (what is wrong with it: test_derive.py)."""

from datetime import date

from sto_workbench.context.cells import PROFILES
from sto_workbench.context.variables import Declared
from tests.sto_workbench.context.world import VARIABLES


def test_all_technical_profiles_count_where_none_are_named():
    declared = Declared.model_validate({"date": date(2024, 10, 1), "variables": VARIABLES})
    assert declared.variables["technology"].among == [*PROFILES]
    assert [*declared.inconsistencies()] == []
