"""Waves beside each other."""

import pandas as pd

from sto_analysis.report import tables
from sto_analysis.report.language import Texts

NL = Texts("nl")


def test_the_shares_of_both_waves_stand_beside_their_p():
    change = pd.DataFrame([{"item": "a", "earlier": 24, "later": 37, "base": 42, "p": 0.0002}])
    table = tables.moves_table(NL, {"a": "Alfa"}, change, ("2021", "2024"))
    assert table.to_dict("list") == {"Aspect": ["Alfa"], "2021": ["57%"], "2024": ["88%"], "p": ["<0,001"], "n": ["42"]}
