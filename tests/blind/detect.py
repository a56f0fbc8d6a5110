"""The minimum detectable effect of docs/method.md: simulated waves in which an effect is there."""

import numpy as np
import pandas as pd
from scipy import special

from tests.blind.data import ADJUSTER, Wave
from tests.blind.permuted import between, centred, likeness, scores, standardised
from tests.blind.stacked import PRIOR_SD, Array, Fit, cdf, far, fit, separates


def alike(Y: Array) -> float:
    """Mean Spearman correlation between aspects."""
    found = pd.DataFrame(Y).corr("spearman").to_numpy()
    return float(np.nanmean(found[np.triu_indices(len(found), 1)]))


def noise(u: Array, e: Array, rho: float) -> Array:
    """Logistic noise that a region's answers share to a part."""
    return special.logit(special.ndtr(np.sqrt(rho) * u + np.sqrt(1 - rho) * e))


class Simulator:
    """A model of the answers, and waves drawn from it."""

    def __init__(self, wave: Wave, associated: list[str], rng: np.random.Generator, waves: int = 200) -> None:
        self.wave, self.Y, self.z = wave, wave.yields.to_numpy(), wave.adjuster()
        more = [name for name in associated if name != ADJUSTER]
        self.names = [ADJUSTER] * self.z.shape[1] + more
        X = np.column_stack([self.z, wave.exposures[more]])
        self.X = np.nan_to_num(X - np.nanmean(X, axis=0))
        self.fit = self.model()
        shape = (waves, *self.Y.shape)
        self.rho, self.rng = self.likeness(rng), rng
        self.u, self.e = rng.standard_normal((*shape[:2], 1)), rng.standard_normal(shape)
        self.noise = noise(self.u, self.e, self.rho)

    def model(self) -> Fit:
        f = fit(self.Y, self.X)
        if far(f) and any(separates(self.Y, self.X, at) for at in range(self.X.shape[1])):
            return fit(self.Y, self.X, sd=PRIOR_SD["logit"])
        return f

    def answers(self, latent: Array) -> Array:
        """Categories from latent values, aspects in the last place."""
        s, found = self.fit.stacked, np.zeros(latent.shape)
        for a in s.last:
            own = sorted(set(s.upper[(s.aspect == a) & (s.upper >= 0)]))
            found[..., a] = sum(latent[..., a] > self.fit.theta[t] for t in own)
        return found

    def likeness(self, rng: np.random.Generator) -> float:
        """The rho at which simulated answers of a region are as alike as the observed ones."""
        rows = np.resize(np.arange(len(self.Y)), 4000)
        u, e = rng.standard_normal((4000, 1)), rng.standard_normal((4000, self.Y.shape[1]))
        eta, grid = (self.X @ self.fit.b)[rows, None], np.arange(10) / 10
        got = [alike(self.answers(eta + noise(u, e, rho))) for rho in grid]
        return float(np.interp(alike(self.Y), got, grid))

    def predictor(self, exposure: str, b: float) -> Array:
        """The sum of parts, with another part for the exposure asked about."""
        keep = [at for at, name in enumerate(self.names) if name != exposure]
        x = self.wave.exposures[exposure].to_numpy()
        return self.X[:, keep] @ self.fit.b[keep] + b * np.nan_to_num(x - np.nanmean(x))

    def among(self, clusters: Array, s: Array) -> Array:
        """Noise that regions of a cluster share to a part, so that their scores are as alike as in the real wave."""
        k = self.Y.shape[1]
        q = min(likeness(s, clusters) * (1 / k + (1 - 1 / k) * self.rho) / self.rho, 1)
        v = self.rng.standard_normal(self.u.shape)[:, clusters]
        return noise(np.sqrt(q) * v + np.sqrt(1 - q) * self.u, self.e, self.rho)

    def finds(self, exposure: str, b: float, critical: float) -> float:
        """Share of the waves in which the statistic is beyond the critical value."""
        x, z = self.wave.exposures[exposure].to_numpy(), self.wave.adjuster(exposure)
        level = self.wave.context[ADJUSTER].to_numpy() if exposure != ADJUSTER else np.zeros(len(x))
        clusters, drawn, found = self.wave.clusters(exposure), self.noise, 0
        if shared := len(np.unique(clusters)) < len(x):
            drawn = self.among(clusters, centred(scores(self.Y, z), level))
            same = np.arange(len(np.unique(clusters)))[None]
        for own in drawn:
            Y = np.where(np.isnan(self.Y), np.nan, self.answers(self.predictor(exposure, b)[:, None] + own))
            s = scores(Y, z)
            x0, root = standardised(s, x, level)
            found += abs(between(s, x, level, clusters, same)[0] if shared else s @ x0 / root) > critical
        return found / len(drawn)

    def detectable(self, exposure: str, critical: float) -> float:
        """The log odds at which four waves in five find it."""
        low, high = 0.0, 5.0
        if self.finds(exposure, high, critical) < 0.8:
            return np.inf
        while high - low > 0.02:
            middle = (low + high) / 2
            low, high = (low, middle) if self.finds(exposure, middle, critical) >= 0.8 else (middle, high)
        return high

    def as_shares(self, exposure: str, b: float) -> float:
        """The same as a difference of shares between the highest and the lowest level."""
        x, s = self.wave.exposures[exposure].to_numpy(), self.fit.stacked
        found, regions = np.unique(x[~np.isnan(x)], return_counts=True)
        found = found[regions >= 3]
        last = np.array([s.last[a] for a in s.aspect])
        rest = self.predictor(exposure, 0)

        def top(level: float) -> float:
            return float(1 - cdf(self.fit.theta[last] - (rest + b * (level - np.nanmean(x)))[s.region], "logit").mean())

        return top(found[-1]) - top(found[0])
