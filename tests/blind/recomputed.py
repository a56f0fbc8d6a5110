"""Shares, change, response and what else could explain a finding: the short sections of docs/method.md."""

import numpy as np
import pandas as pd
from scipy import optimize, stats

from tests.blind.data import (
    ADJUSTER,
    ASPECTS,
    BOOK,
    CONTEXT,
    FORMS,
    Array,
    Wave,
    bands,
    indicators,
    named,
    under_later_ids,
)
from tests.blind.models import known, less_told
from tests.blind.permuted import between_clusters, exchanges, largest, statistic, step_down

Z975, Z80 = stats.norm.ppf(0.975), stats.norm.ppf(0.8)


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's interval of a share p of n, where n may be any number."""
    if np.isinf(n):
        return p, p
    half = Z975 * np.sqrt(p * (1 - p) / n + Z975**2 / (4 * n**2))
    return tuple((p + Z975**2 / (2 * n) + sign * half) / (1 + Z975**2 / n) for sign in (-1, 1))


def share(y: pd.Series, population: int) -> dict[str, float]:
    """A share of regions with its interval, for these N regions."""
    y = y.dropna()
    n = len(y)
    low, high = wilson(y.mean(), n * (population - 1) / (population - n) if n < population else np.inf)
    return {"count": y.sum(), "base": n, "population": population, "share": y.mean(), "low": low, "high": high}


def strata(y: pd.Series, frame: pd.DataFrame) -> pd.Series:
    """The stratum of each region of the frame: levels of the adjuster, those that are too small joined."""
    level = frame[ADJUSTER].copy()
    while True:
        answered = level.loc[y.index].value_counts()
        found = sorted(level.dropna().unique())
        small = [h for h in found if answered.get(h, 0) < 2]
        if not small or len(found) < 2:
            return level
        at = found.index(small[0])
        level[level == small[0]] = found[at + 1] if at + 1 < len(found) else found[at - 1]


def weighted(y: pd.Series, frame: pd.DataFrame) -> dict[str, float]:
    """The share with strata weighted to the frame."""
    y = y.dropna()
    level = strata(y, frame)
    N, W = level.value_counts().sort_index(), level.value_counts(normalize=True).sort_index()
    group = y.groupby(level.loc[y.index])
    n, ph = group.size(), group.mean()
    p = (W * ph).sum()
    q = (n * ph + 2 * p) / (n + 2)
    left = (N - n) / (N - 1)
    each = W**2 / n * left * (1 if len(set(ph)) == 1 else q * (1 - q))
    size = 1 / each.sum() if len(set(ph)) == 1 else p * (1 - p) / each.sum()
    df = each.sum() ** 2 / (each**2 / (n - 1)).sum()
    low, high = wilson(p, size * (stats.t.ppf(0.975, n.sum() - 1) / stats.t.ppf(0.975, df)) ** 2)
    total, answers = N.sum(), n.sum()
    se = np.sqrt((1 - answers / total) * answers / (answers - 1) * (W**2 / n * ph * (1 - ph)).sum())
    found = {"weighted": p, "weighted_se": se, "weighted_low": low, "weighted_high": high}
    return found | {"strata": len(N), "effective": 1 / (W**2 / n).sum()}


def measures(wave: Wave) -> dict[tuple[str, str], pd.Series]:
    """Every item of the table of shares as 1, 0 or missing."""
    found = {}
    for measure, question, band in (("urgency", "urgency", 2), ("yield_top", "yield", 2), ("yield_low", "yield", 0)):
        each = bands(wave.answers, named(question, ASPECTS))
        found |= {
            (measure, a): (each[f"{question}_{a}"] == band).where(each.notna()[f"{question}_{a}"]) for a in ASPECTS
        }
    found |= {("borging", form): wave.forms[form] for form in FORMS}
    count, rule = index(wave), BOOK["borging_index"]
    found["index", "index_many"] = (count >= rule["many_at_least"]).where(count.notna())
    found["index", "index_hardly"] = (count <= rule["hardly_at_most"]).where(count.notna())
    active = bands(wave.answers, ["borging_active"])["borging_active"]
    found["index", "borging_active"] = (active == 2).where(active.notna())
    return {key: y.astype(float) for key, y in found.items()}


def index(wave: Wave) -> pd.Series:
    """Forms arranged, of the regions that answered about all seven."""
    return (wave.levels >= 2).sum(axis=1).where(wave.levels.notna().all(axis=1))


def shares(wave: Wave) -> pd.DataFrame:
    """The table of shares."""
    rows = []
    for (measure, concept), y in measures(wave).items():
        rows.append({"measure": measure, "concept": concept} | share(y, len(wave.frame)) | weighted(y, wave.frame))
    return pd.DataFrame(rows)


def holm(p: Array) -> Array:
    """Holm's p."""
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted


def change(earlier: Wave, later: Wave) -> pd.DataFrame:
    """Urgency then and now, of the regions that answered in both."""
    items = named("urgency", ASPECTS)
    then = under_later_ids(bands(earlier.answers, items), later.frame.index)
    rows = []
    for item, aspect in zip(items, ASPECTS, strict=True):
        both = pd.concat([then[item], bands(later.answers, items)[item]], axis=1, join="inner").dropna().to_numpy() == 2
        n, b, c = len(both), sum(~both[:, 0] & both[:, 1]), sum(both[:, 0] & ~both[:, 1])
        up, down = (b + 1) / (n + 2), (c + 1) / (n + 2)
        half = Z975 * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
        p = stats.binomtest(int(b), int(b + c)).pvalue if b + c else 1.0
        row = {
            "item": aspect,
            "base": n,
            "earlier": both[:, 0].sum(),
            "later": both[:, 1].sum(),
            "became": b,
            "ceased": c,
        }
        rows.append(row | {"difference": (b - c) / n, "low": up - down - half, "high": up - down + half, "p": p})
    table = pd.DataFrame(rows)
    return table.assign(p_holm=holm(table["p"].to_numpy()))


def response(wave: Wave, times: int, rng: np.random.Generator) -> pd.DataFrame:
    """Answering and silent regions, per context variable."""
    answered = wave.frame["answered"].to_numpy()
    one = np.zeros(len(answered))
    orders = exchanges(one, times, rng)
    X = wave.frame[CONTEXT].astype(float)
    who = answered - answered.mean()
    shared = {v: c for v in CONTEXT if len(set(c := wave.clusters(v, wave.frame.index))) < len(c)}
    pairs = [
        between_clusters(who, X[v].to_numpy(), one, shared[v], times, rng)
        if v in shared
        else statistic(answered.astype(float), X[v].to_numpy(), one, orders)
        for v in CONTEXT
    ]
    drawn = np.array([d for _, d in pairs]).T
    p, adjusted = step_down(np.array([t for t, _ in pairs]), drawn)
    critical = largest(drawn)
    rows = []
    for at, v in enumerate(CONTEXT):
        a, s = X[v][answered].dropna(), X[v][~answered].dropna()
        n = len(a) + len(s)
        t = (critical + Z80) * np.sqrt(1 + less_told(wave, who, v, one) if v in shared else 1)
        d = (a.mean() - s.mean()) / np.sqrt((a.var() + s.var()) / 2)
        reach = t / np.sqrt(len(a) * len(s) / n * (1 - t**2 / n))
        row = {"variable": v, "answering": a.mean(), "silent": s.mean(), "difference": d, "detectable": reach}
        rows.append(row | {"p": p[at], "p_adjusted": adjusted[at], "critical": critical})
    return pd.DataFrame(rows)


def explained(y: Array, x: Array, base: Array) -> float:
    """Partial R² of x with y beside base and a constant."""
    one = np.ones((len(y), 1))

    def left(A: Array) -> float:
        return float(((y - A @ np.linalg.lstsq(A, y)[0]) ** 2).sum())

    small = left(np.hstack([one, base]))
    return 1 - left(np.hstack([one, base, x])) / small


def times_as_strong(y: Array, x: Array, benchmark: Array, f2: float) -> tuple[float, float, float]:
    """R² of the benchmark with exposure and yields, and how many times it takes."""
    none = np.empty((len(y), 0))
    rx, ry = explained(x, benchmark, none), explained(y, benchmark, x[:, None])

    def beyond(k: float) -> float:
        a = k * rx / (1 - rx)
        kappa = k * rx**2 / ((1 - k * rx) * (1 - rx))
        if a >= 1 or kappa >= 1:
            return 1.0
        b = min((np.sqrt(k) + np.sqrt(kappa)) ** 2 / (1 - kappa) * ry / (1 - ry), 1)
        return b * a / (1 - a) - f2

    return rx, ry, float(optimize.brentq(beyond, 0, 1e4, xtol=1e-12))


def tipping(wave: Wave, exposure: str) -> dict[str, float | str]:
    """What a trait that nobody measured would have to explain."""
    Y, x, z = known(wave, exposure)
    y = np.nanmean(np.where(np.isnan(Y), np.nan, Y == 2), axis=1)
    X = np.column_stack([np.ones(len(y)), z, x])
    b, df = np.linalg.lstsq(X, y)[0], len(y) - X.shape[1]
    s2 = ((y - X @ b) ** 2).sum() / df
    f = abs(b[-1]) / np.sqrt(s2 * np.linalg.inv(X.T @ X)[-1, -1] * df)
    least = stats.t.ppf(0.975, df - 1) / np.sqrt(df - 1)

    def value(f: float) -> float:
        return (np.sqrt(f**4 + 4 * f**2) - f**2) / 2

    inner = 0.0 if f <= least else (f**2 - least**2) / (1 + f**2) if f * least > 1 else value(f - least)
    others = [v for v in CONTEXT if v != ADJUSTER] if exposure == ADJUSTER else [ADJUSTER]
    found = {}
    for v in others:
        benchmark = indicators(wave.context.loc[wave.exposures[exposure].notna(), v].to_numpy())
        r2 = explained(y, x[:, None], benchmark)
        found[v] = times_as_strong(y, x, benchmark, r2 / (1 - r2))
    name = min(found, key=lambda v: found[v][2])
    row = {"slope": b[-1], "robustness": value(f), "robustness_interval": inner, "benchmark": name}
    return row | dict(zip(("with_exposure", "with_yields", "times"), found[name], strict=True))
