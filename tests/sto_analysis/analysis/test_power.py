"""The minimum detectable effect is the one that the test finds in four of five waves."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.family import association_table
from sto_analysis.analysis.power import minimum_detectable
from sto_workbench.synthetic.scoring import score_associations
from sto_workbench.synthetic.worlds import PLANTED, Given, World, draw_wave

from .waves import wave


def _wave(given: Given, world: World, seed: int):
    outcomes, exposures = draw_wave(np.random.Generator(np.random.PCG64(seed)), world, given)
    return outcomes, exposures[given.forms.index], exposures["commitment"]


def _detectable(given: Given, regions: int, seed: int = 1):
    outcomes, forms, commitment = _wave(given, World(regions, 0.5), seed)
    critical = association_table(outcomes, forms, commitment, 999, 1, 0.05)["critical"].max()
    return minimum_detectable(outcomes, forms, commitment, critical, seed=1, simulations=100)


@pytest.mark.whole
def test_at_51_regions_only_strong_effects_are_seen_and_more_regions_see_more(given: Given):
    """The simulated method study found an odds ratio of about 4.6 at 49 regions and 3.2 at 78."""
    small, large = _detectable(given, 51), _detectable(given, 120)
    assert 2.5 < np.exp(small[PLANTED].log_odds) < 8
    assert large[PLANTED].log_odds < small[PLANTED].log_odds
    assert 0.1 < small[PLANTED].effect < 0.6


@pytest.mark.whole
def test_a_planted_effect_of_that_size_is_found_in_about_four_of_five_waves(given: Given):
    size = np.mean([_detectable(given, 60, seed)[PLANTED].log_odds for seed in range(4)])
    world = World(60, 0.5, {PLANTED: (float(size), float(size))})
    found = [score_associations(world, given, seed)["found"] for seed in range(60)]
    assert 0.6 < np.mean(found) < 0.95


def test_a_rare_form_is_harder_to_see(given: Given):
    outcomes, forms, commitment = _wave(given, World(51), 2)
    rare = forms.iloc[:, 0] * 0
    rare.iloc[:3] = 1
    exposures = pd.DataFrame({"common": forms[PLANTED], "rare": rare, "none": 0.0})
    found = minimum_detectable(outcomes, exposures, commitment, 2.6, seed=1, simulations=60)
    assert found["rare"].log_odds > found["common"].log_odds
    assert "none" not in found


@pytest.mark.whole
def test_a_region_without_adjuster_takes_no_part(given: Given):
    outcomes, forms, commitment = _wave(given, World(51), 2)
    gap = commitment.mask(commitment.index == 0)
    found = minimum_detectable(outcomes, forms, gap, 2.6, seed=1, simulations=20)
    without = minimum_detectable(outcomes.iloc[1:], forms.iloc[1:], commitment.iloc[1:], 2.6, seed=1, simulations=20)
    assert found == without
    assert any(np.isfinite(each.log_odds) for each in found.values())


def test_an_aspect_that_varies_in_one_region_only_leaves_the_rest_to_tell_how_alike_answers_are(given: Given):
    """That region skipped another aspect: among those that answered both, the first does not vary."""
    outcomes, forms, commitment = _wave(given, World(51), 2)
    plain = minimum_detectable(outcomes, forms[[PLANTED]], commitment, 2.6, seed=1, simulations=60)[PLANTED]
    outcomes.iloc[:, 0], outcomes.iloc[5, :2] = 2.0, [1.0, np.nan]
    found = minimum_detectable(outcomes, forms[[PLANTED]], commitment, 2.6, seed=1, simulations=60)[PLANTED]
    assert plain.log_odds == pytest.approx(found.log_odds, abs=0.5)


def test_what_neighbours_share_is_harder_to_see_the_more_they_are_alike():
    outcomes, exposures = wave(4, effect=0.0)
    clusters = pd.DataFrame({"x": np.arange(60) % 20}, index=outcomes.index)
    x = (np.arange(20) % 3 == 0).astype(float)[clusters["x"]]
    asked, commitment = exposures[["y"]].assign(x=x), exposures["commitment"]
    alone, shared = (
        minimum_detectable(outcomes, asked, commitment, 2.8, seed=1, simulations=100, clusters=each)
        for each in (None, clusters)
    )
    assert shared["y"] == alone["y"]
    alike = outcomes.iloc[np.arange(60) % 20].set_axis(outcomes.index)
    told = minimum_detectable(alike, asked, commitment, 2.8, seed=1, simulations=100, clusters=clusters)
    assert told["x"].log_odds > 1.2 * shared["x"].log_odds
