"""Every region is left out once, and what hangs on one or two of them has no estimate."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.pooled import associate

from .waves import wave


def test_leaving_one_region_out_gives_the_range_of_the_odds_ratio():
    outcomes, exposures = wave(2, 30)
    found = associate(outcomes, exposures["x"])
    left = [associate(outcomes.drop(r), exposures["x"].drop(r)).odds_ratio for r in outcomes.index]
    assert (found.least, found.most) == pytest.approx((min([*left, found.odds_ratio]), max([*left, found.odds_ratio])))


@pytest.mark.parametrize(("few", "status"), [(1, "one_region"), (2, "two_regions"), (3, "estimated")])
def test_one_or_two_regions_carry_no_estimate(few, status):
    """Without them nothing is left to estimate: the refit would hand back where it began."""
    outcomes = pd.DataFrame(np.random.default_rng(3).integers(0, 3, (51, 8)).astype(float))
    found = associate(outcomes, pd.Series(np.repeat([0.0, 1.0], [few, 51 - few])))
    assert found.status == status
    assert np.isnan(found.odds_ratio) == (status != "estimated")


def test_an_estimate_that_hangs_on_one_region_by_its_answers_is_none():
    """Nine regions are without, but only one of them answered what those with it answered too."""
    outcomes, _ = wave(5)
    x = pd.Series(np.repeat([0.0, 1.0], [9, 51]), outcomes.index)
    outcomes.iloc[1:9, :4] = np.nan
    outcomes.iloc[9:, 4:] = np.nan
    assert associate(outcomes, x).status == "one_region"
    outcomes, _ = wave(5)
    outcomes.iloc[1:9, :4] = np.nan
    assert associate(outcomes, x).status == "estimated"


def test_the_interval_is_wider_where_few_regions_differ():
    outcomes, _ = wave(2)
    for few, least in ((3, 1.8), (30, 40)):
        found = associate(outcomes, pd.Series(np.repeat([0.0, 1.0], [few, 60 - few]), outcomes.index))
        assert least < found.df < 60
