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
from scipy.special import logit, ndtr

from sto_analysis.analysis.arrays import Bools, Floats, Ints
from sto_analysis.analysis.published import counts_in_words, implied_counts
from sto_analysis.analysis.rounding import round_half_up
from sto_analysis.errors import MarginsOutOfReach, Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_workbench.synthetic.settings import Settings

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
        Default those of the settings.

    Returns
    -------
    SyntheticWaves
        The same for the same arguments, on every platform.

    Raises
    ------
    Problems
        `MarginsOutOfReach` when the forms drawn cannot meet the published index.
    """
    seeds = (settings.seeds.regions, settings.seeds.answers) if seed is None else (seed, seed)
    of_regions, of_answers = (np.random.Generator(np.random.PCG64(each)) for each in (seeds[0], [seeds[1], 1]))
    return _Maker(of_regions, of_answers, settings, codebook, published).waves()


def by_rank(latent: Floats, counts: Mapping[int, int]) -> Ints:
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


def _split(total: int, low: int, top: int, within: float) -> dict[int, int]:
    """Counts of a five-point scale whose outer levels take the share `within` of their band."""
    outer_low, outer_top = int(round_half_up(within * low)), int(round_half_up(within * top))
    return {1: outer_low, 2: low - outer_low, 3: total - low - top, 4: top - outer_top, 5: outer_top}


def _mixed(first: Floats, second: Floats, share: float) -> Floats:
    """Two independent standard normal values as one; the first has `share` of its variance."""
    return np.asarray(np.sqrt(share) * first + np.sqrt(1 - share) * second)


def _scaled(counts: pd.Series, base: int, n: int) -> pd.Series:
    """Counts at another base with the same shares."""
    return (counts * n / base).map(round_half_up).astype(int)


@dataclass(frozen=True)
class _Maker:
    """One run of the generator; every method draws its part of the answers, in the order of `waves`."""

    of_regions: np.random.Generator
    rng: np.random.Generator
    settings: Settings
    codebook: Codebook
    published: PublishedFigures

    def waves(self) -> SyntheticWaves:
        """Draw the frame, who answers, and both waves."""
        frame, order, size = self.frame(), self.of_regions.permutation(self.settings.regions), self.settings.panel
        n_early, n_late = self.settings.answered.values()
        panel, early, late, _ = np.split(order, [size, n_early, n_early + n_late - size])
        groups = (np.sort(np.r_[panel, early]), np.sort(np.r_[panel, late]))
        urgency = self.urgency(np.sort(panel), groups)
        maturity = self.settings.commitment_on_forms * frame["commitment"].to_numpy(float)
        maturity += self.rng.standard_normal(len(frame))
        trait = self.rng.standard_normal(len(frame))
        lasting = self.noise(_mixed(trait, self.rng.standard_normal(len(frame)), self.share_of_trait()))
        answers = {}
        for wave, regions, urgent in zip(self.settings.answered, groups, urgency, strict=True):
            here, mature = frame.iloc[regions], maturity[regions]
            forms = self.forms(mature, trait[regions])
            parts = [urgent, self.yields(here, forms, lasting[regions]), self.other_items(mature), forms]
            answers[wave] = pd.concat(parts, axis="columns").set_axis(here.index, axis="index")
        for wave, given in answers.items():
            answers[wave] = self.nonresponse(given, frame.index[panel], last=wave == list(answers)[-1])
        return SyntheticWaves(frame, answers)

    def frame(self) -> pd.DataFrame:
        n = self.settings.regions
        ids = [f"R{i:02d}" for i in range(1, n + 1)]
        frame = pd.DataFrame({"name": [f"Synthetische regio {i}" for i in ids]}, index=pd.Index(ids, name="region"))
        for variable, shares in self.settings.context_shares.items():
            edges = [int(round_half_up(n * share)) for share in np.cumsum(shares)]
            counts = dict(enumerate(np.diff([0, *edges]).tolist()))
            frame[variable] = by_rank(self.of_regions.standard_normal(n), counts)
        return frame

    def urgency(self, panel: Ints, groups: tuple[Ints, Ints]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Urgency of both waves: exact on the panel, the same shares on the regions beside it."""
        rho, n, m = self.settings.correlation.urgency_between_waves, self.settings.regions, self.settings.panel
        columns: tuple[dict[str, Floats], dict[str, Floats]] = ({}, {})
        counts = [implied_counts(self.published.percentages("urgency", year), m) for year in YEARS]
        for aspect, item in self.codebook.asked("urgency").items():
            stable = np.sqrt(rho) * self.rng.standard_normal(n)
            urgent_before = np.zeros(n, dtype=bool)
            for t, group in enumerate(groups):
                latent = stable + np.sqrt(1 - rho) * self.rng.standard_normal(n)
                if t == 1:
                    latent = self.steered(latent, urgent_before, panel, aspect, int(counts[1][aspect]))
                codes = np.zeros(n)
                beside = np.setdiff1d(group, panel)
                for members in (panel, beside):
                    top = int(round_half_up(counts[t][aspect] / m * len(members)))
                    low = int(round_half_up((len(members) - top) / 3))
                    codes[members] = by_rank(latent[members], _split(len(members), low, top, self.settings.within_band))
                urgent_before = codes >= 4
                columns[t][item] = codes[group]
        return pd.DataFrame(columns[0]), pd.DataFrame(columns[1])

    def steered(self, latent: Floats, before: Bools, panel: Ints, aspect: str, top: int) -> Floats:
        """Shift the later latent values so that the asked number of panel regions moves away from urgent."""
        rule = self.settings.moves_away.get(aspect)
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

    def share_of_trait(self) -> float:
        """The part that the unmeasured trait has in what lasts of a region's yields as a whole."""
        correlation = self.settings.correlation
        stable = correlation.items_in_region * correlation.yields_between_waves
        return self.settings.unmeasured_trait.with_yields**2 / stable

    def noise(self, shared: Floats) -> Floats:
        """Standard normal values of the yields, a row per region, which share `shared`."""
        own = self.rng.standard_normal((len(shared), len(self.codebook.asked("yield"))))
        return _mixed(shared[:, None], own, self.settings.correlation.items_in_region)

    def forms(self, maturity: Floats, trait: Floats) -> pd.DataFrame:
        """Borging forms in three levels: the printed shares are active, the index counts what is arranged."""
        n, base = len(maturity), list(self.settings.answered.values())[1]
        items = self.codebook.asked("borging")
        printed = _scaled(implied_counts(self.published.percentages("borging", YEARS[1]), base), base, n)
        rho = self.settings.correlation.forms_in_region
        noise = self.rng.standard_normal((n, len(items)))
        latent = _mixed(maturity[:, None], noise, rho)
        unmeasured = self.settings.unmeasured_trait
        touched = list(items).index(unmeasured.form)
        latent[:, touched] = _mixed(trait, latent[:, touched], unmeasured.with_form**2)
        counts = zip(latent.T, printed[list(items)].tolist(), strict=True)
        active = np.column_stack([by_rank(values, {0: n - count, 1: count}) for values, count in counts])
        arranged = self.arranged_counts(maturity, active.sum(axis=1))
        ranks = np.argsort(np.argsort(np.where(active == 1, -latent, np.inf), axis=1), axis=1)
        return pd.DataFrame(active + (ranks < arranged[:, None]), columns=list(items.values())).astype(float)

    def arranged_counts(self, maturity: Floats, active: Ints) -> Ints:
        """How many of its active forms each region has arranged, so that the index prints as published."""
        n, cut = len(maturity), self.codebook.borging_index
        n_many, n_hardly = (self.nearest(key, n) for key in ("index_many", "index_hardly"))
        by_maturity = np.lexsort((maturity, np.clip(active, 0, cut.hardly_at_most + 1)))
        able = by_maturity[n_hardly:]
        many = able[active[able] >= cut.many_at_least][-n_many:]
        between = np.setdiff1d(able, many)
        if len(many) < n_many or (active[between] <= cut.hardly_at_most).any():
            what = "the forms drawn cannot meet the published index of borging."
            todo = "Take another seed, or lower forms_in_region in data/synthetic.yaml."
            raise Problems([MarginsOutOfReach(what, todo)])
        least, most = np.zeros(n, dtype=np.int64), np.minimum(active, cut.hardly_at_most)
        least[many], most[many] = cut.many_at_least, active[many]
        least[between], most[between] = cut.hardly_at_most + 1, np.minimum(active[between], cut.many_at_least - 1)
        return least + (self.rng.random(n) * (most - least + 1)).astype(np.int64)

    def nearest(self, sentence: str, n: int) -> int:
        """Whole count that is nearest to a share in words: our reading of the sentence."""
        row = self.published.cells("borging_sentences", id=sentence).iloc[0]
        share = row["numerator"] / row["denominator"]
        return min(counts_in_words(int(row["numerator"]), int(row["denominator"]), n), key=lambda k: abs(k / n - share))

    def yields(self, frame: pd.DataFrame, forms: pd.DataFrame, lasting: Floats) -> pd.DataFrame:
        """Yields of a wave: what lasts in a region, what is of this wave, and the planted effects."""
        n, base = len(frame), list(self.settings.answered.values())[1]
        top, low = (
            _scaled(implied_counts(self.published.percentages(measure, YEARS[1]), base), base, n)
            for measure in ("yield_top", "yield_low")
        )
        items = self.codebook.asked("yield")
        of_wave = self.noise(self.rng.standard_normal(n))
        noise = logit(ndtr(_mixed(lasting, of_wave, self.settings.correlation.yields_between_waves)))
        columns = {}
        for j, (aspect, item) in enumerate(items.items()):
            latent = noise[:, j]
            for effect in [planted for planted in self.settings.planted if planted.acts_on(aspect)]:
                of_forms = effect.family == "borging"
                exposure = forms[f"borging_{effect.exposure}"] >= 1 if of_forms else frame[effect.exposure]
                latent = latent + effect.log_odds * exposure.to_numpy(float)
            columns[item] = by_rank(latent, _split(n, int(low[aspect]), int(top[aspect]), self.settings.within_band))
        return pd.DataFrame(columns).astype(float)

    def other_items(self, maturity: Floats) -> pd.DataFrame:
        """Attention, grades and whether the region works on borging at all."""
        n = len(maturity)
        columns: dict[str, object] = {}
        for topic, item in self.codebook.asked("attention").items():
            edges = np.cumsum(self.settings.attention_shares[self.codebook.attention_topics[topic].direction])[:-1]
            columns[item] = 1 + np.searchsorted(edges, self.rng.random(n))
        grade = self.settings.grade
        for item in self.codebook.asked("grade").values():
            columns[item] = np.clip(np.rint(grade.mean + grade.sd * self.rng.standard_normal(n)), 1, 10)
        active = self.nearest("active", n)
        columns["borging_active"] = by_rank(maturity + self.rng.standard_normal(n), {0: n - active, 1: active})
        return pd.DataFrame(columns).astype(float)

    def nonresponse(self, answers: pd.DataFrame, panel: pd.Index, *, last: bool) -> pd.DataFrame:
        """Put "weet niet" and blanks where no published base is touched."""
        out = answers.copy()
        for item in self.codebook.items.values():
            draw = self.rng.random(len(out))
            if item.question == "urgency":
                draw[out.index.isin(panel)] = 0.5
            elif item.question in {"yield", "borging", "borging_active"} and last:
                continue
            out.loc[draw < self.settings.nonresponse.dont_know, item.id] = self.settings.dont_know_code
            out.loc[draw > 1 - self.settings.nonresponse.blank, item.id] = np.nan
        return out
