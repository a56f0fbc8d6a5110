"""One exposure and all yields, its levels out of a hundred answers, and the models beside it."""

import numpy as np
import pandas as pd
from scipy import stats

from tests.blind.data import CONTEXT, FORMS, Wave
from tests.blind.stacked import (
    Array,
    Fit,
    curves,
    fit,
    freedom,
    interval,
    predicted_top,
    refitted,
)


def effect(f: Fit, X: Array, link: str = "logit") -> float:
    """Average marginal effect of the first column on the highest category."""
    if set(np.unique(X[:, 0])) <= {0, 1}:
        on, off = X.copy(), X.copy()
        on[:, 0], off[:, 0] = 1, 0
        return float(np.mean(predicted_top(f, on, f.b, link) - predicted_top(f, off, f.b, link)))
    last = np.array([f.stacked.last[a] for a in f.stacked.aspect])
    return float(f.b[0] * curves(f.theta[last] - (X @ f.b)[f.stacked.region], link)[1].mean())


def association(wave: Wave, exposure: str) -> dict[str, float | str]:
    """The row of one exposure: odds ratio, interval, degrees of freedom, extremes and effect."""
    Y, x, z = wave.yields.to_numpy(), wave.exposures[exposure].to_numpy(), wave.adjuster(exposure)
    X = np.column_stack([x, z])
    full, refits, status = refitted(Y, X, 0)
    b, df = np.array([f.b[0] for f in refits]), freedom(z, x)
    every = np.append(b, full.b[0])
    ends = interval(full.b[0], b, df)
    effects = np.array([effect(f, np.delete(X, i, 0)) for i, f in enumerate(refits)])
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
    Y, x, z = wave.yields.to_numpy(), wave.exposures[exposure].to_numpy(), wave.adjuster(exposure)
    found, regions = np.unique(x, return_counts=True)
    found, regions = found[regions >= 3], regions[regions >= 3]
    keep = np.isin(x, found)
    Y, x, z = Y[keep], x[keep], z[keep]
    whole = shares(Y, x, z, found)
    left = np.array([shares(*(np.delete(part, i, 0) for part in (Y, x, z)), found) for i in range(len(x))])
    table = pd.DataFrame({"level": found, "regions": regions, "share": whole, "difference": whole - whole[0]})
    for i, level in enumerate(found[1:], 1):
        others = np.column_stack([z, *(x == other for other in found[1:] if other != level)])
        df = freedom(others, (x == level).astype(float))
        ends = interval(whole[i] - whole[0], left[:, i] - left[:, 0], df)
        table.loc[i, ["difference_low", "difference_high", "df"]] = [*ends, df]
    return table.assign(exposure=exposure)


def joint(wave: Wave) -> pd.DataFrame:
    """Odds ratios and intervals of all forms in one model, and of all context variables in another."""
    rows = {}
    for names, z in ((FORMS, wave.adjuster()), (CONTEXT, np.empty((len(wave.context), 0)))):
        X = np.column_stack([wave.exposures[names].to_numpy(), z])
        full, refits, _ = refitted(wave.yields.to_numpy(), X, 0)
        for at, name in enumerate(names):
            df = freedom(np.delete(X, at, 1), X[:, at])
            low, high = interval(full.b[at], np.array([f.b[at] for f in refits]), df)
            rows[name] = np.exp([full.b[at], low, high])
    return pd.DataFrame(rows, index=["joint_odds_ratio", "joint_low", "joint_high"]).T


def planning(table: pd.DataFrame, critical: float, smallest: float, sizes: list[int], m: int) -> pd.DataFrame:
    """What more answers would buy, from half the interval of the difference."""
    half = (table["difference_high"] - table["difference_low"]) / 2
    s0 = half / stats.t.ppf(0.975, table["difference_df"])
    rows = []
    for n in sizes:
        s, df = s0 * np.sqrt(m / n), table["difference_df"] * n / m
        h = stats.t.ppf(0.975, df) * s
        chance = np.maximum(2 * stats.norm.cdf((smallest - h) / s) - 1, 0)
        each = pd.DataFrame({"visible": (critical + stats.norm.ppf(0.8)) * s, "chance": chance})
        each["excluded"] = h + stats.norm.ppf(0.9) * s
        for family, members in (("borging", FORMS), ("context", CONTEXT)):
            rows.append({"family": family, "answers": n} | each.loc[members].median().to_dict())
    return pd.DataFrame(rows)
