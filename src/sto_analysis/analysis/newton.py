"""Newton's method for many cumulative-link models at once, with analytic score and Hessian and step-halving.

The log likelihood is concave in (theta, b) where the log density of the link is (Pratt, J. W. (1981). Concavity of the
log likelihood. JASA, 76, 103-106), as for logit and probit, so a converged fit is the maximum. Thresholds of an item
touch only their neighbours, so they are eliminated by the Thomas algorithm and a system in b alone is left (Schur
complement).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sto_analysis.analysis.arrays import Bools, Floats, Ints
from sto_analysis.analysis.counts import Counts
from sto_analysis.analysis.links import LINKS

MAX_ITERATIONS = 60
TOLERANCE = 1e-9
"""Largest absolute score per unit of weight at which a fit counts as converged."""
NEARLY, SHORT = 5e-6, 3e-3
"""The same for a fit whose last step is short: that step, taken unseen, squares what is left.

Under separation the score fades too, but steps stay long."""
_FAR = 1e6
"""Where a threshold stands that an item has not: all answers lie below."""


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
    converged: Bools
    iterations: Ints
    thresholds: Floats
    separated: Bools

    @property
    def se(self) -> Floats:
        """Standard errors from the observed information (independent rows), shape (m, p)."""
        if not self.coef.shape[1]:
            return np.zeros_like(self.coef)
        return np.sqrt(np.abs(np.diagonal(np.linalg.pinv(self.information), axis1=1, axis2=2)))

    def select(self, models: slice | Ints) -> "Fit":
        """Return the fits of some of the models."""
        return Fit(*(getattr(self, name)[models] for name in Fit.__dataclass_fields__))


class Point(NamedTuple):
    """Where models stand: parameters, objective (log likelihood with log prior), and what the derivatives need."""

    theta: Floats
    b: Floats
    value: Floats
    eta: Floats
    cumulative: Floats
    probability: Floats


class System(NamedTuple):
    """Score and information of models, thresholds of items apart: what a Newton step is solved from.

    Score by theta (items, k - 1, m) and by b (p, m); information about each threshold, about neighbouring ones, about
    thresholds and b (items, k - 1, p, m), and about b (p, p, m).
    """

    g_theta: Floats
    g_b: Floats
    own: Floats
    neighbours: Floats
    cross: Floats
    curvature: Floats


class Newton:
    """Newton's method over a batch of models; converged models leave the work.

    Models stand on the last axis of all arrays, where sums over items, patterns and categories are fastest.

    Parameters
    ----------
    counts : Counts
        Answers of the models.
    link : str
        A key of `LINKS`.
    prior_sd : float
        Standard deviation of a normal prior on the coefficients; infinite for none.
    present : ndarray of bool, shape (items, k, m), optional
        Which categories an item has; default those with answers.
    """

    def __init__(self, counts: Counts, link: str, prior_sd: float, present: Bools | None = None) -> None:
        m, self.n_items, _, self.k = counts.n.shape
        self.x, self.link = np.ascontiguousarray(np.moveaxis(counts.x, 0, -1)), LINKS[link]
        self.precision = 0.0 if np.isinf(prior_sd) else prior_sd**-2
        self.n = np.ascontiguousarray(np.moveaxis(counts.n, 0, -1))
        self.answers = self.n.sum(axis=1)
        self.present = present = self.answers > 0 if present is None else present
        cuts = np.maximum(present.sum(axis=1) - 1, 0)
        # categories with weight, counted anew from 0: `packed` lists the original ones in that order
        packed = np.argsort(~present, axis=1, kind="stable")
        self.original = packed[:, : self.k - 1]
        if not present.all():
            self.n = np.take_along_axis(self.n, packed[:, None], axis=2)
            self.n *= (cuts > 0)[:, None, None]
        self.used = self.n > 0
        total = np.take_along_axis(self.answers, packed, axis=1) * (cuts > 0)[:, None]
        self.real = self.cuts = np.arange(self.k - 1)[:, None] < cuts[:, None]
        share = (np.cumsum(total, axis=1)[:, :-1] + 0.5) / (total.sum(axis=1, keepdims=True) + 1.0)
        self.theta = np.where(self.real, np.log(share / (1 - share)), 0.0)
        self.b = np.zeros((counts.x.shape[2], m))
        self.beside = self.n[:, :, :-1] + self.n[:, :, 1:]  # answers that a threshold divides from their neighbours
        self.total = np.maximum(total.sum(axis=(0, 1)), 1.0)

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
        active = np.arange(m)
        converged, iterations = np.zeros(m, dtype=bool), np.zeros(m, dtype=np.int64)
        information, likelihood = np.zeros((m, p, p)), np.zeros(m)
        point = self.at(self.theta.copy(), self.b.copy())
        for step in range(MAX_ITERATIONS + 1):
            score, d_theta, d_b, information[active] = self.direction(self.system(point), point.b)
            short = np.abs(d_b).max(axis=0, initial=0.0) <= SHORT
            last = score <= np.where(short & (start is not None), NEARLY, TOLERANCE) * self.total
            self.theta[..., active], self.b[:, active] = point.theta + last * d_theta, point.b + last * d_b
            likelihood[active] = point.value + 0.5 * self.precision * (point.b**2).sum(axis=0)
            converged[active], iterations[active] = last, step
            if last.all() or step == MAX_ITERATIONS:
                break
            if last.any():
                self.keep(~last)
            active = active[~last]
            point = self.advance(*(np.compress(~last, a, axis=-1) for a in (*point[:3], d_theta, d_b)))
        thresholds, apart = self.placed(self.theta), np.zeros((m, p), dtype=bool)
        return Fit(self.b.T.copy(), information, likelihood, converged, iterations, thresholds, apart)

    def placed(self, theta: Floats) -> Floats:
        """Thresholds of all models (models first), each where its category stands; NaN where an item has none."""
        thresholds = np.full((theta.shape[-1], self.n_items, self.k - 1), np.nan)
        item, place, model = np.nonzero(self.cuts)
        thresholds[model, item, self.original[item, place, model]] = theta[item, place, model]
        return thresholds

    def keep(self, models: Bools) -> None:
        """Go on with some of the models only."""
        for name in ("n", "beside", "used", "real", "total"):
            setattr(self, name, np.compress(models, getattr(self, name), axis=-1))
        if self.x.shape[-1] > 1:
            self.x = np.compress(models, self.x, axis=-1)

    def at(self, theta: Floats, b: Floats) -> Point:
        """Probabilities of all counts, and the objective: minus infinity where thresholds are out of order."""
        eta = np.where(self.real, theta, _FAR)[:, None] - (self.x * b).sum(axis=1)[:, None]
        cumulative = self.link.cdf(eta)
        probability = np.empty(self.n.shape)
        probability[:, :, 0] = cumulative[:, :, 0]
        np.subtract(1, cumulative[:, :, -1], out=probability[:, :, -1])
        np.subtract(cumulative[:, :, 1:], cumulative[:, :, :-1], out=probability[:, :, 1:-1])
        wrong = (self.used & (probability <= 0)).any(axis=(0, 1, 2))
        log = np.maximum(probability, 1e-300)
        value = np.einsum("ipkm,ipkm->m", self.n, np.log(log, out=log)) - 0.5 * self.precision * (b**2).sum(axis=0)
        return Point(theta, b, np.where(wrong, -np.inf, value), eta, cumulative, probability)

    def advance(self, theta: Floats, b: Floats, value: Floats, d_theta: Floats, d_b: Floats) -> Point:
        """Take the step, halved for a model until its objective does not fall."""
        length = np.ones(len(value))
        for _ in range(30):
            point = self.at(theta + length * d_theta, b + length * d_b)
            worse = point.value < value - 1e-10 * np.abs(value)
            if not worse.any():
                break
            length[worse] /= 2
        return point

    def derivatives(self, point: Point) -> tuple[Floats, Floats, Floats, Floats]:
        """Derivatives of the log likelihood: by each eta, and minus the second ones.

        These are by each threshold (items, k - 1, models), by neighbouring thresholds (items, k - 2, models), and by
        each threshold and x'b (items, patterns, k - 1, models).
        """
        safe = np.maximum(point.probability, 1e-100)  # the square must not overflow
        ratio = self.n / safe
        step = ratio[:, :, :-1] - ratio[:, :, 1:]
        if self.link.shortcut:
            density, mixed = self.link.shortcut(point.cumulative, self.beside)
        else:
            density = self.link.density(point.eta)
            squared = ratio / safe
            mixed = -(squared[:, :, :-1] + squared[:, :, 1:]) * density**2
            mixed += density * self.link.log_slope(point.eta) * step
            inner = density[:, :, 1:] * density[:, :, :-1] * squared[:, :, 1:-1]
            mixed[:, :, 1:] += inner
            mixed[:, :, :-1] += inner
        inner = density[:, :, 1:] * density[:, :, :-1] * ratio[:, :, 1:-1] / safe[:, :, 1:-1]
        neighbours, own = -inner.sum(axis=1), -mixed.sum(axis=1)
        own[:, 1:] -= neighbours
        own[:, :-1] -= neighbours
        return np.multiply(density, step, out=step), own, neighbours, mixed

    def system(self, point: Point) -> System:
        """Score and information of the log likelihood at a point; both are sums over answers."""
        by_eta, own, neighbours, mixed = self.derivatives(point)
        p, m = point.b.shape
        x = np.broadcast_to(self.x, (*self.x.shape[:2], m))
        g_b = -(by_eta.sum(axis=(0, 2))[:, None] * x).sum(axis=0)
        curvature = ((x * -mixed.sum(axis=(0, 2))[:, None])[:, :, None] * x[:, None]).sum(axis=0)
        cross = np.empty((self.n_items, self.k - 1, p, m))
        for j in range(p):
            np.einsum("ipkm,pm->ikm", mixed, x[:, j], out=cross[:, :, j])
        return System(by_eta.sum(axis=1), g_b, own, neighbours, cross, curvature)

    def direction(self, system: System, b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Newton step: largest absolute score, step in theta and in b, and the information about b (models first)."""
        g_theta, p, real = system.g_theta, len(b), self.real
        g_b = system.g_b - self.precision * b
        right = np.concatenate([system.cross, g_theta[:, :, None]], axis=2) * real[:, :, None]
        own, neighbours = np.where(real, system.own, 1.0), np.where(real[:, 1:], system.neighbours, 0.0)
        solved = _thomas(own, neighbours, right)
        cross, direct, t_b = right[:, :, :p], solved[:, :, p], solved[:, :, :p]
        schur = system.curvature - (cross[:, :, :, None] * t_b[:, :, None]).sum(axis=(0, 1))
        schur = np.moveaxis(schur, -1, 0) + self.precision * np.eye(p)
        missing = (g_b - (direct[:, :, None] * cross).sum(axis=(0, 1))).T
        slack = 1e-12 * (np.trace(system.curvature) + 1e-12)[:, None, None] * np.eye(p)
        d_b = np.linalg.solve(schur + slack, missing[:, :, None])[:, :, 0].T if p else g_b
        d_theta = direct - (t_b * d_b).sum(axis=2)
        largest = np.maximum(np.abs(g_theta).max(axis=(0, 1)), np.abs(g_b).max(axis=0, initial=0.0))
        return largest, np.where(real, d_theta, 0.0), d_b, schur


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
