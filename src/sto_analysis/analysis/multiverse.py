"""The specification curve: every defensible way to ask the question, and one p for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sto_analysis.analysis.permutation import max_t, permuted_statistics, take_out
from sto_analysis.analysis.pooled import FEWEST_REGIONS, Model, associate_all, region_scores

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Specification:
    """One way to ask the question.

    Parameters
    ----------
    exposure : str
        What the question is about; the specifications of one exposure make its curve.
    choices : mapping
        Dimension → choice, as declared before the data were seen.
    model : Model
        The model that follows from them, with one exposure.
    """

    exposure: str
    choices: Mapping[str, str]
    model: Model


def specification_curve(
    specifications: Sequence[Specification], strata: pd.Series, permutations: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit every specification, and test each exposure on its whole curve.

    Parameters
    ----------
    specifications : sequence of Specification
        The declared grid.
    strata : Series
        By region: regions are exchanged inside a stratum, with the same permutation in all specifications.
    permutations, seed : int
        Of the joint test.

    Returns
    -------
    table : DataFrame
        A row per specification: its choices, the fields of `Association`, and ``statistic``, its standardised score
        statistic (of the logit link also where the fit is probit).
    curves : DataFrame
        A row per exposure: ``exposure``, ``specifications``, ``estimated``, ``positive`` (share of the estimates),
        ``median`` and range (``smallest``, ``largest``) of the effects, ``statistic`` (median of the standardised
        statistics, in units of its permutation standard deviation), ``p``, ``p_adjusted`` (step-down max-T over the
        curves).

    References
    ----------
    Simonsohn, U., Simmons, J. P., & Nelson, L. D. (2020). Specification curve analysis. Nature Human Behaviour, 4,
    1208-1214 (inference on the median, here by permutation of score statistics instead of refits).
    """
    found = associate_all([specification.model for specification in specifications])
    rows = [
        {**specification.choices, **asdict(fitted), "exposure": specification.exposure}
        for specification, (fitted,) in zip(specifications, found, strict=True)
    ]
    table = pd.DataFrame(rows)
    members: dict[tuple[int, int], list[int]] = {}
    for i, specification in enumerate(specifications):
        model = specification.model
        members.setdefault((id(model.outcomes), id(model.adjust)), []).append(i)
    names = list(dict.fromkeys(specification.exposure for specification in specifications))
    observed = np.full(len(specifications), np.nan)
    medians = np.full((permutations, len(names)), np.nan)
    drawn = np.full((permutations, len(specifications)), np.nan, dtype=np.float32)
    for together in members.values():
        models = [specifications[i].model for i in together]
        observed[together], drawn[:, together] = _statistics(models, strata, permutations, seed)
    of = np.array([names.index(specification.exposure) for specification in specifications])
    curves, middle = [], np.full(len(names), np.nan)
    for j, name in enumerate(names):
        here = np.flatnonzero((of == j) & np.isfinite(observed))
        fine = table.loc[(of == j) & table["effect"].notna(), "effect"]
        if here.size:
            under = np.median(drawn[:, here], axis=1)
            spread = under.std()
            if spread > 0:
                middle[j], medians[:, j] = np.median(observed[here]) / spread, under / spread
        curves.append(
            {
                "exposure": name, "specifications": int((of == j).sum()), "estimated": len(fine),
                "positive": (fine > 0).mean(), "median": fine.median(), "smallest": fine.min(), "largest": fine.max(),
            }
        )  # fmt: skip
    p, adjusted = max_t(middle, medians)
    return table.assign(statistic=observed), pd.DataFrame(curves).assign(statistic=middle, p=p, p_adjusted=adjusted)


def _statistics(models: Sequence[Model], strata: pd.Series, permutations: int, seed: int) -> tuple[Floats, Floats]:
    """Statistics of models with the same outcomes and adjusters; regions outside them count nothing."""
    first = models[0]
    outcomes = first.outcomes
    exposures = pd.concat([model.exposures.iloc[:, 0].reindex(outcomes.index) for model in models], axis="columns")
    adjust = pd.DataFrame(index=outcomes.index) if first.adjust is None else first.adjust.reindex(outcomes.index)
    inside = outcomes.notna().any(axis="columns") & exposures.notna().all(axis="columns")
    inside &= adjust.notna().all(axis="columns") & strata.reindex(outcomes.index).notna()
    if inside.sum() < FEWEST_REGIONS:
        return np.full(len(models), np.nan), np.full((permutations, len(models)), np.nan)
    regions, base = outcomes.index[inside], adjust[inside].to_numpy(float)
    codes = pd.factorize(strata, sort=True)[0].astype(np.int64)
    at = strata.index.get_indexer(regions)
    (s, x), shrunk = take_out(
        [region_scores(outcomes.loc[regions], base), exposures[inside].to_numpy(float)], base, codes[at]
    )
    scores, values = np.zeros(len(strata)), np.zeros((len(strata), len(models)))
    scores[at], values[at] = s, x
    rng = np.random.Generator(np.random.PCG64(seed))
    observed, permuted = permuted_statistics(scores, values, codes, permutations, rng)
    return observed * shrunk, permuted
