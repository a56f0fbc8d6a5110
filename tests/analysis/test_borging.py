"""The index counts forms at a level."""

import pandas as pd

from sto_analysis.analysis.borging import borging_index


def test_cut_offs_are_inclusive_and_a_gap_leaves_the_region_out():
    flags = pd.DataFrame({"a": [True, True, False, True], "b": [True, False, False, pd.NA]}, dtype="boolean")
    index = borging_index(flags, many_at_least=2, hardly_at_most=0)
    assert index["index_many"].tolist()[:3] == [True, False, False]
    assert index["index_hardly"].tolist()[:3] == [False, False, True]
    assert index.iloc[3].isna().all()
