"""Proportional-odds logit with item-specific thresholds, fitted for many weightings of the data at once.

Model: logit P(Y <= k) = theta_{item,k} - x'b, so that exp(b) is the odds ratio of a higher answer. Newton's method
with analytic score and Hessian and step-halving; the log likelihood is concave in (theta, b) (Pratt, J. W. (1981).
Concavity of the log likelihood. JASA, 76, 103-106), so a converged fit is the maximum.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAX_ITERATIONS = 60
TOLERANCE = 1e-9
"""Largest absolute score per unit of weight at which a fit counts as converged."""


@dataclass(frozen=True)
class Stack:
    """Answers to several items, one row per answer.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Category of each answer, counted from 0 within its item.
    item : ndarray of int, shape (n,)
        Item of each answer, counted from 0.
    x : ndarray of float, shape (n, p)
        Predictors; p may be 0.
    """

    y: Ints
    item: Ints
    x: Floats


@dataclass(frozen=True)
class Fit:
    """Maximum likelihood fits of one model under m weightings.

    Parameters
    ----------
    coef, se : ndarray, shape (m, p)
        Log odds ratios and their standard errors from the observed information (independent rows).
    log_likelihood : ndarray, shape (m,)
        At the maximum.
    converged : ndarray of bool, shape (m,)
        Whether the score vanished.
    iterations : ndarray of int, shape (m,)
        Newton steps taken.
    thresholds : ndarray, shape (m, n_items, k - 1)
        ``theta``; NaN where an item has no such threshold under that weighting.
    """

    coef: Floats
    se: Floats
    log_likelihood: Floats
    converged: NDArray[np.bool_]
    iterations: Ints
    thresholds: Floats


@dataclass(frozen=True)
class _Design:
    """Rows of the linear predictors above (hi) and below (lo) each answer; absent ones are infinite."""

    hi: Floats
    lo: Floats
    has_hi: NDArray[np.bool_]
    has_lo: NDArray[np.bool_]
    n_thresholds: int
    place: Ints
    """Flat position (item, k) of each threshold."""


def fit(stack: Stack, weights: Floats | None = None) -> Fit:
    """Fit the model under each weighting.

    Parameters
    ----------
    stack : Stack
        Answers and predictors.
    weights : ndarray, shape (m, n), optional
        Non-negative; a row per fit. Default: one fit with unit weights. Categories without weight are dropped
        from their item for that fit (their threshold is infinite), items with one category left say nothing.

    Returns
    -------
    Fit
        With ``converged`` False where the score did not vanish, as under separation (see `separated`).
    """
    n, p = stack.x.shape
    w = np.ones((1, n)) if weights is None else np.asarray(weights, dtype=float)
    m, n_items, k = len(w), int(stack.item.max()) + 1, int(stack.y.max()) + 1
    cell = stack.item * k + stack.y
    membership = np.zeros((n, n_items * k))
    membership[np.arange(n), cell] = 1.0
    present = (w @ membership) > 0
    out = Fit(
        np.full((m, p), np.nan), np.full((m, p), np.nan), np.full(m, np.nan), np.zeros(m, bool),
        np.zeros(m, np.int64), np.full((m, n_items * (k - 1)), np.nan),
    )  # fmt: skip
    patterns, group = np.unique(present, axis=0, return_inverse=True)
    for g, pattern in enumerate(patterns):
        members = np.flatnonzero(group == g)
        design, rows = _design(stack, pattern.reshape(n_items, k))
        _newton(design, w[np.ix_(members, rows)], p, out, members)
    return Fit(
        out.coef,
        out.se,
        out.log_likelihood,
        out.converged,
        out.iterations,
        out.thresholds.reshape(m, n_items, k - 1),
    )


def score_residuals(stack: Stack) -> Floats:
    """Derivative of each row's log likelihood by its linear predictor x'b, at the fitted model.

    Parameters
    ----------
    stack : Stack
        Answers and the predictors of the null model (none: thresholds alone).

    Returns
    -------
    ndarray, shape (n,)
        F(theta_k - x'b) + F(theta_{k-1} - x'b) - 1: positive for answers above expectation. An item with one
        category gives zeros.
    """
    fitted = fit(stack)
    n_items, k = int(stack.item.max()) + 1, int(stack.y.max()) + 1
    present = np.zeros((n_items, k), dtype=bool)
    present[stack.item, stack.y] = True
    design, rows = _design(stack, present)
    beta = np.r_[fitted.thresholds.reshape(-1)[design.place], fitted.coef[0]][None, :]
    _, f_hi, f_lo = _probabilities(design, beta)
    out = np.zeros(len(stack.y))
    out[rows] = (f_hi + f_lo - 1)[0]
    return out


def separated(stack: Stack) -> NDArray[np.bool_]:
    """Tell which coefficients have no finite estimate because the data separate on them.

    Parameters
    ----------
    stack : Stack
        Answers and predictors.

    Returns
    -------
    ndarray of bool, shape (p,)
        True where some direction of ever-rising likelihood moves the coefficient; found by linear programming,
        not by watching the estimates grow.

    References
    ----------
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic regression
    models. DPhil thesis, University of Oxford; the conditions here are those of the cumulative logit.
    """
    n_items, k = int(stack.item.max()) + 1, int(stack.y.max()) + 1
    present = np.zeros((n_items, k), dtype=bool)
    present[stack.item, stack.y] = True
    design, _ = _design(stack, present)
    rising = np.unique(np.vstack([-design.hi[design.has_hi], design.lo[design.has_lo]]), axis=0)
    p, first = stack.x.shape[1], design.n_thresholds
    found = np.zeros(p, dtype=bool)
    for j in range(p):
        for sign in (1.0, -1.0):
            goal = np.zeros(first + p)
            goal[first + j] = -sign
            answer = linprog(goal, A_ub=rising, b_ub=np.zeros(len(rising)), bounds=(-1, 1), method="highs")
            if answer.status != 0 or answer.fun is None:
                raise ArithmeticError(f"the linear programme for separation ended with: {answer.message}")
            found[j] |= answer.fun < -1e-7
    return found


def top_probability_effect(stack: Stack, fitted: Fit, column: int, weights: Floats) -> Floats:
    """Average marginal effect of a predictor on the probability of the top category.

    Parameters
    ----------
    stack : Stack
        Answers and predictors.
    fitted : Fit
        Its fits under `weights`.
    column : int
        Predictor; a 0/1 predictor is switched, any other has its slope taken.
    weights : ndarray, shape (m, n)
        Those of the fits; the average runs over the weighted rows.

    Returns
    -------
    ndarray, shape (m,)
        As a difference of proportions (per step of the predictor).
    """
    x = stack.x[:, column]
    highest = _last_finite(fitted.thresholds)[:, stack.item]
    without = highest - fitted.coef @ stack.x.T + fitted.coef[:, [column]] * x
    if set(np.unique(x)) <= {0.0, 1.0}:
        effect = expit(without) - expit(without - fitted.coef[:, [column]])
    else:
        here = expit(without - fitted.coef[:, [column]] * x)
        effect = fitted.coef[:, [column]] * here * (1 - here)
    used = np.where(np.isfinite(effect), weights, 0.0)
    return np.asarray((np.nan_to_num(effect) * used).sum(axis=1) / used.sum(axis=1))


def _last_finite(thresholds: Floats) -> Floats:
    """Highest threshold of each item, shape (m, n_items); NaN for an item without one."""
    filled = np.where(np.isnan(thresholds), -np.inf, thresholds)
    highest = filled.max(axis=2)
    return np.where(np.isinf(highest), np.nan, highest)


def _design(stack: Stack, present: NDArray[np.bool_]) -> tuple[_Design, Ints]:
    """Design for the categories that are present; the second value are the rows that it keeps."""
    informative = present.sum(axis=1) > 1
    rows = np.flatnonzero(informative[stack.item] & present[stack.item, stack.y])
    y, item, x = stack.y[rows], stack.item[rows], stack.x[rows]
    rank = np.cumsum(present, axis=1) - 1
    n_cut = np.where(informative, present.sum(axis=1) - 1, 0)
    start = np.r_[0, np.cumsum(n_cut)]
    level = rank[item, y]
    has_hi, has_lo = level < n_cut[item], level > 0
    n, p, total = len(rows), x.shape[1], int(start[-1])
    hi, lo = np.zeros((n, total + p)), np.zeros((n, total + p))
    at = np.arange(n)
    hi[at[has_hi], (start[item] + level)[has_hi]] = 1.0
    lo[at[has_lo], (start[item] + level - 1)[has_lo]] = 1.0
    hi[has_hi, total:] = -x[has_hi]
    lo[has_lo, total:] = -x[has_lo]
    place = [
        i * (present.shape[1] - 1) + c for i in np.flatnonzero(informative) for c in np.flatnonzero(present[i])[:-1]
    ]
    return _Design(hi, lo, has_hi, has_lo, total, np.array(place, dtype=np.int64)), rows


def _probabilities(design: _Design, beta: Floats) -> tuple[Floats, Floats, Floats]:
    f_hi = np.where(design.has_hi, expit(beta @ design.hi.T), 1.0)
    f_lo = np.where(design.has_lo, expit(beta @ design.lo.T), 0.0)
    return f_hi - f_lo, f_hi, f_lo


def _log_likelihood(design: _Design, weights: Floats, beta: Floats) -> Floats:
    probability, _, _ = _probabilities(design, beta)
    impossible = (probability <= 0) & (weights > 0)
    terms = weights * np.log(np.where(probability > 0, probability, 1.0))
    return np.where(impossible.any(axis=1), -np.inf, terms.sum(axis=1))


def _start(design: _Design, weights: Floats, p: int) -> Floats:
    """Thresholds at the weighted cumulative shares, coefficients at zero."""
    beta = np.zeros((len(weights), design.n_thresholds + p))
    ends_here = design.hi[:, : design.n_thresholds]
    starts_here = design.lo[:, : design.n_thresholds]
    at, above = weights @ ends_here, weights @ starts_here
    items = np.concatenate([[0], np.flatnonzero(_first_of_item(design)), [design.n_thresholds]])
    for left, right in pairwise(items):
        if left == right:
            continue
        counts = np.column_stack([at[:, left:right], above[:, right - 1]])
        below = counts.cumsum(axis=1)[:, :-1]
        total = counts.sum(axis=1, keepdims=True)
        share = (below + 0.5) / (total + 1.0)
        beta[:, left:right] = np.log(share / (1 - share))
    return beta


def _first_of_item(design: _Design) -> NDArray[np.bool_]:
    """Whether a threshold is the first of its item: no answer lies between it and the one before."""
    t = design.n_thresholds
    joined = design.lo[:, : t - 1].T @ design.hi[:, 1:t] if t > 1 else np.zeros((0, 0))
    first = np.ones(t, dtype=bool)
    for j in range(1, t):
        first[j] = joined[j - 1, j - 1] == 0
    first[0] = False
    return first


def _newton(design: _Design, weights: Floats, p: int, out: Fit, members: Ints) -> None:
    n, size = design.hi.shape
    hi_hi = (design.hi[:, :, None] * design.hi[:, None, :]).reshape(n, -1)
    lo_lo = (design.lo[:, :, None] * design.lo[:, None, :]).reshape(n, -1)
    hi_lo = (design.hi[:, :, None] * design.lo[:, None, :]).reshape(n, -1)
    beta = _start(design, weights, p)
    value = _log_likelihood(design, weights, beta)
    total = weights.sum(axis=1)
    converged = np.zeros(len(weights), dtype=bool)
    steps = np.zeros(len(weights), dtype=np.int64)
    information = np.zeros((len(weights), size, size))
    active = np.arange(len(weights))
    for _ in range(MAX_ITERATIONS):
        w, b = weights[active], beta[active]
        probability, f_hi, f_lo = _probabilities(design, b)
        probability = np.maximum(probability, np.finfo(float).tiny)
        d_hi, d_lo = f_hi * (1 - f_hi) / probability, f_lo * (1 - f_lo) / probability
        score = (w * d_hi) @ design.hi - (w * d_lo) @ design.lo
        a = w * (d_hi**2 - d_hi * (1 - 2 * f_hi))
        c = w * (d_lo**2 + d_lo * (1 - 2 * f_lo))
        cross = ((w * d_hi * d_lo) @ hi_lo).reshape(-1, size, size)
        curvature = (a @ hi_hi + c @ lo_lo).reshape(-1, size, size) - cross - cross.swapaxes(1, 2)
        information[active] = curvature
        done = np.abs(score).max(axis=1, initial=0.0) <= TOLERANCE * total[active]
        converged[active[done]] = True
        active, score, curvature, b = active[~done], score[~done], curvature[~done], b[~done]
        if active.size == 0:
            break
        steps[active] += 1
        damped = curvature + 1e-12 * np.trace(curvature, axis1=1, axis2=2)[:, None, None] * np.eye(size)
        step = np.linalg.solve(damped, score[:, :, None])[:, :, 0]
        length = np.ones(len(active))
        new = b + step
        after = _log_likelihood(design, weights[active], new)
        for _ in range(30):
            worse = after < value[active] - 1e-12 * np.abs(value[active])
            if not worse.any():
                break
            length[worse] /= 2
            new[worse] = b[worse] + length[worse, None] * step[worse]
            after[worse] = _log_likelihood(design, weights[active][worse], new[worse])
        beta[active], value[active] = new, after
    covariance = np.linalg.inv(information + 1e-300 * np.eye(size)) if size else information
    out.coef[members] = beta[:, design.n_thresholds :]
    out.se[members] = np.sqrt(np.abs(np.diagonal(covariance, axis1=1, axis2=2)[:, design.n_thresholds :]))
    out.log_likelihood[members], out.converged[members], out.iterations[members] = value, converged, steps
    out.thresholds[np.ix_(members, design.place)] = beta[:, : design.n_thresholds]
