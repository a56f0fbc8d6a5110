"""Mergers are followed under one rule, and a register that leads nowhere is refused."""

from pathlib import Path

import pandas as pd
import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.register import match_panel, read_register, successors


def _register(merged: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"merged_into": merged}, dtype="object")


def test_one_answering_predecessor_stands_for_its_successor():
    panel = match_panel(pd.Index(["A", "B", "X"]), pd.Index(["A", "C", "D"]), _register({"B": "C"}))
    assert panel.matched == {"A": "A", "B": "C"}
    assert dict(zip(panel.table["region"], panel.table["status"], strict=True)) == {
        "A": "matched", "B": "merged", "X": "only_earlier", "D": "only_later",
    }  # fmt: skip
    followed = panel.follow(pd.DataFrame({"v": [1, 2, 3]}, index=["A", "B", "X"]))
    assert followed["v"].to_dict() == {"A": 1, "C": 2}


def test_two_answering_predecessors_leave_the_successor_out():
    panel = match_panel(pd.Index(["A", "B"]), pd.Index(["C"]), _register({"A": "C", "B": "C"}))
    assert panel.matched == {}
    assert panel.table["status"].tolist() == ["ambiguous", "ambiguous"]


def test_mergers_of_mergers_are_followed_to_the_end():
    assert successors(_register({"A": "B", "B": "C"})) == {"A": "C", "B": "C"}


@pytest.mark.parametrize(
    "line",
    [
        "synthetic,X1,,X,2021,,X2",
        "synthetic,X1,,X,2021,,X1",
        "synthetic,R01,,X,2021,,",
        "synthetic,X1,R02,X,2021,,",
        "synthetic,X1,7,X,2021,,\nsynthetic,X2,7,Y,2021,,",
    ],
)
def test_a_register_that_contradicts_itself_is_refused(copy: Path, line: str):
    path = copy / "data" / "regions.csv"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(Problems, match=r"leads nowhere|twice|another region"):
        read_register("synthetic")


def test_real_and_synthetic_regions_never_meet():
    assert "R01" in read_register("synthetic").index
    assert "R01" not in read_register("real").index
