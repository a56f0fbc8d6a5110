"""Simulated waves have the truth that they are held against."""

import numpy as np
import pandas as pd
import pytest

from sto_workbench.synthetic.worlds import (
    COMMITMENT,
    PLANTED,
    SECOND,
    SHARED,
    Given,
    World,
    draw_answers,
    draw_exposures,
    draw_regions,
    draw_wave,
    true_difference,
)

MANY = 20_000


def _rng() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(1))


@pytest.mark.parametrize("confounding", [0.0, 0.7])
def test_waves_have_the_published_margins_and_the_shares_of_the_context(given: Given, confounding: float):
    outcomes, exposures = draw_wave(_rng(), World(MANY, confounding), given)
    forms = exposures[given.forms.index]
    np.testing.assert_allclose(forms.mean(), given.forms, atol=0.015)
    for name, shares in given.settings.context_shares.items():
        np.testing.assert_allclose(exposures[name].value_counts(normalize=True).sort_index(), shares, atol=0.02)
    others = exposures.drop(columns=COMMITMENT).corrwith(exposures[COMMITMENT])
    assert ((others > 0.3) if confounding else (others.abs() < 0.03)).all()
    if not confounding:
        np.testing.assert_allclose((outcomes == 2).mean(), given.top, atol=0.015)
        np.testing.assert_allclose((outcomes == 0).mean(), given.low, atol=0.015)
    latent = forms.corr().to_numpy()[np.triu_indices(7, 1)]
    assert (latent > 0.1).all()


@pytest.mark.parametrize("effect", [(1.0, 1.0), (-0.5, 1.5), (0.0, 1.2)])
def test_the_true_difference_is_that_of_many_regions_at_the_same_commitment(given: Given, effect: tuple[float, float]):
    world = World(MANY, 0.7, {PLANTED: effect})
    outcomes, exposures = draw_wave(_rng(), world, given)
    top = (outcomes == 2).mean(axis="columns")
    by = top.groupby([exposures[PLANTED], exposures[COMMITMENT]]).mean()
    seen = (by[1.0] - by[0.0]).to_numpy() @ given.settings.context_shares[COMMITMENT]
    assert true_difference(world, given, PLANTED) == pytest.approx(seen, abs=0.015)
    crude = top[exposures[PLANTED] == 1].mean() - top[exposures[PLANTED] == 0].mean()
    assert crude > seen + 0.05
    assert true_difference(World(MANY, 0.7), given, PLANTED) == 0
    low = (outcomes > 0).mean(axis="columns").groupby(exposures[PLANTED]).mean()
    assert (low[1.0] > low[0.0]) == (effect[0] >= 0)


def test_the_true_difference_of_commitment_is_that_of_its_outer_levels(given: Given):
    world = World(MANY, 0.7)
    outcomes, exposures = draw_wave(_rng(), world, given)
    top = (outcomes == 2).mean(axis="columns").groupby(exposures[COMMITMENT]).mean()
    assert true_difference(world, given, COMMITMENT) == pytest.approx(top[2.0] - top[0.0], abs=0.015)


def test_a_number_of_regions_without_the_form_is_exact_and_gaps_are_as_many_as_asked(given: Given):
    for without in (3, 48):
        _, exposures = draw_wave(_rng(), World(51, 0.7, without=without), given)
        assert (exposures[PLANTED] == 0).sum() == without
    _, exposures = draw_wave(_rng(), World(MANY, missing=0.05), given)
    np.testing.assert_allclose(exposures.isna().mean(), 0.05, atol=0.006)


def test_answers_of_a_region_correlate_as_asked(given: Given):
    outcomes, exposures = draw_wave(_rng(), World(MANY, correlation=(0.8, 0.1)), given)
    having = exposures[PLANTED] == 1
    without, having = (outcomes[at][["teachers", "regional_demand"]].corr().iloc[0, 1] for at in (~having, having))
    assert without > 0.55
    assert having < 0.12


def test_a_second_adjuster_acts_on_forms_and_keeps_their_shares(given: Given):
    _, exposures = draw_wave(_rng(), World(MANY, 0.7, second=0.7), given)
    np.testing.assert_allclose(exposures[given.forms.index].mean(), given.forms, atol=0.03)
    at = exposures[exposures[COMMITMENT] == 1]
    assert (at[given.forms.index].corrwith(at[SECOND]) > 0.15).all()


def test_what_lasts_ties_two_waves_and_the_trait_goes_with_its_form_and_with_yields(given: Given):
    waves = {}
    for trait in (False, True):
        rng, world = _rng(), World(MANY, trait=trait)
        regions = draw_regions(rng, world, given)
        for year in range(2):
            exposures = draw_exposures(rng, world, given, regions)
            top = (draw_answers(rng, world, given, regions, exposures) == 2).mean(axis="columns")
            waves[trait, year] = exposures.assign(top=top)
    for trait in (False, True):
        assert waves[trait, 0]["top"].corr(waves[trait, 1]["top"]) == pytest.approx(
            0.5, abs=0.05
        )  # of latent values .6
        pd.testing.assert_series_equal(waves[trait, 0][SECOND], waves[trait, 1][SECOND])
    assert abs(waves[False, 1][PLANTED].corr(waves[False, 1]["top"])) < 0.03
    assert waves[True, 1][PLANTED].corr(waves[True, 1]["top"]) > 0.2
    assert abs(waves[True, 1]["communication"].corr(waves[True, 1]["top"])) < 0.1


def test_neighbours_share_values_and_a_part_of_their_yields_and_nothing_else_changes(given: Given):
    world, rng = World(51, 0.7, clusters=30, alike=1.0), _rng()
    waves = [draw_regions(rng, world, given) for _ in range(200)]
    for regions in waves[:5]:
        assert regions.context.groupby(regions.clusters)[list(SHARED)].nunique().max().max() == 1
        assert 20 <= len(np.unique(regions.clusters)) <= 30
    pairs = []
    for regions in waves:
        first = pd.Series(regions.lasting[0][:, 0]).groupby(regions.clusters).agg(["first", "last", "size"])
        pairs.append(first[first["size"] > 1])
    assert pd.concat(pairs).corr().loc["first", "last"] == pytest.approx(1)
    shares = np.mean([regions.context[SHARED[0]] for regions in waves], axis=1)
    wanted = np.dot(np.arange(3), given.settings.context_shares[SHARED[0]])
    assert shares.mean() > wanted  # large ones have rather higher values, and regions lie in large ones
    assert draw_regions(_rng(), World(51), given).clusters is None
