"""Cumulative-link models with item-specific thresholds, many at once.

Model: link P(Y <= k) = theta_{item,k} - x'b; with the logit link, exp(b) is the (proportional) odds ratio of a higher
answer. Newton's method with analytic score and Hessian and step-halving over all models together; the log likelihood is
concave in (theta, b) for both links (Pratt, J. W. (1981). Concavity of the log likelihood. JASA, 76, 103-106), so a
converged fit is the maximum. Thresholds of an item touch only their neighbours, so they are eliminated by the Thomas
algorithm and a system in b alone is left (Schur complement): the cost grows with the answers, not with the thresholds.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit, ndtr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Link = Literal["logit", "probit"]

MAX_ITERATIONS = 60
TOLERANCE = 1e-9
"""Largest absolute score per unit of weight at which a fit counts as converged."""
_AT_ONCE = 2_000_000
"""Models times answers that are worked on together: bounds the memory."""


@dataclass(frozen=True)
class Stack:
    """Answers to several items, one row per answer; for one model, or for m models of n rows each.

    Parameters
    ----------
    y : ndarray of int, shape (n,) or (m, n)
        Category of each answer, counted from 0 within its item.
    item : ndarray of int, shape (n,) or (m, n)
        Item of each answer, counted from 0.
    x : ndarray of float, shape (n, p) or (m, n, p)
        Predictors; p may be 0.
    """

    y: Ints
    item: Ints
    x: Floats


@dataclass(frozen=True)
class Fit:
    """Fits of m models.

    Parameters
    ----------
    coef, se : ndarray, shape (m, p)
        Coefficients and their standard errors from the observed information (independent rows).
    log_likelihood : ndarray, shape (m,)
        At the maximum, without any penalty.
    converged : ndarray of bool, shape (m,)
        Whether the score vanished.
    iterations : ndarray of int, shape (m,)
        Newton steps taken.
    thresholds : ndarray, shape (m, n_items, k - 1)
        ``theta``; NaN where an item has no such threshold in that model.
    """

    coef: Floats
    se: Floats
    log_likelihood: Floats
    converged: NDArray[np.bool_]
    iterations: Ints
    thresholds: Floats


def fit(
    stack: Stack,
    weights: Floats | None = None,
    *,
    link: Link = "logit",
    prior_sd: float = np.inf,
    start: Fit | None = None,
) -> Fit:
    """Fit the models.

    Parameters
    ----------
    stack : Stack
        Answers and predictors.
    weights : ndarray, shape (m, n), optional
        Non-negative; a row per fit (many fits of one model, or one row for each of m models). Default: unit weights.
        Categories without weight are dropped from their item for that fit (their threshold is infinite); items with
        one category left say nothing.
    link : {"logit", "probit"}
        Of the cumulative probabilities.
    prior_sd : float
        Standard deviation of a normal prior on the coefficients (ridge); infinite for maximum likelihood.
    start : Fit, optional
        One fit of the same model, near the solution (as the full fit is to those that leave one region out); saves
        iterations, not accuracy.

    Returns
    -------
    Fit
        With ``converged`` False where the score did not vanish, as under separation (see `separated`).
    """
    y, item, x, w = _models(stack, weights)
    step = max(1, _AT_ONCE // max(y.shape[1], 1))
    chunks = [slice(i, i + step) for i in range(0, len(y), step)]
    size = _size(stack)
    parts = [_Newton(y[at], item[at], x[at], w[at], size, link, prior_sd).run(start) for at in chunks]
    return Fit(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fit.__dataclass_fields__))


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
    newton = _Newton(*_models(stack), _size(stack), "logit", np.inf)
    fitted = newton.run()
    again = _Newton(*_models(stack), _size(stack), "logit", np.inf)  # `newton` has let go of what converged
    f_hi, f_lo, *_ = again.cumulative(newton.theta, fitted.coef)
    residuals = np.where(again.w > 0, f_hi + f_lo - 1, 0.0)
    return np.asarray(residuals if stack.y.ndim == 2 else residuals[0])


def separated(stack: Stack) -> NDArray[np.bool_]:
    """Tell which coefficients of one model have no finite estimate because the data separate on them.

    Parameters
    ----------
    stack : Stack
        One model: answers and predictors.

    Returns
    -------
    ndarray of bool, shape (p,)
        True where some direction of ever-rising likelihood moves the coefficient; found by linear programming, not by
        watching the estimates grow.

    References
    ----------
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic regression models.
    DPhil thesis, University of Oxford; the conditions here are those of the cumulative link.
    """
    newton, size = _Newton(*_models(stack), _size(stack), "logit", np.inf), _size(stack)
    p = stack.x.shape[1]
    thresholds = size[0] * (size[1] - 1)
    at = stack.item * (size[1] - 1) + newton.level[0]
    hi, lo = newton.has_hi[0], newton.has_lo[0]
    rising = np.zeros((int(hi.sum() + lo.sum()), thresholds + p))
    first, second = np.arange(hi.sum()), hi.sum() + np.arange(lo.sum())
    rising[first, at[hi]], rising[second, at[lo] - 1] = -1.0, 1.0
    rising[first, thresholds:], rising[second, thresholds:] = stack.x[hi], -stack.x[lo]
    rising = np.unique(rising, axis=0)
    found = np.zeros(p, dtype=bool)
    for j in range(p):
        for sign in (1.0, -1.0):
            goal = np.zeros(thresholds + p)
            goal[thresholds + j] = -sign
            answer = linprog(goal, A_ub=rising, b_ub=np.zeros(len(rising)), bounds=(-1, 1), method="highs")
            if answer.status != 0 or answer.fun is None:
                raise ArithmeticError(f"the linear programme for separation ended with: {answer.message}")
            found[j] |= answer.fun < -1e-7
    return found


def top_probability_effect(stack: Stack, fitted: Fit, column: int, weights: Floats, link: Link = "logit") -> Floats:
    """Average marginal effect of a predictor on the probability of the top category.

    Parameters
    ----------
    stack : Stack
        One model: answers and predictors.
    fitted : Fit
        Its fits under `weights`.
    column : int
        Predictor; a 0/1 predictor is switched, any other has its slope taken.
    weights : ndarray, shape (m, n)
        Those of the fits; the average runs over the weighted rows.
    link : {"logit", "probit"}
        Of the fits.

    Returns
    -------
    ndarray, shape (m,)
        As a difference of proportions (per step of the predictor).
    """
    cumulative, density = _LINKS[link]
    x, b = stack.x[:, column], fitted.coef[:, [column]]
    filled = np.where(np.isnan(fitted.thresholds), -np.inf, fitted.thresholds)
    highest = filled.max(axis=2)[:, stack.item]
    known = np.isfinite(highest)
    without = np.where(known, highest, 0.0) - fitted.coef @ stack.x.T + b * x
    if set(np.unique(x)) <= {0.0, 1.0}:
        effect = cumulative(without) - cumulative(without - b)
    else:
        effect = b * density(without - b * x)
    used = np.where(known, weights, 0.0)
    return np.asarray((effect * used).sum(axis=1) / used.sum(axis=1))


def _size(stack: Stack) -> tuple[int, int]:
    """Number of items, and of categories of the longest."""
    return int(stack.item.max()) + 1, int(stack.y.max()) + 1


def _models(stack: Stack, weights: Floats | None = None) -> tuple[Ints, Ints, Floats, Floats]:
    """Answers, items, predictors and weights with a row per model."""
    n, p = stack.x.shape[-2:]
    arrays = ((stack.y, 1), (stack.item, 1), (stack.x, 2), (np.ones((1, n)) if weights is None else weights, 1))
    m = max(1 if array.ndim == flat else len(array) for array, flat in arrays)
    y, item = np.broadcast_to(stack.y, (m, n)), np.broadcast_to(stack.item, (m, n))
    w = np.broadcast_to(np.asarray(arrays[3][0], dtype=float), (m, n))
    return y, item, np.broadcast_to(stack.x, (m, n, p)), w


def _logistic_density(eta: Floats) -> Floats:
    return np.asarray(expit(eta) * expit(-eta))


def _normal_density(eta: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi))


_LINKS = {"logit": (expit, _logistic_density), "probit": (ndtr, _normal_density)}


class _Newton:
    """Newton's method over a batch of models; converged models leave the work."""

    def __init__(
        self, y: Ints, item: Ints, x: Floats, w: Floats, size: tuple[int, int], link: Link, prior_sd: float
    ) -> None:
        n_items, k = size
        self.n_items, self.k, self.link = n_items, k, link
        self.precision = 0.0 if np.isinf(prior_sd) else prior_sd**-2
        m = len(w)
        shared = x.strides[0] == 0
        self.x = x[:1] if shared else x
        rows = np.arange(m)[:, None]
        cell = (rows * n_items + item) * k + y
        counts = np.bincount(cell.ravel(), weights=w.ravel(), minlength=m * n_items * k).reshape(m, n_items, k)
        present = counts > 0
        self.cuts = np.maximum(present.sum(axis=2) - 1, 0)
        # categories with weight, counted anew from 0: `packed` lists the original ones in that order
        packed = np.argsort(~present, axis=2, kind="stable")
        self.original = packed[:, :, : k - 1]
        self.level = np.maximum(np.cumsum(present, axis=2) - 1, 0)[rows, item, y]
        self.real = np.arange(k - 1) < self.cuts[:, :, None]
        here = self.cuts[rows, item]
        self.w = np.where(here > 0, w, 0.0)
        used = self.w > 0
        self.has_hi, self.has_lo = used & (self.level < here), used & (self.level > 0)
        self.to_hi = item * (k - 1) + np.minimum(self.level, k - 2)
        self.to_lo = item * (k - 1) + np.maximum(self.level - 1, 0)
        counts = np.take_along_axis(counts, packed, axis=2)
        share = (np.cumsum(counts, axis=2)[:, :, :-1] + 0.5) / (counts.sum(axis=2, keepdims=True) + 1.0)
        self.theta = np.where(self.real, np.log(share / (1 - share)), 0.0)
        self.b = np.zeros((m, x.shape[2]))

    def keep(self, models: NDArray[np.bool_]) -> None:
        """Go on with some of the models only."""
        for name in ("w", "has_hi", "has_lo", "to_hi", "to_lo", "real"):
            setattr(self, name, getattr(self, name)[models])
        if len(self.x) > 1:
            self.x = self.x[models]

    def cumulative(self, theta: Floats, b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Cumulative probabilities above and below each answer, and their linear predictors."""
        m = len(theta)
        flat = theta.reshape(m, -1)
        xb = b @ self.x[0].T if len(self.x) == 1 else np.einsum("mnp,mp->mn", self.x, b)
        eta_hi, eta_lo = np.take_along_axis(flat, self.to_hi, 1) - xb, np.take_along_axis(flat, self.to_lo, 1) - xb
        distribution = _LINKS[self.link][0]
        f_hi = np.where(self.has_hi, distribution(eta_hi), 1.0)
        f_lo = np.where(self.has_lo, distribution(eta_lo), 0.0)
        return f_hi, f_lo, eta_hi, eta_lo

    def log_likelihood(self, f_hi: Floats, f_lo: Floats) -> Floats:
        """Log likelihood per model; minus infinity where thresholds are out of order."""
        probability = np.where(self.w > 0, f_hi - f_lo, 1.0)
        fine = probability > 0
        terms = np.log(np.where(fine, probability, 1.0)) * self.w
        return np.where(fine.all(axis=1), terms.sum(axis=1), -np.inf)

    def objective(self, f_hi: Floats, f_lo: Floats, b: Floats) -> Floats:
        """Log likelihood with the log prior."""
        return np.asarray(self.log_likelihood(f_hi, f_lo) - 0.5 * self.precision * (b**2).sum(axis=1))

    def begin(self, start: Fit) -> None:
        """Begin at a fit of the same model, for the items that have the same categories."""
        before = np.take_along_axis(
            np.broadcast_to(start.thresholds, self.theta.shape), np.minimum(self.original, self.k - 2), axis=2
        )
        known = np.isfinite(before) == self.real
        same = known.all(axis=2) & (np.diff(before, axis=2) > 0).all(axis=2, where=self.real[:, :, 1:])
        self.theta = np.where(same[:, :, None] & self.real, np.nan_to_num(before), self.theta)
        self.b = np.repeat(start.coef, len(self.b), axis=0)

    def run(self, start: Fit | None = None) -> Fit:
        """Iterate until every model has converged or used up its iterations."""
        if start is not None:
            self.begin(start)
        m, p = self.b.shape
        theta, b, real = self.theta, self.b, self.real
        converged, iterations = np.zeros(m, dtype=bool), np.zeros(m, dtype=np.int64)
        information, likelihood = np.zeros((m, p, p)), np.zeros(m)
        active = np.arange(m)
        state = self.cumulative(theta, b)
        value = self.objective(*state[:2], b)
        for step in range(MAX_ITERATIONS + 1):
            score, d_theta, d_b, schur = self.direction(state, b)
            self.theta[active], self.b[active], information[active] = theta, b, schur
            likelihood[active] = value + 0.5 * self.precision * (b**2).sum(axis=1)
            done = score <= TOLERANCE * np.maximum(self.w.sum(axis=1), 1.0)
            converged[active[done]] = True
            if done.any():
                going = ~done
                self.keep(going)
                active, theta, b, d_theta, d_b, value = (a[going] for a in (active, theta, b, d_theta, d_b, value))
            if active.size == 0 or step == MAX_ITERATIONS:
                break
            iterations[active] += 1
            length = np.ones(len(active))
            for _ in range(30):
                new_theta, new_b = theta + length[:, None, None] * d_theta, b + length[:, None] * d_b
                state = self.cumulative(new_theta, new_b)
                after = self.objective(*state[:2], new_b)
                worse = after < value - 1e-10 * np.abs(value)
                if not worse.any():
                    break
                length[worse] /= 2
            theta, b, value = new_theta, new_b, after
        variance = np.diagonal(np.linalg.pinv(information), axis1=1, axis2=2) if p else np.zeros((m, 0))
        thresholds = np.full((m, self.n_items, self.k - 1), np.nan)
        model, item, place = np.nonzero(real)
        original = np.minimum(self.original[model, item, place], self.k - 2)
        thresholds[model, item, original] = self.theta[model, item, place]
        return Fit(self.b, np.sqrt(np.abs(variance)), likelihood, converged, iterations, thresholds)

    def direction(
        self, state: tuple[Floats, Floats, Floats, Floats], b: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Newton step: largest absolute score, step in theta and in b, and the information about b."""
        f_hi, f_lo, eta_hi, eta_lo = state
        m, p = b.shape
        probability = np.maximum(f_hi - f_lo, 1e-300)
        if self.link == "logit":
            d_hi, d_lo, slope_hi, slope_lo = f_hi * (1 - f_hi), f_lo * (1 - f_lo), 1 - 2 * f_hi, 1 - 2 * f_lo
        else:
            d_hi, d_lo = _normal_density(eta_hi) * self.has_hi, _normal_density(eta_lo) * self.has_lo
            slope_hi, slope_lo = -eta_hi, -eta_lo
        r_hi, r_lo = d_hi / probability, d_lo / probability
        w_hi, w_lo = self.w * r_hi, self.w * r_lo
        # minus the second derivatives by eta_hi, by eta_lo, and by both
        a, c, e = w_hi * (r_hi - slope_hi), w_lo * (r_lo + slope_lo), -w_hi * r_lo
        cuts = self.n_items * (self.k - 1)
        base = np.arange(m)[:, None] * cuts
        to_hi, to_lo = (base + self.to_hi).ravel(), (base + self.to_lo).ravel()

        def gather(hi: Floats, lo: Floats) -> Floats:
            both = np.bincount(to_hi, hi.ravel(), m * cuts) + np.bincount(to_lo, lo.ravel(), m * cuts)
            return np.asarray(both, dtype=float).reshape(m, self.n_items, self.k - 1)

        g_theta = gather(w_hi, -w_lo)
        u, v, t = w_lo - w_hi, -(a + e), -(c + e)
        if len(self.x) == 1:
            x = self.x[0]
            pairs = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
            g_b, curvature = u @ x, (-(v + t) @ pairs).reshape(m, p, p)
            columns = [x[:, j] for j in range(p)]
        else:
            g_b = np.einsum("mn,mnp->mp", u, self.x)
            curvature = np.matmul((self.x * -(v + t)[:, :, None]).swapaxes(1, 2), self.x)
            columns = [self.x[:, :, j] for j in range(p)]
        g_b = g_b - self.precision * b
        diagonal = np.asarray(np.where(self.real, gather(a, c), 1.0), dtype=float)
        beside = np.where(self.real[:, :, 1:], gather(np.zeros_like(e), e)[:, :, : self.k - 2], 0.0)
        cross = np.stack([gather(v * column, t * column) for column in columns] + [g_theta], axis=-1)
        solved = _thomas(diagonal, beside, np.asarray(np.where(self.real[..., None], cross, 0.0), dtype=float))
        inner, t_b, cross = solved[..., -1], solved[..., :-1], cross[..., :-1].reshape(m, cuts, p)
        schur = curvature - np.matmul(cross.swapaxes(1, 2), t_b.reshape(m, cuts, p)) + self.precision * np.eye(p)
        right = g_b - np.matmul(inner.reshape(m, 1, cuts), cross)[:, 0]
        slack = 1e-12 * (np.trace(curvature, axis1=1, axis2=2) + 1e-12)[:, None, None] * np.eye(p)
        d_b = np.linalg.solve(schur + slack, right[:, :, None])[:, :, 0] if p else right
        d_theta = inner - np.matmul(t_b, d_b[:, None, :, None])[..., 0]
        largest = np.maximum(np.abs(g_theta).max(axis=(1, 2)), np.abs(g_b).max(axis=1, initial=0.0))
        return largest, np.where(self.real, d_theta, 0.0), d_b, schur


def _thomas(diagonal: Floats, beside: Floats, right: Floats) -> Floats:
    """Solve symmetric tridiagonal systems: diagonal (..., k), beside (..., k - 1), right (..., k, r)."""
    k = diagonal.shape[-1]
    pivot, solution = [diagonal[..., 0]], [right[..., 0, :]]
    for j in range(1, k):
        factor = beside[..., j - 1] / pivot[-1]
        pivot.append(diagonal[..., j] - factor * beside[..., j - 1])
        solution.append(right[..., j, :] - factor[..., None] * solution[-1])
    out = np.empty_like(right)
    out[..., k - 1, :] = solution[-1] / pivot[-1][..., None]
    for j in range(k - 2, -1, -1):
        out[..., j, :] = (solution[j] - beside[..., j, None] * out[..., j + 1, :]) / pivot[j][..., None]
    return out
