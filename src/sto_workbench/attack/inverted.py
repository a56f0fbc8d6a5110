"""From published numbers to facts about counts: shares, intervals, tests and means are turned around."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import floor

from sto_workbench.attack.facts import (
    Fact,
    Group,
    bonett_price,
    exactly,
    group,
    mcnemar,
    one_of,
    paired_counts,
    share_counts,
    wilson_counts,
    within,
)  # fmt: skip
from sto_workbench.attack.read import Number, Release
from sto_workbench.attack.scales import INDEX, Scales

REGIONS = 78
"""Partnerships in the country: known to everybody."""
_MEASURE = {"yield_top": "yield", "yield_low": "yield"}
Told = dict[str, list[tuple[float, float, str]]]
"""Statistic and part of a row → each value that was read of it, half its step, where."""


@dataclass
class Reader:
    """Turns the numbers of one release around.

    Parameters
    ----------
    scales : Scales
        Of the codebook.
    release : Release
        What was read.
    number : int
        Which of the releases it is, for the names of occasions.
    """

    scales: Scales
    release: Release
    number: int
    rows: dict[tuple[str, str], Told] = field(init=False)

    def __post_init__(self) -> None:
        """Put together what is said of one row."""
        rows = defaultdict[tuple[str, str], Told](lambda: defaultdict(list))
        for each in self.release.numbers:
            statistic, _, row = each.result.partition(".")
            wave = each.wave or self.release.wave
            if wave != "published" and row:
                key = f"{statistic}:{each.part}"
                rows[wave, row][key].append((each.value, _half(each), f"{self.release.name}/{each.source}"))
        self.rows = rows

    def facts(self) -> Iterator[Fact]:
        """All that the release says of counts."""
        for (wave, row), told in self.rows.items():
            yield from self._row(wave, row, told)
        for wave in {wave for wave, _ in self.rows}:
            yield from self._everybody(wave)

    def _row(self, wave: str, row: str, told: Told) -> Iterator[Fact]:
        if found := self._counted(wave, row):
            yield from self._share(*found, told, "share", "count", self._population(wave, told))
        parts = row.split(".")
        if parts[0] == "grade" and len(parts) == 2 and row in self.scales.levels:
            yield from self._grade(row, self._at(wave), told)
        elif "gap:value" in told and f"urgency.{row}" in self.scales.levels:
            yield from self._gap(wave, row, told)
        elif len(parts) == 3 and f"{parts[0]}.{parts[1]}" in self.scales.levels and _is_paired(told):
            yield from self._paired(f"{parts[0]}.{parts[1]}", self._at(wave), self._at(parts[2]), told)
        elif row == "shares":
            yield from self._mean_forms(wave, told)

    def _at(self, wave: str) -> str:
        return f"{wave}|{self.number}"

    def _counted(self, wave: str, row: str) -> tuple[Group, Group] | None:
        """The group that a row counts, and the whole of which it is a share."""
        question, *rest = row.split(".")
        at, bands = self._at(wave), self.scales.named
        if question == "index":
            item, band = (INDEX, rest[0]) if rest[0] in bands[INDEX] else (f"{rest[0]}.{rest[0]}", "top")
        else:
            if question in ("urgency_earlier", "urgency_later"):
                return self._before(wave, question, rest)
            item = f"{_MEASURE.get(question, question)}.{rest[0]}" if rest else ""
            end = ["low" if question == "yield_low" else "top"] if len(rest) < 2 else rest[1:]
            if end[-1][-4:].isdigit() and end[0] == end[-1] and len(end[-1]) > 3:
                at, end = self._at(end[-1]), ["top"]
            band = end[-1]
        if item not in bands or not (band in bands[item] or band.isdigit()):
            return None
        positions = bands[item].get(band) or frozenset({int(band)})
        whole = self.scales.whole(item)
        return (group(item, **{at: positions}), group(item, **{at: whole})) if positions <= whole else None

    def _before(self, wave: str, question: str, rest: list[str]) -> tuple[Group, Group] | None:
        """Of the panel: urgency before, and now."""
        waves = {row.split(".")[-1] for _, row in self.rows if row.startswith("urgency.")}
        earlier = max((each for each in waves if each[-4:].isdigit() and each[-4:] < wave[-4:]), default="")
        item = f"urgency.{rest[0]}" if rest else ""
        if not earlier or item not in self.scales.levels:
            return None
        whole, top = self.scales.whole(item), self.scales.named[item]["top"]
        now, before = self._at(wave), self._at(earlier)
        part = {now: whole, before: top} if question == "urgency_earlier" else {now: top, before: whole}
        return group(item, **part), group(item, **{now: whole, before: whole})

    def _population(self, wave: str, told: Told) -> int:
        given = told.get("population:value") or self.rows.get((wave, "shares"), {}).get("population:value")
        return round(given[0][0]) if given else REGIONS

    def _sizes(self, whole: Group, told: Told, key: str) -> Iterable[int]:
        """Regions that a share can be of: its n, or that of another row of the same whole."""
        if given := told.get(key) or self._bases.get(whole):
            return [round(value) for value, _, _ in given][:1]
        wave = whole.where[0][0].split("|")[0]
        answered = self.rows.get((wave, "shares"), {}).get("answered:value")
        return range(1, (round(answered[0][0]) if answered else REGIONS) + 1)

    @cached_property
    def _bases(self) -> dict[Group, list[tuple[float, float, str]]]:
        out: dict[Group, list[tuple[float, float, str]]] = {}
        for (wave, row), told in self.rows.items():
            found = self._counted(wave, row)
            if found and told.get("share:n"):
                out.setdefault(found[1], told["share:n"])
        return out

    def _share(
        self, part: Group, whole: Group, told: Told, share: str, count: str, population: int | None
    ) -> Iterator[Fact]:
        """A share, its n, its count and its Wilson interval."""
        for value, _, source in (*told.get(f"{share}:n", []), *told.get(f"{count}:n", [])):
            yield exactly(whole, round(value), source)
        for value, half, source in told.get(f"{count}:value", []):
            yield within((part,), (1.0,), value, min(half, 0.499), source)
        sizes = list(self._sizes(whole, told, f"{share}:n" if f"{share}:n" in told else f"{count}:n"))
        for value, half, source in told.get(f"{share}:value", []):
            yield from _either((part, whole), share_counts(value, half, sizes), source)
        for ends, source in _ends(told, share, ("low", "high")):
            if population is not None:
                yield from _either((part, whole), wilson_counts(ends, population, sizes), source)

    def _paired(self, item: str, now: str, before: str, told: Told) -> Iterator[Fact]:
        """Change between two waves on the regions that answered both."""
        whole, top = self.scales.whole(item), self.scales.named[item]["top"]
        every = group(item, **{now: whole, before: whole})
        became, ceased = (group(item, **{a: top, b: whole - top}) for a, b in ((now, before), (before, now)))
        for value, _, source in told.get("difference:n", []):
            yield exactly(every, round(value), source)
        sides = {"earlier": {now: whole, before: top}, "later": {now: top, before: whole}}
        for side, where in sides.items():
            yield from self._share(group(item, **where), every, told, f"{side}_share", side, None)
        for name, counted in (("became", became), ("ceased", ceased)):
            yield from (exactly(counted, round(value), source) for value, _, source in told.get(f"{name}:value", []))
        given = told.get("difference:n")
        sizes = [round(given[0][0])] if given else list(self._sizes(every, {}, ""))
        tests = [(ends, mcnemar, source) for ends, source in _ends(told, "p", ("value",))]
        tests += [(ends, bonett_price, source) for ends, source in _ends(told, "difference", ("value", "low", "high"))]
        for ends, formula, source in tests:
            if given or formula is mcnemar:
                found = paired_counts(ends, sizes[-1:], formula)
                yield from one_of((became, ceased), [each[:2] for each in found], source)
            else:
                yield from one_of((became, ceased, every), paired_counts(ends, sizes, formula), source)

    def _grade(self, item: str, at: str, told: Told) -> Iterator[Fact]:
        """Mean of the grades with its n, and the ends of the middle half."""
        whole = group(item, **{at: self.scales.whole(item)})
        for value, _, source in told.get("mean:n", []):
            yield exactly(whole, round(value), source)
        sizes = list(self._sizes(whole, told, "mean:n"))
        if len(sizes) != 1:
            return
        codes = self.scales.codebook.scales[self.scales.codebook.questions["grade"].scale].codes
        each = tuple(group(item, **{at: frozenset({position})}) for position in range(len(codes)))
        for value, half, source in told.get("mean:value", []):
            yield within(each, tuple(map(float, codes)), value * sizes[0], half * sizes[0], source)
        for part, share in (("low", 0.25), ("high", 0.75)):
            for value, half, source in told.get(f"middle:{part}", []):
                yield from _quantile(item, at, codes, (value, half), share, sizes[0], source)

    def _gap(self, wave: str, row: str, told: Told) -> Iterator[Fact]:
        """Urgency less yield: two items in one sum."""
        sides = [self._counted(wave, f"{question}.{row}.top") for question in ("urgency", "yield")]
        yield from self._sum([side for side in sides if side], (1.0, -1.0), told["gap:value"])

    def _mean_forms(self, wave: str, told: Told) -> Iterator[Fact]:
        """Forms per region: the shares of all forms in one sum."""
        forms = [self._counted(wave, f"borging.{form}.top") for form in self.scales.codebook.borging_forms]
        yield from self._sum([form for form in forms if form], (1.0,) * len(forms), told.get("mean_forms:value", []))

    def _sum(
        self, sides: list[tuple[Group, Group]], weights: tuple[float, ...], values: list[tuple[float, float, str]]
    ) -> Iterator[Fact]:
        sizes = [list(self._sizes(whole, {}, "")) for _, whole in sides]
        if len(sides) == len(weights) and all(len(size) == 1 for size in sizes):
            scaled = tuple(weight / size[0] for weight, size in zip(weights, sizes, strict=True))
            yield from (within(tuple(p for p, _ in sides), scaled, *value) for value in values)

    def _everybody(self, wave: str) -> Iterator[Fact]:
        """No item has more answers than there were."""
        for value, _, source in self.rows.get((wave, "shares"), {}).get("answered:value", []):
            for item in self.scales.levels:
                whole = group(item, **{self._at(wave): self.scales.whole(item)})
                yield Fact((whole,), (1.0,), 0, round(value), None, frozenset({source}))


def _half(number: Number) -> float:
    """Half of the step; no share, p or mean is published to less than 0.01."""
    return min(number.half, 0.005) if number.half < 0.5 else number.half


def _is_paired(told: Told) -> bool:
    return any(key.split(":")[0] in ("difference", "became", "ceased", "earlier", "p", "later_share") for key in told)


def _ends(told: Told, statistic: str, parts: tuple[str, ...]) -> Iterator[tuple[dict[str, tuple[float, float]], str]]:
    """What each place says of the parts of a statistic."""
    by_source = defaultdict[str, dict[str, tuple[float, float]]](dict)
    for part in parts:
        for value, half, source in told.get(f"{statistic}:{part}", []):
            by_source[source][part] = (value, half)
    yield from ((ends, source) for source, ends in by_source.items())


def _either(groups: tuple[Group, Group], found: list[tuple[int, int]], source: str) -> Iterator[Fact]:
    """A count of a base that is known, or both where it is not."""
    known = len({size for _, size in found}) == 1
    return one_of(groups[:1], [each[:1] for each in found], source) if known else one_of(groups, found, source)


def _quantile(
    item: str, at: str, codes: list[int], told: tuple[float, float], share: float, size: int, source: str
) -> Iterator[Fact]:
    """What a quantile (linear between two grades) says, where only one pair of grades can give it."""
    value, half = told
    place = floor((size - 1) * share)
    between = (size - 1) * share - place
    found = [
        (low, high)
        for low in range(len(codes))
        for high in range(low, len(codes))
        if abs(codes[low] + between * (codes[high] - codes[low]) - value) <= half + 1e-9 and (between or low == high)
    ]
    if len(found) != 1:
        return
    low, high = found[0]
    below = [(low, 0, place)] if low else []
    below.append((low + 1, place + 1, size if low == high else place + 1))
    if between:
        below += [(high + 1, place + 2, size), *([(high, place + 1, place + 1)] if high > low else [])]
    for end, least, most in below:
        yield Fact((group(item, **{at: range(end)}),), (1.0,), least, most, None, frozenset({source}))
