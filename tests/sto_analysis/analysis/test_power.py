"""The minimum detectable effect is the one that the test finds in four of five waves."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.family import association_table
from sto_analysis.analysis.power import minimum_detectable
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_workbench.synthetic.calibration import PLANTED, Scenario, score_wave, simulate


@pytest.fixture(scope="module")
def margins(slides: PublishedFigures) -> tuple[pd.Series, pd.Series, pd.Series]:
    return tuple(slides.percentages(m, 2024) / 100 for m in ("yield_top", "yield_low", "borging"))


def _detectable(margins, regions: int, seed: int = 1):
    rng = np.random.Generator(np.random.PCG64(seed))
    outcomes, forms, commitment = simulate(rng, Scenario("", regions, 0.5), *margins)
    critical = association_table(outcomes, forms, commitment, 999, 1, 0.05)["critical"].max()
    return minimum_detectable(outcomes, forms, commitment, critical, seed=1, simulations=100)


@pytest.mark.whole
def test_at_51_regions_only_strong_effects_are_seen_and_more_regions_see_more(margins):
    """The simulated method study found an odds ratio of about 4.6 at 49 regions and 3.2 at 78."""
    small, large = _detectable(margins, 51), _detectable(margins, 120)
    name = margins[2].index[PLANTED]
    assert 2.5 < np.exp(small[name].log_odds) < 8
    assert large[name].log_odds < small[name].log_odds
    assert 0.1 < small[name].effect < 0.6


@pytest.mark.whole
def test_a_planted_effect_of_that_size_is_found_in_about_four_of_five_waves(margins):
    name = margins[2].index[PLANTED]
    size = np.mean([_detectable(margins, 60, seed)[name].log_odds for seed in range(4)])
    found = [score_wave(Scenario("", 60, 0.5, float(size)), *margins, 199, seed)["found"] for seed in range(60)]
    assert 0.6 < np.mean(found) < 0.95


def test_a_rare_form_is_harder_to_see(margins):
    rng = np.random.Generator(np.random.PCG64(2))
    outcomes, forms, commitment = simulate(rng, Scenario("", 51), *margins)
    rare = forms.iloc[:, 0] * 0
    rare.iloc[:3] = 1
    exposures = pd.DataFrame({"common": forms.iloc[:, PLANTED], "rare": rare, "none": 0.0})
    found = minimum_detectable(outcomes, exposures, commitment, 2.6, seed=1, simulations=60)
    assert found["rare"].log_odds > found["common"].log_odds
    assert "none" not in found


@pytest.mark.whole
def test_a_region_without_adjuster_takes_no_part(margins):
    rng = np.random.Generator(np.random.PCG64(2))
    outcomes, forms, commitment = simulate(rng, Scenario("", 51), *margins)
    gap = commitment.mask(commitment.index == 0)
    found = minimum_detectable(outcomes, forms, gap, 2.6, seed=1, simulations=20)
    without = minimum_detectable(outcomes.iloc[1:], forms.iloc[1:], commitment.iloc[1:], 2.6, seed=1, simulations=20)
    assert found == without
    assert any(np.isfinite(each.log_odds) for each in found.values())
