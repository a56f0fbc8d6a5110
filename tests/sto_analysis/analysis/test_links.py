"""Whatever stands in `LINKS` is one link in all its parts, and a fit with it is that of statsmodels."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import logistic, norm, rv_continuous
from statsmodels.miscmodels.ordinal_model import OrderedModel

from sto_analysis.analysis.links import LINKS

from .fitted import fit, se
from .waves import simulated

TEXTBOOK = {"logit": logistic, "probit": norm}
ETA = np.linspace(-3.0, 1.9, 50)
pytestmark = pytest.mark.parametrize("name", LINKS)


class _Latent(rv_continuous):
    """The latent distribution of a link that scipy has under no name of ours."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self._cdf, self._pdf = LINKS[name].cdf, LINKS[name].density


def test_the_parts_are_derivatives_of_each_other(name: str):
    link, h = LINKS[name], 1e-5
    np.testing.assert_allclose(link.density(ETA), (link.cdf(ETA + h) - link.cdf(ETA - h)) / (2 * h), rtol=1e-6)
    slope = (np.log(link.density(ETA + h)) - np.log(link.density(ETA - h))) / (2 * h)
    np.testing.assert_allclose(link.log_slope(ETA), slope, rtol=1e-6, atol=1e-6)


def test_nothing_is_left_far_out(name: str):
    link, far = LINKS[name], np.array([-1e6, 1e6])
    np.testing.assert_array_equal(link.cdf(far), [0.0, 1.0])
    np.testing.assert_array_equal(link.density(far), [0.0, 0.0])
    assert np.isfinite(link.log_slope(far)).all()


def test_the_scale_is_that_of_log_odds_where_the_halves_meet(name: str):
    median = ETA[np.abs(LINKS[name].cdf(ETA) - 0.5).argmin()]
    assert LINKS[name].scale == pytest.approx(4 * LINKS[name].density(median), rel=0.15)


def test_a_fit_is_that_of_statsmodels(name: str):
    stack = simulated(5, 200)
    model = OrderedModel(stack.y, stack.x, distr=TEXTBOOK.get(name) or _Latent(name))
    found, textbook = fit(stack, link=name), model.fit(method="bfgs", gtol=1e-8, disp=False)
    np.testing.assert_allclose(found.coef[0], textbook.params[:2], atol=1e-5)
    np.testing.assert_allclose(
        found.thresholds[0, 0], model.transform_threshold_params(textbook.params)[1:-1], atol=1e-5
    )
    np.testing.assert_allclose(se(found)[0], textbook.bse[:2], rtol=1e-3)
    assert found.log_likelihood[0] == pytest.approx(textbook.llf, abs=1e-8)


def test_separate_choices_lead_to_the_same(name: str, monkeypatch: pytest.MonkeyPatch):
    stack = simulated(6)
    found = fit(stack, link=name)
    monkeypatch.setitem(LINKS, name, replace(LINKS[name], separable=False))
    long_way = fit(stack, link=name)
    np.testing.assert_allclose(found.coef, long_way.coef, rtol=1e-10)
    np.testing.assert_allclose(found.information, long_way.information, rtol=1e-10)
    assert found.iterations == long_way.iterations
