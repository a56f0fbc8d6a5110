"""The minimum detectable effect: what the headline test would have seen, in this wave, with these exposures."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import expit, logit, ndtr

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.clusters import alike_in_clusters, clustered_statistics, shared_clusters
from sto_analysis.analysis.counts import Stack, tabulate
from sto_analysis.analysis.design import answering, independent, level_indicators, stack_outcomes
from sto_analysis.analysis.family import region_scores
from sto_analysis.analysis.left_out import PRIOR_SD
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.permutation import center_and_scale
from sto_analysis.analysis.proportional_odds import fit_counts, score_residuals
from sto_analysis.analysis.replicates import FEWEST_REGIONS
from sto_analysis.analysis.standardised import FEWEST_AT_LEVEL

LARGEST = 5.0
"""Log odds ratio beyond which an effect is called not detectable."""
_DRAWN = 4000
"""Regions drawn to find the correlation inside a region."""
_NEAR = 0.02
"""Log odds between which the effect is halved in on."""


@dataclass(frozen=True)
class Detectable:
    """The smallest effect that is found with the wanted power.

    Parameters
    ----------
    log_odds : float
        Log odds ratio per step of the exposure; infinite when even `LARGEST` is not found often enough.
    effect : float
        The same as a difference in the share of the top band between the highest level of the exposure and the lowest
        (of those that `FEWEST_AT_LEVEL` regions have), as a proportion.
    """

    log_odds: float
    effect: float


class _World:
    """Waves like the observed one: its regions, what goes with their answers, item margins and correlation inside them.

    `acting` holds the centred predictors of the answers by name, the adjuster's levels among them.
    """

    clusters: Ints | None = None

    def __init__(
        self, outcomes: pd.DataFrame, acting: Mapping[str, Floats], simulations: int, rng: np.random.Generator
    ) -> None:
        nothing = np.zeros((len(outcomes), 0))
        self.stack, self.region = stack_outcomes(outcomes, nothing)
        answers = np.arange(len(self.region))
        self.member = csr_array((np.ones(len(answers)), (self.region, answers)), (len(outcomes), len(answers)))
        predictors = np.hstack([nothing, *acting.values()])
        owner = np.repeat(list(acting), [values.shape[1] for values in acting.values()])
        kept = independent(predictors, np.ones((len(outcomes), 1)))
        found = _settled(Stack(self.stack.y, self.stack.item, predictors[self.region][:, kept]))
        self.parts = {name: predictors[:, kept] @ (found.coef[0] * (owner[kept] == name)) for name in acting}
        self.theta = found.thresholds[0]
        n_items = len(self.theta)
        rho = _latent_correlation(outcomes, sum(self.parts.values(), np.zeros(len(outcomes))), self.theta, rng)
        self.rng, self.rho, self.shared = rng, rho, rng.standard_normal((simulations, len(outcomes)))
        self.own = rng.standard_normal((simulations, len(outcomes), n_items))
        self.noise = self._noise(self.shared)

    def _noise(self, shared: Floats) -> Floats:
        normal = np.sqrt(self.rho) * shared[:, :, None] + np.sqrt(1 - self.rho) * self.own
        return np.asarray(logit(ndtr(normal))[:, self.region, self.stack.item])

    def among(self, clusters: Ints, scores: Floats) -> "_World":
        """Return the same waves where regions of a cluster are as much alike as `scores` are."""
        alike, items = float(alike_in_clusters(scores[:, None], clusters)[0]), len(self.theta)
        part = min(alike * (1 / items + (1 - 1 / items) * self.rho) / max(self.rho, 0.01), 1.0)
        drawn = self.rng.standard_normal(self.shared.shape)[:, clusters]
        other = copy(self)
        other.clusters = clusters
        other.noise = self._noise(np.sqrt(part) * drawn + np.sqrt(1 - part) * self.shared)
        return other

    def predictor(self, name: str, exposure: Floats, log_odds: float) -> Floats:
        """Linear predictor by region with this effect in the place of the one that was found."""
        others = [part for other, part in self.parts.items() if other != name]
        return sum(others, log_odds * np.nan_to_num(exposure - np.nanmean(exposure)))

    def statistics(self, eta: Floats, exposure: Floats, base: Floats, strata: Ints) -> Floats:
        """Standardised stratified score statistics of simulated waves; `base` are the predictors of the null model."""
        bounds = np.where(np.isnan(self.theta), np.inf, self.theta)[self.stack.item]
        y = ((eta[self.region] + self.noise)[:, :, None] > bounds).sum(axis=2)
        residuals = score_residuals(Stack(y, self.stack.item, base[self.region]))
        scores, x = np.asarray(self.member @ residuals.T), exposure[:, None].copy()
        if self.clusters is not None:
            return np.asarray(clustered_statistics(scores, exposure, strata, self.clusters, 0, self.rng)[0])
        scale = center_and_scale(scores, x, strata)
        return np.asarray((scores.T @ x / scale)[:, 0])

    def effect(self, name: str, exposure: Floats, log_odds: float) -> float:
        """Difference in the probability of the top band between the outer levels, averaged over all answers."""
        levels, regions = np.unique(exposure[~np.isnan(exposure)], return_counts=True)
        outer = levels[regions >= FEWEST_AT_LEVEL] if (regions >= FEWEST_AT_LEVEL).sum() > 1 else levels
        highest = np.nanmax(np.where(np.isnan(self.theta), -np.inf, self.theta), axis=1)[self.stack.item]
        at = self.predictor(name, exposure * 0, 0.0)[self.region] - highest
        low, high = (expit(at + log_odds * (level - np.nanmean(exposure))) for level in outer[[0, -1]])
        return float((high - low).mean())


def _settled(stack: Stack) -> Fit:
    """Fit of the answers; under the prior of the ridge where they separate."""
    counts = tabulate(stack)
    found = fit_counts(counts)
    return found if found.converged.all() else fit_counts(counts, prior_sd=PRIOR_SD)


def minimum_detectable(
    outcomes: pd.DataFrame,
    exposures: pd.DataFrame,
    adjuster: pd.Series,
    critical: float,
    found: Collection[str] = (),
    *,
    seed: int,
    simulations: int = 200,
    power: float = 0.8,
    clusters: pd.DataFrame | None = None,
) -> dict[str, Detectable]:
    """Find for each exposure the effect on all items that the adjusted test finds with the wanted power.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes by region and item: their margins and correlation are imitated.
    exposures : DataFrame
        By region; kept as they are, and NaN where missing weighs nothing, as in the test.
    adjuster : Series
        By region: in the null model, and the strata (an exposure of the same name is tested without it).
    critical : float
        Size of the standardised statistic beyond which the test flags (``critical`` of `association_table`).
    found : collection of str
        Exposures that are associated: they act in the simulated waves too. What they explain is no correlation inside a
        region: taken for that, it would make every effect look harder to see than it is.
    seed, simulations : int
        Of the simulated waves; all effects are tried on the same random numbers.
    power : float
        Wanted share of simulated waves in which the effect is flagged.
    clusters : DataFrame, optional
        As for `association_table`. For an exposure that regions share, those of a cluster are in the simulated waves as
        much alike as their scores are under the null model, and the test is that between clusters.

    Returns
    -------
    dict of str to Detectable
        By exposure; positive effects (negative ones mirror them but for the margins). Empty where nothing can be
        tested.
    """
    regions = answering(outcomes, adjuster)
    outcomes, exposures, adjuster = outcomes.loc[regions], exposures.reindex(regions), adjuster.loc[regions]
    told: dict[str, Detectable] = {}
    if len(regions) < FEWEST_REGIONS or not np.isfinite(critical) or not (outcomes.max() > outcomes.min()).any():
        return told

    levels = level_indicators(adjuster).to_numpy(float)
    acting = {str(adjuster.name): levels - levels.mean(axis=0)} | {
        name: np.nan_to_num(exposures[[name]] - exposures[[name]].mean()) for name in found if name != adjuster.name
    }
    world = _World(outcomes, acting, simulations, np.random.Generator(np.random.PCG64(seed)))
    strata, shared = pd.factorize(adjuster, sort=True)[0].astype(np.int64), shared_clusters(exposures, clusters)
    for name in exposures.columns:
        own, x = name == adjuster.name, exposures[name].to_numpy(float)
        if np.isfinite(x).any() and np.nanmax(x) > np.nanmin(x):
            base, codes = levels[:, : 0 if own else None], shared.get(name)
            here = world if codes is None else world.among(codes, region_scores(outcomes, base))
            told[name] = _smallest(here, name, x, base, strata * (not own), critical, power)
    return told


def _smallest(
    world: _World, name: str, x: Floats, base: Floats, strata: Ints, critical: float, power: float
) -> Detectable:
    """Halve in on the effect of one exposure."""

    def enough(log_odds: float) -> bool:
        statistics = world.statistics(world.predictor(name, x, log_odds), x, base, strata)
        return bool((np.abs(statistics) > critical).mean() >= power)

    low, high = 0.0, LARGEST
    if not enough(high):
        return Detectable(np.inf, np.nan)
    while high - low > _NEAR:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return Detectable(high, world.effect(name, x, high))


def _latent_correlation(outcomes: pd.DataFrame, eta: Floats, theta: Floats, rng: np.random.Generator) -> float:
    """Correlation of the noise in a region that gives, with its predictor, the observed rank correlation of items."""
    wanted = _mean_correlation(outcomes.to_numpy(float))
    bounds = np.where(np.isnan(theta), np.inf, theta)
    drawn = np.resize(eta, _DRAWN)[:, None]
    shared, own = rng.standard_normal((_DRAWN, 1)), rng.standard_normal((_DRAWN, len(theta)))
    grid = np.linspace(0, 0.9, 10)
    seen = []
    for rho in grid:
        latent = drawn + logit(ndtr(np.sqrt(rho) * shared + np.sqrt(1 - rho) * own))
        seen.append(_mean_correlation((latent[:, :, None] > bounds).sum(axis=2).astype(float)))
    return float(np.interp(wanted, seen, grid))


def _mean_correlation(codes: Floats) -> float:
    """Mean rank correlation over the pairs of items that have one: both vary among the regions that answered both."""
    correlation = pd.DataFrame(codes).corr(method="spearman").to_numpy()
    pairs = correlation[np.triu_indices(len(correlation), 1)]
    return float(np.nanmean(pairs)) if np.isfinite(pairs).any() else 0.0
