"""Missing answers at their extremes: how far they could bend an association."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.clusters import labels_of
from sto_analysis.analysis.counts import Counts, patterns
from sto_analysis.analysis.design import Model, independent, with_ones
from sto_analysis.analysis.left_out import PRIOR_SD
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.proportional_odds import fit_counts

_ALL = 1000
"""Fillings up to which each is fitted."""
_ROUNDS = 12
"""Times that all fillings one change away are tried, at most; two or three are the rule."""
_AT_ONCE = 1_000_000
"""Cells of fillings that are held in memory together."""
_GAIN = 1e-7
"""Log odds below which a change of a filling is rounding error."""


def extreme_cases(
    outcomes: pd.DataFrame,
    exposures: pd.DataFrame,
    adjust: Sequence[pd.DataFrame | None],
    clusters: pd.DataFrame | None = None,
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
    clusters : DataFrame, optional
        As for `association_table`, for the status. A missing exposure is filled region by region where regions share it
        too: what follows is at least as wide as it can be.

    Returns
    -------
    DataFrame
        A row per exposure: ``exposure``, ``filled`` (missing answers of answering regions, outcomes and exposure; items
        that nobody answered do not count), ``lowest`` and ``highest`` (odds ratios) and ``extremes`` (the status of the
        model without filling; with ``ridge`` both odds ratios are the ridge's; answers that are filled in never
        separate what was not). A missing outcome may become any category that occurs, a missing exposure any value
        that does.

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
    models = [
        Model(outcomes, exposures[[name]], others, clusters=labels_of(clusters, str(name)))
        for name, others in zip(exposures, adjust, strict=True)
    ]
    rows = []
    for model, (plain,) in zip(models, associate_all(models), strict=True):
        own, ends = model.exposures.iloc[:, 0].reindex(outcomes.index), [np.nan, np.nan]
        if plain.status in {"estimated", "ridge"}:
            gaps, prior_sd = _gaps(model), PRIOR_SD if plain.status == "ridge" else np.inf
            ends = [float(_furthest(gaps, sign, prior_sd).coef[0, 0]) for sign in (-1, 1)]
        filled = int(outcomes.isna().to_numpy().sum() + own.isna().sum())
        rows.append((plain.exposure, filled, *np.exp(ends).tolist(), plain.status))
    return pd.DataFrame(rows, columns=["exposure", "filled", "lowest", "highest", "extremes"])


@dataclass(frozen=True)
class _Gaps:
    """What of the answers to a model a filling decides; a filling is a row of places: cells, then regions.

    Parameters
    ----------
    y, item, region : ndarray of int
        Category, item and region of every cell on which a filling has a say.
    cells : ndarray of int
        Those of them without answer.
    level : ndarray of int
        Place of each region's exposure among its values.
    regions : ndarray of int
        Regions without exposure.
    sizes : ndarray of int
        How many values each place of a filling can have.
    pattern : ndarray of int, shape (regions, values)
        Pattern of predictors of each region, for every value that its exposure could have.
    fixed : Counts
        All other answers.
    side : ndarray
        Exposure of each region that has it, as far as adjusters do not explain it; else zero.
    """

    y: Ints
    item: Ints
    region: Ints
    cells: Ints
    level: Ints
    regions: Ints
    sizes: Ints
    pattern: Ints
    fixed: Counts
    side: Floats

    def fit(self, fillings: Ints, prior_sd: float, start: Fit | None = None) -> Fit:
        """Fit the model under some fillings, a row each."""
        parts = np.array_split(fillings, 1 + fillings.shape[0] * len(self.y) // _AT_ONCE)
        n = np.concatenate([self._counted(part) for part in parts])
        return fit_counts(Counts(self.fixed.n + n, self.fixed.x), prior_sd=prior_sd, start=start, checked=0)

    def _counted(self, fillings: Ints) -> Floats:
        m, (_, items, patterns_, k) = len(fillings), self.fixed.n.shape
        y = np.tile(self.y, (m, 1))
        y[:, self.cells] = fillings[:, : len(self.cells)]
        code = (self._rows(fillings) + items * np.arange(m)[:, None] * patterns_) * k + y
        return (
            np.bincount(code.ravel(), minlength=m * items * patterns_ * k).reshape(m, items, patterns_, k).astype(float)
        )

    def _rows(self, fillings: Ints) -> Ints:
        """Item and pattern of every cell under some fillings, as one number."""
        level = np.tile(self.level, (len(fillings), 1))
        level[:, self.regions] = fillings[:, len(self.cells) :]
        return np.asarray(self.item * self.fixed.n.shape[2] + self.pattern[self.region, level[:, self.region]])

    def alike(self, filling: Ints) -> tuple[Ints, Ints]:
        """Places whose change is the same to the model: the first of each kind, and the kind of every place."""
        cells = self._rows(filling[None])[0, self.cells] * self.fixed.n.shape[3] + filling[: len(self.cells)]
        kinds = np.concatenate([cells, -1 - np.arange(len(self.regions))])
        _, first, kind = np.unique(kinds, return_index=True, return_inverse=True)
        return first, kind

    def first(self, sign: int) -> Ints:
        """Filling to begin with: answers by the side on which their region's exposure lies, exposures at one end."""
        high = np.full(len(self.sizes), sign > 0)
        high[: len(self.cells)] = sign * self.side[self.region[self.cells]] > 0
        return np.where(high, self.sizes - 1, 0)


def _gaps(model: Model) -> _Gaps:
    """Lay out the answers of the regions with adjusters."""
    index = model.outcomes.index
    others = np.zeros((len(index), 0)) if model.adjust is None else model.adjust.reindex(index).to_numpy(float)
    kept = ~np.isnan(others).any(axis=1)
    others = others[kept]
    others = others[:, independent(others, with_ones(others[:, :0]))]
    answers = model.outcomes.to_numpy(float)[kept]
    exposure = model.exposures.iloc[:, 0].reindex(index).to_numpy(float)[kept]
    categories, values = (np.unique(each[~np.isnan(each)]) for each in (answers, exposure))
    x, pattern = patterns(np.concatenate([np.column_stack([np.full(len(others), value), others]) for value in values]))
    pattern = pattern[0].reshape(len(values), -1).T
    absent, lacking = np.isnan(answers).ravel(), np.isnan(exposure)
    y, level = _places(categories, answers.ravel()), _places(values, exposure)
    region, item = np.divmod(np.arange(answers.size), answers.shape[1])
    open_ = absent | lacking[region]
    shape = (1, answers.shape[1], x.shape[1], max(len(categories), 2))
    row = item * shape[2] + pattern[region, level[region]]
    fixed = np.bincount((row * shape[3] + y)[~open_], minlength=int(np.prod(shape))).reshape(shape).astype(float)
    cells, regions = np.flatnonzero(absent[open_]), np.flatnonzero(lacking)
    sizes = np.repeat([len(categories), len(values)], [len(cells), len(regions)])
    of = (y[open_], item[open_], region[open_], cells, level, regions, sizes, pattern)
    return _Gaps(*of, Counts(fixed, x), _unexplained(exposure, others))


def _unexplained(exposure: Floats, others: Floats) -> Floats:
    """Exposure less what adjusters explain of it; zero where it is missing."""
    known, left = ~np.isnan(exposure), np.zeros(len(exposure))
    design = with_ones(others[known])
    left[known] = exposure[known] - design @ np.linalg.lstsq(design, exposure[known], rcond=None)[0]
    return left


def _places(values: Floats, of: Floats) -> Ints:
    """Place of each number among some values; the first for one that is missing."""
    return np.searchsorted(values, np.nan_to_num(of, nan=values[0]))


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
    for _ in range(_ROUNDS):
        first, kind = gaps.alike(filling)
        which, value = _changes(gaps.sizes[first])
        new = value != filling[first[which]]
        which, value = which[new], value[new]
        near = np.tile(filling, (len(which), 1))
        near[np.arange(len(which)), first[which]] = value
        gain = sign * (gaps.fit(near, prior_sd, best).coef[:, 0] - best.coef[0, 0])
        order = np.argsort(gain, kind="stable")
        order = order[gain[order] > _GAIN]
        if not len(order):
            break
        wanted = filling[first]
        wanted[which[order]] = value[order]  # the last of several for one kind pulls furthest
        two = np.stack([near[order[-1]], wanted[kind]])  # all of a kind have the same value now
        found = gaps.fit(two, prior_sd, best)
        furthest = int((sign * found.coef[:, 0]).argmax())
        filling, best = two[furthest], found.select(np.array([furthest]))
    return best


def _changes(sizes: Ints) -> tuple[Ints, Ints]:
    """Every value that every place of a filling can have."""
    place = np.repeat(np.arange(len(sizes)), sizes)
    return place, np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
