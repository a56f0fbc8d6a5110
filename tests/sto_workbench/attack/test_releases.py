"""Several releases of a wave: which answers are taken to be the same, and who can have moved."""

from sto_workbench.attack.attacked import Attack
from sto_workbench.attack.facts import Fact, Group, exactly
from sto_workbench.attack.releases import in_one_world

LEVELS = {"a": 5, "b": 5}
TOP, ALL = frozenset({3, 4}), frozenset(range(5))


def _told(item: str, release: int, answered: int, top: int) -> list[Fact]:
    return [
        exactly(Group(item, ((f"2024|{release}", positions),)), count, f"{release}.csv")
        for positions, count in ((ALL, answered), (TOP, top))
    ]


def _occasions(facts: list[Fact], item: str) -> set[str]:
    found = [group for fact in in_one_world(facts, LEVELS) for group in fact.groups if group.item == item]
    return {at for group in found for at, _ in group.where}


def test_an_item_of_which_both_say_the_same_has_no_movers():
    """Somebody withdrew who had not answered b: of b, nobody's answer follows."""
    facts = [*_told("a", 1, 50, 30), *_told("b", 1, 40, 20), *_told("a", 2, 49, 30), *_told("b", 2, 40, 20)]
    assert _occasions(facts, "b") == {"2024|1"}
    assert _occasions(facts, "a") == {"2024|1", "2024|2"}
    found = Attack(facts, 3, LEVELS, {"a": (TOP,), "b": (TOP,)}).findings()
    assert {each.item for each in found} == {"a"}


def test_what_a_third_release_says_as_the_first_did_is_of_the_first():
    facts = [each for release, top in ((1, 30), (2, 29), (3, 30)) for each in _told("a", release, 50, top)]
    facts += [each for release in (1, 3) for each in _told("b", release, 40, 20)]
    assert _occasions(facts, "a") == {"2024|1", "2024|2"}
    assert _occasions(facts, "b") == {"2024|1"}


def test_of_three_releases_the_steps_between_add_up():
    facts = [each for release, top in ((1, 30), (2, 29), (3, 27)) for each in _told("a", release, 50, top)]
    movers = [fact.high for fact in in_one_world(facts, LEVELS) if fact.low == 0 and len(fact.groups) == 6]
    assert sorted(movers) == [1, 2, 3]
