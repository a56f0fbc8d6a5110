"""Clusters are left out whole: who carries an estimate then, and its degrees of freedom."""

import numpy as np
import pytest

from sto_analysis.analysis.balance import balance
from sto_analysis.analysis.groups import FEWEST_CLUSTERS, cluster_balance, layered


def test_rows_of_a_unit_stand_in_layers_and_nothing_in_those_that_it_does_not_fill():
    found = layered(np.array([10, 20, 30, 40, 50]), np.array([1, 0, 1, 2, 1]))
    assert found.tolist() == [[20, 10, 40], [0, 30, 0], [0, 50, 0]]


def test_clusters_of_one_region_have_the_degrees_of_freedom_of_regions():
    rng = np.random.default_rng(1)
    x, beside = rng.integers(0, 3, 40).astype(float), np.column_stack([np.ones(40), rng.integers(0, 2, (40, 2))])
    found = cluster_balance(x, beside, np.arange(40))
    assert found == pytest.approx(balance(x, beside))


def test_degrees_of_freedom_are_those_of_the_quadratic_form():
    """Satterthwaite's formula, from the eigenvalues of the whole matrix of estimates less those without a cluster."""
    rng = np.random.default_rng(2)
    unit = np.r_[np.arange(12), rng.integers(0, 12, 28)]
    x, beside = rng.integers(0, 3, 12).astype(float)[unit], np.column_stack([np.ones(40), rng.integers(0, 2, 40)])
    design = np.column_stack([beside, x])
    full = np.linalg.pinv(design)[-1]
    rows = []
    for cluster in range(12):
        kept, without = unit != cluster, np.zeros(40)
        without[kept] = np.linalg.pinv(design[kept])[-1]
        rows.append(without - full)
    size = np.linalg.eigvalsh(np.array(rows) @ np.array(rows).T)
    assert cluster_balance(x, beside, unit).df == pytest.approx(size.sum() ** 2 / (size**2).sum())
    assert size.sum() ** 2 / (size**2).sum() < 11


@pytest.mark.parametrize(("clusters", "carriers"), [(FEWEST_CLUSTERS - 1, 1), (FEWEST_CLUSTERS, 0)])
def test_few_clusters_say_nothing_however_many_regions_they_have(clusters: int, carriers: int):
    unit = np.arange(70) % clusters
    found = cluster_balance((unit % 2).astype(float), np.ones((70, 1)), unit)
    assert found.carriers == carriers
    assert np.isnan(found.df) == bool(carriers)


@pytest.mark.parametrize(("few", "carriers"), [(1, 1), (2, 2), (3, 0)])
def test_one_cluster_or_two_carry_an_estimate_however_many_regions_they_have(few: int, carriers: int):
    unit = np.arange(60) % 12
    assert cluster_balance((unit < few).astype(float), np.ones((60, 1)), unit).carriers == carriers
