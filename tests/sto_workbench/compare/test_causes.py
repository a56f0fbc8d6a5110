"""200 planted changes: every result that differs is found and put down to what was planted; nothing else is named.

What is real in these runs and what is planted is said in planting.py. What a plant changes is known from a run with
that plant alone; where several are planted together, a result may be put down to those that change it alone.
"""

from pathlib import Path

import numpy as np
import pytest

from sto_workbench.compare.changes import compare
from sto_workbench.compare.difference import Difference, difference
from sto_workbench.compare.run import Run
from tests.sto_workbench.compare.planting import RAW, Plant, Planting, Plants

pytestmark = pytest.mark.whole
TOGETHER = 5


def _changed(before: Run, after: Run) -> set[str]:
    return set(compare(before, after).changed["id"])


def _named(found: Difference) -> dict[str, set[str]]:
    return {name: {cause.key for cause in because.causes} for name, because in found.because.items()}


def _alone(base: Run, run: Run, plant: Plant) -> set[str]:
    """Results that one plant changes, each of them put down to it for certain."""
    found = difference(base, run)
    changed = _changed(base, run)
    assert set(found.because) == changed, plant
    wrong = {name: keys for name, keys in _named(found).items() if not keys <= plant.keys}
    assert wrong == {}, (plant, list(wrong.items())[:3])
    assert all(because.certain or plant.kind == "codes" for because in found.because.values()), plant
    if not changed:
        assert found.effects == [], plant
        assert {cause.key for cause in found.without} <= plant.keys | {f"file {name}" for name in RAW.values()}, plant
    return changed


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.wide) for seed in range(2, 41))])
def test_planted_changes_are_found_and_put_down_to_what_was_planted(finished_copy: Path, seed: int):
    planting = Planting(finished_copy)
    base, drawn = planting.run(), Plants(planting, seed)
    plants = [drawn.draw() for _ in range(TOGETHER)]
    alone = [_alone(base, planting.run(plant), plant) for plant in plants]
    found = difference(base, planting.run(*plants))
    wrong = []
    for name, keys in _named(found).items():
        true = [plant for plant, changed in zip(plants, alone, strict=True) if name in changed]
        possible = frozenset[str]().union(*(plant.keys for plant in (true or plants)))
        missed = [plant for plant in true if not plant.keys & keys]
        false = keys - possible if found.because[name].certain else set()
        if missed or false:
            wrong.append((name, [plant.kind for plant in missed], false))
    assert wrong == []
    print(
        seed,
        [plant.kind for plant in plants],
        len(found.because),
        np.mean([each.certain for each in found.because.values()]),
    )


def test_unchanged_runs_give_nothing(finished_copy: Path):
    planting = Planting(finished_copy)
    found = difference(planting.run(), planting.run())
    assert found.nothing
    assert (found.effects, found.without, len(found.changes.changed)) == ([], [], 0)
