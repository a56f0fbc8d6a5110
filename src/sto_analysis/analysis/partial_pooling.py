"""Several estimates pulled towards no effect, by as much as they themselves say: a normal hierarchical model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.design import Model
from sto_analysis.analysis.replicates import jackknife_covariance, replicate

_GRID, _WIDEST = 400, 5.0
"""Points of the grid of tau, and its end in units of the scale of its prior."""
_POSTERIOR = ("unpooled", "odds_ratio", "low", "high", "first", "rank", "rank_low", "rank_high")


@dataclass(frozen=True)
class Pooled:
    """Posterior of some effects: normal given tau, over a grid of tau, in axes in which the effects are independent.

    Parameters
    ----------
    tau : ndarray, shape (t,)
        Standard deviations between the true effects.
    weights : ndarray, shape (t,)
        Posterior probability of each.
    axes : ndarray, shape (j, j)
        Orthogonal; effects are ``axes @`` what the next two are about.
    means, variances : ndarray, shape (t, j)
        Given each tau.
    """

    tau: Floats
    weights: Floats
    axes: Floats
    means: Floats
    variances: Floats

    @property
    def mean(self) -> Floats:
        """Posterior means, shape (j,)."""
        return np.asarray(self.axes @ (self.weights @ self.means))

    def draws(self, size: int, rng: np.random.Generator) -> Floats:
        """Draw effects from the posterior, shape (size, j)."""
        at = rng.choice(len(self.weights), size=size, p=self.weights)
        apart = self.means[at] + np.sqrt(self.variances[at]) * rng.standard_normal((size, len(self.axes)))
        return np.asarray(apart @ self.axes.T)


def partially_pool(estimates: Floats, covariance: Floats, prior_scale: float) -> Pooled:
    """Posterior of the true effects behind some estimates.

    The model: estimates ~ N(b, covariance), b_j ~ N(0, tau^2) apart, tau ~ half-normal(prior_scale). Given tau all is
    normal; tau is integrated over a grid.

    Parameters
    ----------
    estimates : ndarray, shape (j,)
        Log odds ratios.
    covariance : ndarray, shape (j, j)
        Their covariance (jackknife).
    prior_scale : float
        Scale of the half-normal prior of tau.

    Returns
    -------
    Pooled

    References
    ----------
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian Analysis, 1(3),
    515-534. Gelman, A., Hill, J., & Yajima, M. (2012). Why we (usually) don't have to worry about multiple comparisons.
    J. Research on Educational Effectiveness, 5(2), 189-211.
    """
    tau = (np.arange(_GRID) + 0.5) * _WIDEST * prior_scale / _GRID
    sizes, axes = np.linalg.eigh(covariance)
    own, between, along = np.maximum(sizes, 0.0), tau[:, None] ** 2, axes.T @ estimates
    log = -0.5 * (np.log(own + between) + along**2 / (own + between)).sum(axis=1) - 0.5 * (tau / prior_scale) ** 2
    weights = np.exp(log - log.max())
    share = between / (own + between)
    return Pooled(tau, weights / weights.sum(), axes, share * along, share * own)


def pooled_table(model: Model, prior_scale: float, seed: int, draws: int = 20_000) -> pd.DataFrame:
    """Exposures of one model, adjusted for each other and partially pooled, with their order.

    Parameters
    ----------
    model : Model
        All exposures together.
    prior_scale : float
        As for `partially_pool`.
    seed, draws : int
        Of the draws from the posterior, which intervals, ranks and probabilities are read from.

    Returns
    -------
    DataFrame
        A row per exposure: ``exposure``, ``regions``, ``status`` and ``alias`` as `Association` has them, ``tau``
        (posterior mean of the standard deviation between true log odds ratios); and for the estimated ones, which
        alone are pooled: ``unpooled`` (odds ratio of the joint model), ``odds_ratio`` (exp of the posterior mean of
        the log odds ratio), ``low`` and ``high`` (95 % of the posterior), ``first`` (probability that no other is
        larger), ``rank`` (posterior median, 1 the largest) with ``rank_low`` and ``rank_high`` (90 % of the posterior).
        Nothing is pooled when fewer than two are estimated.
    """
    (found,) = replicate([model])
    names = [str(name) for name in model.exposures.columns]
    told = {"exposure": names, "regions": found.regions, "status": found.status, "alias": found.alias}
    table = pd.DataFrame(told).assign(tau=np.nan).reindex(columns=[*told, "tau", *_POSTERIOR])
    at = [i for i, status in enumerate(found.status) if status == "estimated"]
    if found.fits is None or len(at) < 2:
        return table
    estimates = found.fits.coef[:, [found.column[i] for i in at]]
    posterior = partially_pool(estimates[0], jackknife_covariance(estimates), prior_scale)
    drawn = posterior.draws(draws, np.random.Generator(np.random.PCG64(seed)))
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.exp(np.quantile(drawn, [0.025, 0.975], axis=0))
    rank_low, rank, rank_high = np.quantile(ranks, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    table.loc[at, "tau"] = posterior.weights @ posterior.tau
    columns = (np.exp(estimates[0]), np.exp(posterior.mean), low, high, (ranks == 1).mean(axis=0))
    table.loc[at, list(_POSTERIOR)] = np.column_stack([*columns, rank, rank_low, rank_high])
    return table


def shrunken(associations: pd.DataFrame, prior_scale: float) -> pd.Series:
    """Odds ratios of one-at-a-time models, pulled towards no effect as far as their uncertainty asks for.

    What is reported because it stands out is overestimated on average; a posterior mean is not.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table`.
    prior_scale : float
        As for `partially_pool`.

    Returns
    -------
    Series
        By exposure: exp of the posterior mean of the log odds ratio, the estimates taken as independent; NaN for one
        without an interval.
    """
    table = associations.set_index("exposure")
    se = (table["log_odds"] - np.log(table["low"])) / stdtrit(table["df"], 0.975)
    known = se.index[se.gt(0) & np.isfinite(se)]
    found = pd.Series(np.nan, index=table.index, name="shrunken")
    if len(known):
        estimates, covariance = table.loc[known, "log_odds"].to_numpy(float), np.diag(se[known].to_numpy(float) ** 2)
        found[known] = np.exp(partially_pool(estimates, covariance, prior_scale).mean)
    return found
