"""Cumulative-link models with item-specific thresholds, many at once.

Model: link P(Y <= k) = theta_{item,k} - x'b; with the logit link, exp(b) is the (proportional) odds ratio of a higher
answer. Rows with the same predictors are counted together (a region's answers share them), so a fit works on a table of
counts by item, pattern and category; `sto_analysis.analysis.newton` finds the maximum.
"""

from dataclasses import replace

import numpy as np
from scipy.special import expit

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.counts import Counts, Stack, patterns, tabulate
from sto_analysis.analysis.links import LINKS
from sto_analysis.analysis.newton import Fit, Newton
from sto_analysis.analysis.separation import separated

_SUSPICIOUS = 8.0
"""Log odds over the range of a predictor beyond which a fit is checked for separation."""
_AT_ONCE = 100_000
"""Models times counts that are worked on together: small enough for the cache of a processor."""


def fit_counts(
    counts: Counts,
    *,
    link: str = "logit",
    prior_sd: float = np.inf,
    start: Fit | None = None,
    checked: int | None = None,
) -> Fit:
    """Fit the models of some tables of counts.

    Parameters
    ----------
    counts : Counts
        Answers. Categories that nobody chose are dropped from their item for that model (their threshold is infinite);
        items with one category left say nothing.
    link : str
        Of the cumulative probabilities, a key of `LINKS`.
    prior_sd : float
        Standard deviation of a normal prior on the coefficients (ridge); infinite for maximum likelihood.
    start : Fit, optional
        A fit of the same model, near the solution (as the full fit is to those that leave one region out), for all
        models or one for each; saves iterations, not accuracy.
    checked : int, optional
        Only the first so many coefficients are checked for separation; default all.

    Returns
    -------
    Fit
        Says for each model whether it converged, on which coefficients it is separated, and its iterations.
    """
    m = len(counts.n)
    step = max(1, _AT_ONCE // counts.n[0].size)
    parts = []
    for first in range(0, m, step):
        at = slice(first, first + step)
        here = Counts(counts.n[at], counts.x if len(counts.x) == 1 else counts.x[at])
        found = Newton(here, link, prior_sd).run(start if start is None or len(start.coef) == 1 else start.select(at))
        parts.append(_name_separated(here, found, link, checked) if np.isinf(prior_sd) else found)
    return Fit(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fit.__dataclass_fields__))


def _name_separated(counts: Counts, found: Fit, link: str, checked: int | None) -> Fit:
    """Say which coefficients are separated, by a linear programme for those that ran far or did not settle."""
    far_out = _SUSPICIOUS / LINKS[link].scale
    watched = np.arange(found.coef.shape[1]) < (found.coef.shape[1] if checked is None else checked)
    unsettled = watched & ~found.converged[:, None]
    far = watched & (np.abs(found.coef) * np.ptp(counts.x, axis=(0, 1)) > far_out) | unsettled
    apart = np.zeros_like(far)
    for model in np.flatnonzero(far.any(axis=1)):
        item, pattern, y = np.nonzero(counts.n[model])
        x = counts.x[0 if len(counts.x) == 1 else model][pattern]
        among = far[model] & (np.abs(found.coef[model]) * np.ptp(x, axis=0) > far_out) | unsettled[model]
        if among.any():
            apart[model] = separated(Stack(y, item, x), among)
    return replace(found, separated=apart, converged=found.converged & ~apart.any(axis=1))


def linear(x: Floats, b: Floats) -> Floats:
    """Linear predictors (models, patterns)."""
    return np.asarray(b @ x[0].T if len(x) == 1 else np.matmul(x, b[:, :, None])[:, :, 0])


def score_residuals(stack: Stack) -> Floats:
    """Derivative of each row's log likelihood by its linear predictor x'b, at the fitted logit models.

    Parameters
    ----------
    stack : Stack
        Answers and the predictors of the null model (none: thresholds alone).

    Returns
    -------
    ndarray, shape (n,), or (m, n) for m models
        F(theta_k - x'b) + F(theta_{k-1} - x'b) - 1: positive for answers above expectation; zero for an item with one
        category.
    """
    counts, rows = tabulate(stack), stack.y.ndim == 2
    fitted, (_, pattern) = fit_counts(counts), patterns(stack.x)
    present = counts.n.any(axis=2)
    level = np.cumsum(present, axis=2) - 1
    theta = np.sort(np.where(np.isnan(fitted.thresholds), np.inf, fitted.thresholds), axis=2)
    cumulative = np.zeros((*counts.n.shape[:3], counts.n.shape[3] + 1))
    cumulative[..., 1:-1] = expit(theta[:, :, None] - linear(counts.x, fitted.coef)[:, None, :, None])
    cumulative[..., -1] = 1.0
    model, y, item = np.arange(len(counts.n))[:, None], np.atleast_2d(stack.y), np.atleast_2d(stack.item)
    here = level[model, item, y]
    residuals = cumulative[model, item, pattern, here + 1] + cumulative[model, item, pattern, here] - 1
    return np.asarray(residuals if rows else residuals[0])


def top_probability_effect(counts: Counts, fitted: Fit, column: int, link: str = "logit") -> Floats:
    """Average marginal effect of a predictor on the probability of the top category.

    Parameters
    ----------
    counts : Counts
        Of the fits; the average runs over their answers.
    fitted : Fit
        Fits of `counts`.
    column : int
        Predictor; a 0/1 predictor is switched, any other has its slope taken.
    link : str
        Of the fits.

    Returns
    -------
    ndarray, shape (m,)
        As a difference of proportions (per step of the predictor).
    """
    cumulative, density = LINKS[link].cdf, LINKS[link].density
    value, b = counts.x[:, None, :, column], fitted.coef[:, column, None, None]
    filled = np.where(np.isnan(fitted.thresholds), -np.inf, fitted.thresholds)
    highest = filled.max(axis=2)[:, :, None]
    known = np.isfinite(highest)
    without = np.where(known, highest, 0.0) - (linear(counts.x, fitted.coef)[:, None, :] - b * value)
    if ((value == 0) | (value == 1)).all():
        effect = cumulative(without) - cumulative(without - b)
    else:
        effect = b * density(without - b * value)
    used = np.where(known, counts.n @ np.ones(counts.n.shape[3]), 0.0)
    return np.asarray(np.einsum("mip,mip->m", effect, used) / used.sum(axis=(1, 2)))
