"""Newton's method for many cumulative-link models at once, with analytic score and Hessian and step-halving.

The log likelihood is concave in (theta, b) where the log density of the link is (Pratt, J. W. (1981). Concavity of the
log likelihood. JASA, 76, 103-106), as for logit and probit, so a converged fit is the maximum. Thresholds of an item
touch only their neighbours, so they are eliminated one after the other (L D L') and a system in b alone is left (Schur
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
_LOWEST, _NARROWEST = -700.0, 1e-100
"""What a threshold may be below x'b, and above the threshold before it: a finite logarithm, and a finite square."""


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

    def select(self, models: slice | Ints) -> "Fit":
        """Return the fits of some of the models."""
        return Fit(*(getattr(self, name)[models] for name in Fit.__dataclass_fields__))


class Point(NamedTuple):
    """Where models stand: parameters, objective (log likelihood with log prior), and what the derivatives need.

    `terms` are probabilities of categories; with a separable link, the cumulative ones are enough.
    """

    theta: Floats
    b: Floats
    value: Floats
    eta: Floats
    terms: Floats


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
        answers = self.n.sum(axis=1)
        self.present = present = answers > 0 if present is None else present
        cuts = np.maximum(present.sum(axis=1) - 1, 0)
        # categories with weight, counted anew from 0: `packed` lists the original ones in that order
        packed = np.argsort(~present, axis=1, kind="stable")
        self.original = packed[:, : self.k - 1]
        if not present.all():
            self.n = self.n * (cuts > 0)[:, None, None]
            item, model = np.nonzero((present[:, 1:] & ~present[:, :-1]).any(axis=1))
            places = packed[item, :, model][:, None]
            self.n[item, :, :, model] = np.take_along_axis(self.n[item, :, :, model], places, axis=2)
        total = np.take_along_axis(answers, packed, axis=1) * (cuts > 0)[:, None]
        self.real = self.cuts = np.arange(self.k - 1)[:, None] < cuts[:, None]
        share = (np.cumsum(total, axis=1)[:, :-1] + 0.5) / (total.sum(axis=1, keepdims=True) + 1.0)
        self.theta = np.where(self.real, np.log(share / (1 - share)), 0.0)
        self.b = np.zeros((counts.x.shape[2], m))
        self.beside = self.n[:, :, :-1] + self.n[:, :, 1:]  # answers that a threshold divides from their neighbours
        self.inner = total[:, 1:-1] * self.real[:, 1:]  # answers between two thresholds
        self.total = np.maximum(total.sum(axis=(0, 1)), 1.0)

    def begin(self, start: Fit) -> None:
        """Begin at fits of the same models, for the items whose thresholds these have."""
        thresholds = np.broadcast_to(np.moveaxis(start.thresholds, 0, -1), self.theta.shape)
        before = np.take_along_axis(thresholds, np.minimum(self.original, self.k - 2), axis=1)
        rising = ((np.diff(before, axis=1) > 0) | ~self.real[:, 1:]).all(axis=1)
        known = np.isfinite(before[:, 0]) & rising
        self.theta = np.where(known[:, None] & self.real, np.nan_to_num(before), self.theta)
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
        for name in ("n", "beside", "inner", "real", "total"):
            setattr(self, name, np.compress(models, getattr(self, name), axis=-1))
        if self.x.shape[-1] > 1:
            self.x = np.compress(models, self.x, axis=-1)

    def at(self, theta: Floats, b: Floats) -> Point:
        """Cumulative probabilities, and the objective: minus infinity where thresholds are out of order."""
        eta = np.where(self.real, theta, _FAR)[:, None] - np.einsum("pjm,jm->pm", self.x, b)[:, None]
        np.maximum(eta, _LOWEST, out=eta)
        cumulative = self.link.cdf(eta)
        if self.link.separable:
            terms, value = cumulative, self.log_separable(theta, eta, cumulative)
        else:
            terms = np.diff(cumulative, axis=2, prepend=0.0, append=1.0)
            value = self.log_any(terms)
        return Point(theta, b, value - 0.5 * self.precision * (b**2).sum(axis=0), eta, terms)

    def log_any(self, probability: Floats) -> Floats:
        """Log likelihood under any link, from the probabilities of categories."""
        low = probability <= 0
        wrong = (low & (self.n > 0)).any(axis=(0, 1, 2)) if low.any() else False
        log = np.maximum(probability, 1e-300)
        return np.where(wrong, -np.inf, np.einsum("ipkm,ipkm->m", self.n, np.log(log, out=log)))

    def log_separable(self, theta: Floats, eta: Floats, cumulative: Floats) -> Floats:
        """Log likelihood under a separable link (see `Link`), from cumulative probabilities."""
        value = np.einsum("ipkm,ipkm->m", self.beside, np.log(cumulative))
        value -= np.einsum("ipkm,ipkm->m", self.n[:, :, 1:], eta)
        gap = self.gaps(theta)
        value += np.einsum("ikm,ikm->m", self.inner, np.log(-np.expm1(-gap)))
        return np.where((gap > _NARROWEST).all(axis=(0, 1)), value, -np.inf)

    def gaps(self, theta: Floats) -> Floats:
        """Widths of the categories between two thresholds; 1 where an item has none."""
        return np.maximum(np.where(self.inner > 0, np.diff(theta, axis=1), 1.0), _NARROWEST)

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
        """Derivatives of the log likelihood by each eta; second ones by each threshold and x'b.

        Also minus those by neighbouring thresholds (items, k - 2, models), and by each gap between these.
        """
        probability = np.maximum(point.terms, 1e-100)  # the square must not overflow
        density, ratio = self.link.density(point.eta), self.n / probability
        by_eta = ratio[:, :, :-1] - ratio[:, :, 1:]
        by_eta *= density
        ratio /= probability
        neighbours = -np.einsum("ipkm,ipkm,ipkm->ikm", density[:, :, 1:], density[:, :, :-1], ratio[:, :, 1:-1])
        ratio[:, :, 0] *= density[:, :, 0]  # to n_k (f_k - f_(k-1)) / P_k^2
        ratio[:, :, 1:-1] *= density[:, :, 1:] - density[:, :, :-1]
        ratio[:, :, -1] *= -density[:, :, -1]
        mixed = ratio[:, :, 1:] - ratio[:, :, :-1]
        mixed *= density
        mixed += self.link.log_slope(point.eta) * by_eta
        return by_eta, mixed, neighbours, np.zeros_like(neighbours)

    def separable(self, point: Point) -> tuple[Floats, Floats, Floats, Floats]:
        """As `derivatives`; the last are those by each gap between thresholds."""
        below = self.beside * point.terms
        by_eta = self.n[:, :, :-1] - below
        below *= point.terms - 1
        gap = self.gaps(point.theta)
        odds = -np.exp(-gap) / np.expm1(-gap)
        return by_eta, below, -self.inner * odds * (1 + odds), self.inner * odds

    def system(self, point: Point) -> System:
        """Score and information of the log likelihood at a point; both are sums over answers."""
        by_eta, mixed, neighbours, gap = (self.separable if self.link.separable else self.derivatives)(point)
        g_theta, own = by_eta.sum(axis=1), -mixed.sum(axis=1)
        g_theta[:, 1:] += gap
        g_theta[:, :-1] -= gap
        own[:, 1:] -= neighbours
        own[:, :-1] -= neighbours
        x = np.broadcast_to(self.x, (*self.x.shape[:2], point.b.shape[1]))
        g_b = -np.einsum("pm,pjm->jm", by_eta.sum(axis=(0, 2)), x)
        curvature = -np.einsum("pm,pjm,plm->jlm", mixed.sum(axis=(0, 2)), x, x)
        cross = np.empty((*own.shape[:2], *point.b.shape))
        for j in range(len(point.b)):
            np.einsum("ipkm,pm->ikm", mixed, x[:, j], out=cross[:, :, j])
        return System(g_theta, g_b, own, neighbours, cross, curvature)

    def direction(self, system: System, b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Newton step: largest absolute score, step in theta and in b, and the information about b (models first)."""
        g_theta, p, real = system.g_theta * self.real, len(b), self.real
        g_b = system.g_b - self.precision * b
        pivot, below = np.where(real, system.own, 1.0), np.where(real[:, 1:], system.neighbours, 0.0)
        left = np.concatenate([system.cross * real[:, :, None], g_theta[:, :, None]], axis=2)
        for j in range(1, len(pivot[0])):
            beside = below[:, j - 1].copy()
            below[:, j - 1] /= pivot[:, j - 1]
            pivot[:, j] -= below[:, j - 1] * beside
            left[:, j] -= below[:, j - 1, None] * left[:, j - 1]
        scaled = left / pivot[:, :, None]
        taken = np.einsum("ikam,ikbm->abm", left[:, :, :p], scaled)
        schur = np.moveaxis(system.curvature - taken[:, :p], -1, 0) + self.precision * np.eye(p)
        slack = 1e-12 * (np.trace(system.curvature) + 1e-12)[:, None, None] * np.eye(p)
        d_b = np.linalg.solve(schur + slack, (g_b - taken[:, p]).T[:, :, None])[:, :, 0].T if p else g_b
        d_theta = scaled[:, :, p] - np.einsum("ikam,am->ikm", scaled[:, :, :p], d_b)
        for j in range(len(pivot[0]) - 2, -1, -1):
            d_theta[:, j] -= below[:, j] * d_theta[:, j + 1]
        largest = np.maximum(np.abs(g_theta).max(axis=(0, 1)), np.abs(g_b).max(axis=0, initial=0.0))
        return largest, d_theta, d_b, schur
