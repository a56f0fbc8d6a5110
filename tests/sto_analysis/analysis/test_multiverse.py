"""The curve holds every specification, and its joint p is neither blind nor trigger-happy."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.design import Model, level_indicators
from sto_analysis.analysis.multiverse import Specification, specification_curve
from sto_analysis.analysis.pooled import associate


def _specifications(seed: int, effect: float, regions: int = 50) -> tuple[list[Specification], pd.Series]:
    rng = np.random.Generator(np.random.PCG64(seed))
    index = pd.Index([f"r{i:02}" for i in range(regions)])
    commitment = pd.Series(rng.integers(0, 3, regions).astype(float), index=index, name="commitment")
    other = pd.Series(rng.standard_normal(regions), index=index, name="other")
    forms = pd.DataFrame((rng.standard_normal((regions, 2)) + 0.5 * commitment.to_numpy()[:, None] > 0.5), index=index)
    forms = forms.astype(float).set_axis(["x", "y"], axis="columns")
    latent = rng.logistic(size=(regions, 8)) + 0.8 * rng.standard_normal((regions, 1))
    latent += effect * forms[["x"]].to_numpy() + 0.6 * commitment.to_numpy()[:, None]
    codes = pd.DataFrame(np.digitize(latent, [-0.5, 1.5]).astype(float), index=index, columns=list("abcdefgh"))
    outcomes = {"bands": codes, "top": (codes == 2).astype(float)}
    adjusters = {"levels": level_indicators(commitment), "more": level_indicators(commitment).assign(other=other)}
    samples = {"all": index, "part": index[: regions * 4 // 5]}
    found = []
    for outcome, adjust, sample in itertools.product(outcomes, adjusters, samples):
        table = outcomes[outcome].loc[samples[sample]]
        for name in forms:
            choices = {"outcome": outcome, "adjust": adjust, "sample": sample}
            found.append(Specification(name, choices, Model(table, forms[[name]], adjusters[adjust])))
    return found, commitment + 10 * index.isin(samples["part"])


def test_every_specification_is_fitted_as_it_would_be_alone():
    specifications, strata = _specifications(1, 1.0)
    table, curves = specification_curve(specifications, strata, 99, 1)
    assert len(table) == 16
    assert curves["specifications"].tolist() == [8, 8]
    for row, specification in zip(table.to_dict("records"), specifications, strict=True):
        model = specification.model
        alone = associate(model.outcomes, model.exposures.iloc[:, 0], model.adjust)
        assert row["odds_ratio"] == pytest.approx(alone.odds_ratio, rel=1e-6)
        assert (row["low"], row["high"]) == pytest.approx((alone.low, alone.high), rel=1e-5)
        assert row["outcome"] == specification.choices["outcome"]


def test_an_effect_moves_its_own_curve():
    specifications, strata = _specifications(2, 1.6, 80)
    _, curves = specification_curve(specifications, strata, 999, 1)
    curves = curves.set_index("exposure")
    assert curves.at["x", "p_adjusted"] < 0.01
    assert curves.at["x", "positives"] == curves.at["x", "estimated"] > 0
    assert curves.at["y", "p_adjusted"] > 0.05


@pytest.mark.parametrize("waves", [20, pytest.param(120, marks=pytest.mark.wide)])
def test_without_effect_the_joint_p_holds_its_level_under_confounding(waves: int):
    flagged = 0
    for seed in range(waves):
        specifications, strata = _specifications(seed, 0.0)
        flagged += specification_curve(specifications, strata, 199, 10_000 + seed)[1]["p_adjusted"].min() < 0.05
    assert flagged / waves < 0.05 + 3 * np.sqrt(0.05 * 0.95 / waves)


def _with_gaps(seed: int, *, selective: bool) -> tuple[list[Specification], pd.Series]:
    """Some regions leave one item open, and so leave the rule `complete`; more of them where the exposure is 0."""
    specifications, strata = _specifications(seed, 0.0)
    rng = np.random.Generator(np.random.PCG64(20_000 + seed))
    first = specifications[0].model
    share = 0.6 - 0.5 * first.exposures["x"] if selective else 0.4
    open_ = rng.random(len(first.outcomes)) < share
    holes = first.outcomes.copy()
    holes.loc[open_, "a"] = np.nan
    complete = holes.dropna()
    models = [s.model for s in specifications if s.choices["outcome"] == "bands" and s.choices["sample"] == "all"]
    return [
        Specification(str(model.exposures.columns[0]), {"missing": "complete"}, replace(model, outcomes=complete))
        for model in models
    ], strata % 10


@pytest.mark.whole
@pytest.mark.parametrize(
    ("selective", "waves"), [(True, 40), *(pytest.param(each, 150, marks=pytest.mark.wide) for each in (False, True))]
)
def test_missing_answers_leave_the_joint_p_its_level(selective: bool, waves: int):
    """Exchanged as zeros with the variance of all regions, 40 % absent regions would flag .14 to .18 of the curves."""
    flagged = 0
    for seed in range(waves):
        specifications, strata = _with_gaps(seed, selective=selective)
        flagged += specification_curve(specifications, strata, 199, seed)[1]["p_adjusted"].min() < 0.05
    assert flagged / waves < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / waves)


def test_chunks_change_the_memory_and_not_the_curves(monkeypatch: pytest.MonkeyPatch):
    specifications, _ = _specifications(4, 0.5)
    strata = pd.Series(0.0, index=specifications[0].model.adjust.index)
    whole = specification_curve(specifications, strata, 100, 1)[1]
    monkeypatch.setattr("sto_analysis.analysis.permutation._AT_ONCE", 7)
    pd.testing.assert_frame_equal(specification_curve(specifications, strata, 100, 1)[1], whole)


def test_a_curve_without_p_says_why():
    specifications, strata = _specifications(5, 0.5)
    few = strata.where(np.arange(len(strata)) < 9)
    curves = specification_curve(specifications, few, 99, 1)[1]
    assert curves["status"].tolist() == ["too_few_regions"] * 2
    assert curves["p"].isna().all()
    constant = [replace(s, model=replace(s.model, exposures=s.model.exposures * 0)) for s in specifications]
    curves = specification_curve([*constant[::2], *specifications[1::2]], strata, 99, 1)[1].set_index("exposure")
    assert curves["status"].to_dict() == {"x": "constant", "y": "tested"}


def test_the_same_seed_gives_the_same_curve():
    specifications, strata = _specifications(3, 0.5)
    first, second = (specification_curve(specifications, strata, 99, 7) for _ in range(2))
    pd.testing.assert_frame_equal(first[0], second[0])
    pd.testing.assert_frame_equal(first[1], second[1])


def test_missing_exposures_and_adjusters_do_not_shrink_the_test_of_a_curve():
    """No region is complete on both forms; each curve is tested on all that know its own."""
    specifications, strata = _specifications(2, 1.6, 80)
    tables = {id(s.model.exposures): s.model.exposures for s in specifications}
    for place, table in enumerate(tables.values()):
        table.iloc[place % 2 :: 2] = np.nan
    _, curves = specification_curve(specifications, strata, 99, 1)
    assert (curves["status"] == "tested").all()
    assert curves["p_adjusted"].notna().all()
