"""Missing answers at their extremes: how far they could bend an association."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.counts import Counts, count, patterns
from sto_analysis.analysis.design import Model, independent, with_ones
from sto_analysis.analysis.left_out import PRIOR_SD
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.proportional_odds import fit_counts

_ALL = 1000
"""Fillings up to which each is fitted."""
_ROUNDS = 12
"""Times that all fillings one change away are tried, at most; two or three are the rule."""
_GAIN = 1e-7
"""Log odds below which a change of a filling is rounding error."""


def extreme_cases(
    outcomes: pd.DataFrame, exposures: pd.DataFrame, adjust: Sequence[pd.DataFrame | None]
) -> pd.DataFrame:
    """Fit each exposure with the missing answers filled in as far as they can speak against and for it.

    Parameters
    ----------
    outcomes : DataFrame
        Category codes by region and item; NaN where missing.
    exposures : DataFrame
        By region; NaN where missing.
    adjust : sequence of DataFrame or None
        Adjusters of each exposure; a region without them takes no part.

    Returns
    -------
    DataFrame
        A row per exposure: ``exposure``, ``filled`` (missing answers of answering regions, outcomes and exposure; items
        that nobody answered do not count), ``lowest`` and ``highest`` (odds ratios) and ``extremes`` (the status of the
        model without filling; ``ridge`` also where a filling separates the answers: both odds ratios are then the
        ridge's). A missing outcome may become any category that occurs, a missing exposure any value that does.

    Notes
    -----
    Up to 1,000 fillings are all fitted. Of more, those that differ from a first one in one answer are, in one batch;
    then all changes that pull the estimate further are made at once or, where that is less, the best of them; and so on
    until no single change pulls it further. First are two fillings: answers by the side on which the region's exposure,
    less what adjusters explain of it, lies, and against it; exposures at their highest value, and at their lowest. So
    the odds ratios are reached; that no filling goes beyond them is then no certainty: at least this far.

    References
    ----------
    Manski, C. F. (2003). Partial identification of probability distributions. Springer (worst cases).
    """
    outcomes = outcomes.dropna(axis="columns", how="all")  # nobody answered it: there is nothing to bound
    models = [Model(outcomes, exposures[[name]], others) for name, others in zip(exposures, adjust, strict=True)]
    rows = []
    for model, (plain,) in zip(models, associate_all(models), strict=True):
        own, status, ends = model.exposures.iloc[:, 0].reindex(outcomes.index), plain.status, (np.nan, np.nan)
        if status in {"estimated", "ridge"}:
            status, ends = _ends(_gaps(model), status)
        filled = int(outcomes.isna().to_numpy().sum() + own.isna().sum())
        rows.append((plain.exposure, filled, *np.exp(ends).tolist(), status))
    return pd.DataFrame(rows, columns=["exposure", "filled", "lowest", "highest", "extremes"])


@dataclass(frozen=True)
class _Gaps:
    """The answers of a model, and what of them is missing.

    Parameters
    ----------
    y, item, region : ndarray of int
        Category, item and region of every cell, those without answer included.
    level : ndarray of int
        Place of each region's exposure among its values.
    cells, regions : ndarray of int
        Cells without answer, and regions without exposure: what a filling gives, in this order.
    sizes : ndarray of int
        How many values each of these can have.
    pattern : ndarray of int, shape (regions, values)
        Pattern of predictors of each region, for every value that its exposure could have.
    x : ndarray, shape (1, patterns, p)
        Predictors of each pattern, the exposure first.
    side : ndarray
        Exposure of each region that lacks none, as far as adjusters do not explain it; else zero.
    """

    y: Ints
    item: Ints
    region: Ints
    level: Ints
    cells: Ints
    regions: Ints
    sizes: Ints
    pattern: Ints
    x: Floats
    side: Floats

    def fit(self, fillings: Ints, prior_sd: float, start: Fit | None = None) -> Fit:
        """Fit the model under some fillings, a row each."""
        y, level = (np.tile(each, (len(fillings), 1)) for each in (self.y, self.level))
        y[:, self.cells], level[:, self.regions] = np.hsplit(fillings, [len(self.cells)])
        pattern = np.take_along_axis(self.pattern, level.T, axis=1).T[:, self.region]
        n = count(y, self.item, pattern, self.x.shape[1], np.arange(len(fillings))[:, None])
        return fit_counts(Counts(n, self.x), prior_sd=prior_sd, start=start, checked=1)

    def first(self, sign: int) -> Ints:
        """Filling to begin with: answers by the side on which their region's exposure lies, exposures at one end."""
        high = np.full(len(self.sizes), sign > 0)
        high[: len(self.cells)] = sign * self.side[self.region[self.cells]] > 0
        return np.where(high, self.sizes - 1, 0)


def _gaps(model: Model) -> _Gaps:
    """Lay out the cells of a model: regions with adjusters, and all items."""
    index = model.outcomes.index
    others = np.zeros((len(index), 0)) if model.adjust is None else model.adjust.reindex(index).to_numpy(float)
    kept = ~np.isnan(others).any(axis=1)
    others = others[kept]
    others = others[:, independent(others, with_ones(others[:, :0]))]
    answers = model.outcomes.to_numpy(float)[kept]
    exposure = model.exposures.iloc[:, 0].reindex(index).to_numpy(float)[kept]
    open_cells, lacking = np.flatnonzero(np.isnan(answers)), np.flatnonzero(np.isnan(exposure))
    categories, values = (np.unique(each[~np.isnan(each)]) for each in (answers, exposure))
    table = np.concatenate([np.column_stack([np.full(len(others), value), others]) for value in values])
    x, pattern = patterns(table)
    known = ~np.isnan(exposure)
    design, side = with_ones(others[known]), np.zeros(len(others))
    side[known] = exposure[known] - design @ np.linalg.lstsq(design, exposure[known], rcond=None)[0]
    region, item = np.divmod(np.arange(answers.size), answers.shape[1])
    sizes = np.repeat([len(categories), len(values)], [len(open_cells), len(lacking)])
    y, level = (
        np.searchsorted(of, np.nan_to_num(each, nan=of[0]))
        for of, each in ((categories, answers.ravel()), (values, exposure))
    )
    return _Gaps(y, item, region, level, open_cells, lacking, sizes, pattern[0].reshape(len(values), -1).T, x, side)


def _ends(gaps: _Gaps, status: str) -> tuple[str, tuple[float, float]]:
    """Lowest and highest log odds that a filling reaches: under the prior where the answers separate."""
    if status != "ridge":
        low, high = (_furthest(gaps, sign, np.inf) for sign in (-1, 1))
        if not (low.separated.any() or high.separated.any()):
            return status, (float(low.coef[0, 0]), float(high.coef[0, 0]))
    low, high = (_furthest(gaps, sign, PRIOR_SD) for sign in (-1, 1))
    return "ridge", (float(low.coef[0, 0]), float(high.coef[0, 0]))


def _furthest(gaps: _Gaps, sign: int, prior_sd: float) -> Fit:
    """Pull the estimate as far as fillings go: upwards for a positive sign."""
    if np.prod(gaps.sizes, dtype=float) <= _ALL:
        every = np.indices(tuple(gaps.sizes.tolist())).reshape(len(gaps.sizes), int(np.prod(gaps.sizes))).T
        fits = gaps.fit(every, prior_sd)
        return fits.select(np.array([(sign * fits.coef[:, 0]).argmax()]))
    found = [_pulled(gaps, gaps.first(way), sign, prior_sd) for way in (sign, -sign)]
    return max(found, key=lambda fit: sign * float(fit.coef[0, 0]))


def _pulled(gaps: _Gaps, filling: Ints, sign: int, prior_sd: float) -> Fit:
    """Change a filling until no single change pulls the estimate further."""
    best = gaps.fit(filling[None], prior_sd)
    place, value = _changes(gaps.sizes)
    for _ in range(_ROUNDS):
        near = np.tile(filling, (len(place), 1))
        near[np.arange(len(place)), place] = value
        gain = sign * (gaps.fit(near, prior_sd, best).coef[:, 0] - best.coef[0, 0])
        order = np.argsort(gain, kind="stable")
        order = order[gain[order] > _GAIN]
        if not len(order):
            break
        together = filling.copy()
        together[place[order]] = value[order]  # the last of several for one place pulls furthest
        two = np.stack([near[order[-1]], together])
        found = gaps.fit(two, prior_sd, best)
        furthest = int((sign * found.coef[:, 0]).argmax())
        filling, best = two[furthest], found.select(np.array([furthest]))
    return best


def _changes(sizes: Ints) -> tuple[Ints, Ints]:
    """Every value that every place of a filling can have."""
    place = np.repeat(np.arange(len(sizes)), sizes)
    return place, np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
