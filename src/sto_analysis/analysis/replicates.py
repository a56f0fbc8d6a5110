"""Models fitted on all their regions and without each of them: the jackknife over regions, or over their clusters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from sto_analysis.analysis.arrays import Bools, Floats, Ints
from sto_analysis.analysis.balance import Balance, balance
from sto_analysis.analysis.clusters import cluster_codes
from sto_analysis.analysis.counts import Counts, count, patterns
from sto_analysis.analysis.design import Model, complete_design, stacked, told_apart, with_ones
from sto_analysis.analysis.groups import cluster_balance, layered
from sto_analysis.analysis.left_out import PRIOR_SD, Sample, fit_all
from sto_analysis.analysis.links import LINKS
from sto_analysis.analysis.newton import Fit

FEWEST_REGIONS = 10
"""Below this the jackknife and the permutation say nothing worth printing."""
_CARRIED = {False: ("", "one_region", "two_regions"), True: ("", "few_clusters", "few_clusters")}
"""Whether clusters are left out → status by how many of them, or regions, carry an estimate alone."""
_NO_INFORMATION = 1e-8
"""Share of the information about an exposure, others eliminated, below which there is none."""


@dataclass(frozen=True)
class Replicates:
    """A model's full fit and its exact refits without each unit: a region, or a cluster of regions.

    Parameters
    ----------
    regions : int
        Regions in the model.
    status : tuple of str
        Per exposure, as `Association.status`.
    alias : tuple of str
        Per exposure, as `Association.alias`.
    column : tuple of int
        Per exposure, its column in the fits (-1 for one without).
    df : tuple of float
        Per exposure, degrees of freedom of its interval.
    sample : Sample, optional
        Its answers; none when no exposure has an estimate.
    fits : Fit, optional
        Fit of the full sample first, then without each unit.
    """

    regions: int
    status: tuple[str, ...]
    alias: tuple[str, ...]
    column: tuple[int, ...]
    df: tuple[float, ...] = ()
    sample: Sample | None = None
    fits: Fit | None = None

    @property
    def counts(self) -> Counts | None:
        """Counts in the order of the fits."""
        return None if self.sample is None else self.sample.counts

    @property
    def patterns(self) -> int:
        """How many patterns of predictors the regions have."""
        return 0 if self.sample is None else len(self.sample.x)


def replicate(models: Sequence[Model]) -> list[Replicates]:
    """Fit models on all their regions and without each of them, or without each cluster of a model that has them.

    Parameters
    ----------
    models : sequence of Model
        As for `associate_all`.

    References
    ----------
    MacKinnon, J. G., Nielsen, M. Ø., & Webb, M. D. (2023). Fast and reliable jackknife and bootstrap methods for
    cluster-robust inference. J. Applied Econometrics, 38(5), 671-694 (CV3, centred on the full estimate).
    """
    stacks: dict[tuple[int, bytes], tuple[Ints, Ints, Ints]] = {}
    seen: dict[tuple[int, tuple[str, ...]], Floats] = {}
    tables = [tuple(map(id, (each.outcomes, each.exposures, each.adjust, each.clusters))) for each in models]
    known: dict[bytes, Balance] = {}
    ready = {key: _prepare(model, stacks, seen, known) for key, model in dict(zip(tables, models, strict=True)).items()}
    found = [ready[key] for key in tables]
    together: dict[tuple[str, int, int, int, int, int], list[int]] = {}
    for i, here in sorted(enumerate(found), key=lambda each: each[1].patterns):  # fitted beside those of like size
        if here.sample is not None:
            (items, _, k), fitted, p = here.sample.total.shape, max(here.column) + 1, here.sample.x.shape[1]
            together.setdefault((models[i].link, fitted, p, items, k, len(here.sample.own)), []).append(i)
    for (link, fitted, *_), alike in together.items():
        samples = [sample for i in alike if (sample := found[i].sample) is not None]
        for i, (status, fits) in zip(alike, fit_all(samples, link, fitted), strict=True):
            carried = _unidentified(found[i], fits, (LINKS[link].scale / PRIOR_SD) ** 2 if status == "ridge" else 0.0)
            why = zip(found[i].status, carried, strict=True)
            one = _CARRIED[len(samples[0].own) > 1][1]
            told = tuple(before or (one if alone else status) for before, alone in why)
            found[i] = replace(found[i], status=told, fits=fits)
    return found


def _prepare(
    model: Model,
    stacks: dict[tuple[int, bytes], tuple[Ints, Ints, Ints]],
    seen: dict[tuple[int, tuple[str, ...]], Floats],
    known: dict[bytes, Balance],
) -> Replicates:
    """Count the answers of a model with and without each region, or say why it cannot be fitted at all.

    `stacks`, `seen` and `known` keep the stacked answers, the values of tables and the balance of exposures that
    several models share.
    """
    names = [str(name) for name in model.exposures.columns]
    complete, exposures, adjust = complete_design(model, seen)
    regions = int(complete.sum())
    nothing = Replicates(regions, ("too_few_regions",) * len(names), ("",) * len(names), (-1,) * len(names))
    if regions < FEWEST_REGIONS:
        return nothing
    status, alias, column = told_apart(names, exposures, adjust)
    nothing = replace(nothing, status=status, alias=alias)
    if all(status):
        return nothing
    key = (id(model.outcomes), complete.tobytes())
    if key not in stacks:
        stacks[key] = stacked(model.outcomes.to_numpy(float)[complete])
    y, item, region = stacks[key]
    if not len(y):
        return replace(nothing, status=tuple(why or "no_variation_in_outcome" for why in status))
    fitted = exposures[:, np.array(column) >= 0]
    values, pattern = patterns(np.hstack([fitted, adjust]))
    own = count(y, item, np.zeros_like(region), 1, region)[:, :, 0]
    heard = np.unique(region)  # a region may have answered one-level items only
    unit = None
    if model.clusters is not None:
        unit = cluster_codes(model.clusters.reindex(model.outcomes.index[complete]).iloc[heard])
    found = _balances(fitted[heard], with_ones(adjust)[heard], unit, known)
    told = [found[at] if at >= 0 else Balance(np.nan, 0) for at in column]
    carried = _CARRIED[unit is not None]
    status = tuple(why or carried[each.carriers] for why, each in zip(status, told, strict=True))
    nothing = replace(nothing, status=status, column=column, df=tuple(each.df for each in told))
    if all(status):
        return nothing
    total = count(y, item, pattern[0, region], values.shape[1], np.zeros_like(region))[0]
    own, at = own[heard], pattern[0, heard]
    parts = (own[None], at[None]) if unit is None else (layered(own, unit), layered(at, unit))
    return replace(nothing, sample=Sample(total, values[0], *parts))


def _balances(exposures: Floats, adjust: Floats, unit: Ints | None, known: dict[bytes, Balance]) -> list[Balance]:
    """Balance of each exposure of a model, beside the others and the adjusters."""
    found = []
    for j in range(exposures.shape[1]):
        beside = np.hstack([adjust, np.delete(exposures, j, axis=1)])
        key = np.column_stack([exposures[:, j], beside]).tobytes() + (b"" if unit is None else unit.tobytes())
        if key not in known:
            args = exposures[:, j], beside
            known[key] = balance(*args) if unit is None else cluster_balance(*args, unit)
        found.append(known[key])
    return found


def _unidentified(found: Replicates, fits: Fit, prior: float) -> Bools:
    """Whether the answers of some refit have no information about an exposure, beside the precision of the prior.

    Where every region answered every item, and one unit less leaves answers that vary, `balance` has seen it already.
    """
    if found.sample is None:
        return np.zeros(len(found.column), dtype=bool)
    total, own = found.sample.total.sum(axis=1), found.sample.own.sum(axis=0)
    heard = found.sample.own.any(axis=(2, 3)).sum()
    everywhere, varying = total.sum(axis=1) == heard, (total > own).sum(axis=2) > 1
    if everywhere.all() and varying.any(axis=1).all():
        return np.zeros(len(found.column), dtype=bool)
    told = []
    for at in found.column:
        others = np.delete(np.arange(fits.coef.shape[1]), at)
        cross = fits.information[:, at, others]
        inner = np.linalg.pinv(fits.information[:, others][:, :, others])
        own = fits.information[:, at, at]
        left = own - np.einsum("mi,mij,mj->m", cross, inner, cross)
        told.append(bool(at >= 0 and (fits.converged & (left - prior <= _NO_INFORMATION * own)).any()))
    return np.array(told)


def jackknife_se(estimates: Floats) -> float:
    """Standard error from the full estimate (first) and the delete-one-region estimates (the others)."""
    full, left_out = estimates[0], estimates[1:]
    return float(np.sqrt((len(left_out) - 1) / len(left_out) * ((left_out - full) ** 2).sum()))


def jackknife_covariance(estimates: Floats) -> Floats:
    """Covariance of several estimates: full ones (first row) and delete-one-region ones (the others)."""
    apart = estimates[1:] - estimates[0]
    return np.asarray((len(apart) - 1) / len(apart) * apart.T @ apart)


def jackknife_interval(estimates: Floats, df: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval from the full estimate (first), the delete-one-region estimates (the others), and t(`df`)."""
    half = float(stdtrit(df, 0.5 + confidence / 2)) * jackknife_se(estimates)
    return float(estimates[0] - half), float(estimates[0] + half)
