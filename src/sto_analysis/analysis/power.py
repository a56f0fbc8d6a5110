"""The minimum detectable effect: what the headline test would have seen, in this wave, with these exposures."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.special import expit, logit, ndtr

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.counts import Stack
from sto_analysis.analysis.design import complete_regions, level_indicators, stack_outcomes
from sto_analysis.analysis.permutation import center_and_scale
from sto_analysis.analysis.proportional_odds import fit, score_residuals
from sto_analysis.analysis.replicates import FEWEST_REGIONS

LARGEST = 5.0
"""Log odds ratio beyond which an effect is called not detectable."""


@dataclass(frozen=True)
class Detectable:
    """The smallest effect that is found with the wanted power.

    Parameters
    ----------
    log_odds : float
        Log odds ratio per step of the exposure; infinite when even `LARGEST` is not found often enough.
    effect : float
        The same as a difference in the share of the top band (average marginal effect), as a proportion.
    """

    log_odds: float
    effect: float


class _World:
    """Waves like the observed one: its regions, adjuster, item margins and correlation inside a region."""

    def __init__(self, outcomes: pd.DataFrame, adjuster: pd.Series, simulations: int, rng: np.random.Generator) -> None:
        base = level_indicators(adjuster).to_numpy(float)
        self.stack, self.region = stack_outcomes(outcomes, base)
        answers = np.arange(len(self.region))
        self.member = csr_array((np.ones(len(answers)), (self.region, answers)), (len(outcomes), len(answers)))
        null = fit(self.stack)
        self.adjusted, self.theta = base @ null.coef[0], null.thresholds[0]
        n_items = len(self.theta)
        self.rho = _latent_correlation(outcomes, self.theta, rng)
        shared = rng.standard_normal((simulations, len(outcomes)))
        own = rng.standard_normal((simulations, len(outcomes), n_items))
        normal = np.sqrt(self.rho) * shared[:, :, None] + np.sqrt(1 - self.rho) * own
        self.noise = logit(ndtr(normal))[:, self.region, self.stack.item]

    def statistics(self, exposure: Floats, strata: Ints, log_odds: float) -> Floats:
        """Standardised stratified score statistics of simulated waves with this effect."""
        eta = self.adjusted + log_odds * (exposure - exposure.mean())
        bounds = np.where(np.isnan(self.theta), np.inf, self.theta)[self.stack.item]
        y = ((eta[self.region] + self.noise)[:, :, None] > bounds).sum(axis=2)
        residuals = score_residuals(Stack(y, self.stack.item, self.stack.x))
        scores, x = np.asarray(self.member @ residuals.T), exposure[:, None].copy()
        scale = center_and_scale(scores, x, strata)
        return np.asarray((scores.T @ x / scale)[:, 0])

    def effect(self, exposure: Floats, log_odds: float) -> float:
        """Average marginal effect on the top band."""
        highest = np.nanmax(np.where(np.isnan(self.theta), -np.inf, self.theta), axis=1)[self.stack.item]
        eta = self.adjusted - log_odds * exposure.mean()
        without = highest - eta[self.region]
        if set(np.unique(exposure)) <= {0.0, 1.0}:
            return float((expit(without) - expit(without - log_odds)).mean())
        at = without - log_odds * exposure[self.region]
        return float((log_odds * expit(at) * expit(-at)).mean())


def minimum_detectable(
    outcomes: pd.DataFrame,
    exposures: pd.DataFrame,
    adjuster: pd.Series,
    critical: float,
    *,
    seed: int,
    simulations: int = 200,
    power: float = 0.8,
) -> dict[str, Detectable]:
    """Find for each exposure the effect on all items that the adjusted test finds with the wanted power.

    Parameters
    ----------
    outcomes : DataFrame
        Band codes by region and item: their margins and correlation are imitated.
    exposures : DataFrame
        By region; kept as they are. Regions that miss one of them, the adjuster or all yields are left out, as in the
        test.
    adjuster : Series
        By region: in the null model, and the strata (an exposure of the same name is tested without it).
    critical : float
        Size of the standardised statistic beyond which the family's test flags (``critical`` of `association_table`).
    seed, simulations : int
        Of the simulated waves; all effects are tried on the same random numbers.
    power : float
        Wanted share of simulated waves in which the effect is flagged.

    Returns
    -------
    dict of str to Detectable
        By exposure; positive effects (negative ones mirror them but for the margins). Empty where nothing can be
        tested.
    """
    complete = complete_regions(outcomes, exposures, adjuster)
    outcomes, exposures, adjuster = outcomes.loc[complete], exposures.loc[complete], adjuster.loc[complete]
    levels = pd.factorize(adjuster, sort=True)[0]
    found: dict[str, Detectable] = {}
    if len(complete) < FEWEST_REGIONS or not np.isfinite(critical) or not (outcomes.max() > outcomes.min()).any():
        return found
    for name in exposures.columns:
        own = name == adjuster.name
        rng = np.random.Generator(np.random.PCG64(seed))
        world = _World(outcomes, adjuster * 0 if own else adjuster, simulations, rng)
        x, strata = exposures[name].to_numpy(float), np.zeros_like(levels) if own else levels
        if np.ptp(x) == 0:
            continue
        low, high = 0.0, LARGEST
        if (np.abs(world.statistics(x, strata, high)) > critical).mean() < power:
            found[str(name)] = Detectable(np.inf, np.nan)
            continue
        while high - low > 0.02:
            middle = (low + high) / 2
            enough = (np.abs(world.statistics(x, strata, middle)) > critical).mean() >= power
            low, high = (low, middle) if enough else (middle, high)
        found[str(name)] = Detectable(high, world.effect(x, high))
    return found


def _latent_correlation(outcomes: pd.DataFrame, theta: Floats, rng: np.random.Generator) -> float:
    """Correlation of the latent values that gives the observed mean rank correlation between items."""
    wanted = _mean_correlation(outcomes.to_numpy(float))
    bounds = np.where(np.isnan(theta), np.inf, theta)
    shared, own = rng.standard_normal((4000, 1)), rng.standard_normal((4000, len(theta)))
    grid = np.linspace(0, 0.9, 10)
    seen = []
    for rho in grid:
        latent = logit(ndtr(np.sqrt(rho) * shared + np.sqrt(1 - rho) * own))
        seen.append(_mean_correlation((latent[:, :, None] > bounds).sum(axis=2).astype(float)))
    return float(np.interp(wanted, seen, grid))


def _mean_correlation(codes: Floats) -> float:
    table = pd.DataFrame(codes)
    correlation = table.loc[:, table.max() > table.min()].corr(method="spearman").to_numpy()
    return float(correlation[np.triu_indices(len(correlation), 1)].mean()) if len(correlation) > 1 else 0.0
