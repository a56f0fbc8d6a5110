"""Newton's method for many cumulative-link models at once, with analytic score and Hessian and step-halving.

The log likelihood is concave in (theta, b) for both links (Pratt, J. W. (1981). Concavity of the log likelihood. JASA,
76, 103-106), so a converged fit is the maximum. Thresholds of an item touch only their neighbours, so they are
eliminated by the Thomas algorithm and a system in b alone is left (Schur complement).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Link = Literal["logit", "probit"]

MAX_ITERATIONS = 60
TOLERANCE = 1e-9
"""Largest absolute score per unit of weight at which a fit counts as converged."""
NEARLY, SHORT = 1e-5, 3e-3
"""The same for a fit whose last step is short: that step, taken unseen, squares what is left.

Under separation the score fades too, but steps stay long."""


@dataclass(frozen=True)
class Fit:
    """Fits of m models.

    Parameters
    ----------
    coef : ndarray, shape (m, p)
        Coefficients.
    information : ndarray, shape (m, p, p)
        Observed information about them, thresholds eliminated.
    log_likelihood : ndarray, shape (m,)
        At the maximum, without any penalty.
    converged : ndarray of bool, shape (m,)
        Whether the score vanished at a finite maximum: False where a coefficient is separated.
    iterations : ndarray of int, shape (m,)
        Newton steps taken.
    thresholds : ndarray, shape (m, n_items, k - 1)
        ``theta``; NaN where an item has no such threshold in that model.
    separated : ndarray of bool, shape (m, p)
        Coefficients without a finite maximum likelihood estimate, found by linear programming (see
        `sto_analysis.analysis.separation`); what stands under ``coef`` is where the iterations stopped.
    """

    coef: Floats
    information: Floats
    log_likelihood: Floats
    converged: NDArray[np.bool_]
    iterations: Ints
    thresholds: Floats
    separated: NDArray[np.bool_]

    @property
    def se(self) -> Floats:
        """Standard errors from the observed information (independent rows), shape (m, p)."""
        if not self.coef.shape[1]:
            return np.zeros_like(self.coef)
        return np.sqrt(np.abs(np.diagonal(np.linalg.pinv(self.information), axis1=1, axis2=2)))

    def select(self, models: slice | Ints) -> "Fit":
        """Return the fits of some of the models."""
        return Fit(*(getattr(self, name)[models] for name in Fit.__dataclass_fields__))


def linear(x: Floats, b: Floats) -> Floats:
    """Linear predictors (models, patterns)."""
    return np.asarray(b @ x[0].T if len(x) == 1 else np.matmul(x, b[:, :, None])[:, :, 0])


def _logistic(eta: Floats) -> Floats:
    """As scipy's `expit`, but a third of its time on large arrays."""
    out = np.negative(eta)
    with np.errstate(over="ignore"):  # far below, 1 / inf is the right limit
        np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def _logistic_density(eta: Floats) -> Floats:
    return np.asarray(expit(eta) * expit(-eta))


def _normal_density(eta: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi))


LINKS: dict[Link, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "logit": (_logistic, _logistic_density),
    "probit": (ndtr, _normal_density),
}


class Newton:
    """Newton's method over a batch of models; converged models leave the work.

    Models stand on the last axis of all arrays, where sums over items, patterns and categories are fastest.
    """

    def __init__(self, counts: Floats, x: Floats, link: Link, prior_sd: float) -> None:
        m, self.n_items, _, self.k = counts.shape
        self.x, self.link = np.ascontiguousarray(np.moveaxis(x, 0, -1)), link
        self.precision = 0.0 if np.isinf(prior_sd) else prior_sd**-2
        self.n = np.array(np.moveaxis(counts, 0, -1), order="C")
        present = (self.n > 0).any(axis=1)
        cuts = np.maximum(present.sum(axis=1) - 1, 0)
        # categories with weight, counted anew from 0: `packed` lists the original ones in that order
        packed = np.argsort(~present, axis=1, kind="stable")
        self.original = packed[:, : self.k - 1]
        if not present.all():
            self.n = np.take_along_axis(self.n, packed[:, None], axis=2)
            self.n *= (cuts > 0)[:, None, None]
        self.used = self.n > 0
        self.real = np.arange(self.k - 1)[:, None] < cuts[:, None]
        total = self.n.sum(axis=1)
        share = (np.cumsum(total, axis=1)[:, :-1] + 0.5) / (total.sum(axis=1, keepdims=True) + 1.0)
        self.theta = np.where(self.real, np.log(share / (1 - share)), 0.0)
        self.b = np.zeros((x.shape[2], m))
        self.pairs = self.n[:, :, :-1] + self.n[:, :, 1:]  # answers that a threshold divides from their neighbours
        self.total = np.maximum(total.sum(axis=(0, 1)), 1.0)

    def keep(self, models: NDArray[np.bool_]) -> None:
        """Go on with some of the models only."""
        for name in ("n", "pairs", "used", "real", "total"):
            setattr(self, name, np.compress(models, getattr(self, name), axis=-1))
        if self.x.shape[-1] > 1:
            self.x = np.compress(models, self.x, axis=-1)

    def at(self, theta: Floats, b: Floats) -> tuple[Floats, Floats, Floats]:
        """Linear predictors and probabilities (cumulative, per category) of all counts."""
        xb = (self.x * b).sum(axis=1)
        eta = np.where(self.real, theta, np.inf)[:, None] - xb[:, None]
        cumulative = LINKS[self.link][0](eta)
        probability = np.empty(self.n.shape)
        probability[:, :, 0] = cumulative[:, :, 0]
        np.subtract(1, cumulative[:, :, -1], out=probability[:, :, -1])
        np.subtract(cumulative[:, :, 1:], cumulative[:, :, :-1], out=probability[:, :, 1:-1])
        return eta, cumulative, probability

    def objective(self, probability: Floats, b: Floats) -> Floats:
        """Log likelihood with the log prior; minus infinity where thresholds are out of order."""
        wrong = (self.used & (probability <= 0)).any(axis=(0, 1, 2))
        terms = self.n * np.log(np.maximum(probability, 1e-300))
        value = terms.sum(axis=(0, 1, 2)) - 0.5 * self.precision * (b**2).sum(axis=0)
        return np.where(wrong, -np.inf, value)

    def begin(self, start: Fit) -> None:
        """Begin at fits of the same models, for the items that have the same categories."""
        thresholds = np.broadcast_to(np.moveaxis(start.thresholds, 0, -1), self.theta.shape)
        before = np.take_along_axis(thresholds, np.minimum(self.original, self.k - 2), axis=1)
        rising = (np.diff(before, axis=1) > 0).all(axis=1, where=self.real[:, 1:])
        same = (np.isfinite(before) == self.real).all(axis=1) & rising
        self.theta = np.where(same[:, None] & self.real, np.nan_to_num(before), self.theta)
        self.b = np.broadcast_to(start.coef.T, self.b.shape).copy()

    def run(self, start: Fit | None = None) -> Fit:
        """Iterate until every model has converged or used up its iterations."""
        if start is not None:
            self.begin(start)
        p, m = self.b.shape
        theta, b, real = self.theta.copy(), self.b.copy(), self.real
        converged, iterations = np.zeros(m, dtype=bool), np.zeros(m, dtype=np.int64)
        information, likelihood = np.zeros((m, p, p)), np.zeros(m)
        active, warm = np.arange(m), start is not None
        state = self.at(theta, b)
        value = self.objective(state[2], b)
        for step in range(MAX_ITERATIONS + 1):
            score, d_theta, d_b, schur = self.direction(state, b)
            short = np.abs(d_b).max(axis=0, initial=0.0) <= SHORT
            last = score <= np.where(short & warm, NEARLY, TOLERANCE) * self.total
            self.theta[..., active] = theta + last * d_theta
            self.b[:, active], information[active] = b + last * d_b, schur
            likelihood[active] = value + 0.5 * self.precision * (b**2).sum(axis=0)
            converged[active[last]] = True
            if last.any():
                self.keep(~last)
                active, theta, b, d_theta, d_b, value = (
                    np.compress(~last, a, axis=-1) for a in (active, theta, b, d_theta, d_b, value)
                )
            if active.size == 0 or step == MAX_ITERATIONS:
                break
            iterations[active] += 1
            length = np.ones(len(active))
            for _ in range(30):
                new_theta, new_b = theta + length * d_theta, b + length * d_b
                state = self.at(new_theta, new_b)
                after = self.objective(state[2], new_b)
                worse = after < value - 1e-10 * np.abs(value)
                if not worse.any():
                    break
                length[worse] /= 2
            theta, b, value = new_theta, new_b, after
        thresholds = np.full((m, self.n_items, self.k - 1), np.nan)
        item, place, model = np.nonzero(real)
        original = np.minimum(self.original[item, place, model], self.k - 2)
        thresholds[model, item, original] = self.theta[item, place, model]
        apart = np.zeros((m, p), dtype=bool)
        return Fit(self.b.T.copy(), information, likelihood, converged, iterations, thresholds, apart)

    def direction(self, state: tuple[Floats, Floats, Floats], b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Newton step: largest absolute score, step in theta and in b, and the information about b (models first)."""
        eta, cumulative, probability = state
        p, m = b.shape
        inverse = 1 / np.maximum(probability, 1e-100)  # the square must not overflow
        ratio = self.n * inverse
        step = ratio[:, :, :-1] - ratio[:, :, 1:]
        # minus the second derivatives by each eta (own), by neighbours, and by eta and x'b (mixed)
        density = cumulative * (1 - cumulative) if self.link == "logit" else _normal_density(eta)
        inner = density[:, :, 1:] * density[:, :, :-1]
        neighbours = -(inner * ratio[:, :, 1:-1] * inverse[:, :, 1:-1]).sum(axis=1)
        if self.link == "logit":  # P' / P = 1 - F_k - F_(k - 1) there, and nothing need be squared
            mixed = -density * self.pairs
        else:
            squared = np.multiply(ratio, inverse, out=inverse)
            mixed = -(squared[:, :, :-1] + squared[:, :, 1:]) * density**2
            mixed -= density * np.where(np.isfinite(eta), eta, 0.0) * step
            inner *= squared[:, :, 1:-1]
            mixed[:, :, 1:] += inner
            mixed[:, :, :-1] += inner
        by_eta = np.multiply(density, step, out=step)
        own = -mixed.sum(axis=1)
        own[:, 1:] -= neighbours
        own[:, :-1] -= neighbours
        g_theta, x = by_eta.sum(axis=1), np.broadcast_to(self.x, (*self.x.shape[:2], m))
        g_b = -(by_eta.sum(axis=(0, 2))[:, None] * x).sum(axis=0) - self.precision * b
        curvature = ((x * -mixed.sum(axis=(0, 2))[:, None])[:, :, None] * x[:, None]).sum(axis=0)
        right = np.zeros((self.n_items, self.k - 1, p + 1, m))
        for j in range(p):
            np.einsum("ipkm,pm->ikm", mixed, x[:, j], out=right[:, :, j])
        right[:, :, p] = g_theta
        right *= self.real[:, :, None]
        diagonal = np.where(self.real, own, 1.0)
        beside = np.where(self.real[:, 1:], neighbours, 0.0)
        solved, cross = _thomas(diagonal, beside, right), right[:, :, :p]
        direct, t_b = solved[:, :, p], solved[:, :, :p]
        schur = curvature - (cross[:, :, :, None] * t_b[:, :, None]).sum(axis=(0, 1))
        schur = np.moveaxis(schur, -1, 0) + self.precision * np.eye(p)
        missing = (g_b - (direct[:, :, None] * cross).sum(axis=(0, 1))).T
        trace = np.trace(curvature)
        slack = 1e-12 * (trace + 1e-12)[:, None, None] * np.eye(p)
        d_b = np.linalg.solve(schur + slack, missing[:, :, None])[:, :, 0].T if p else g_b
        d_theta = direct - (t_b * d_b).sum(axis=2)
        largest = np.maximum(np.abs(g_theta).max(axis=(0, 1)), np.abs(g_b).max(axis=0, initial=0.0))
        return largest, np.where(self.real, d_theta, 0.0), d_b, schur


def _thomas(diagonal: Floats, beside: Floats, right: Floats) -> Floats:
    """Solve symmetric tridiagonal systems: diagonal (i, k, m), beside (i, k - 1, m), right (i, k, r, m)."""
    k = diagonal.shape[1]
    pivot, solution = [diagonal[:, 0]], [right[:, 0]]
    for j in range(1, k):
        factor = beside[:, j - 1] / pivot[-1]
        pivot.append(diagonal[:, j] - factor * beside[:, j - 1])
        solution.append(right[:, j] - factor[:, None] * solution[-1])
    out = np.empty_like(right)
    out[:, k - 1] = solution[-1] / pivot[-1][:, None]
    for j in range(k - 2, -1, -1):
        out[:, j] = (solution[j] - beside[:, j, None] * out[:, j + 1]) / pivot[j][:, None]
    return out
