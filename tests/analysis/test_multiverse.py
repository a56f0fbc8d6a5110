"""The curve holds every specification, and its joint p is neither blind nor trigger-happy."""

import itertools

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.multiverse import Specification, specification_curve
from sto_analysis.analysis.pooled import Model, associate, level_indicators


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
    assert curves.at["x", "positive"] == 1
    assert curves.at["y", "p_adjusted"] > 0.05


def test_without_effect_the_joint_p_holds_its_level_under_confounding():
    flagged = 0
    for seed in range(120):
        specifications, strata = _specifications(seed, 0.0)
        flagged += specification_curve(specifications, strata, 199, seed)[1]["p_adjusted"].min() < 0.05
    assert flagged / 120 < 0.11


def test_the_same_seed_gives_the_same_curve():
    specifications, strata = _specifications(3, 0.5)
    first, second = (specification_curve(specifications, strata, 99, 7) for _ in range(2))
    pd.testing.assert_frame_equal(first[0], second[0])
    pd.testing.assert_frame_equal(first[1], second[1])
