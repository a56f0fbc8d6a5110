"""What an exported answer stands for is what wave.yaml says, or the codebook where it says nothing."""

import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.item_column import TODO, ItemColumn

LEVELS = {"none", "little", "some", "yield", "much"}


@pytest.mark.parametrize(
    ("stated", "answers", "levels"),
    [
        ({}, {"1": "none", "2": "little", "3": "some", "4": "yield", "5": "much"}, LEVELS),
        ({"codes": {"Veel": 5, "01": "none"}}, {"veel": "much", "1": "none"}, {"much", "none"}),
        ({"codes": {1: 1, 2: TODO}}, {"1": "none"}, LEVELS),
        ({"codes": {2: 5}, "blank": 1}, {"2": "much"}, {"much", "none"}),
        ({"codes": {2: 5}, "blank": "blank"}, {"2": "much"}, {"much"}),
    ],
)
def test_answers_and_the_levels_that_they_reach(codebook: Codebook, stated: dict, answers: dict, levels: set):
    source, item = ItemColumn(column="v", wording="w", **stated), codebook.items["yield_teachers"]
    assert source.answers(item) == answers
    assert source.levels(item) == levels
