"""Scores count what they say they count."""

import numpy as np
import pandas as pd
import pytest

from sto_workbench.synthetic import scoring
from sto_workbench.synthetic.worlds import COMMITMENT, PLANTED, SECOND, SHARED, Given, World, draw_wave, true_difference


def test_intervals_that_hold_the_truth_are_counted_among_those_there_are():
    assert scoring.covered([0, 0, np.nan, 2], 1, [2, 0.5, np.nan, 3]) == pytest.approx(1 / 3)
    assert scoring.covered([0.0, 5.0], [0.0, 4.0], [1.0, 6.0]) == 0.5
    assert np.isnan(scoring.covered([np.nan], 1, [np.nan]))


def _told(given: Given, **rows: tuple[str, float, float, float, float, float]) -> pd.DataFrame:
    columns = ["verdict", "log_odds", "low", "high", "difference_low", "difference_high"]
    names = [*given.forms.index, *given.settings.context_shares]
    table = pd.DataFrame([rows.get(name, ("unknown", 0.0, 0.5, 2.0, -0.3, 0.3)) for name in names], columns=columns)
    return table.assign(exposure=names, df=40.0)


def test_without_effect_whatever_is_found_is_false_but_commitment_where_it_acts(
    given: Given, monkeypatch: pytest.MonkeyPatch
):
    rows = {COMMITMENT: ("found", 0.7, 1.9, 2.1, 0.0, 0.1), SECOND: ("not_relevant", 0, np.nan, np.nan, 0.1, 0.2)}
    monkeypatch.setattr(scoring, "headline", lambda *_: _told(given, **rows))
    scores = scoring.score_associations(World(51, 0.7), given, 1)
    assert scores == {
        "false finding": 0.0,
        "odds ratio covered": 1.0,
        "difference covered": 10 / 12,
        "no interval": 1 / 12,
        "nothing relevant, rightly": 1 / 11,
    }
    null = scoring.score_associations(World(51), given, 1)
    assert (null["false finding"], null["odds ratio covered"]) == (1.0, 10 / 11)


def test_a_planted_effect_is_scored_apart(given: Given, monkeypatch: pytest.MonkeyPatch):
    world = World(51, 0.7, {PLANTED: (1.5, 1.5)})
    truth = true_difference(world, given, PLANTED)
    rows = {PLANTED: ("found", 1.8, 2.0, 4.0, truth - 0.1, truth + 0.1), "communication": ("found", 1, 2, 3, 0, 1)}
    monkeypatch.setattr(scoring, "headline", lambda *_: _told(given, **rows))
    scores = scoring.score_associations(world, given, 1)
    assert scores["estimate over truth"] == pytest.approx(1.2)
    assert 0 < scores["shrunken over truth"] < 1.2
    assert (scores["found"], scores["false finding"]) == (1.0, 1.0)
    assert (scores["odds ratio covered"], scores["difference covered"]) == (0.0, 1.0)
    rows[PLANTED] = ("not_relevant", *rows[PLANTED][1:])
    scores = scoring.score_associations(world, given, 1)
    assert (scores["found"], scores["nothing relevant, wrongly"]) == (0.0, 1.0)
    assert np.isnan(scores["estimate over truth"])


def test_a_strong_effect_is_found_and_its_intervals_are_scored(given: Given):
    world = World(78, 0.7, {PLANTED: (np.log(12), np.log(12))})
    scores = pd.DataFrame([scoring.score_associations(world, given, seed) for seed in range(5)])
    assert scores["found"].mean() >= 0.8
    assert scores["difference covered"].mean() >= 0.6
    assert not scores["nothing relevant, wrongly"].any()


def test_a_wave_whose_refits_run_to_the_edge_is_scored(given: Given):
    """Waves once overflowed when a region was left out: no warning, and only what has no value is missing."""
    scores = scoring.score_associations(World(51), given, 2200)
    assert np.isfinite(list(scores.values())).all()


def test_the_effect_of_a_difference_has_that_difference(given: Given):
    world = World(51, 0.7)
    size = scoring.log_odds_of(0.2, world, given)
    assert 0.5 < size < 1.5
    there = World(51, 0.7, {PLANTED: (size, size)})
    assert true_difference(there, given, PLANTED) == pytest.approx(0.2, abs=1e-9)


def test_one_region_without_the_form_has_no_interval(given: Given):
    scores = scoring.score_prevalence(World(51, 0.7, {PLANTED: (1.0, 1.0)}, without=1), given, 1)
    assert scores["no interval"] == 1
    assert np.isnan([scores["odds ratio covered"], scores["difference covered"]]).all()
    several = scoring.score_prevalence(World(51, 0.7, {PLANTED: (-0.5, 1.5)}, without=12), given, 1)
    assert several["no interval"] == 0
    assert "odds ratio covered" not in several


def test_everybody_answering_leaves_no_error_and_response_by_commitment_biases_only_the_plain_share(given: Given):
    world, follows = World(78, 0.7), (0.45, 0.65, 0.85)
    scores = pd.DataFrame([scoring.score_response(world, given, seed, follows) for seed in range(40)]).mean()
    assert scores["plain share minus truth"] > 0.012
    assert abs(scores["post-stratified share minus truth"]) < 0.012
    assert scores["plain share covered"] < scores["post-stratified share covered"]
    scores = scoring.score_response(world, given, 1, (1, 1, 1))
    assert scores["plain share covered"] == scores["post-stratified share covered"] == 1


def test_the_wave_of_a_seed_is_the_same_every_time(given: Given):
    world = World(51, 0.7)
    first, again, other = (draw_wave(scoring.source(seed, world), world, given) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first[0], again[0])
    assert not first[1].equals(other[1])


@pytest.mark.whole
def test_an_unmeasured_trait_is_found_across_regions_and_not_within_them(given: Given):
    scores = pd.DataFrame([scoring.score_two_waves(World(trait=True), given, seed) for seed in range(25)]).mean()
    assert scores["across regions: false finding"] >= 0.2
    assert scores["within regions: false finding"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 25)
    planted = scoring.score_two_waves(World(78, effects={PLANTED: (4.0, 4.0)}), given, 1)
    assert (planted["across regions: found"], planted["within regions: found"]) == (1, 1)


def test_pooled_log_odds_ratios_are_scored_where_they_are(given: Given, monkeypatch: pytest.MonkeyPatch):
    effects = {PLANTED: (1.5, 1.5), "communication": (0.5, 0.5)}
    truth = pd.Series({name: effects.get(name, (0, 0))[1] for name in given.forms.index})
    nothing = pd.DataFrame({"odds_ratio": np.nan, "low": np.nan, "high": np.nan}, index=truth.index)
    log = pd.DataFrame({"odds_ratio": truth + 0.1, "low": truth - 1, "high": truth + 1})
    log.loc["communication", ["low", "high"]] = [1, 2]
    for told, empty in ((np.exp(log), False), (nothing, True)):
        monkeypatch.setattr(scoring, "pooled_table", lambda *_, told=told: told)
        scores = scoring.score_pooled(World(51, effects=effects), given, 1)
        assert scores["nothing pooled"] == empty
        assert np.isnan(scores["largest first, pooled"]) == empty
    monkeypatch.setattr(scoring, "pooled_table", lambda *_: np.exp(log))
    scores = scoring.score_pooled(World(51, effects=effects), given, 1)
    assert scores["squared error, pooled"] == pytest.approx(0.01)
    assert scores["pooled interval covered"] == pytest.approx(6 / 7)
    assert scores["largest first, pooled"] == 1
    assert scores["pooled less 4/9 of the other"] == pytest.approx(
        0.01 - scores["squared error, one at a time"] * 4 / 9
    )


def test_what_neighbours_share_is_scored_told_and_not_told(given: Given):
    world = World(51, 0.7, {SHARED[0]: (3.0, 3.0)}, clusters=30, alike=0.5)
    scores = scoring.score_shared(world, given, 1)
    assert scores["found"] == scores["not told, found"] == 1
    told = {name.removeprefix("not told, ") for name in scores}
    assert len(scores) == 2 * len(told)
    assert 0 <= scores["shared: p alone below .05"] <= 1
    assert "found" not in scoring.score_shared(World(51, clusters=30), given, 1)
