"""Small groups that tables of models state: of so many regions, of so many answers, of those that are silent."""

from collections import defaultdict
from collections.abc import Iterator
from math import floor

from sto_analysis.monitor.codebook import Codebook
from sto_workbench.attack.attacked import Finding
from sto_workbench.attack.inverted import REGIONS
from sto_workbench.attack.read import Number, Release

_SHARES = ("share", "share_low", "share_high")
Told = dict[tuple[str, str], list[Number]]
"""Id and part of a result → its numbers."""


def stated(release: Release, codebook: Codebook, adjuster: str, minimum: int) -> Iterator[Finding]:
    """Small groups that the tables of models of a release state.

    Parameters
    ----------
    release : Release
        What was read.
    codebook : Codebook
        Its forms and traits are what models compare by.
    adjuster : str
        Trait whose own shares are adjusted for nothing: they are of so many answers to all yields together.
    minimum : int
        Regions, or answers, up to which a group is small.
    """
    waves = defaultdict[str, Told](lambda: defaultdict(list))
    for each in release.numbers:
        waves[each.wave or release.wave][each.result, each.part].append(each)
    compared = {*codebook.borging_forms, *codebook.context_variables}
    asked = sum(item.question == "yield" for item in codebook.items.values())
    for wave, told in waves.items():
        yield from _silent(told, wave, release.name, minimum)
        for (result, part), numbers in told.items():
            statistic, name, *_ = (*result.split("."), "")
            if part == "n" and statistic in _SHARES and name in compared:
                size = round(numbers[0].value)
                every = max((round(each.value) for each in told.get((f"odds_ratio.{name}", "n"), [])), default=0)
                for group, few in (("compared", size), ("left over", every - size)):
                    if 0 < few <= minimum:
                        yield _finding(name, f"{wave}: regions {group} by {result}", few, few, release.name, numbers)
                for share in told.get((result, "value"), []) if name == adjuster else []:
                    for side, most in (("top", share.value), ("other", 1 - share.value)):
                        few = floor((most + share.half) * size * asked + 1e-9)
                        if few <= minimum:
                            yield _finding(name, f"{wave}: {side} answers of {result}", 0, few, release.name, [share])


def _silent(told: Told, wave: str, name: str, minimum: int) -> Iterator[Finding]:
    """Traits of so few silent, or answering, regions."""
    answered = told.get(("answered.shares", "value"), [])
    population = told.get(("population.shares", "value"), [])
    here = round(answered[0].value) if answered else REGIONS
    silent = (round(population[0].value) if population else REGIONS) - here
    for (result, part), numbers in told.items():
        statistic, _, row = result.partition(".")
        if part == "value" and row.startswith("response.") and statistic in ("silent", "answering", "difference"):
            for who, few in (("silent", silent), ("answering", here)):
                if answered and 0 < few <= minimum:
                    yield _finding(row, f"{wave}: traits of {who} regions by {result}", few, few, name, numbers)


def _finding(item: str, name: str, low: int, high: int, release: str, numbers: list[Number]) -> Finding:
    return Finding(item, name, low, high, max(high, 1), frozenset(f"{release}/{each.source}" for each in numbers))
