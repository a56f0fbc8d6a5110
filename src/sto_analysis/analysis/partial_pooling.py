"""Several estimates pulled towards no effect together, each by as much as its uncertainty asks for."""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sto_analysis.analysis.arrays import Floats
from sto_analysis.analysis.design import Model
from sto_analysis.analysis.replicates import jackknife_covariance, replicate

_POSTERIOR = ("unpooled", "odds_ratio", "low", "high", "first", "rank", "rank_low", "rank_high")


def partially_pool(estimates: Floats, covariance: Floats, prior_sd: float) -> tuple[Floats, Floats]:
    """Posterior of the true effects behind some estimates.

    The model: estimates ~ N(b, covariance), b_j ~ N(0, prior_sd^2) apart; so b is normal.

    Parameters
    ----------
    estimates : ndarray, shape (j,)
        Log odds ratios.
    covariance : ndarray, shape (j, j)
        Their covariance (jackknife).
    prior_sd : float
        Standard deviation of the prior: how far true log odds ratios lie from none.

    Returns
    -------
    mean, covariance : ndarray, shape (j,) and (j, j)
        Of the posterior.

    References
    ----------
    Gelman, A., Hill, J., & Yajima, M. (2012). Why we (usually) don't have to worry about multiple comparisons.
    J. Research on Educational Effectiveness, 5(2), 189-211. Greenland, S. (2007). Prior data for non-normal priors.
    Statistics in Medicine, 26, 3578-3590.
    """
    share = prior_sd**2 * np.linalg.inv(covariance + prior_sd**2 * np.eye(len(estimates)))
    return share @ estimates, share @ covariance


def pooled_table(model: Model, prior_sd: float, seed: int, draws: int = 20_000) -> pd.DataFrame:
    """Exposures of one model, adjusted for each other and partially pooled, with their order.

    Parameters
    ----------
    model : Model
        All exposures together.
    prior_sd : float
        As for `partially_pool`.
    seed, draws : int
        Of the draws from the posterior, which intervals, ranks and probabilities are read from.

    Returns
    -------
    DataFrame
        A row per exposure: ``exposure``, ``regions``, ``status`` and ``alias`` as `Association` has them; and for
        the estimated ones, which alone are pooled: ``unpooled`` (odds ratio of the joint model), ``odds_ratio`` (exp of
        the posterior mean of the log odds ratio), ``low`` and ``high`` (95 % of the posterior), ``first`` (probability
        that no other is larger), ``rank`` (posterior median, 1 the largest) with ``rank_low`` and ``rank_high`` (90 %
        of the posterior). Nothing is pooled when fewer than two are estimated.
    """
    (found,) = replicate([model])
    names = [str(name) for name in model.exposures.columns]
    told = {"exposure": names, "regions": found.regions, "status": found.status, "alias": found.alias}
    table = pd.DataFrame(told).reindex(columns=[*told, *_POSTERIOR])
    at = [i for i, status in enumerate(found.status) if status == "estimated"]
    if found.fits is None or len(at) < 2:
        return table
    estimates = found.fits.coef[:, [found.column[i] for i in at]]
    mean, covariance = partially_pool(estimates[0], jackknife_covariance(estimates), prior_sd)
    normal = np.random.Generator(np.random.PCG64(seed)).standard_normal((draws, len(mean)))
    drawn = mean + normal @ np.linalg.cholesky(covariance + 1e-12 * np.eye(len(mean))).T
    ranks = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.exp(np.quantile(drawn, [0.025, 0.975], axis=0))
    rank_low, rank, rank_high = np.quantile(ranks, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    columns = (np.exp(estimates[0]), np.exp(mean), low, high, (ranks == 1).mean(axis=0))
    table.loc[at, list(_POSTERIOR)] = np.column_stack([*columns, rank, rank_low, rank_high])
    return table


def shrunken(associations: pd.DataFrame, prior_sd: float) -> pd.Series:
    """Odds ratios of one-at-a-time models, pulled towards no effect as far as their uncertainty asks for.

    What is reported because it stands out is overestimated on average; a posterior mean is not.

    Parameters
    ----------
    associations : DataFrame
        Rows of `association_table`.
    prior_sd : float
        As for `partially_pool`.

    Returns
    -------
    Series
        By exposure: exp of the posterior mean of the log odds ratio, each by itself; NaN for one without an interval.
    """
    table = associations.set_index("exposure")
    se = (table["log_odds"] - np.log(table["low"])) / stdtrit(table["df"], 0.975)
    share = prior_sd**2 / (se**2 + prior_sd**2)
    return pd.Series(np.exp(table["log_odds"] * share), name="shrunken")
