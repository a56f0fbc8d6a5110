"""Firth's penalised logistic regression: finite estimates where two-level data separate."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import chi2

from sto_analysis.analysis.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class FirthFit:
    """A penalised logistic regression.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        Estimates, in the order of the predictors given.
    se : ndarray, shape (p,)
        From the Fisher information at the estimates (conventions differ between programs; do not test on them).
    p : ndarray, shape (p,)
        Of penalised likelihood ratio tests, one predictor at a time.
    converged : bool
        Whether the modified score vanished, in the full and in every reduced fit.
    """

    coef: Floats
    se: Floats
    p: Floats
    converged: bool


def firth_logistic(y: Ints, x: Floats) -> FirthFit:
    """Fit a logistic regression with Jeffreys' prior.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        0 or 1.
    x : ndarray, shape (n, p)
        Predictors, including a column of ones for the intercept.

    Returns
    -------
    FirthFit

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. Biometrika, 80(1), 27-38; Heinze, G., & Schemper,
    M. (2002). A solution to the problem of separation in logistic regression. Statistics in Medicine, 21, 2409-2419.
    """
    free = np.ones(x.shape[1], dtype=bool)
    coef, likelihood, information, converged = _maximise(y, x, free)
    p = np.empty(x.shape[1])
    for j in range(x.shape[1]):
        reduced = free.copy()
        reduced[j] = False
        _, without, _, fine = _maximise(y, x, reduced)
        p[j] = chi2.sf(max(0.0, 2 * (likelihood - without)), 1)
        converged &= fine
    return FirthFit(coef, np.sqrt(np.diag(np.linalg.inv(information))), p, converged)


def _penalised(y: Ints, x: Floats, beta: Floats) -> tuple[float, Floats, Floats]:
    """Penalised log likelihood, fitted probabilities, and information over all predictors."""
    probability = expit(x @ beta)
    information = x.T @ (x * (probability * (1 - probability))[:, None])
    sign, log_det = np.linalg.slogdet(information)
    signed = np.where(y == 1, 1.0, -1.0) * (x @ beta)
    value = -np.logaddexp(0, -signed).sum() + 0.5 * log_det if sign > 0 else -np.inf
    return float(value), probability, information


def _maximise(y: Ints, x: Floats, free: Bools) -> tuple[Floats, float, Floats, bool]:
    """Maximise over the free coefficients, the others at zero; the penalty is that of the full design."""
    beta = np.zeros(x.shape[1])
    value, probability, information = _penalised(y, x, beta)
    for _ in range(200):
        spread = probability * (1 - probability)
        leverage = spread * np.einsum("ij,ij->i", x @ np.linalg.inv(information), x)
        score = x.T @ (y - probability + leverage * (0.5 - probability))
        if np.abs(score[free]).max(initial=0.0) < 1e-10:
            return beta, value, information, True
        step = np.zeros_like(beta)
        step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
        for _ in range(40):
            new, probability, information = _penalised(y, x, beta + step)
            if new >= value - 1e-13 * abs(value):
                break
            step /= 2
        beta, value = beta + step, new
    return beta, value, information, False
