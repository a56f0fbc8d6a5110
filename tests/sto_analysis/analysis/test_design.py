"""Answers are stacked as they were given."""

import numpy as np

from sto_analysis.analysis.design import stack_outcomes

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
