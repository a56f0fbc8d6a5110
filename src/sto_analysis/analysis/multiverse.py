"""The specification curve: every defensible way to ask the question, and one p for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Floats, Ints
from sto_analysis.analysis.design import Model
from sto_analysis.analysis.family import region_scores
from sto_analysis.analysis.permutation import center_and_scale, exchanges, max_t, take_out
from sto_analysis.analysis.pooled import associate_all
from sto_analysis.analysis.replicates import FEWEST_REGIONS


@dataclass(frozen=True)
class Specification:
    """One way to ask the question.

    Parameters
    ----------
    exposure : str
        What the question is about; the specifications of one exposure make its curve.
    choices : mapping
        Dimension → choice, as declared.
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
        By region: regions are exchanged inside a stratum, with the same permutation in all specifications. Regions
        without stratum, or without an exposure or adjuster of any specification, take no part in the test.
    permutations, seed : int
        Of the joint test.

    Returns
    -------
    table : DataFrame
        A row per specification: its choices, the fields of `Association`, and ``statistic``, its standardised score
        statistic (of the logit link also where the fit is probit).
    curves : DataFrame
        A row per exposure: ``exposure``, ``specifications``, ``estimated`` and of these ``ridge``, ``status``
        (``tested``; else why there is no estimate, mostly, or no p: ``too_few_regions``, ``constant_within``, as
        `association_table` has them), ``positives`` (estimates above 0), ``median`` and range (``smallest``,
        ``largest``) of the effects, ``statistic`` (median of the standardised statistics, in units of its permutation
        standard deviation), ``p``, ``p_adjusted`` (step-down max-T over the curves).

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
    names = list(dict.fromkeys(specification.exposure for specification in specifications))
    of = np.array([names.index(specification.exposure) for specification in specifications])
    observed, spread, medians = _test(specifications, of, strata, permutations, seed)
    untested = "constant_within" if np.isfinite(observed).any() else "too_few_regions"
    middle, curves = np.full(len(names), np.nan), []
    for j, name in enumerate(names):
        here = table[of == j]
        fine, known = here["effect"].dropna(), np.isfinite(observed[of == j])
        if known.any() and spread[j] > 0:
            middle[j] = np.median(observed[of == j][known]) / spread[j]
        curves.append(
            {
                "exposure": name, "specifications": len(here), "estimated": len(fine),
                "ridge": int((here["status"] == "ridge").sum()),
                "status": here["status"].mode()[0] if fine.empty else "tested" if np.isfinite(middle[j]) else untested,
                "positives": int((fine > 0).sum()),
                "median": fine.median(), "smallest": fine.min(), "largest": fine.max(),
            }
        )  # fmt: skip
    p, adjusted = max_t(middle, medians)
    return table.assign(statistic=observed), pd.DataFrame(curves).assign(statistic=middle, p=p, p_adjusted=adjusted)


@dataclass(frozen=True)
class _Scored:
    """Specifications that share outcomes and adjusters, ready to be permuted."""

    at: list[int]
    scores: Floats
    exposures: Floats
    scale: Floats


def _test(
    specifications: Sequence[Specification], of: Ints, strata: pd.Series, permutations: int, seed: int
) -> tuple[Floats, Floats, Floats]:
    """Statistics of the specifications; spread of each curve's median under permutation, and those medians over it."""
    observed, curves = np.full(len(specifications), np.nan), int(of.max()) + 1
    medians = np.full((permutations, curves), np.nan)
    regions, done = strata.index[strata.notna()], 0
    if len(regions) >= FEWEST_REGIONS:
        codes = pd.factorize(strata[regions], sort=True)[0].astype(np.int64)
        together: dict[tuple[int, int], list[int]] = {}
        for i, specification in enumerate(specifications):
            together.setdefault((id(specification.model.outcomes), id(specification.model.adjust)), []).append(i)
        scored = [_scored(specifications, at, regions, codes, observed) for at in together.values()]
        members = [np.flatnonzero((of == j) & np.isfinite(observed)) for j in range(curves)]
        for order in exchanges(codes, permutations, np.random.Generator(np.random.PCG64(seed))):
            drawn = np.full((len(order), len(observed)), np.nan)
            for each in scored:
                drawn[:, each.at] = each.scores[order] @ each.exposures / each.scale
            for j, here in enumerate(members):
                if here.size:
                    medians[done : done + len(order), j] = np.median(drawn[:, here], axis=1)
            done += len(order)
    spread = medians.std(axis=0)
    return observed, spread, medians / np.where(spread > 0, spread, np.nan)


def _scored(
    specifications: Sequence[Specification], at: list[int], regions: pd.Index, codes: Ints, observed: Floats
) -> _Scored:
    """Scores and exposures of specifications that share outcomes and adjusters; fills in what was observed.

    A region's answers move with their gaps: where it has none, or misses an adjuster, its score is zero, and the
    exposures stay in place; one that is missing weighs nothing. The observed statistic is held against the variance
    among the regions that answered, the permuted ones against that among all, so that answering may go together with
    the exposure.
    """
    first = specifications[at[0]].model
    outcomes = first.outcomes.reindex(regions)
    x = np.column_stack([specifications[i].model.exposures.iloc[:, 0].reindex(regions).to_numpy(float) for i in at])
    base = np.zeros((len(regions), 0)) if first.adjust is None else first.adjust.reindex(regions).to_numpy(float)
    known = ~np.isnan(base).any(axis=1)
    answered = outcomes.notna().any(axis="columns").to_numpy() & known
    scores, everywhere = np.zeros(len(regions)), np.full_like(x, np.nan)
    (everywhere[known],), _ = take_out([x[known]], base[known], codes[known])
    scale = np.full((1, len(at)), np.nan)
    if answered.sum() >= FEWEST_REGIONS:
        values = [region_scores(outcomes[answered], base[answered])[:, None], x[answered]]
        (s, here), shrunk = take_out(values, base[answered], codes[answered])
        spread = center_and_scale(s, here, codes[answered])
        observed[at] = (s.T @ here / spread * shrunk)[0]
        scores[answered] = s[:, 0]
        scale = center_and_scale(scores[:, None].copy(), everywhere, codes)
    observed[np.asarray(at)[~np.isfinite(scale[0])]] = np.nan
    return _Scored(at, scores, everywhere, scale[0])
