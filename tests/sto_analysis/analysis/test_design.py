"""Answers are stacked as they were given."""

import numpy as np

from sto_analysis.analysis.design import answering, stack_outcomes

from .waves import wave


def test_regions_are_stacked_where_they_answered():
    outcomes, exposures = wave(7)
    outcomes.iloc[0, :] = np.nan
    outcomes.iloc[1, :4] = np.nan
    _, region = stack_outcomes(outcomes, exposures[["x"]].to_numpy())
    assert 0 not in region
    assert (region == 1).sum() == 4


def test_an_empty_lower_band_leaves_a_two_level_item():
    outcomes, exposures = wave(8)
    outcomes["a"] = outcomes["a"].clip(lower=1)
    stack, _ = stack_outcomes(outcomes, exposures[["x"]].to_numpy())
    assert set(stack.y[stack.item == 0]) == {0, 1}


def test_a_region_without_the_adjuster_or_any_answer_is_not_tested():
    outcomes, exposures = wave(9)
    adjuster = exposures.pop("commitment")
    outcomes.iloc[0] = np.nan
    outcomes.iloc[1, 1:] = np.nan
    adjuster = adjuster.drop(adjuster.index[3])
    assert outcomes.index.difference(answering(outcomes, adjuster)).tolist() == ["r0", "r3"]
