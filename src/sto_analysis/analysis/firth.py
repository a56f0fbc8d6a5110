"""Firth's penalised logistic regression: finite estimates where two-level data separate."""

import numpy as np
from scipy.special import expit

from sto_analysis.analysis.arrays import Floats, Ints


def firth_logistic(y: Ints, x: Floats) -> Floats:
    """Fit a logistic regression with Jeffreys' prior.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        0 or 1.
    x : ndarray, shape (n, p)
        Predictors, including a column of ones for the intercept.

    Returns
    -------
    ndarray, shape (p,)
        Coefficients.

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. Biometrika, 80(1), 27-38; Heinze, G., & Schemper,
    M. (2002). A solution to the problem of separation in logistic regression. Statistics in Medicine, 21, 2409-2419.
    """
    beta = np.zeros(x.shape[1])
    value, probability, information = _penalised(y, x, beta)
    for _ in range(200):
        leverage = probability * (1 - probability) * np.einsum("ij,ij->i", x @ np.linalg.inv(information), x)
        score = x.T @ (y - probability + leverage * (0.5 - probability))
        if np.abs(score).max(initial=0.0) < 1e-10:
            break
        step = np.linalg.solve(information, score)
        for _ in range(40):
            new, probability, information = _penalised(y, x, beta + step)
            if new >= value - 1e-13 * abs(value):
                break
            step /= 2
        beta, value = beta + step, new
    return beta


def _penalised(y: Ints, x: Floats, beta: Floats) -> tuple[float, Floats, Floats]:
    """Penalised log likelihood, fitted probabilities, and information over all predictors."""
    probability = expit(x @ beta)
    information = x.T @ (x * (probability * (1 - probability))[:, None])
    sign, log_det = np.linalg.slogdet(information)
    signed = np.where(y == 1, 1.0, -1.0) * (x @ beta)
    value = -np.logaddexp(0, -signed).sum() + 0.5 * log_det if sign > 0 else -np.inf
    return float(value), probability, information
