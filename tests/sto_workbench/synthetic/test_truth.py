"""Estimates stand beside what was planted."""

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.design import level_indicators
from sto_analysis.analysis.family import association_table
from sto_analysis.analysis.pooled import Association
from sto_analysis.monitor.answers import band_codes, in_band
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.intake.clean import clean_wave
from sto_workbench.synthetic.settings import Settings
from sto_workbench.synthetic.truth import compare_with_truth, narrow_models, planted_differences


def test_each_exposure_is_compared_with_its_planted_odds_ratio(settings: Settings):
    rows = [
        ("borging", "structures_systems", 5.0, 3.0, 20.0, "estimated", 0.01),
        ("borging", "communication", 1.5, 1.2, 2.0, "estimated", 0.2),
        ("borging", "joint_offer", np.nan, np.nan, np.nan, "constant", np.nan),
        ("context", "teacher_shortage", 0.9, 0.5, 2.0, "estimated", 0.6),
    ]
    names = ["family", "exposure", "odds_ratio", "low", "high", "status", "p_adjusted"]
    narrow = {"teacher_shortage": Association("teacher_shortage", 51, -1.1, 0.33, 0.1, 0.8)}
    truth = compare_with_truth(pd.DataFrame(rows, columns=names), settings, narrow).set_index("exposure")
    planted = next(e.log_odds for e in settings.planted if e.exposure == "structures_systems")
    assert truth.at["structures_systems", "planted"] == np.exp(planted)
    assert truth["inside"].tolist() == [True, False, None, True]
    assert truth["aspects"].tolist() == ["", "", "", "teachers"]
    assert truth.at["teacher_shortage", "odds_ratio"] == 0.33
    assert np.isnan(truth.at["teacher_shortage", "p_adjusted"])
    assert not truth["trait"].any()
    trait = settings.unmeasured_trait.model_copy(update={"form": "communication"})
    behind = settings.model_copy(update={"unmeasured_trait": trait})
    truth = compare_with_truth(pd.DataFrame(rows, columns=names), behind, narrow).set_index("exposure")
    assert truth.index[truth["trait"]].tolist() == ["communication"]


def test_in_synthetic_2024_planted_effects_are_inside_and_only_the_trait_is_flagged(
    settings: Settings, codebook: Codebook
):
    """The seed was chosen because what is planted shows; that this is so must not be lost unseen."""
    wave = clean_wave("synthetic-2024")
    yields = band_codes(wave.answers, codebook, "yield")
    forms = in_band(wave.answers, codebook, "borging", "top").astype("Float64").astype(float)
    context = wave.regions.loc[wave.answers.index, list(codebook.context_variables)].astype(float)
    tables = [
        association_table(yields, exposures, context["commitment"], 999, 1, 0.05).assign(family=family)
        for family, exposures in (("borging", forms), ("context", context))
    ]
    levels = level_indicators(context["commitment"])
    narrow = narrow_models(settings, yields, context, levels)
    truth = compare_with_truth(pd.concat(tables, ignore_index=True), settings, narrow)
    planted = truth[truth["planted"] != 1]
    assert len(planted) == len(settings.planted)
    assert planted["inside"].tolist() == [True] * len(planted)
    everywhere = planted[planted["aspects"] == ""]
    assert (everywhere["p_adjusted"] < 0.05).all()
    null = truth[truth["planted"] == 1]
    assert (null.loc[~null["trait"], "p_adjusted"] >= 0.05).all()
    assert (null.loc[null["trait"], "p_adjusted"] < 0.05).tolist() == [True]


def test_planted_log_odds_become_differences_of_shares(settings: Settings):
    """In half of the regions and at a share of one half the thresholds lie in the middle between both groups."""
    (form,) = [e for e in settings.planted if e.exposure == "structures_systems"]
    alone = settings.model_copy(update={"planted": [form]})
    exposures = pd.DataFrame({"structures_systems": [0.0, 1.0] * 10, "communication": [0.0, 0.0, 1.0, 1.0] * 5})
    exposures.iloc[0, 1] = np.nan
    shares = pd.Series(0.5, ["image", "teachers"])
    found = planted_differences(alone, shares, exposures.drop(index=1))
    expected = 2 / (1 + np.exp(-form.log_odds / 2)) - 1
    assert found.to_dict() == pytest.approx({"structures_systems": expected, "communication": 0})
    partly = alone.model_copy(update={"planted": [form.model_copy(update={"aspects": ["image"]})]})
    assert planted_differences(partly, shares, exposures.drop(index=1))["structures_systems"] == pytest.approx(
        expected / 2
    )
    assert planted_differences(alone, shares.reindex(["image", "teachers", "silent"]), exposures).equals(
        planted_differences(alone, shares, exposures)
    )
    assert planted_differences(alone, shares, exposures.assign(communication=np.nan)).isna().all()
