"""Post-stratified shares are those of R's survey, and cover where response depends on the strata."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.poststratification import poststratified
from sto_analysis.analysis.shares import shares

REFERENCE = Path(__file__).parents[2] / "reference"
LEVELS = pd.Series(np.repeat([0.0, 1.0, 2.0], 26), name="commitment")


def _flags(answers: object, index: object) -> pd.DataFrame:
    return pd.DataFrame({"a": answers}, index=index, dtype="boolean")


def test_share_and_standard_error_are_those_of_survey():
    schools = pd.read_csv(REFERENCE / "apisrs.csv")
    expected = json.loads((REFERENCE / "expected.json").read_text())["survey_poststratified"]
    sizes = expected["population"]
    frame = pd.Series(np.repeat([0.0, 1.0, 2.0], list(sizes.values())), name="stype")
    first = dict(zip(sizes, np.cumsum([0, *sizes.values()]), strict=False))
    place = schools["stype"].map(first) + schools.groupby("stype").cumcount()
    found = poststratified(_flags((schools["api00"] >= 700).to_numpy(), place), frame).iloc[0]
    assert [found["weighted"], found["weighted_se"]] == pytest.approx(expected["mean_high"], abs=expected["tol"])
    assert found["effective"] == pytest.approx(expected["kish"], abs=1e-6)
    assert (found["strata"], found["weighted_by"]) == (3, "stype")


def test_a_known_share_with_missing_answers():
    rows = [0, 1, 26, 27, 28, 52, 53, 54, 55]
    found = poststratified(_flags([1, 0, 1, 1, 1, 0, 0, 0, pd.NA], rows), LEVELS).iloc[0]
    assert found["weighted"] == pytest.approx((0.5 + 1 + 0) / 3)
    assert found["effective"] == pytest.approx(9 / (1 / 2 + 1 / 3 + 1 / 3))
    assert found["weighted_low"] < 0.5 < found["weighted_high"]


@pytest.mark.parametrize(
    ("rows", "answers", "strata", "share"),
    [
        ([0, 26, 27, 52, 53], [0, 1, 1, 0, 0], 2, 2 / 3 * (2 / 3)),  # one in the lowest: joins the middle one
        ([26, 27, 52, 53], [1, 1, 0, 0], 2, 2 / 3),  # none in the lowest
        ([0, 1, 26, 27, 52], [1, 1, 0, 0, 1], 2, 1 / 3 + 2 / 3 * (1 / 3)),  # one in the highest: joins the middle one
        ([0, 26, 52], [1, 0, 0], 1, 1 / 3),
        ([0], [1], 1, 1.0),
    ],
)
def test_a_stratum_with_too_few_answers_joins_its_neighbour(rows, answers, strata, share):
    found = poststratified(_flags(answers, rows), LEVELS).iloc[0]
    assert found["strata"] == strata
    assert found["weighted"] == pytest.approx(share)


def test_with_one_stratum_it_is_the_plain_share():
    flags = _flags([1, 1, 0, 1, 0], [3, 5, 9, 11, 40])
    plain, found = shares(flags, 78).iloc[0], poststratified(flags, LEVELS * 0).iloc[0]
    assert found[["weighted", "weighted_low", "weighted_high"]].tolist() == pytest.approx(
        plain[["share", "low", "high"]].tolist()
    )
    assert found["effective"] == pytest.approx(5)


def test_a_census_has_no_interval_and_nobody_no_share():
    everyone = poststratified(_flags(np.arange(78) % 3 == 0, range(78)), LEVELS).iloc[0]
    values = everyone[["weighted", "weighted_low", "weighted_high", "weighted_se"]].to_numpy(float)
    assert values == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
    nobody = poststratified(_flags([pd.NA], [0]), LEVELS).iloc[0]
    assert np.isnan(nobody["weighted"])
    assert nobody["effective"] == 0


def test_where_all_agree_there_is_an_interval_nevertheless():
    found = poststratified(_flags([1] * 40, [*range(10), *range(26, 40), *range(60, 76)]), LEVELS).iloc[0]
    assert found["weighted"] == found["weighted_high"] == 1
    assert 0.85 < found["weighted_low"] < 1


def test_a_region_of_unknown_level_counts_nowhere():
    levels = LEVELS.copy()
    levels[[0, 77]] = np.nan
    flags = _flags([1, 1, 0, 1, 0, 0, 1, 0], [0, 1, 2, 30, 31, 60, 61, 62])
    found, without = poststratified(flags, levels), poststratified(flags.drop(0), LEVELS.drop([0, 77]))
    pd.testing.assert_frame_equal(found, without)


@pytest.mark.whole
@pytest.mark.parametrize(("yes", "least"), [((0.45, 0.57, 0.69), 0.93), ((0.8, 0.9, 0.99), 0.92)])
def test_weighting_covers_where_response_depends_on_the_strata(yes, least):
    rng, covered, moved = np.random.Generator(np.random.PCG64(6)), [], []
    for _ in range(100):
        truth = pd.DataFrame(rng.random((78, 12)) < np.repeat(yes, 26)[:, None])
        answering = rng.random(78) < np.repeat([0.45, 0.65, 0.85], 26)
        flags, actual = truth[answering].astype("boolean"), truth.mean().to_numpy()
        plain, found = shares(flags, 78), poststratified(flags, LEVELS)
        ends = [(plain["low"], plain["high"]), (found["weighted_low"], found["weighted_high"])]
        covered.append([((low <= actual + 1e-9) & (actual - 1e-9 <= high)).mean() for low, high in ends])
        moved.append([(plain["share"] - actual).mean(), (found["weighted"] - actual).mean(), found["effective"].mean()])
    (plain_cover, cover), (plain_bias, bias, effective) = np.mean(covered, axis=0), np.mean(moved, axis=0)
    assert plain_cover < 0.92
    assert least <= cover <= 0.97
    assert plain_bias > 0.012
    assert abs(bias) < 0.006
    assert 45 < effective < 48
