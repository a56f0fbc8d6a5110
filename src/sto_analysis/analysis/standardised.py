"""The readers' number: out of a hundred answers, how many are in the top band with it, and how many without."""

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.clusters import labels_of
from sto_analysis.analysis.counts import Counts
from sto_analysis.analysis.design import Model, complete_design, level_indicators
from sto_analysis.analysis.links import LINKS
from sto_analysis.analysis.newton import Fit
from sto_analysis.analysis.proportional_odds import linear
from sto_analysis.analysis.replicates import Replicates, jackknife_interval, replicate

FEWEST_AT_LEVEL = 3
"""Regions that a level needs: what one or two answered is no share of regions like them."""


def share_table(
    top: pd.DataFrame, exposures: pd.DataFrame, adjuster: pd.Series, clusters: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Standardised shares of the top band at every level of each exposure.

    Parameters
    ----------
    top : DataFrame
        Whether an answer is in the top band (1 or 0), by region and item; NaN where missing.
    exposures : DataFrame
        By region, each with few levels.
    adjuster : Series
        By region, few levels; an exposure of the same name is not adjusted.
    clusters : DataFrame, optional
        As for `association_table`: which regions are left out together.

    Returns
    -------
    DataFrame
        A row per exposure and level, the lowest first: ``exposure``, ``level``, ``regions``, ``share``, ``difference``
        (share minus that of the lowest level that has one) with its 95 % delete-one-region jackknife interval
        ``difference_low``, ``difference_high`` on t(``df``), and ``status``: ``reference`` for that lowest level,
        ``estimated``, ``ridge`` (the answers separate: under a normal prior, which a share hardly feels), or why there
        is none, as `Association` has them: a level of one region or two (`FEWEST_AT_LEVEL`) is ``one_region`` or
        ``two_regions``.

        The model is a logit of being in the top band, all items stacked with an intercept each, on indicators of the
        levels of the exposure and of the adjuster: the share is estimated straight from the top band, so that the odds
        need not be proportional. In it every region is given each level in turn and the predicted probabilities are
        averaged over all answers (marginal standardisation): regions with and without are compared at the same mix of
        the adjuster. Items on which all answered alike count with that answer.

    References
    ----------
    Muller, C. J., & MacLehose, R. F. (2014). Estimating predicted probabilities from logistic regression: different
    methods correspond to different target populations. Int. J. Epidemiology, 43(3), 962-970.
    """
    adjust, models, kept = level_indicators(adjuster), [], []
    for name in exposures.columns:
        values = exposures[name].reindex(top.index).astype(float)
        adjusted = None if name == adjuster.name else adjust
        complete, _, _ = complete_design(Model(top, values.to_frame(), adjusted))
        number = values[complete].value_counts().sort_index()
        levels = number.index[number >= FEWEST_AT_LEVEL]
        models.append(Model(top, _indicators(values, levels), adjusted, clusters=labels_of(clusters, name)))
        kept.append((str(name), number))
    answers = top[top.columns[top.min() == top.max()]].to_numpy(float)
    alike = answers[~np.isnan(answers)]
    return pd.concat(
        [_levels(*each, found, alike) for each, found in zip(kept, replicate(models), strict=True)], ignore_index=True
    )


def outer_levels(table: pd.DataFrame) -> pd.DataFrame:
    """Put the highest level that has a share beside the lowest.

    Parameters
    ----------
    table : DataFrame
        As `share_table` gives.

    Returns
    -------
    DataFrame
        A row per exposure that has two shares or more: ``exposure``; ``level_low``, ``regions_low``, ``share_low`` and
        the same of ``high``; ``difference``, ``difference_low``, ``difference_high``, ``difference_df``.
    """
    known = table[table["share"].notna()]
    low, high = (known.groupby("exposure", sort=False).nth(place).set_index("exposure") for place in (0, -1))
    bounds = ["difference", "difference_low", "difference_high"]
    ends = [each[["level", "regions", "share"]].add_suffix(suffix) for each, suffix in ((low, "_low"), (high, "_high"))]
    df = high["df"].rename("difference_df")
    return pd.DataFrame(pd.concat([*ends, high[bounds], df], axis="columns").dropna(subset="difference").reset_index())


def _indicators(values: pd.Series, levels: "pd.Index[float]") -> pd.DataFrame:
    """Indicators of the levels but the lowest; missing where a region has none of them."""
    table = pd.DataFrame({str(level): (values == level).astype(float) for level in levels[1:]}, index=values.index)
    if table.empty:
        table = pd.DataFrame({"none": 0.0}, index=values.index)
    return table.where(values.isin(levels))


def _levels(name: str, number: "pd.Series[int]", found: Replicates, alike: Floats) -> pd.DataFrame:
    """Rows of one exposure; `alike`: the answers to items on which all answered alike."""
    enough = np.flatnonzero(number >= FEWEST_AT_LEVEL)
    status = np.where(number == 1, "one_region", "two_regions").astype(object)
    status[enough] = [found.status[0], *found.status][: len(enough)]
    values = np.full((len(number), 5), np.nan)
    told = [place for place, why in enumerate(found.status) if why in {"estimated", "ridge"}]
    if found.counts is not None and found.fits is not None and told:
        varying = found.counts.n[0].sum()
        shares = varying * _standardised(found.counts, found.fits, np.array(found.column)) + alike.sum()
        shares /= varying + alike.size
        status[enough[0]], values[enough[0], 0] = "reference", shares[0, 0]
        for place in told:
            difference = shares[:, place + 1] - shares[:, 0]
            bounds = jackknife_interval(difference, found.df[place])
            values[enough[place + 1]] = [shares[0, place + 1], difference[0], *bounds, found.df[place]]
    columns = dict(zip(["share", "difference", "difference_low", "difference_high", "df"], values.T, strict=True))
    levels = {"exposure": name, "level": number.index, "regions": number.to_numpy()}
    return pd.DataFrame({**levels, **columns, "status": status})


def _standardised(counts: Counts, fits: Fit, columns: Ints) -> Floats:
    """Mean probability of the top with every region at the reference level and at each other one: (fits, levels)."""
    coef, theta = fits.coef, fits.thresholds[:, :, 0]
    rest = linear(counts.x, np.where(np.isin(np.arange(coef.shape[1]), columns), 0.0, coef))
    weights = counts.n.sum(axis=3)
    always = np.asarray(counts.n[..., -1].any(axis=2))  # where an item has one category left in a refit: is it the top?
    shares = []
    for shift in (np.zeros(len(coef)), *(coef[:, column] for column in columns)):
        eta = theta[:, :, None] - rest[:, None] - shift[:, None, None]
        probability = np.where(np.isnan(eta), always[:, :, None], LINKS["logit"].cdf(-np.nan_to_num(eta)))
        shares.append((weights * probability).sum(axis=(1, 2)) / weights.sum(axis=(1, 2)))
    return np.column_stack(shares)
