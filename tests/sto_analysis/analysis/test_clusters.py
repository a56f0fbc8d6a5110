"""An exposure that neighbours share is tested by exchange between whole clusters."""

import itertools

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.clusters import (
    alike_in_clusters,
    cluster_codes,
    clustered_statistics,
    shared_clusters,
    shared_information,
)


def _rng(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_clusters_are_numbered_and_a_region_without_one_stands_alone():
    found = cluster_codes(pd.Series(["Twente", None, "Zeeland", "Twente", np.nan]))
    assert found is not None
    assert found.tolist() == [0, 2, 1, 0, 3]
    assert cluster_codes(pd.Series(["a", "b", None, None])) is None


def test_an_exposure_that_is_not_known_shares_nothing():
    exposures = pd.DataFrame({"x": [1.0, np.nan, 2.0], "y": [1.0, 1.0, 2.0], "z": [1.0, 2.0, 3.0]})
    labels = pd.DataFrame({"x": ["a", "a", "b"], "y": ["a", "a", "b"]})
    assert {name: codes.tolist() for name, codes in shared_clusters(exposures, labels).items()} == {"y": [0, 0, 1]}
    assert shared_clusters(exposures, None) == {}


def test_correlation_inside_clusters_is_that_of_pairs():
    rng, clusters = _rng(), np.repeat(np.arange(900), 3)
    scores = np.sqrt(0.3) * rng.standard_normal((900, 4))[clusters] + np.sqrt(0.7) * rng.standard_normal((2700, 4))
    np.testing.assert_allclose(alike_in_clusters(scores, clusters), 0.3, atol=0.08)
    assert alike_in_clusters(np.array([[1.0], [-1.0], [1.0], [-1.0]]), np.array([0, 0, 1, 1])) == 0


def test_p_agrees_with_all_exchanges_of_clusters():
    rng, clusters = _rng(3), np.array([0, 0, 0, 1, 1, 2, 3, 4, 5, 5])
    values, scores = np.array([0.0, 2.0, 1.0, 0.0, 2.0, 1.0]), rng.standard_normal((10, 1))
    nothing, all_alike = np.zeros(10, dtype=int), []
    for order in itertools.permutations(values):
        found = clustered_statistics(scores, np.array(order)[clusters], nothing, clusters, 0, _rng())
        all_alike.append(abs(found[0, 0]))
    found = np.abs(clustered_statistics(scores, values[clusters], nothing, clusters, 20_000, _rng())[:, 0])
    exact = np.mean(np.array(all_alike) >= found[0] - 1e-9)
    assert (found[1:] >= found[0] - 1e-9).mean() == pytest.approx(exact, abs=0.012)


def _layout(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Regions in 30 clusters of unequal size, of which 51 answered; the largest have the outlying values."""
    drawn = np.r_[np.arange(30), rng.choice(30, 48, p=rng.dirichlet(np.full(30, 1.5)))]
    clusters = np.unique(rng.permutation(drawn)[:51], return_inverse=True)[1]
    size = np.bincount(clusters)
    place = np.argsort(np.argsort(size + 2 * rng.standard_normal(len(size)))) / len(size)
    return clusters, np.digitize(place, [0.75, 0.9]).astype(float), np.clip(np.round(rng.normal(1, 0.8, 51)), 0, 2)


def test_the_level_is_held_where_large_clusters_have_outlying_values_and_an_exchange_of_regions_does_not():
    rng, low = _rng(5), {"clusters": 0, "regions": 0}
    for _ in range(300):
        clusters, values, strata = _layout(rng)
        shared = np.sqrt(0.5) * rng.standard_normal(clusters.max() + 1)[clusters]
        scores = (shared + np.sqrt(0.5) * rng.standard_normal(51))[:, None]
        for name, groups in (("clusters", clusters), ("regions", np.arange(51))):
            found = np.abs(clustered_statistics(scores, values[clusters], strata.astype(int), groups, 199, rng)[:, 0])
            low[name] += (found[1:] >= found[0]).mean() < 0.05
    assert low["clusters"] <= 300 * 0.05 + 3 * np.sqrt(300 * 0.05 * 0.95)
    assert low["regions"] > 2 * low["clusters"]


def test_statistics_have_unit_variance_and_regions_that_are_not_known_weigh_nothing():
    rng = _rng(7)
    clusters, values, strata = _layout(rng)
    exposure, scores = values[clusters], rng.standard_normal((51, 2000))
    for alike in (0.0, 0.5):
        shared = rng.standard_normal((51, 2000))[clusters]
        answers = np.sqrt(alike) * shared + np.sqrt(1 - alike) * scores
        found = clustered_statistics(answers, exposure, strata.astype(int), clusters, 0, _rng())
        assert found.std() == pytest.approx(1, abs=0.1), alike
    known = clusters != clusters[0]
    scores = scores[:, :1]
    gaps = clustered_statistics(scores, np.where(known, exposure, np.nan), strata.astype(int), clusters, 50, _rng())
    here = [each[known] for each in (scores, exposure, strata.astype(int), clusters)]
    np.testing.assert_allclose(gaps, clustered_statistics(*here, 50, _rng()))


def test_an_exposure_that_strata_explain_has_no_statistic():
    clusters = np.repeat(np.arange(10), 2)
    x = (clusters % 2).astype(float)
    assert np.isnan(clustered_statistics(np.ones((20, 1)), x, x.astype(int), clusters, 5, _rng())).all()


def test_the_variance_over_some_of_all_regions_is_what_is_shared_says():
    """Over random parts of a frame, beside the variance of the slope computed of each."""
    rng = _rng(9)
    clusters, values, _ = _layout(rng)
    frame = pd.DataFrame({"x": values[clusters], "own": rng.standard_normal(51)})
    labels, nothing = pd.DataFrame({"x": clusters.astype(str)}), pd.Series(0.0, frame.index)
    scores = pd.Series(np.sqrt(0.4) * rng.standard_normal(51)[clusters] + np.sqrt(0.6) * rng.standard_normal(51))
    told = shared_information(scores - scores.mean(), frame, nothing, labels)
    rho = float(alike_in_clusters((scores - scores.mean()).to_numpy()[:, None], clusters)[0])
    assert list(told) == ["x"] and rho > 0.1
    alike = rho * (clusters[:, None] == clusters) + (1 - rho) * np.eye(51)

    def variance(at: np.ndarray) -> float:
        x = frame["x"].to_numpy()[at]
        x = x - frame["x"].mean()  # as the formula has it: of all regions
        return float(x @ alike[np.ix_(at, at)] @ x / (x @ x) ** 2)

    some = np.mean([variance(rng.permutation(51)[:30]) for _ in range(3000)])
    assert some / variance(np.arange(51)) == pytest.approx((51 / 30 + told["x"]) / (1 + told["x"]), rel=0.06)
    assert shared_information(scores, frame, nothing, None) == {}
