"""Bounds of sums are those of all possible worlds, counted out."""

from itertools import product

import numpy as np
import pytest

from sto_workbench.attack.facts import Fact, Group
from sto_workbench.attack.intervals import Inconsistent, Solver
from sto_workbench.attack.system import System, systems

LEVELS = {"a": 3, "b": 2}


def _worlds(system: System, total: int) -> np.ndarray:
    """Every world of up to so many regions that satisfies the facts, by brute force."""
    every = np.array([w for w in product(range(total + 1), repeat=system.size) if sum(w) <= total])
    held = np.ones(len(every), dtype=bool)
    for row, low, high in zip(system.rows, system.low, system.high, strict=True):
        held &= (every @ row >= low - 1e-9) & (every @ row <= high + 1e-9)
    for rows, allowed in system.choices:
        held &= [tuple(c) in {tuple(a) for a in allowed.tolist()} for c in (every @ rows.T).astype(int).tolist()]
    return every[held]


@pytest.mark.parametrize("seed", range(6))
def test_the_interval_is_that_of_all_worlds(seed: int):
    random = np.random.default_rng(seed)
    sets = [frozenset(int(p) for p in range(3) if random.random() < 0.5) or frozenset({0}) for _ in range(3)]
    truth = random.multinomial(6, [1 / 3] * 3)
    facts = [Fact((Group("a", (("w", frozenset(range(3))),)),), (1.0,), 6, 6)]
    for each in sets[:2]:
        count = int(sum(truth[list(each)]))
        facts.append(Fact((Group("a", (("w", each),)),), (1.0,), count - seed % 2, count + seed % 3))
    count = int(sum(truth[list(sets[2])]))
    facts.append(Fact((Group("a", (("w", sets[2]),)),), allowed=frozenset({(count,), (count + 2,)})))
    (system,) = systems(facts, LEVELS)
    worlds = _worlds(system, 6)
    for position in range(3):
        row = system.row((Group("a", (("w", frozenset({position})),)),))
        assert Solver(system).interval(row) == ((worlds @ row).min(), (worlds @ row).max())


def test_items_that_share_a_sum_are_one_system_and_what_is_known_of_one_region_counts():
    a, b = Group("a", (("w", frozenset({2})),)), Group("b", (("w", frozenset({1})),))
    (system,) = systems([Fact((a, b), (1.0, 1.0), 3, 3)], LEVELS)
    assert Solver(system).interval(system.row((a,))) == (0, 3)
    assert Solver(system, [system.row((b,))]).interval(system.row((a,))) == (0, 2)


def test_occasions_that_no_fact_links_are_apart():
    facts = [Fact((Group("a", ((at, frozenset({0})),)),), (1.0,), 2, 2) for at in ("w", "x")]
    assert len(systems(facts, LEVELS)) == 2
    both = Fact((Group("a", (("w", frozenset({0})), ("x", frozenset({0})))),), (1.0,), 1, 1)
    assert [len(each.blocks[0].cells) for each in systems([*facts, both], LEVELS)] == [15]


def test_facts_that_contradict_each_other_are_no_interval():
    group = Group("a", (("w", frozenset({0})),))
    (system,) = systems([Fact((group,), (1.0,), n, n) for n in (1, 2)], LEVELS)
    with pytest.raises(Inconsistent):
        Solver(system).interval(system.row((group,)))
