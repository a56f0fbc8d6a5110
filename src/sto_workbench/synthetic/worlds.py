"""Simulated waves whose truth is known: which region has what, and what that does to its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr, ndtri

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.specifications import read_grid
from sto_workbench.synthetic.generator import YEARS
from sto_workbench.synthetic.settings import Settings, read_settings

PLANTED = "structures_systems"
"""The form that carries an effect, or that a scenario is about."""
COMMITMENT, SECOND = "commitment", "technology"
"""The context variables that can act on forms: the adjuster of the headline, and one more."""
SHARED = ("employment", "teacher_shortage")
"""The context variables that the regions of an arbeidsmarktregio share, in worlds that have these."""
FRAME = 78
"""Regions of the wave that lie in arbeidsmarktregio's, of which those of the world answer."""


class Given(NamedTuple):
    """What simulated waves have in common with the real ones.

    Parameters
    ----------
    top, low : Series
        Published shares in the top and the low band by aspect: thresholds where nothing acts.
    forms : Series
        Published share of regions with each form.
    settings : Settings
        Shares of the context variables, and correlations.
    relevant : float
        The smallest difference of shares that was declared to matter.
    prior_sd : float
        Declared standard deviation of true log odds ratios, for pooling.
    """

    top: pd.Series
    low: pd.Series
    forms: pd.Series
    settings: Settings
    relevant: float
    prior_sd: float


def read_given() -> Given:
    """Read the published figures, data/synthetic.yaml and data/multiverse.yaml of the compendium."""
    slides = read_published()
    top, low, forms = (slides.percentages(each, YEARS[1]) / 100 for each in ("yield_top", "yield_low", "borging"))
    grid = read_grid()
    return Given(top, low, forms, read_settings(), grid.smallest_relevant / 100, grid.prior_sd)


@dataclass(frozen=True)
class World:
    """What is true in a kind of simulated wave.

    Parameters
    ----------
    regions : int
        Answering regions.
    confounding : float
        How strongly commitment acts on the other exposures (latent standard deviations per step) and on yields (log
        odds per step).
    effects : mapping of str to (float, float)
        Exposure → its true log odds ratio on all yields at the lower and at the upper cut (*not low*; *top*): equal
        where odds are proportional. What is not named has none.
    without : int, optional
        Exactly so many regions lack `PLANTED`.
    missing : float
        Chance that an exposure of a region is not known.
    correlation : (float, float), optional
        Of the latent yields within a region without `PLANTED`, and with it; by default that of the settings.
    second : float
        How strongly `SECOND` acts on the forms (latent standard deviations per step).
    trait : bool
        Whether the unmeasured, lasting trait of the settings acts, on `PLANTED` and on the yields.
    clusters : int
        Arbeidsmarktregio's, of unequal size, in which the `FRAME` lies; each has one value of each of `SHARED`, the
        large ones rather higher ones. Without them every region has its own.
    alike : float
        Share of what lasts and is shared in a region's yields that all regions of its arbeidsmarktregio have too.
    """

    regions: int = 51
    confounding: float = 0.0
    effects: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    without: int | None = None
    missing: float = 0.0
    correlation: tuple[float, float] | None = None
    second: float = 0.0
    trait: bool = False
    clusters: int = 0
    alike: float = 0.0


class Regions(NamedTuple):
    """What lasts in regions: their context codes, and standard normal values behind forms and yields.

    Parameters
    ----------
    context : DataFrame
        Codes by region.
    maturity, trait : ndarray, shape (n, 1)
        What the forms of a region share; what nobody measured.
    lasting : tuple of ndarray, shape (n, 1) and (n, aspects)
        The lasting part of the yields: shared by them, and of each.
    clusters : ndarray of int, shape (n,), optional
        Arbeidsmarktregio of each.
    """

    context: pd.DataFrame
    maturity: Floats
    trait: Floats
    lasting: tuple[Floats, Floats]
    clusters: Ints | None = None


def draw_regions(rng: np.random.Generator, world: World, given: Given) -> Regions:
    """Draw what lasts; commitment by its shares, the other context variables by latent values that may go with it."""
    n, settings = world.regions, given.settings
    shares = settings.context_shares
    commitment = rng.choice(len(shares[COMMITMENT]), size=n, p=shares[COMMITMENT]).astype(float)
    codes = {}
    for name, each in shares.items():
        latent = rng.standard_normal(n) + world.confounding * _centred(commitment, shares[COMMITMENT])
        bounds = ndtri(np.cumsum(each)[:-1]) * _spread(world.confounding, shares[COMMITMENT])
        codes[name] = commitment if name == COMMITMENT else np.searchsorted(bounds, latent).astype(float)
    trait, shared, own = (rng.standard_normal((n, k)) for k in (1, 1, len(given.top)))
    if world.trait:
        within = settings.correlation.items_in_region * settings.correlation.yields_between_waves
        shared = _mixed(trait, shared, settings.unmeasured_trait.with_yields**2 / within)
    found = Regions(pd.DataFrame(codes), rng.standard_normal((n, 1)), trait, (shared, own))
    return _neighbours(rng, world, given, found) if world.clusters else found


def _neighbours(rng: np.random.Generator, world: World, given: Given, regions: Regions) -> Regions:
    """Lay the regions in arbeidsmarktregio's, which share the values of `SHARED` and a part of the yields."""
    weights, each = rng.gamma(1.5, size=world.clusters), np.arange(world.clusters)
    drawn = rng.choice(each, FRAME - world.clusters, p=weights / weights.sum())
    clusters = rng.permutation(np.r_[each, drawn])[: world.regions]
    size = np.bincount(np.r_[each, drawn]).astype(float)[:, None]
    values = _mixed((size - size.mean()) / size.std(), rng.standard_normal((world.clusters, len(SHARED))), 0.3)
    shares, (shared, own) = given.settings.context_shares, regions.lasting
    codes = {name: _ranked(latent, shares[name])[clusters] for name, latent in zip(SHARED, values.T, strict=True)}
    shared = _mixed(rng.standard_normal((world.clusters, 1))[clusters], shared, world.alike)
    return regions._replace(context=regions.context.assign(**codes), lasting=(shared, own), clusters=clusters)


def _ranked(latent: Floats, shares: list[float]) -> Floats:
    """Codes with these shares, by rank."""
    place = (np.argsort(np.argsort(latent)) + 0.5) / len(latent)
    return np.searchsorted(np.cumsum(shares)[:-1], place).astype(float)


def draw_exposures(rng: np.random.Generator, world: World, given: Given, regions: Regions) -> pd.DataFrame:
    """Draw the forms of a wave (0/1 by region), and put the context variables beside them.

    A region's forms correlate as the settings say, also those of two waves; where commitment or `SECOND` act on them,
    or the trait on `PLANTED`, their shares stay near the published ones.
    """
    shares, settings = given.settings.context_shares, given.settings
    noise = rng.standard_normal((world.regions, len(given.forms)))
    latent = _mixed(regions.maturity, noise, settings.correlation.forms_in_region)
    at = list(given.forms.index).index(PLANTED)
    if world.trait:
        latent[:, at] = _mixed(regions.trait[:, 0], latent[:, at], settings.unmeasured_trait.with_form**2)
    variance = 1.0
    for name, strength in ((COMMITMENT, world.confounding), (SECOND, world.second)):
        latent += strength * _centred(regions.context[name].to_numpy(), shares[name])[:, None]
        variance += _spread(strength, shares[name]) ** 2 - 1
    forms = (ndtr(latent / np.sqrt(variance)) > 1 - given.forms.to_numpy()).astype(float)
    if world.without is not None:
        forms[:, at] = np.argsort(np.argsort(latent[:, at])) >= world.without
    return pd.DataFrame(forms, columns=given.forms.index).join(regions.context)


def draw_answers(
    rng: np.random.Generator, world: World, given: Given, regions: Regions, exposures: pd.DataFrame
) -> pd.DataFrame:
    """Draw the yields of a wave: a Gaussian copula inside a region, logistic margins.

    Returns
    -------
    DataFrame
        Band codes 0, 1, 2 by region and aspect.
    """
    known = given.settings.correlation
    parts = [
        _mixed(each, rng.standard_normal(each.shape), known.yields_between_waves) for each in regions.lasting
    ]  # shared by a region's aspects, and of each
    pair = world.correlation or (known.items_in_region,) * 2
    within = np.where(exposures[[PLANTED]] == 1, pair[1], pair[0])
    noise = logit(ndtr(_mixed(parts[0], parts[1], within)))
    codes = np.zeros(noise.shape)
    for cut, bounds in enumerate(_bounds(given)):
        codes = np.where(noise + predictor(world, given, exposures, cut)[:, None] > bounds, cut + 1.0, codes)
    return pd.DataFrame(codes, columns=given.top.index)


def draw_wave(rng: np.random.Generator, world: World, given: Given) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw one wave.

    Returns
    -------
    outcomes : DataFrame
        Band codes by region and aspect.
    exposures : DataFrame
        Forms and context variables by region, in the order of the notebooks; NaN where not known.
    """
    regions = draw_regions(rng, world, given)
    exposures = draw_exposures(rng, world, given, regions)
    outcomes = draw_answers(rng, world, given, regions, exposures)
    return outcomes, exposures.mask(rng.random(exposures.shape) < world.missing)


def predictor(world: World, given: Given, exposures: pd.DataFrame, cut: int) -> Floats:
    """Log odds that regions add at the lower (0) or the upper cut (1): commitment and effects, each centred."""
    shares = given.settings.context_shares
    total = world.confounding * _centred(exposures[COMMITMENT].to_numpy(float), shares[COMMITMENT])
    for name, effect in world.effects.items():
        total = total + effect[cut] * (exposures[name].to_numpy(float) - _mean(world, given, name))
    return np.asarray(total)


def true_difference(world: World, given: Given, name: str) -> float:
    """Difference of shares of the top band between the highest and the lowest level of an exposure, as it is true.

    Standardised over the distribution of commitment, but for commitment itself. An effect of any other exposure would
    have to be averaged over, which is not done: a KeyError.
    """
    shares, ends = given.settings.context_shares, []
    regions = pd.DataFrame({COMMITMENT: np.arange(len(shares[COMMITMENT]), dtype=float)})
    for level in (0, len(shares.get(name, [0, 1])) - 1):
        there = regions.assign(**{name: float(level)})
        probability = expit(predictor(world, given, there, 1)[:, None] - _bounds(given)[1])
        ends.append(float(probability.mean(axis=1) @ shares[COMMITMENT]))
    return ends[1] - ends[0]


def _bounds(given: Given) -> Floats:
    """Thresholds of the logistic latent values: (cuts, aspects)."""
    return np.asarray(logit(np.clip([given.low.to_numpy(), 1 - given.top.to_numpy()], 1e-9, 1 - 1e-9)))


def _mean(world: World, given: Given, name: str) -> float:
    if name == PLANTED and world.without is not None:
        return 1 - world.without / world.regions
    shares = given.settings.context_shares
    return float(np.dot(np.arange(len(shares[name])), shares[name]) if name in shares else given.forms[name])


def _centred(codes: Floats, shares: list[float]) -> Floats:
    return np.asarray(codes - np.dot(np.arange(len(shares)), shares))


def _spread(strength: float, shares: list[float]) -> float:
    """Standard deviation of a standard normal value that a context variable acts on."""
    codes = np.arange(len(shares), dtype=float)
    return float(np.sqrt(1 + strength**2 * np.dot(_centred(codes, shares) ** 2, shares)))


def _mixed(first: Floats, second: Floats, share: float | Floats) -> Floats:
    """Two independent standard normal values as one; the first has `share` of its variance."""
    return np.asarray(np.sqrt(share) * first + np.sqrt(1 - share) * second)
