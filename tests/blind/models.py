"""One exposure and all yields, its levels out of a hundred answers, and the models beside it."""

import numpy as np
import pandas as pd
from scipy import stats

from tests.blind.data import ADJUSTER, CONTEXT, FORMS, Wave
from tests.blind.permuted import centred, likeness
from tests.blind.stacked import (
    Array,
    Fit,
    curves,
    fit,
    freedom_of_clusters,
    interval,
    predicted_top,
    refitted,
    without_each,
)


def effect(f: Fit, X: Array, link: str = "logit") -> float:
    """Average marginal effect of the first column on the highest category."""
    if set(np.unique(X[:, 0])) <= {0, 1}:
        on, off = X.copy(), X.copy()
        on[:, 0], off[:, 0] = 1, 0
        return float(np.mean(predicted_top(f, on, f.b, link) - predicted_top(f, off, f.b, link)))
    last = np.array([f.stacked.last[a] for a in f.stacked.aspect])
    return float(f.b[0] * curves(f.theta[last] - (X @ f.b)[f.stacked.region], link)[1].mean())


def known(wave: Wave, exposure: str) -> tuple[Array, Array, Array]:
    """Answers, exposure and adjuster of the regions that have all three."""
    return shared(wave, exposure)[:3]


def shared(wave: Wave, exposure: str) -> tuple[Array, Array, Array, Array]:
    """The same, and the clusters of these regions."""
    Y, x, z = wave.yields.to_numpy(), wave.exposures[exposure].to_numpy(), wave.adjuster(exposure)
    keep = ~np.isnan(x) & ~np.isnan(Y).all(1)
    return Y[keep], x[keep], z[keep], wave.clusters(exposure)[keep]


def association(wave: Wave, exposure: str) -> dict[str, float | str]:
    """The row of one exposure: odds ratio, interval, degrees of freedom, extremes and effect."""
    Y, x, z, clusters = shared(wave, exposure)
    X, keep = np.column_stack([x, z]), without_each(clusters)
    full, refits, status = refitted(Y, X, 0, keep=keep)
    b, df = np.array([f.b[0] for f in refits]), freedom_of_clusters(z, x, clusters)
    every = np.append(b, full.b[0])
    ends = interval(full.b[0], b, df)
    effects = np.array([effect(f, X[k]) for f, k in zip(refits, keep, strict=True)])
    low, high = interval(effect(full, X), effects, df)
    named = {"log_odds": full.b[0], "df": df, "effect": effect(full, X), "effect_low": low, "effect_high": high}
    odds = {"odds_ratio": full.b[0], "low": ends[0], "high": ends[1], "least": every.min(), "most": every.max()}
    return named | {name: np.exp(value) for name, value in odds.items()} | {"status": status}


def shares(Y: Array, x: Array, z: Array, levels: Array) -> Array:
    """Standardised share of top-band answers at each level of the exposure."""
    top = np.where(np.isnan(Y), np.nan, Y == 2)
    X = np.column_stack([x[:, None] == levels[1:], z]).astype(float)
    f = fit(top, X)
    alike = [a for a in range(Y.shape[1]) if a not in f.stacked.last]
    fixed, n = np.nansum(top[:, alike]), np.sum(~np.isnan(top[:, alike]))
    found = []
    for level in levels:
        at = np.column_stack([np.tile(level == levels[1:], (len(x), 1)), z])
        found.append((predicted_top(f, at, f.b).sum() + fixed) / (len(f.stacked.region) + n))
    return np.array(found)


def levels(wave: Wave, exposure: str) -> pd.DataFrame:
    """Shares per level, and their differences from the lowest with intervals."""
    Y, x, z, clusters = shared(wave, exposure)
    found, regions = np.unique(x, return_counts=True)
    found, regions = found[regions >= 3], regions[regions >= 3]
    keep = np.isin(x, found)
    Y, x, z, clusters = Y[keep], x[keep], z[keep], clusters[keep]
    whole = shares(Y, x, z, found)
    left = np.array([shares(Y[k], x[k], z[k], found) for k in without_each(clusters)])
    table = pd.DataFrame({"level": found, "regions": regions, "share": whole, "difference": whole - whole[0]})
    for i, level in enumerate(found[1:], 1):
        others = np.column_stack([z, *(x == other for other in found[1:] if other != level)])
        df = freedom_of_clusters(others, (x == level).astype(float), clusters)
        ends = interval(whole[i] - whole[0], left[:, i] - left[:, 0], df)
        table.loc[i, ["difference_low", "difference_high", "df"]] = [*ends, df]
    return table.assign(exposure=exposure)


def together(wave: Wave, names: list[str], z: Array, clusters: Array | None = None) -> tuple[Array, Array, Array]:
    """Log odds ratios of several exposures in one model, those of the refits, and the columns of the model."""
    X, Y = np.column_stack([wave.exposures[names].to_numpy(), z]), wave.yields.to_numpy()
    keep = ~np.isnan(X).any(1) & ~np.isnan(Y).all(1)
    clusters = np.arange(len(Y)) if clusters is None else clusters
    full, refits, _ = refitted(Y[keep], X[keep], 0, keep=without_each(clusters[keep]))
    return full.b, np.array([f.b for f in refits]), X[keep]


def joint(wave: Wave) -> pd.DataFrame:
    """Odds ratios and intervals of all forms in one model, and of all context variables in another."""
    rows: dict[str, Array] = {}
    for names, z in ((FORMS, wave.adjuster()), (CONTEXT, wave.adjuster(ADJUSTER))):
        made: dict[bytes, tuple[Array, Array, Array]] = {}
        for at, name in enumerate(names):
            clusters = wave.clusters(name)
            if (key := clusters.tobytes()) not in made:
                made[key] = together(wave, names, z, clusters)
            b, refits, X = made[key]
            kept = clusters[~np.isnan(wave.exposures[names]).any(axis=1) & ~np.isnan(wave.yields).all(axis=1)]
            ends = interval(b[at], refits[:, at], freedom_of_clusters(np.delete(X, at, 1), X[:, at], kept))
            rows[name] = np.exp([b[at], *ends])
    return pd.DataFrame(rows, index=["joint_odds_ratio", "joint_low", "joint_high"]).T


def pooled(wave: Wave, tau: float, rng: np.random.Generator) -> pd.DataFrame:
    """Partial pooling of the forms of the joint model; all but `odds_ratio` and `unpooled` is drawn."""
    b, refits, _ = together(wave, FORMS, wave.adjuster())
    n, G = len(FORMS), len(refits)
    off, prior = refits[:, :n] - b[:n], tau**2 * np.eye(n)
    V = (G - 1) / G * off.T @ off
    gain = prior @ np.linalg.inv(V + prior)
    drawn = rng.multivariate_normal(gain @ b[:n], gain @ V, 20_000)
    rank = 1 + np.argsort(np.argsort(-drawn, axis=1), axis=1)
    ranks = np.quantile(rank, [0.5, 0.05, 0.95], axis=0)
    ends = np.exp(np.quantile(drawn, [0.025, 0.975], axis=0))
    columns = [np.exp(b[:n]), np.exp(gain @ b[:n]), *ends, (rank == 1).mean(0), *ranks]
    names = ["unpooled", "odds_ratio", "low", "high", "first", "rank", "rank_low", "rank_high"]
    return pd.DataFrame(dict(zip(names, columns, strict=True)), index=FORMS)


def shrunken(table: pd.DataFrame, tau: float) -> pd.Series:
    """Shrunken odds ratios of associations."""
    s2 = ((table["log_odds"] - np.log(table["low"])) / stats.t.ppf(0.975, table["df"])) ** 2
    return np.exp(tau**2 / (s2 + tau**2) * table["log_odds"])


def less_told(wave: Wave, s: Array, exposure: str, level: Array) -> float:
    """ρ (d − 1) of a variable that regions of the frame share; s by region of it, nan where one does not count."""
    clusters, x = wave.clusters(exposure, wave.frame.index), wave.frame[exposure].to_numpy(dtype=float)
    own, counts = centred(x, level), ~np.isnan(s)
    d = (np.bincount(clusters, own) ** 2).sum() / (own**2).sum()
    return likeness(s[counts], clusters[counts]) * (d - 1)


def planning(
    table: pd.DataFrame, critical: float, smallest: float, sizes: list[int], m: int, shared: dict[str, float]
) -> pd.DataFrame:
    """What more answers would buy, from half the interval of the difference; `shared` has ρ (d − 1)."""
    N, a = sizes[-1], table.index.map(shared).to_numpy(dtype=float)
    alone = np.isnan(a)
    half = (table["difference_high"] - table["difference_low"]) / 2
    s0 = half / stats.t.ppf(0.975, table["difference_df"])
    rows = []
    for n in sizes:
        s = s0 * np.where(alone, np.sqrt(m / n), np.sqrt((N / n + a) / (N / m + a)))
        df = table["difference_df"] * np.where(alone, n / m, 1)
        h = stats.t.ppf(0.975, df) * s
        chance = np.maximum(2 * stats.norm.cdf((smallest - h) / s) - 1, 0)
        each = pd.DataFrame({"visible": (critical + stats.norm.ppf(0.8)) * s, "chance": chance})
        each["excluded"] = h + stats.norm.ppf(0.9) * s
        for family, members in (("borging", FORMS), ("context", CONTEXT)):
            rows.append({"family": family, "answers": n} | each.loc[members].median().to_dict())
    return pd.DataFrame(rows)
