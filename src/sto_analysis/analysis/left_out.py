"""Models fitted on all regions and without each of them, exactly and many at once.

A region's answers share one pattern of predictors. So its part of score and information at the full fit is cheap, and
the first Newton step of all refits follows from derivatives that are computed once per model and once per region; the
refits begin there and need one or two steps more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.counts import Counts
from sto_analysis.analysis.links import LINKS
from sto_analysis.analysis.newton import Fit, Newton, System
from sto_analysis.analysis.proportional_odds import fit_counts

PRIOR_SD = 2.5
"""Standard deviation of the normal prior on log odds that takes over where the data separate (ridge)."""
_LONGEST = 1.0
"""Log odds beyond which a first step is not trusted: without that region the data may separate."""
_AT_ONCE = 85_000
"""Counts of refits that are worked on together: small enough for the cache of a processor."""
_KEPT = 4_000_000
"""Numbers of an array that is made and dropped: the C library then keeps freed memory up to this size, which else it
gives back after each step to get it, cleared, for the next (a seventh of the time)."""


@dataclass(frozen=True)
class Sample:
    """The answers of a model, all together and by region.

    Parameters
    ----------
    total : ndarray, shape (items, patterns, categories)
        Counts of all answers.
    x : ndarray, shape (patterns, p)
        Predictors of each pattern.
    own : ndarray, shape (layers, units, items, categories)
        Counts of the answers of each region: what is left out together is a unit. One layer where that is a region;
        else a cluster's regions stand in one layer each, and no answers in the layers that it does not fill.
    pattern : ndarray of int, shape (layers, units)
        Pattern of each region.
    """

    total: Floats
    x: Floats
    own: Floats
    pattern: Ints

    @property
    def units(self) -> int:
        """How many there are to leave out."""
        return int(self.pattern.shape[1])

    @property
    def counts(self) -> Counts:
        """Counts of the full sample first, then without each unit."""
        n = np.repeat(self.total[None], 1 + self.units, axis=0)
        for own, pattern in zip(self.own, self.pattern, strict=True):
            n[np.arange(1, len(n)), :, pattern] -= own
        return Counts(n, self.x[None])


def fit_all(samples: Sequence[Sample], link: str, exposures: int) -> list[tuple[str, Fit]]:
    """Fit models of the same number of predictors, each with its refits.

    Parameters
    ----------
    samples : sequence of Sample
        Models; padded to the same shape, so better of like size.
    link : str
        As for `fit_counts`.
    exposures : int
        So many of the predictors, the first, are looked at for separation.

    Returns
    -------
    list of tuple
        Per model its status, ``estimated``, ``ridge`` (all fits under the prior, because one separates on an exposure)
        or ``not_converged``, and its fits: of the full sample first, then without each unit.
    """
    np.empty(_KEPT)
    full = _Padded(samples).full(link, checked=exposures)
    plain = [i for i in range(len(samples)) if not full.separated[i].any()]
    found: dict[int, Fit] = {}
    if plain:
        fits = _Padded([samples[i] for i in plain]).each(full.select(np.array(plain)), link, checked=exposures)
        found = dict(zip(plain, fits, strict=True))
    apart = [i for i in range(len(samples)) if i not in found or found[i].separated.any()]
    if apart:
        again, prior = _Padded([samples[i] for i in apart]), PRIOR_SD / LINKS[link].scale
        fits = again.each(again.full(link, prior_sd=prior), link, prior_sd=prior)
        found |= dict(zip(apart, fits, strict=True))
    return [
        ("not_converged" if not found[i].converged.all() else "ridge" if i in apart else "estimated", found[i])
        for i in range(len(samples))
    ]


class _Padded:
    """Samples in one shape, and their regions one after the other; models stand on the last axis."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.samples, m = samples, len(samples)
        items, patterns, k = np.max([each.total.shape for each in samples], axis=0)
        self.total, self.x = np.zeros((items, patterns, k, m)), np.zeros((m, patterns, samples[0].x.shape[1]))
        self.ends = np.cumsum([each.units for each in samples])
        self.owner = np.repeat(np.arange(m), [each.units for each in samples])
        shape = (max(len(each.own) for each in samples), len(self.owner))
        self.own, self.pattern = np.zeros((*shape, items, k)), np.zeros(shape, dtype=np.int64)
        for i, each in enumerate(samples):
            its, here, layers = each.total.shape, self._units(i), len(each.own)
            self.total[: its[0], : its[1], : its[2], i], self.x[i, : its[1]] = each.total, each.x
            self.own[:layers, here, : its[0], : its[2]], self.pattern[:layers, here] = each.own, each.pattern

    def _units(self, i: int) -> Ints:
        return np.arange(self.ends[i] - self.samples[i].units, self.ends[i])

    def full(self, link: str, prior_sd: float = np.inf, checked: int | None = None) -> Fit:
        """Fits of the full samples."""
        return fit_counts(Counts(np.moveaxis(self.total, -1, 0), self.x), link=link, prior_sd=prior_sd, checked=checked)

    def each(self, full: Fit, link: str, checked: int | None = None, prior_sd: float = np.inf) -> list[Fit]:
        """Fits of each sample: `full`, then without each unit."""
        whole = Newton(Counts(np.moveaxis(self.total, -1, 0), self.x), link, prior_sd)
        whole.begin(full)
        system = whole.system(whole.at(whole.theta, whole.b))
        most = np.array([len(each.x) for each in self.samples])[self.owner]
        size, parts = self.total[:, 0, :, 0].size * most, [full]
        for some in np.split(np.arange(len(most)), np.flatnonzero(np.diff(np.cumsum(size) // _AT_ONCE)) + 1):
            owner, most_here = self.owner[some], most[some].max()
            n = self.total[:, :most_here][..., owner]
            for own, pattern in zip(self.own[:, some], self.pattern[:, some], strict=True):
                n[:, pattern, :, np.arange(len(some))] -= own
            counts = Counts(np.moveaxis(n, -1, 0), self.x[owner, :most_here])
            start = self._one_step(whole, system, some, full, link) if np.isinf(prior_sd) else None
            parts.append(fit_counts(counts, link=link, prior_sd=prior_sd, start=start, checked=checked))
        every = Fit(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fit.__dataclass_fields__))
        return [self._of(i, every) for i in range(len(self.samples))]

    def _one_step(self, whole: Newton, system: System, some: Ints, full: Fit, link: str) -> Fit:
        """Where some refits begin: after one Newton step, or at the full fit where that step is not to be trusted.

        References
        ----------
        Pregibon, D. (1981). Logistic regression diagnostics. The Annals of Statistics, 9(4), 705-724.
        """
        owner = self.owner[some]
        theta, b, present = whole.theta[..., owner], whole.b[:, owner], whole.present[..., owner]
        rest = System(*(total[..., owner] for total in system))
        for own, pattern in zip(self.own[:, some], self.pattern[:, some], strict=True):
            region = Newton(Counts(own[:, :, None], self.x[owner, pattern][:, None]), link, np.inf, present)
            its = region.system(region.at(theta, b))
            rest = System(*(left - part for left, part in zip(rest, its, strict=True)))
        _, d_theta, d_b, _ = region.direction(rest, b)
        moved = theta + d_theta
        rising = ((np.diff(moved, axis=1) > 0) | ~region.real[:, 1:]).all(axis=1)
        fine = (np.abs(d_b) <= _LONGEST).all(axis=0)
        coef = np.where(fine, b + d_b, b).T
        thresholds = region.placed(np.where(fine & rising[:, None], moved, theta))
        return replace(full, coef=coef, thresholds=thresholds)

    def _of(self, i: int, fits: Fit) -> Fit:
        """Fits of one sample, without what it was padded by."""
        own = fits.select(np.r_[i, len(self.samples) + self._units(i)])
        items, _, k = self.samples[i].total.shape
        return replace(own, thresholds=own.thresholds[:, :items, : k - 1])
