"""The permutation tests of docs/method.md."""

import numpy as np
import pandas as pd

from tests.blind.data import ADJUSTER, CONTEXT, FORMS, Wave
from tests.blind.stacked import Array, cdf, fit


def scores(Y: Array, z: Array) -> Array:
    """Sum of the score residuals of each region under the null model."""
    f = fit(Y, z)
    s, eta = f.stacked, (z @ f.b)[f.stacked.region]
    upper = np.where(s.upper >= 0, cdf(f.theta[s.upper] - eta, "logit"), 1)
    lower = np.where(s.lower >= 0, cdf(f.theta[s.lower] - eta, "logit"), 0)
    return np.bincount(s.region, upper + lower - 1, minlength=len(Y))


def centred(v: Array, strata: Array) -> Array:
    """A variable less its mean in each stratum, over those that have it; 0 where it is unknown."""
    out = np.zeros(len(v))
    for h in np.unique(strata):
        mine = (strata == h) & ~np.isnan(v)
        out[mine] = v[mine] - v[mine].mean()
    return out


def exchanges(strata: Array, times: int, rng: np.random.Generator) -> Array:
    """Orders of the regions that exchange within strata, a row per permutation."""
    orders = np.tile(np.arange(len(strata)), (times, 1))
    for h in np.unique(strata):
        mine = np.flatnonzero(strata == h)
        orders[:, mine] = rng.permuted(np.tile(mine, (times, 1)), axis=1)
    return orders


def standardised(s: Array, x: Array, strata: Array) -> tuple[Array, float]:
    """Centred x and the root of V."""
    x, s = centred(x, strata), centred(s, strata)
    V = 0.0
    for h in np.unique(strata):
        mine = strata == h
        if mine.sum() > 1:
            V += (s[mine] ** 2).sum() * (x[mine] ** 2).sum() / (mine.sum() - 1)
    return x, float(np.sqrt(V))


def statistic(s: Array, x: Array, strata: Array, orders: Array) -> tuple[float, Array]:
    """T, and T under each exchange."""
    s = centred(s, strata)
    x, root = standardised(s, x, strata)
    return float(s @ x / root), s[orders] @ x / root


def likeness(s: Array, clusters: Array) -> float:
    """The correlation of scores within clusters, from the products of pairs."""
    pairs = np.triu(clusters[:, None] == clusters, 1)
    rho = (np.outer(s, s)[pairs].mean() if pairs.any() else 0.0) / (s**2).mean()
    return float(np.clip(rho, 0, 1))


def between(s: Array, x: Array, strata: Array, clusters: Array, orders: Array) -> Array:
    """T of an exposure that clusters share, by order of the clusters."""
    here = ~np.isnan(x)
    x, strata, (names, c) = x[here], strata[here], np.unique(clusters[here], return_inverse=True)
    s = centred(s[here], strata)
    X, rho = np.array([x[c == each].mean() for each in range(len(names))]), likeness(s, c)
    sigma2, T = (s**2).sum() / (len(s) - len(np.unique(strata))), np.empty(len(orders))
    for row, order in enumerate(orders):
        each = X[order][c]
        own = centred(each, strata)
        V = sigma2 * ((1 - rho) * (own**2).sum() + rho * (np.bincount(c, own) ** 2).sum())
        T[row] = s @ each / np.sqrt(V)
    return T


def between_clusters(
    s: Array, x: Array, strata: Array, clusters: Array, times: int, rng: np.random.Generator
) -> tuple[float, Array]:
    """The same, observed and exchanged, on the scale of the others."""
    k = len(np.unique(clusters[~np.isnan(x)]))
    orders = np.vstack([np.arange(k), rng.permuted(np.tile(np.arange(k), (times, 1)), axis=1)])
    T = between(s, x, strata, clusters, orders)
    T /= np.sqrt((T[1:] ** 2).mean())
    return float(T[0]), T[1:]


def step_down(T: Array, drawn: Array) -> tuple[Array, Array]:
    """P of each, and adjusted p by step-down max-T; a column of `drawn` per exposure."""
    size, drawn = np.abs(T), np.abs(drawn)
    B, edge = len(drawn), 1 - 1e-9
    p = (1 + (drawn >= size * edge).sum(0)) / (1 + B)
    order = np.argsort(-size)
    adjusted = np.empty(len(T))
    least = 0.0
    for i, e in enumerate(order):
        reached = drawn[:, order[i:]].max(1) >= size[e] * edge
        least = adjusted[e] = max(least, (1 + reached.sum()) / (1 + B))
    return p, adjusted


def largest(drawn: Array, alpha: float = 0.05) -> float:
    """The critical value: the 1 − alpha quantile of the largest statistic in size."""
    return float(np.quantile(np.abs(drawn).max(1), 1 - alpha))


def everything(wave: Wave, times: int, rng: np.random.Generator) -> pd.DataFrame:
    """T, p and adjusted p over the forms and the context variables together; `attrs` has the largest of each row."""
    Y, level, one = wave.yields.to_numpy(), wave.context[ADJUSTER].to_numpy(), np.zeros(len(wave.context))
    within = scores(Y, wave.adjuster()), level, exchanges(level, times, rng)
    across = scores(Y, wave.adjuster(ADJUSTER)), one, exchanges(one, times, rng)
    found = {}
    for name in [*FORMS, *CONTEXT]:
        s, strata, orders = across if name == ADJUSTER else within
        x, clusters = wave.exposures[name].to_numpy(), wave.clusters(name)
        alone = len(np.unique(clusters)) == len(clusters)
        args = (clusters, times, rng) if not alone else (orders,)
        found[name] = (statistic if alone else between_clusters)(s, x, strata, *args)
    T, all_drawn = np.array([t for t, _ in found.values()]), np.array([d for _, d in found.values()]).T
    p, adjusted = step_down(T, all_drawn)
    table = pd.DataFrame({"T": T, "p": p, "p_adjusted": adjusted}, index=list(found))
    table.attrs = {"maxima": pd.Series(np.abs(all_drawn).max(1)), "critical": largest(all_drawn)}
    return table
