"""Answers with exact margins: latent values carry the planted effects, ranks carry the published counts.

A latent value is drawn for every answer (a Gaussian copula inside a region, logistic noise around the planted
effects); then each category goes to exactly the lowest or highest k regions. The margins are exact by
construction and the effects survive, because cutting by rank is cutting at the thresholds of a proportional
odds model.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit, ndtr

from sto_analysis.analysis.published import counts_in_words, implied_counts
from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.errors import MarginsOutOfReach, Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_workbench.synthetic.settings import Settings

Floats = NDArray[np.float64]
YEARS = (2021, 2024)


@dataclass(frozen=True)
class SyntheticWaves:
    """Two made waves.

    Parameters
    ----------
    frame : DataFrame
        Index ``region``: ``name`` and the context codes of every region.
    answers : dict of str to DataFrame
        Per wave the codes (float, NaN where left blank): index ``region``, a column per item.
    """

    frame: pd.DataFrame
    answers: dict[str, pd.DataFrame]


def generate(
    settings: Settings, codebook: Codebook, published: PublishedFigures, seed: int | None = None
) -> SyntheticWaves:
    """Make the two synthetic waves.

    Parameters
    ----------
    settings : Settings
        Sizes, correlations and planted effects.
    codebook : Codebook
        Items and scales.
    published : PublishedFigures
        The percentages that the later wave (and the panel of both, for urgency) must print.
    seed : int, optional
        Default that of the settings.

    Returns
    -------
    SyntheticWaves
        The same for the same arguments, on every platform.

    Raises
    ------
    Problems
        `MarginsOutOfReach` when the forms drawn cannot meet the published index.
    """
    rng = np.random.Generator(np.random.PCG64(settings.seed if seed is None else seed))
    frame = _frame(rng, settings)
    order = rng.permutation(settings.regions)
    n_early, n_late = settings.answered.values()
    panel, only = order[: settings.panel], order[settings.panel :]
    extra = n_early - settings.panel
    groups = (
        np.sort(np.r_[panel, only[:extra]]),
        np.sort(np.r_[panel, only[extra : extra + n_late - settings.panel]]),
    )
    urgency = _urgency(rng, settings, codebook, published, np.sort(panel), groups)
    maturity = settings.commitment_on_forms * frame["commitment"].to_numpy(float) + rng.standard_normal(len(frame))
    answers = {}
    for wave, regions, urgent in zip(settings.answered, groups, urgency, strict=True):
        here = frame.iloc[regions]
        forms = _forms(rng, settings, codebook, published, maturity[regions])
        yields = _yields(rng, settings, codebook, published, here, forms)
        rest = _other_items(rng, settings, codebook, published, maturity[regions])
        answers[wave] = pd.concat([urgent, yields, rest, forms], axis="columns").set_axis(here.index, axis="index")
    last = list(answers)[-1]
    final = {
        wave: _nonresponse(rng, settings, given, codebook, frame.index[panel], last=wave == last)
        for wave, given in answers.items()
    }
    return SyntheticWaves(frame, final)


def by_rank(latent: Floats, counts: Mapping[int, int]) -> NDArray[np.int64]:
    """Give each code to exactly its count of units, lowest latent values first.

    Parameters
    ----------
    latent : ndarray, shape (n,)
        Without ties.
    counts : mapping of int to int
        Code → number of units, in rising order of the code; sums to n.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    codes = np.repeat(list(counts), list(counts.values()))
    out = np.empty(len(latent), dtype=np.int64)
    out[np.argsort(latent, kind="stable")] = codes
    return out


def _frame(rng: np.random.Generator, settings: Settings) -> pd.DataFrame:
    n = settings.regions
    ids = [f"R{i:02d}" for i in range(1, n + 1)]
    frame = pd.DataFrame({"name": [f"Synthetische regio {i}" for i in ids]}, index=pd.Index(ids, name="region"))
    for variable, shares in settings.context_shares.items():
        edges = [int(round_half_up(n * share)) for share in np.cumsum(shares)]
        counts = dict(enumerate(np.diff([0, *edges]).tolist()))
        frame[variable] = by_rank(rng.standard_normal(n), counts)
    return frame


def _split(total: int, low: int, top: int, within: float) -> dict[int, int]:
    """Counts of a five-point scale whose outer levels take the share `within` of their band."""
    outer_low, outer_top = int(round_half_up(within * low)), int(round_half_up(within * top))
    return {1: outer_low, 2: low - outer_low, 3: total - low - top, 4: top - outer_top, 5: outer_top}


def _urgency(
    rng: np.random.Generator,
    settings: Settings,
    codebook: Codebook,
    published: PublishedFigures,
    panel: NDArray[np.int64],
    groups: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Urgency of both waves: exact on the panel, the same shares on the regions beside it."""
    rho, n, m = settings.correlation.urgency_between_waves, settings.regions, settings.panel
    columns: tuple[dict[str, Floats], dict[str, Floats]] = ({}, {})
    counts = [implied_counts(published.percentages("urgency", year), m) for year in YEARS]
    for aspect, item in codebook.asked("urgency").items():
        stable = np.sqrt(rho) * rng.standard_normal(n)
        urgent_before = np.zeros(n, dtype=bool)
        for t, group in enumerate(groups):
            latent = stable + np.sqrt(1 - rho) * rng.standard_normal(n)
            if t == 1:
                latent = _steered(latent, urgent_before, panel, settings, aspect, int(counts[1][aspect]))
            codes = np.zeros(n)
            beside = np.setdiff1d(group, panel)
            for members in (panel, beside):
                top = int(round_half_up(counts[t][aspect] / m * len(members)))
                low = int(round_half_up((len(members) - top) / 3))
                codes[members] = by_rank(latent[members], _split(len(members), low, top, settings.within_band))
            urgent_before = codes >= 4
            columns[t][item] = codes[group]
    return pd.DataFrame(columns[0]), pd.DataFrame(columns[1])


def _steered(
    latent: Floats,
    before: NDArray[np.bool_],
    panel: NDArray[np.int64],
    settings: Settings,
    aspect: str,
    top: int,
) -> Floats:
    """Shift the later latent values so that the asked number of panel regions moves away from urgent."""
    rule = settings.moves_away.get(aspect)
    if rule is None:
        return latent
    stayers = panel[before[panel]]
    movers = set(panel[np.argsort(latent[panel])][: len(panel) - top].tolist()) & set(stayers.tolist())
    shift = np.zeros_like(latent)
    far = np.ptp(latent) + 1
    if rule.at_most is not None and len(movers) > rule.at_most:
        shift[stayers[np.argsort(latent[stayers])][rule.at_most :]] = far
    if rule.at_least is not None and len(movers) < rule.at_least:
        shift[stayers[np.argsort(latent[stayers])][: rule.at_least]] = -far
    return latent + shift


def _copula(rng: np.random.Generator, n: int, k: int, rho: float) -> Floats:
    """Standard normal values, shape (n, k), correlated `rho` within a row."""
    shared = rng.standard_normal((n, 1))
    return np.asarray(np.sqrt(rho) * shared + np.sqrt(1 - rho) * rng.standard_normal((n, k)))


def _scaled(counts: pd.Series, base: int, n: int) -> pd.Series:
    """Counts at another base with the same shares."""
    return (counts * n / base).map(round_half_up).astype(int)


def _forms(
    rng: np.random.Generator,
    settings: Settings,
    codebook: Codebook,
    published: PublishedFigures,
    maturity: Floats,
) -> pd.DataFrame:
    """Borging forms in three levels: the printed shares are active, the index counts what is arranged."""
    n, base = len(maturity), list(settings.answered.values())[1]
    items = codebook.asked("borging")
    active_counts = _scaled(implied_counts(published.percentages("borging", YEARS[1]), base), base, n)
    rho = settings.correlation.forms_in_region
    noise = rng.standard_normal((n, len(items)))
    latent = np.sqrt(rho) * maturity[:, None] + np.sqrt(1 - rho) * noise
    active = np.column_stack([
        by_rank(latent[:, j], {0: n - int(active_counts[form]), 1: int(active_counts[form])})
        for j, form in enumerate(items)
    ])  # fmt: skip
    arranged = _arranged_counts(rng, codebook, published, maturity, active.sum(axis=1))
    ranks = np.argsort(np.argsort(np.where(active == 1, -latent, np.inf), axis=1), axis=1)
    return pd.DataFrame(active + (ranks < arranged[:, None]), columns=list(items.values())).astype(float)


def _arranged_counts(
    rng: np.random.Generator,
    codebook: Codebook,
    published: PublishedFigures,
    maturity: Floats,
    active: NDArray[np.int64],
) -> NDArray[np.int64]:
    """How many of its active forms each region has arranged, so that the index prints as published."""
    n, cut = len(maturity), codebook.borging_index
    n_many, n_hardly = (_nearest(published, key, n) for key in ("index_many", "index_hardly"))
    by_maturity = np.lexsort((maturity, np.clip(active, 0, cut.hardly_at_most + 1)))
    able = by_maturity[n_hardly:]
    many = able[active[able] >= cut.many_at_least][-n_many:]
    between = np.setdiff1d(able, many)
    if len(many) < n_many or (active[between] <= cut.hardly_at_most).any():
        what = "the forms drawn cannot meet the published index of borging."
        raise Problems([MarginsOutOfReach(what, "Take another seed, or lower forms_in_region in data/synthetic.yaml.")])
    least, most = np.zeros(n, dtype=np.int64), np.minimum(active, cut.hardly_at_most)
    least[many], most[many] = cut.many_at_least, active[many]
    least[between], most[between] = cut.hardly_at_most + 1, np.minimum(active[between], cut.many_at_least - 1)
    return least + (rng.random(n) * (most - least + 1)).astype(np.int64)


def _nearest(published: PublishedFigures, sentence: str, n: int) -> int:
    """Whole count that is nearest to a share in words: our reading of the sentence."""
    row = published.cells("borging_sentences", id=sentence).iloc[0]
    share = row["numerator"] / row["denominator"]
    return min(counts_in_words(int(row["numerator"]), int(row["denominator"]), n), key=lambda k: abs(k / n - share))


def _yields(
    rng: np.random.Generator,
    settings: Settings,
    codebook: Codebook,
    published: PublishedFigures,
    frame: pd.DataFrame,
    forms: pd.DataFrame,
) -> pd.DataFrame:
    n, base = len(frame), list(settings.answered.values())[1]
    top, low = (
        _scaled(implied_counts(published.percentages(measure, YEARS[1]), base), base, n)
        for measure in ("yield_top", "yield_low")
    )
    items = codebook.asked("yield")
    noise = logit(ndtr(_copula(rng, n, len(items), settings.correlation.items_in_region)))
    columns = {}
    for j, (aspect, item) in enumerate(items.items()):
        latent = noise[:, j]
        for effect in settings.planted:
            if effect.acts_on(aspect):
                exposure = (
                    (forms[f"borging_{effect.exposure}"].to_numpy() >= 1).astype(float)
                    if effect.family == "borging"
                    else frame[effect.exposure].to_numpy(float)
                )
                latent = latent + effect.log_odds * exposure
        columns[item] = by_rank(latent, _split(n, int(low[aspect]), int(top[aspect]), settings.within_band))
    return pd.DataFrame(columns).astype(float)


def _other_items(
    rng: np.random.Generator,
    settings: Settings,
    codebook: Codebook,
    published: PublishedFigures,
    maturity: Floats,
) -> pd.DataFrame:
    """Attention, grades and whether the region works on borging at all."""
    n = len(maturity)
    columns: dict[str, object] = {}
    for topic, item in codebook.asked("attention").items():
        edges = np.cumsum(settings.attention_shares[codebook.attention_topics[topic].direction])[:-1]
        columns[item] = 1 + np.searchsorted(edges, rng.random(n))
    for item in codebook.asked("grade").values():
        columns[item] = np.clip(np.rint(settings.grade.mean + settings.grade.sd * rng.standard_normal(n)), 1, 10)
    active = _nearest(published, "active", n)
    columns["borging_active"] = by_rank(maturity + rng.standard_normal(n), {0: n - active, 1: active})
    return pd.DataFrame(columns).astype(float)


def _nonresponse(
    rng: np.random.Generator,
    settings: Settings,
    answers: pd.DataFrame,
    codebook: Codebook,
    panel: pd.Index,
    *,
    last: bool,
) -> pd.DataFrame:
    """Put "weet niet" and blanks where no published base is touched."""
    out = answers.copy()
    for item in codebook.items.values():
        draw = rng.random(len(out))
        if item.question == "urgency":
            draw[out.index.isin(panel)] = 0.5
        elif item.question in {"yield", "borging", "borging_active"} and last:
            continue
        out.loc[draw < settings.nonresponse.dont_know, item.id] = settings.dont_know_code
        out.loc[draw > 1 - settings.nonresponse.blank, item.id] = np.nan
    return out
