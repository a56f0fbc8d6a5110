"""The stacked cumulative model of docs/method.md, its leave-one-region-out refits and its degrees of freedom."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

Array = np.ndarray
PRIOR_SD = {"logit": 2.5, "probit": 2.5 / 1.7}


@dataclass
class Stack:
    """Answers of regions below each other; an end without a threshold has the number -1."""

    region: Array
    aspect: Array
    upper: Array
    lower: Array
    last: dict[int, int]  # per aspect its highest threshold
    top: dict[int, float]  # per aspect the highest category that somebody chose
    thresholds: int


def stack(Y: Array) -> Stack:
    """Number categories anew per aspect, and leave out aspects on which all answered alike."""
    parts, last, top, at = [], {}, {}, 0
    for a in range(Y.shape[1]):
        who = np.flatnonzero(~np.isnan(Y[:, a]))
        found, k = np.unique(Y[who, a], return_inverse=True)
        if len(found) < 2:
            continue
        n = len(found) - 1
        parts.append([who, np.full(len(who), a), np.where(k < n, at + k, -1), np.where(k > 0, at + k - 1, -1)])
        at += n
        last[a], top[a] = at - 1, found[-1]
    return Stack(*np.hstack(parts), last=last, top=top, thresholds=at)


def cdf(u: Array, link: str) -> Array:
    return special.expit(u) if link == "logit" else special.ndtr(u)


def curves(u: Array, link: str) -> tuple[Array, Array, Array]:
    """F, its density and the slope of its density."""
    F = cdf(u, link)
    if link == "logit":
        return F, F * (1 - F), F * (1 - F) * (1 - 2 * F)
    f = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    return F, f, -u * f


@dataclass
class Fit:
    """A fitted model: thresholds, coefficients, and the information that the answers hold about all of them."""

    stacked: Stack
    theta: Array
    b: Array
    information: Array
    settled: bool


def _rows(s: Stack, X: Array) -> tuple[Array, Array]:
    eye = np.vstack([np.eye(s.thresholds), np.zeros(s.thresholds)])
    return np.hstack([eye[s.upper], -X[s.region]]), np.hstack([eye[s.lower], -X[s.region]])


def _start(s: Stack, p: int) -> Array:
    theta = np.zeros(s.thresholds)
    for a, last in s.last.items():
        mine = s.aspect == a
        for t in range(min(s.upper[mine & (s.upper >= 0)]), last + 1):
            theta[t] = special.logit(np.mean((s.upper[mine] <= t) & (s.upper[mine] >= 0)))
    return np.concatenate([theta, np.zeros(p)])


def fit(Y: Array, X: Array, link: str = "logit", sd: float = np.inf) -> Fit:
    """Maximum likelihood by Newton's method, with a normal prior on the coefficients if there is an sd."""
    s = stack(Y)
    U, L = _rows(s, X)
    prior = np.concatenate([np.zeros(s.thresholds), np.full(X.shape[1], sd**-2.0)])
    par = _start(s, X.shape[1]) / (1 if link == "logit" else 1.7)
    below, above = s.lower >= 0, s.upper >= 0

    def look(par: Array) -> tuple[float, Array, Array]:
        Fu, fu, du = curves(np.where(above, U @ par, 40.0), link)
        Fl, fl, dl = curves(np.where(below, L @ par, -40.0), link)
        P = np.maximum(Fu - Fl, 1e-300)
        g = (fu / P)[:, None] * U - (fl / P)[:, None] * L
        H = g.T @ g - U.T @ ((du / P)[:, None] * U) + L.T @ ((dl / P)[:, None] * L)
        return np.log(P).sum() - (prior * par**2).sum() / 2, g.sum(0) - prior * par, H

    value, g, H = look(par)
    settled = False
    for _ in range(60):
        step = np.linalg.lstsq(H + np.diag(prior), g)[0]
        while not (new := look(par + step))[0] >= value - 1e-10 and np.abs(step).max() > 1e-12:
            step = step / 2
        par, (value, g, H) = par + step, new
        if settled := bool(np.abs(step).max() < 1e-9):
            break
    return Fit(s, par[: s.thresholds], par[s.thresholds :], H, settled)


def separates(Y: Array, X: Array, at: int) -> bool:
    """Whether a direction that never lowers the likelihood moves the coefficient in place `at`."""
    s = stack(Y)
    U, L = _rows(s, X)
    never = np.vstack([-U[s.upper >= 0], L[s.lower >= 0]])
    cost = np.zeros(U.shape[1])
    for sign in (1, -1):
        cost[s.thresholds + at] = sign
        found = optimize.linprog(cost, A_ub=never, b_ub=np.zeros(len(never)), bounds=(-1, 1))
        if found.fun < -1e-7:
            return True
    return False


def far(f: Fit) -> bool:
    """Whether a fit ended so far out that it may have no maximum: only then a linear program is asked."""
    return not f.settled or np.abs(f.b).max() > 8 or np.linalg.eigvalsh(f.information)[0] < 1e-4


def without(n: int) -> list[Array]:
    """All but one, for each."""
    return [np.delete(np.arange(n), i) for i in range(n)]


def without_each(clusters: Array) -> list[Array]:
    """All but one cluster, for each."""
    return [np.flatnonzero(clusters != c) for c in np.unique(clusters)]


def refitted(Y: Array, X: Array, at: int, link: str = "logit", keep: list[Array] | None = None) -> tuple:
    """The full fit, the refits without each region or cluster, and the status: the ridge where answers separate."""
    keep = without(len(Y)) if keep is None else keep
    fits = [fit(Y, X, link), *(fit(Y[k], X[k], link) for k in keep)]
    samples = [np.arange(len(Y)), *keep]
    if any(far(f) and separates(Y[k], X[k], at) for f, k in zip(fits, samples, strict=True)):
        fits = [fit(Y[k], X[k], link, PRIOR_SD[link]) for k in samples]
        return fits[0], fits[1:], "ridge"
    return fits[0], fits[1:], "estimated"


def spread(whole: float, refits: Array) -> float:
    """Standard error by the jackknife, centred on the full estimate."""
    G = len(refits)
    return float(np.sqrt((G - 1) / G * ((refits - whole) ** 2).sum()))


def freedom(z: Array, x: Array) -> float:
    """Bell and McCaffrey's degrees of freedom of the slope on x beside z and a constant."""
    X = np.column_stack([np.ones(len(x)), z, x])
    W = np.linalg.pinv(X)
    H, w = X @ W, W[-1]
    M = np.eye(len(x)) - H
    h = np.diag(H)
    full = h > 1 - 1e-9
    a2 = np.where(full, 0, w**2 / np.where(full, 1, (1 - h) ** 2))
    return float((a2 * (1 - h)).sum() ** 2 / (np.outer(a2, a2) * M**2).sum())


def freedom_of_clusters(z: Array, x: Array, clusters: Array) -> float:
    """The same with clusters as units: from the deviations of the estimates that leave out one each."""
    X, keep = np.column_stack([np.ones(len(x)), z, x]), without_each(clusters)
    if len(keep) == len(x):
        return freedom(z, x)
    A = np.tile(np.linalg.pinv(X)[-1], (len(keep), 1))
    for row, k in zip(A, keep, strict=True):
        row[k] -= np.linalg.pinv(X[k])[-1]
    omega = A @ A.T
    return min(float(np.trace(omega) ** 2 / (omega**2).sum()), len(keep) - 1)


def interval(whole: float, refits: Array, df: float) -> tuple[float, float]:
    """The 95 % interval by t."""
    half = stats.t.ppf(0.975, df) * spread(whole, refits)
    return whole - half, whole + half


def predicted_top(f: Fit, X: Array, b: Array, link: str = "logit") -> Array:
    """Probability of the highest category for each answer of the model, with coefficients or values of one's own."""
    last = np.array([f.stacked.last[a] for a in f.stacked.aspect])
    return 1 - cdf(f.theta[last] - (X @ b)[f.stacked.region], link)
