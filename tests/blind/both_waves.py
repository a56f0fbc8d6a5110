"""Change on change of docs/method.md, for a chain of two waves that asked for the same yields and forms."""

import numpy as np
import pandas as pd
from scipy import stats

from tests.blind.data import FORMS, Array, Wave, under_later_ids
from tests.blind.permuted import exchanges, step_down
from tests.blind.stacked import spread, without


def panel(earlier: Wave, later: Wave) -> tuple[Array, dict[str, Array]]:
    """Share of top-band answers per region and wave, over the yields of both; and the forms, nan if unknown."""
    top = [(wave.yields == 2).astype(float).where(wave.yields.notna()) for wave in (earlier, later)]
    top[0], forms = under_later_ids(top[0], later.frame.index), under_later_ids(earlier.forms, later.frame.index)
    both = top[0].index.intersection(top[1].index)
    y = [t.loc[both].to_numpy() for t in top]
    answered = ~np.isnan(y[0]) & ~np.isnan(y[1])
    shares = np.column_stack([np.nanmean(np.where(answered, t, np.nan), axis=1) for t in y])
    return shares, {f: np.column_stack([forms.loc[both, f], later.forms.loc[both, f]]) for f in FORMS}


def weights(x: Array) -> Array:
    """What each row of regions by waves weighs in the slope, beside a constant per region and per wave."""
    regions, waves = x.shape
    X = np.column_stack([np.kron(np.eye(regions), np.ones((waves, 1))), np.tile(np.eye(waves)[:, 1:], (regions, 1))])
    return np.linalg.pinv(np.column_stack([X, x.ravel()]))[-1].reshape(x.shape)


def slope(y: Array, x: Array) -> dict[str, float]:
    """Least squares with regions left out one by one."""
    w, keep = weights(x), without(len(x))
    left = np.zeros((len(x), *x.shape))
    for i, k in enumerate(keep):
        left[i, k] = weights(x[k])
    b, refits = (w * y).sum(), (left * y).sum((1, 2))
    A = (w - left).reshape(len(x), -1)
    omega = A @ A.T
    df = np.trace(omega) ** 2 / (omega**2).sum()
    half = stats.t.ppf(0.975, df) * spread(b, refits)
    found = {"difference": b, "difference_low": b - half, "difference_high": b + half, "df": df}
    return found | {"regions": len(x), "changing": (x[:, 0] != x[:, 1]).sum()}


def within(v: Array) -> Array:
    """Less the mean of the region, then less the mean of the wave."""
    v = v - v.mean(1, keepdims=True)
    return v - v.mean(0)


def studentised(X: Array, Y: Array) -> Array:
    """The statistic of each exchange: y of regions by waves, x the same for all."""
    s = np.einsum("rt,...rt->...r", X, Y)
    return s.sum(-1) / np.sqrt((s**2).sum(-1))


def detectable(X: Array, Y: Array, critical: float) -> float:
    """The smallest slope, in steps of 0.001, that four exchanges in five find."""
    low, high = 0, 1000
    while high - low > 1:
        middle = (low + high) // 2
        found = np.mean(np.abs(studentised(X, Y + middle / 1000 * X)) > critical)
        low, high = (low, middle) if found >= 0.8 else (middle, high)
    return high / 1000


def change_on_change(earlier: Wave, later: Wave, times: int, rng: np.random.Generator) -> pd.DataFrame:
    """The table, with p; `attrs` has the largest statistic of each exchange, and exchanged answers per form."""
    y, forms = panel(earlier, later)
    orders, Y, rows, T, drawn, attrs = exchanges(np.zeros(len(y)), times, rng), within(y), {}, [], [], {}
    for form, x in forms.items():
        known = ~np.isnan(x).any(1)
        X = np.zeros(x.shape)
        X[known] = within(x[known])
        T.append(float(studentised(X, Y)))
        drawn.append(studentised(X, Y[orders]))
        rows[form] = slope(y[known], x[known])
        attrs[form] = X, Y[orders]
    p, adjusted = step_down(np.array(T), np.array(drawn).T)
    table = pd.DataFrame(rows).T.assign(p=p, p_adjusted=adjusted)
    table.attrs = {"maxima": pd.Series(np.abs(drawn).max(0)), "exchanged": attrs}
    return table
