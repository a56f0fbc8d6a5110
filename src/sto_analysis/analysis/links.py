"""Links of cumulative probabilities: all that the fits know of a link stands in its object here."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from sto_analysis.analysis.arrays import Floats


@dataclass(frozen=True)
class Link:
    """A link: P(Y <= k) = cdf(theta_k - x'b).

    Parameters
    ----------
    cdf, density : callable
        Of the latent distribution, vectorised; both must be finite far out on either side (at ±1e6).
    log_slope : callable
        Derivative of the logarithm of the density.
    scale : float
        Log odds per unit of a coefficient, roughly: what counts as large, and how wide a prior is, is in log odds.
    shortcut : callable, optional
        A faster way to the same: from the cumulative probabilities, and the answers on both sides of each, to their
        densities and the second derivatives of the log likelihood by threshold and x'b.
    """

    cdf: Callable[[Floats], Floats]
    density: Callable[[Floats], Floats]
    log_slope: Callable[[Floats], Floats]
    scale: float
    shortcut: Callable[[Floats, Floats], tuple[Floats, Floats]] | None = None


def _logistic(eta: Floats) -> Floats:
    """As scipy's `expit`, but a third of its time on large arrays."""
    out = np.negative(eta)
    with np.errstate(over="ignore"):  # far below, 1 / inf is the right limit
        np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def _logistic_density(eta: Floats) -> Floats:
    return np.asarray(expit(eta) * expit(-eta))


def _logistic_shortcut(cumulative: Floats, beside: Floats) -> tuple[Floats, Floats]:
    """(f_k - f_(k-1)) / P_k = 1 - F_k - F_(k-1) here, and nothing need be squared."""
    density = 1 - cumulative
    density *= cumulative
    mixed = density * beside
    return density, np.negative(mixed, out=mixed)


def _normal_density(eta: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi))


LINKS = {
    "logit": Link(_logistic, _logistic_density, lambda eta: -np.tanh(eta / 2), 1.0, _logistic_shortcut),
    # 1.7: Amemiya, T. (1981). Qualitative response models: a survey. J. Economic Literature, 19(4), 1483-1536
    "probit": Link(ndtr, _normal_density, np.negative, 1.7),
}
"""Name, as in data/multiverse.yaml → link."""
