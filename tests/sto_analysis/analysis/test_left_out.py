"""Refits without each region are those that one gets without it, from whatever they start."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.design import Model, stack_outcomes
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.replicates import replicate

from .fitted import fit
from .waves import wave


def _models(link: str) -> list[Model]:
    """Models of unlike size: one with gaps, an item that one region alone gives two levels, one of two bands."""
    outcomes, exposures = wave(2, 40)
    gaps = outcomes.mask(np.random.Generator(np.random.PCG64(1)).random(outcomes.shape) < 0.1)
    rare = outcomes.assign(a=(np.arange(40) == 7).astype(float), b=outcomes["b"].where(np.arange(40) != 3, 5.0))
    adjust = exposures[["commitment"]]
    return [Model(y, exposures[["x", "y"]], adjust, link) for y in (outcomes, gaps, rare, (outcomes > 1).astype(float))]


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_every_refit_is_the_fit_of_the_other_regions(link: str):
    for model, found in zip(_models(link), replicate(_models(link)), strict=True):
        assert model.adjust is not None
        x = pd.concat([model.exposures, model.adjust], axis=1).to_numpy()
        for left_out in (None, 0, 3, 7, 39):
            kept = np.arange(40) != left_out
            alone = fit(stack_outcomes(model.outcomes[kept], x[kept])[0], link=link)
            at = 0 if left_out is None else 1 + left_out
            np.testing.assert_allclose(found.fits.coef[at], alone.coef[0], rtol=2e-9, atol=1e-10)
            assert found.fits.converged[at]


def test_refits_start_so_near_that_most_need_one_step():
    found = replicate(_models("logit")[:1])[0]
    assert found.fits.iterations[1:].mean() < 1.5


def test_a_model_that_separates_does_not_touch_those_fitted_beside_it():
    outcomes, exposures = wave(2, 40)
    apart = Model(outcomes * 0 + exposures[["x"]].to_numpy(), exposures[["x", "y"]], exposures[["commitment"]])
    plain = Model(outcomes, exposures[["x", "y"]], exposures[["commitment"]])
    together, alone = associate_all([apart, plain, apart]), associate_all([plain])
    assert [each.status for each in together[0]] == ["ridge", "ridge"]
    assert together[1][0].log_odds == pytest.approx(alone[0][0].log_odds, rel=1e-12)
    assert together[1][0].low == pytest.approx(alone[0][0].low, rel=1e-9)


def test_every_refit_without_a_cluster_is_the_fit_of_the_other_regions():
    outcomes, exposures = wave(2, 40)
    clusters = pd.Series(np.r_[np.arange(12), np.arange(28) % 5], outcomes.index)
    gaps = outcomes.mask(np.random.Generator(np.random.PCG64(1)).random(outcomes.shape) < 0.1)
    models = [Model(y, exposures[["x", "y"]], exposures[["commitment"]], clusters=clusters) for y in (outcomes, gaps)]
    x = pd.concat([exposures[["x", "y", "commitment"]]], axis=1).to_numpy()
    for model, found in zip(models, replicate(models), strict=True):
        assert found.counts.n.shape[0] == found.fits.coef.shape[0] == 13
        for cluster in (0, 4, 11):
            kept = clusters.to_numpy() != cluster
            alone = fit(stack_outcomes(model.outcomes[kept], x[kept])[0])
            np.testing.assert_allclose(found.fits.coef[1 + cluster], alone.coef[0], rtol=2e-9, atol=1e-10)
            assert found.counts.n[1 + cluster].sum() == model.outcomes[kept].notna().to_numpy().sum()
