"""What follows from facts is found out, and what does not is not."""

from collections.abc import Iterable

import pandas as pd
import pytest

from sto_workbench.attack.attacked import Attack, Finding, Insider, counting
from sto_workbench.attack.facts import Fact, Group, exactly

LEVELS = {"a": 5}
LOW, TOP, ALL = frozenset({0, 1}), frozenset({3, 4}), frozenset(range(5))
BANDS = {"a": (LOW, TOP)}


def _group(positions: Iterable[int], at: str = "2024", **more: Iterable[int]) -> Group:
    where = {at: frozenset(positions)} | {f"{wave[1:]}": frozenset(held) for wave, held in more.items()}
    return Group("a", tuple(sorted(where.items())))


def _facts(*told: tuple[Group, int]) -> list[Fact]:
    return [exactly(group, count, f"file {place}") for place, (group, count) in enumerate(told)]


def attacked(facts: list[Fact], minimum: int, insider: Insider | None = None) -> list[Finding]:
    return Attack(facts, minimum, LEVELS, BANDS).findings(insider)


CLOSED = [(_group(ALL), 51), (_group(TOP), 30)]
PANEL = [(_group(ALL), 51), (_group(ALL, "2021"), 50), (_group(ALL, w2021=ALL), 42)]
HOLES = {
    "a total": ([(_group({2}), 19)], "2024: position 0,1", 2),
    "a complement": ([(_group({0, 1, 2, 3}), 49)], "2024: position 4", 2),
    "two tables": ([(_group({0, 1, 2}), 21), (_group({1, 2, 3, 4}), 50)], "2024: position 0", 1),
    "everybody": ([(_group({0}), 0)], "2024: position 0", 0),
    "panel and all": (
        [*PANEL, (_group(TOP, w2021=ALL), 29)], "2024: position 3,4, of those without answer in 2021", 1,
    ),
    "two waves": (
        [*PANEL, (_group(TOP, "2021"), 20), (_group(ALL, w2021=TOP), 18)],
        "2021: position 3,4, of those without answer in 2024", 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_small_group_that_follows_is_known_exactly_and_not_when_the_hole_is_closed(hole: str):
    more, name, count = HOLES[hole]
    found = {each.name: each for each in attacked(_facts(*CLOSED, *more), 3)}
    assert (found[name].low, found[name].high) == (count, count)
    less = attacked(_facts(*CLOSED, *more[:-1]), 3)
    assert name not in {each.name for each in less}


def test_an_insider_subtracts_its_own_answer():
    low = Fact((_group({0, 1}),), allowed=frozenset({(0,), (3,)}))
    assert attacked(_facts(*CLOSED, (_group({0, 1}), 4)), 3, {"a": {"2024": 0}}) == []
    facts = [*_facts(*CLOSED), low]
    assert attacked(facts, 3) == []
    found = attacked(facts, 3, {"a": {"2024": 0}})
    assert [(each.low, each.high) for each in found if each.name == "2024: position 0,1"] == [(2, 2)]


def test_two_releases_that_differ_by_a_late_answer_give_it_away():
    def release(number: int, answered: int, top: int | None) -> list[tuple[Group, int]]:
        told = [(_group(ALL, f"2024|{number}"), answered)]
        return told if top is None else [*told, (_group(TOP, f"2024|{number}"), top)]

    found = attacked(_facts(*release(1, 50, 30), *release(2, 51, 31)), 3)
    late = {each.name: each.low for each in found}
    assert late["2024|2: position 3,4, differently in 2024|1"] == 1
    assert attacked(_facts(*release(1, 50, 30), *release(2, 51, None)), 3) == []
    assert attacked(_facts(*release(1, 50, 30), *release(2, 50, 30)), 3) == []
    changed = attacked(_facts(*release(1, 50, 30), *release(2, 50, 29)), 3)
    assert {each.name: each.low for each in changed}["2024|1: position 3,4, differently in 2024|2"] == 1


def test_two_presets_of_the_same_answers_are_one_system():
    facts = _facts((_group(ALL, "2024|1"), 51), (_group(TOP, "2024|1"), 30), (_group({2}, "2024|2"), 19))
    assert [(e.name, e.low) for e in attacked(facts, 3) if e.name.endswith("0,1")] == [("2024: position 0,1", 2)]


def test_the_real_numbers_tell_which_groups_are_small():
    facts = _facts(*CLOSED, (_group(LOW), 4), (_group({1, 2, 3, 4}), 48))
    answers = {"2024": pd.DataFrame({"a": [0] * 3 + [1] + [2] * 17 + [3] * 30}).rename("R{:02}".format)}
    truth = counting(answers)
    found = Attack(facts, 3, LEVELS, BANDS).findings(truth=truth, why=True)
    names = {each.name: each for each in found}
    assert names["2024: position 0"].exact
    assert names["2024: position 0"].sources == {"file 0", "file 3"}
    assert "2024: position 0,1" not in names


def test_every_group_has_an_interval_that_holds_the_truth():
    facts = _facts(*CLOSED)
    low = {each.name: (each.low, each.high, each.size) for each in Attack(facts, 3, LEVELS, BANDS).intervals()}
    assert low["2024: position 0"] == (0, 21, 51)
    assert low["2024: position 3,4"] == (30, 30, 51)


def test_what_hangs_together_is_judged_by_the_largest_minimum_of_those_that_told_of_it():
    facts = _facts(*CLOSED, (_group(LOW), 5), (_group(ALL, "2021"), 50), (_group(LOW, "2021"), 5))
    kept = {("a", "2021"): 3, ("a", "2024"): 10}
    found = {each.name for each in Attack(facts, kept, LEVELS, BANDS).findings()}
    assert "2024: position 0,1" in found
    assert "2021: position 0,1" not in found
    linked = [*facts, exactly(_group(ALL, w2021=ALL), 42, "panel")]
    assert "2021: position 0,1" in {each.name for each in Attack(linked, kept, LEVELS, BANDS).findings()}


def test_what_was_known_before_is_no_finding_but_what_is_added_to_it_is():
    facts = _facts(*CLOSED, (_group(LOW), 2), (_group({0, 1, 2, 3}), 49))

    def of(*files: str) -> set[str]:
        attack = Attack(facts, 3, LEVELS, BANDS, before=lambda fact: not fact.sources.isdisjoint(files))
        return {each.name for each in attack.findings()}

    assert {"2024: position 0,1", "2024: position 4"} <= of("file 0", "file 1")
    assert "2024: position 0,1" not in of("file 0", "file 2")
    assert "2024: position 4" in of("file 0", "file 2")
    assert of("file 0", "file 1", "file 2", "file 3") == set()


def test_of_insiders_that_know_the_same_one_is_asked_and_of_a_few_kinds_the_rarest():
    low = Fact((_group({0, 1}),), allowed=frozenset({(0,), (3,)}))
    readers: list[Insider | None] = [{"a": {"2024": 4}}, {"a": {"2024": 4}}, {"a": {"2024": 0}}]
    attack = Attack([*_facts(*CLOSED), low], 3, LEVELS, BANDS)
    told = attack.told([None, *readers], kinds=1)
    assert ("insider", "2024: position 0,1", 2) in [(who, each.name, each.low) for who, each in told]
    assert attack.told([None, *readers[:2]], kinds=1) == []
