"""Cells and sums: what a store counts follows from them to the last digit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.results import ROW, read_result
from sto_workbench.release.cells import KNOWN, Counted
from sto_workbench.release.rules import release_of
from sto_workbench.release.units import counted_items
from tests.sto_workbench.release.world import BEFORE, WAVE, answer, delivered, describe, drawn

COUNTED = ("shares", "bands", "distribution", "grades", "changes", "trend", "backtest")


def told(items: list[Counted]) -> dict[str, list[tuple[int, int]]]:
    """Row → of each of its sums the number, and of how many regions."""
    found: dict[str, list[tuple[int, int]]] = {}
    for item in items:
        for each in item.sums:
            if each.row:
                of = 0 if each.of is None else int(each.of @ item.counts)
                found.setdefault(each.row, []).append((int(each.over @ item.counts), of))
    return found


def assert_reproduced(wave: str) -> None:
    sums = told(counted_items(wave))
    for name in COUNTED:
        view = read_result(wave, name)
        assert set(view[ROW]) <= set(sums), f"{name}: rows without sums"
        for row in view.to_dict("records"):
            ((number, base), *more), n = sums[row[ROW]], row["base"]
            if name == "grades":
                assert row["mean"] == pytest.approx(number / n, rel=1e-9) if n else pd.isna(row["mean"])
                continue
            assert n == base, row
            if name == "backtest":
                assert (row["count"], more) == (number, [])
            elif name == "changes":
                (later, _), (became, _), (both, _) = more
                assert both == base
                assert (row["earlier"], row["later"], row["became"]) == (number, later, became)
                assert row["ceased"] == number + became - later
            else:
                assert row["share"] == pytest.approx(number / n, rel=1e-9) if n else pd.isna(row["share"])


def made(rng: np.random.Generator, **how: float) -> None:
    for wave in (BEFORE, WAVE):
        answer(wave, drawn(wave, rng, **how))
    describe(WAVE)


@pytest.mark.whole
def test_sums_of_cells_are_the_numbers_of_the_store(copy: Path):
    for wave in (BEFORE, WAVE):
        answer(wave, delivered(wave).answers)
        if wave == WAVE:
            describe(wave)
    assert_reproduced(WAVE)
    describe(BEFORE)
    assert_reproduced(BEFORE)


def test_sums_of_cells_are_the_numbers_of_the_store_for_random_answers(copy: Path):
    made(np.random.default_rng(1), missing=0.2)
    assert_reproduced(WAVE)


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(50))
def test_and_for_many(copy: Path, seed: int):
    rng = np.random.default_rng(seed)
    made(rng, missing=float(rng.choice([0, 0.05, 0.5])), regions=int(rng.choice([12, 30, 51])))
    assert_reproduced(WAVE)


@pytest.mark.whole
def test_every_counted_table_is_tried_here(copy: Path):
    made(np.random.default_rng(2))
    kinds = {name: release_of(name).kind for name in ("own", "alike", *COUNTED)}
    assert kinds == {"own": "never", "alike": "never", **dict.fromkeys(COUNTED, "counted")}


@pytest.mark.whole
def test_rows_that_tell_the_same_sums_are_one_unit(copy: Path):
    made(np.random.default_rng(3))
    units = {row: unit for item in counted_items(WAVE) for row, unit in item.units.items()}
    top = "bands:urgency.teachers.band.top"
    assert {units["shares:urgency.teachers.top"], units[f"trend:urgency.teachers.{WAVE}"]} == {units[top]}
    assert units[f"changes:urgency.teachers.{BEFORE}"] != units[top]


def test_what_is_published_and_reproduced_is_known_and_what_is_not_is_not(copy: Path):
    """Shares of yields, and of urgency on the panel with its size; a share that the answers do not have is nobody's."""
    for wave in (BEFORE, WAVE):
        answer(wave, delivered(wave).answers)
    items = {each.name: each for each in counted_items(WAVE)}
    urgent, yielding = items["urgency.teachers"], items["yield.image"]
    assert {24, 37, 42} <= known(urgent)
    assert {42, 2} <= known(yielding)
    assert "shares:yield.image.low" not in yielding.told_small(4)
    answers = delivered(WAVE).answers.copy()
    answers.loc[answers.index[answers["yield_image"] == "much"][0], "yield_image"] = "little"
    answer(WAVE, answers)
    changed = next(each for each in counted_items(WAVE) if each.name == "yield.image")
    assert known(changed) == {51}
    assert "shares:yield.image.low" in changed.told_small(4)


def known(item: Counted) -> set[int]:
    """Numbers that everybody knows."""
    return {int(each.over @ item.counts) for each in item.sums if each.row == KNOWN}


def test_small_groups_are_those_of_few_and_of_all_but_few(copy: Path):
    answers = delivered(WAVE).answers.copy()
    item = "urgency_teachers"
    answers[item] = pd.Categorical.from_codes([4] * 50 + [0], answers[item].cat.categories, ordered=True)
    answer(WAVE, answers)
    answer(BEFORE, delivered(BEFORE).answers)
    item = next(each for each in counted_items(WAVE) if each.name == "urgency.teachers")
    small = {int(group @ item.counts) for group in item.small(3)}
    assert {0, 1} <= small <= {0, 1, 2, 3}  # those of all regions, and of the regions that answered before or did not
    assert {int(group @ item.counts) for group in item.small(0)} == {0}


def test_positions_of_those_that_answered_before_too_are_groups(copy: Path):
    """A shown margin, with the size of the panel, bounds them: on random waves the attacker found 3 to 12 for 5."""
    made(np.random.default_rng(4))
    item = next(each for each in counted_items(WAVE) if each.name == "urgency.teachers")
    now, then = item.states[:, [*item.answers].index(WAVE)], item.states[:, [*item.answers].index(BEFORE)]
    groups = {group.tobytes() for group, _ in item.groups()}
    assert ((now == 3) & (then >= 0)).astype(np.int64).tobytes() in groups
    assert ((then == 3) & (now >= 0)).astype(np.int64).tobytes() in groups
    assert ((now == 3) & (then < 0)).astype(np.int64).tobytes() in groups
