"""Synthetic waves meet the published margins exactly, and carry what was planted."""

from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.counts import Stack, tabulate
from sto_analysis.analysis.proportional_odds import fit_counts
from sto_analysis.analysis.published import implied_counts
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.published_figures import PublishedFigures
from sto_workbench.synthetic.generator import SyntheticWaves, generate
from sto_workbench.synthetic.settings import Settings

EARLIER, LATER = "synthetic-2021", "synthetic-2024"
SEEDS = range(100, 130)


def fingerprint(answers: pd.DataFrame) -> str:
    """SHA-256 of the codes themselves, whatever file holds them."""
    codes = answers.fillna(-1).astype(np.int64).to_csv(lineterminator="\n")
    return sha256(codes.encode()).hexdigest()


@pytest.fixture(scope="module")
def many(settings: Settings, codebook: Codebook, slides: PublishedFigures) -> dict[int, SyntheticWaves]:
    return {seed: generate(settings, codebook, slides, seed) for seed in SEEDS}


@pytest.mark.whole
def test_every_published_margin_is_met_for_every_seed(many, codebook: Codebook, slides: PublishedFigures):
    for waves in many.values():
        answers = waves.answers[LATER]
        panel = answers.index.intersection(waves.answers[EARLIER].index)
        assert (len(waves.frame), len(answers), len(panel)) == (78, 51, 42)
        for question, measure, hit in (
            ("yield", "yield_top", lambda codes: codes >= 4),
            ("yield", "yield_low", lambda codes: codes <= 2),
            ("borging", "borging", lambda codes: codes >= 1),
        ):
            counts = implied_counts(slides.percentages(measure, 2024), 51)
            found = {c: int(hit(answers[item]).sum()) for c, item in codebook.asked(question).items()}
            assert found == counts.to_dict()
        for wave, year in ((EARLIER, 2021), (LATER, 2024)):
            counts = implied_counts(slides.percentages("urgency", year), 42)
            urgent = {
                a: int((waves.answers[wave].loc[panel, i].between(4, 5)).sum())
                for a, i in codebook.asked("urgency").items()
            }
            assert urgent == counts.to_dict()
        arranged = (answers[list(codebook.asked("borging").values())] == 2).sum(axis=1)
        assert ((arranged >= 4).sum(), (arranged <= 1).sum(), (answers["borging_active"] == 1).sum()) == (20, 13, 34)


def test_regions_move_as_the_asterisks_ask(many, codebook: Codebook):
    for waves in many.values():
        panel = waves.answers[LATER].index.intersection(waves.answers[EARLIER].index)
        before, after = (waves.answers[wave].loc[panel] >= 4 for wave in (EARLIER, LATER))
        ceased = (before & ~after).sum()
        assert ceased["urgency_mbo_alignment"] == 0
        assert ceased["urgency_teaching_quality"] >= 1


@pytest.mark.whole
def test_the_same_seed_gives_the_same_content_and_another_seed_another(
    many, settings: Settings, codebook: Codebook, slides: PublishedFigures
):
    again = generate(settings, codebook, slides, SEEDS[0])
    for wave in (EARLIER, LATER):
        assert fingerprint(again.answers[wave]) == fingerprint(many[SEEDS[0]].answers[wave])
        assert fingerprint(again.answers[wave]) != fingerprint(many[SEEDS[1]].answers[wave])
    pd.testing.assert_frame_equal(again.frame, many[SEEDS[0]].frame)


def test_the_content_is_the_one_of_every_platform(many):
    """Fingerprints taken once; another Python, numpy or operating system must give the same."""
    assert fingerprint(many[100].answers[LATER])[:16] == "79b19045ab952821"


def test_planted_effects_survive_the_exact_margins(many, settings: Settings, codebook: Codebook):
    effects = {effect.exposure: effect.log_odds for effect in settings.planted if effect.aspects == "all"}
    found = []
    for waves in many.values():
        answers = waves.answers[LATER]
        y = np.digitize(answers[list(codebook.asked("yield").values())].to_numpy(), [2.5, 3.5])
        x = np.column_stack([answers["borging_structures_systems"] >= 1, waves.frame.loc[answers.index, "commitment"]])
        stack = Stack(y.ravel(), np.tile(np.arange(8), 51), np.repeat(x, 8, axis=0).astype(float))
        found.append(fit_counts(tabulate(stack)).coef[0])
    mean, se = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(len(found))
    assert np.abs(mean - [effects["structures_systems"], effects["commitment"]]).max() < 4 * se.max()


def _correlated(many, settings: Settings, codebook: Codebook) -> pd.DataFrame:
    """Per wave and form: how it goes with the share of top-band yields in the later wave, and change with change."""
    unknown = settings.dont_know_code
    found = []
    for waves in many.values():
        early, late = (waves.answers[wave].replace(unknown, np.nan) for wave in (EARLIER, LATER))
        panel = late.index.intersection(early.index)
        shares, has = [], []
        for answers in (early, late):
            shares.append((answers[list(codebook.asked("yield").values())] >= 4).mean(axis=1))
            forms = answers.filter(like="borging_").drop(columns="borging_active")
            has.append((forms >= 1).astype(float).where(forms.notna()))
        change, shift = (has[1] - has[0]).loc[panel], (shares[1] - shares[0]).loc[panel]
        found.append(pd.DataFrame({"level": has[1].corrwith(shares[1]), "change": change.corrwith(shift)}))
    return pd.concat(found, keys=range(len(found)))


def test_the_trait_ties_its_form_to_the_yields_of_a_wave_but_not_to_their_change(many, settings, codebook):
    found = _correlated(many, settings, codebook).groupby(level=1)
    mean, error = found.mean(), found.std() / np.sqrt(len(many))
    trait, planted = f"borging_{settings.unmeasured_trait.form}", "borging_structures_systems"
    others = mean.index.drop([trait, planted])
    assert mean.at[trait, "level"] > mean.loc[others, "level"].max() + 4 * error.at[trait, "level"]
    assert abs(mean.at[trait, "change"]) < 3 * error.at[trait, "change"]
    assert mean.at[planted, "change"] > 6 * error.at[planted, "change"]


def test_absent_answers_touch_no_published_base(many, codebook: Codebook, settings: Settings):
    gaps = 0
    for waves in many.values():
        answers = waves.answers[LATER]
        for question in ("yield", "borging", "borging_active"):
            given = answers[list(codebook.asked(question).values())]
            assert given.notna().all(axis=None)
            assert not (given == settings.dont_know_code).any(axis=None)
        gaps += int(answers.isna().sum().sum()) + int((answers == settings.dont_know_code).sum().sum())
    assert gaps > 0
