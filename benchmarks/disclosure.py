"""Random waves and releases through the gate, and after them the attacker, who knows nothing of it.

python benchmarks/disclosure.py        # the table in docs/benchmarks/disclosure.md; many minutes, on two cores
python benchmarks/disclosure.py 0.03   # of a part of the worlds, to look at (it writes the table all the same)
"""

import os

os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")})

import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from machine import ROOT, machine, publish, table
from outside import outside_table

from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_workbench.attack.attacked import Attack
from sto_workbench.attack.facts import Group
from sto_workbench.attack.inverted import Reader
from sto_workbench.attack.read import Number, Release
from sto_workbench.attack.scales import INDEX, Scales
from sto_workbench.attack.targets import Target, wave_of
from sto_workbench.release import earlier
from sto_workbench.release.gate import gate
from sto_workbench.release.rules import read_rules
from sto_workbench.release.units import counted_items

BEFORE, NOW = "synthetic-2021", "synthetic-2024"
PRESETS = ("small_survey", "official_statistics")
KINDS = {"wave": 500, "two waves": 500, "late": 67, "changed": 67, "withdrawn": 66}
"""What is released, and how often at each preset: one wave with what it tells of the one before; both waves; a wave
twice, with one answer between that is late, changed or withdrawn."""
OTHERS = ("attention", "grade", "borging", "borging_active")
INSIDERS = 3
NOTE = """
Random answers to items of every kind, 12 to 78 regions, some nearly all alike; each world goes through the gate and
then to the attacker of `sto attack`, which is independent of it and told no more than what was shown and how many
answered. A small group is one of at most the preset's minimum of regions among those that somebody could ask for:
positions, bands, what they leave over, panel, newcomers, who moved, and whose answers differ between two releases.
Found *exactly*: only one number is possible; *narrow*: not all from 0 to the minimum are. Insiders are three regions
of each world, drawn by chance, that know their own answers of both waves, and count the others. *Withheld numbers*:
the small ones that a withheld row counts or leaves over; *recovered* by the outsider exactly, *bounded* where they are
narrow only. Without complementary suppression only rows fall that count a small group themselves (primary suppression).
""".strip().replace("\n", " ")
HALF = """
Exactly alone that is less than half. With so high a minimum many rows of an item of 12 to 78 regions are small
themselves and fall without it: whole items are withheld, and beside them nothing is shown that could be subtracted.
More than half is recovered there only when what is narrow, within the protection interval, counts too.
""".strip().replace("\n", " ")
REGIONS = [f"R{number:02}" for number in range(1, 79)]
Counts = tuple[str, str, frozenset[int]]
"""Item, wave and positions of the regions that a row counts."""
Answers = dict[str, pd.DataFrame]
"""Wave, or one release of it → position by region and item."""


@dataclass(frozen=True)
class Told:
    """A row of the store: what it counts, computed here from the answers alone."""

    statistic: str
    numbers: Mapping[str, float]
    n: int
    group: Counts = ("", "", frozenset())

    def small(self, minimum: int) -> bool:
        """Whether it is a small group: primary suppression, which does not look at what is left over."""
        return any(value <= minimum for name, value in self.numbers.items() if name != "mean")


def drawn(rng: np.random.Generator, codebook: Codebook) -> Answers:
    """Two waves of random answers to a few items: of all shapes, with few or many regions, and some that are alike."""
    aspect, other = str(rng.choice([*codebook.aspects])), str(rng.choice(OTHERS))
    asked = [f"urgency_{aspect}", f"yield_{aspect}"]
    asked += [name for name in codebook.items if name.startswith(other)][: None if other == "borging" else 1]
    base = rng.uniform(0.15, 1, 2)
    there = rng.random((2, len(REGIONS))) < base[:, None]
    there[1] = np.where(rng.random(len(REGIONS)) < 0.6, there[0], there[1])
    found: Answers = {}
    for place, wave in enumerate((BEFORE, NOW)):
        columns = {}
        for item in asked:
            levels = len(codebook.items[item].scale.levels)
            odds = rng.dirichlet(np.full(levels, rng.choice([0.3, 1, 3])))
            answer = rng.choice(levels, len(REGIONS), p=odds).astype(float)
            if place and rng.random() < 0.7:
                stays = rng.random(len(REGIONS)) < 0.7
                answer = np.where(stays & found[BEFORE][item].notna(), found[BEFORE][item], answer)
            columns[item] = np.where(rng.random(len(REGIONS)) < rng.choice([0, 0.03, 0.1]), np.nan, answer)
        found[wave] = pd.DataFrame(columns, index=REGIONS)
        found[wave].loc[~there[place]] = np.nan
    return found


def written(answers: Answers, codebook: Codebook) -> None:
    """Write answers where the gate reads them."""
    for wave, given in answers.items():
        columns = {}
        for name, item in codebook.items.items():
            ids = [level.id for level in item.scale.levels]
            codes = given[name].fillna(-1).astype(int) if name in given else np.full(len(given), -1)
            columns[name] = pd.Categorical.from_codes(codes, ids, ordered=True)
        found = pd.DataFrame(columns, index=given.index.rename("region")).dropna(how="all")
        path = Path(os.environ["STO_ROOT"]) / "data" / "processed" / wave / "answers.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        found.to_parquet(path)


def items(given: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Positions by the names that the attacker has for items, with the index where all forms were asked."""
    named = {name: f"{item.question}.{item.concept or item.id}" for name, item in codebook.items.items()}
    forms = [f"borging_{form}" for form in codebook.borging_forms]
    found = given.rename(columns=named)
    if set(forms) <= {*given}:
        level = len(codebook.scales["borging_level"].levels) - 1
        found[INDEX] = (given[forms] == level).sum(axis=1).where(given[forms].notna().all(axis=1))
    return found


def told(row: str, answers: Answers, scales: Scales, wave: str) -> Told | None:
    """What a row of the store says; None where nobody answered."""
    name, _, place = row.partition(":")
    question, *rest = place.split(".")
    if name == "changes":
        return _change(f"{question}.{rest[0]}", answers[rest[1]], answers[wave], scales)
    at = rest[-1] if name == "trend" else wave
    concept = rest[0]
    item = {"yield_top": f"yield.{concept}", "yield_low": f"yield.{concept}"}.get(question, f"{question}.{concept}")
    band = "low" if question == "yield_low" else "top" if name == "trend" else rest[-1]
    if question == "index":
        item, band = (INDEX, concept) if concept.startswith("index_") else (f"{concept}.{concept}", "top")
    given = answers[at].get(item, pd.Series(dtype=float)).dropna()
    if given.empty:
        return None
    if name == "grades":
        codes = scales.codebook.scales[scales.codebook.questions["grade"].scale].codes
        return Told("mean", {"mean": round(float(np.mean([codes[int(each)] for each in given])), 2)}, len(given))
    positions = scales.named[item].get(band) or {int(band)}
    return Told("share", {"count": int(given.isin(positions).sum())}, len(given), (item, at, frozenset(positions)))


def _change(item: str, before: pd.DataFrame, now: pd.DataFrame, scales: Scales) -> Told | None:
    if item not in before or item not in now:
        return None
    both = pd.concat([before[item], now[item]], axis=1, keys=["was", "is"]).dropna()
    was, top = (both[each].isin(scales.named[item]["top"]) for each in ("was", "is"))
    counts = {"earlier": was.sum(), "later": top.sum(), "became": (top & ~was).sum(), "ceased": (was & ~top).sum()}
    return Told("difference", {name: int(count) for name, count in counts.items()}, len(both)) if len(both) else None


def numbers(rows: Mapping[str, Told], shown: set[str], wave: str) -> Iterator[Number]:
    """What a release prints of each row: its counts and its share to a whole per cent if it is shown, and its n.

    How many answered a wave is no secret; how many answered two is told with a change, or not at all.
    """
    for row, each in rows.items():
        place = row.partition(":")[2]
        if row in shown or not row.startswith("changes:"):
            yield Number(f"{each.statistic}.{place}", "n", each.n, 0.5, wave, row)
        if row in shown:
            for name, value in each.numbers.items():
                yield Number(f"{name}.{place}", "value", value, 0.005 if name == "mean" else 0.5, wave, row)
            if each.statistic == "share":
                share = np.floor(100 * each.numbers["count"] / each.n + 0.5) / 100
                yield Number(f"share.{place}", "value", share, 0.005, wave, row)


@cache
def _covered(wave: str) -> frozenset[str]:
    """Rows of the store that are counted, whatever was answered."""
    return frozenset(row for item in counted_items(wave) for row in item.units)


class World:
    """A compendium of made-up answers, in which one thing after another is released."""

    def __init__(self, seed: int, preset: str) -> None:
        processed = Path(os.environ["STO_ROOT"]) / "data" / "processed"
        shutil.rmtree(processed, ignore_errors=True)
        self.rng, self.codebook = np.random.default_rng(seed), read_codebook()
        self.scales, self.rules = Scales(self.codebook), {wave: read_rules(wave, preset) for wave in (BEFORE, NOW)}
        self.answers = drawn(self.rng, self.codebook)
        self.facts, self.truth, self.lost = [], Answers(), Counter[str]()
        self.suppressed = set[Counts]()

    @property
    def minimum(self) -> int:
        """Up to which groups are small."""
        return self.rules[NOW].minimum

    def release(self, wave: str, number: int, *, complementary: bool = True) -> None:
        """Release a wave as it is now; without complementary suppression only rows that are small themselves fall."""
        written(self.answers, self.codebook)
        positions = {name: items(given, self.codebook) for name, given in self.answers.items()}
        covered = _covered(wave)
        found = {row: told(row, positions, self.scales, wave) for row in sorted(covered)}
        rows = {row: each for row, each in found.items() if each is not None}
        if complementary:
            gated = gate(wave, self.rules[wave], earlier.read_earlier(wave))
            gone = {*gated.log["row"]}
            earlier.note(wave, number, self.minimum, covered - gone, gated.answers)
        else:
            gone = {row for row, each in rows.items() if each.small(self.minimum)}
        self.suppressed |= {each.group for row, each in rows.items() if row in gone}
        self._know(rows, {*rows} - gone, wave, number, positions)

    def _know(self, rows: Mapping[str, Told], shown: set[str], wave: str, number: int, positions: Answers) -> None:
        page = Release(f"{number}", wave, [*numbers(rows, shown, wave)], [], {})
        self.facts += Reader(self.scales, page, number).facts()
        for name, given in positions.items():
            self.truth |= {name: given, f"{name}|{number}": given}
        self.lost.update(rows=len(rows), kept=len(shown))

    def differ(self, kind: str) -> None:
        """One region answers late, otherwise, or no more."""
        now = self.answers[NOW]
        there = now.notna().any(axis=1)
        region = str(self.rng.choice(now.index[~there if kind == "late" else there]))
        late = {item: self.rng.integers(len(self.codebook.items[item].scale.levels)) for item in now}
        if kind == "changed":
            late = {item: value for item, value in late.items() if self.rng.random() < 0.5}
        self.answers[NOW] = now.copy()
        self.answers[NOW].loc[region, list(late)] = np.nan if kind == "withdrawn" else list(late.values())

    def attacked(self) -> Counter[str]:
        """What an outsider and a few insiders find, and how many small groups there are to find."""
        attack = Attack(self.facts, self.minimum, self.scales.levels, self.scales.bands)
        truth, found = self._true(), Counter[str](self.lost)
        small = [target for aims in attack.targets for target in aims if truth(target) <= self.minimum]
        withheld = {(target.groups[0].item, target.name) for target in small if self._withheld(target)}
        found |= {"small": len(small), "withheld": len(withheld)}
        for who in [None, *self._insiders()]:
            by = "outsider" if who is None else "insider"
            for each in attack.findings(who, truth):
                found[f"{by} {'exact' if each.exact else 'narrow'}"] += 1
                if who is None and (each.item, each.name) in withheld:
                    found["recovered" if each.exact else "bounded"] += 1
        return found

    def _withheld(self, target: Target) -> bool:
        """Whether a target is what a row that is withheld counts, or what it leaves over."""
        group, *more = target.groups
        if more or len(group.where) > 1:
            return False
        at, positions = group.where[0]
        rest = frozenset(range(self.scales.levels[group.item])) - positions
        return any((group.item, wave_of(at), each) in self.suppressed for each in (positions, rest))

    def _true(self) -> Callable[[Target], float]:
        """The real number of each target."""
        codes = {
            (at, str(item)): given[item].fillna(-1).to_numpy() for at, given in self.truth.items() for item in given
        }

        @cache
        def standing(group: Group) -> int:
            held = np.ones(len(REGIONS), dtype=bool)
            for at, positions in group.where:
                given = codes.get((at, group.item), codes[wave_of(at), group.item])
                held &= np.isin(given, [*positions])
            return int(held.sum())

        return lambda target: float(
            sum(weight * standing(group) for group, weight in zip(target.groups, target.weights, strict=True))
        )

    def _insiders(self) -> Iterator[dict[str, dict[str, int]]]:
        for region in self.rng.choice(REGIONS, INSIDERS, replace=False):
            own: dict[str, dict[str, int]] = {}
            for wave, given in self.answers.items():
                for item, place in items(given, self.codebook).loc[region].dropna().items():
                    own.setdefault(str(item), {})[wave] = int(place)
            yield own


def one(case: tuple[str, str, int, bool]) -> tuple[str, str, bool, Counter[str]]:
    """Draw, release and attack one world."""
    kind, preset, seed, complementary = case
    world, start = World(seed, preset), time.process_time()
    if kind == "two waves":
        world.release(BEFORE, 1, complementary=complementary)
    world.release(NOW, 2, complementary=complementary)
    if kind not in ("wave", "two waves"):
        world.differ(kind)
        world.release(NOW, 3, complementary=complementary)
    middle = time.process_time()
    found = world.attacked()
    found.update({"worlds": 1, "gate ms": int(1000 * (middle - start))})
    found["attack ms"] = int(1000 * (time.process_time() - middle))
    return kind, preset, complementary, found


def cases(part: float) -> list[tuple[str, str, int, bool]]:
    """All worlds of the table, or a part of them; without complementary suppression one in ten."""
    every = [
        (kind, preset, seed, complementary)
        for (kind, number), preset, complementary in product(KINDS.items(), PRESETS, (True, False))
        for seed in range(max(1, round(part * number * (1 if complementary else 0.1))))
    ]
    return [every[place] for place in np.random.default_rng(0).permutation(len(every))]


def _start() -> None:
    """Give a process a compendium of its own, of whose answers nothing is published."""
    root = Path(tempfile.mkdtemp(prefix="sto-"))
    shutil.copytree(ROOT / "data", root / "data", ignore=shutil.ignore_patterns("processed"))
    wave = root / "data" / "raw" / NOW / "wave.yaml"
    wave.write_text(wave.read_text(encoding="utf-8").replace("published:", "# published:"), encoding="utf-8")
    os.environ["STO_ROOT"] = str(root)


def lines(found: Mapping[tuple[str, str, bool], Counter[str]]) -> Iterator[list[str]]:
    """Rows of the table."""
    for preset, complementary, kind in product(PRESETS, (True, False), KINDS):
        if all_of := found.get((kind, preset, complementary)):
            kept = f"{100 * all_of['kept'] / all_of['rows']:.0f} %"
            ends = [f"{all_of[f'{by} {how}']:,}" for by in ("outsider", "insider") for how in ("exact", "narrow")]
            spent = [f"{all_of[f'{what} ms'] / all_of['worlds'] / 1000:.1f} s" for what in ("gate", "attack")]
            told = [preset, "yes" if complementary else "no", kind, f"{all_of['worlds']:,}", kept]
            fell = [f"{all_of[name]:,}" for name in ("withheld", "recovered", "bounded", "small")]
            yield [*told, *fell, *ends, *spent]


def sums(found: Mapping[tuple[str, str, bool], Counter[str]]) -> Iterator[str]:
    """How much of what is withheld is recovered, per preset."""
    for preset, complementary in product(PRESETS, (True, False)):
        every = Counter[str]()
        for (_, of, how), counted in found.items():
            every.update(counted if (of, how) == (preset, complementary) else {})
        if withheld := every["withheld"]:
            exact, narrow = (100 * every[name] / withheld for name in ("recovered", "bounded"))
            told = f"{preset}, {'with' if complementary else 'without'} complementary suppression: of {withheld:,}"
            less = f" {HALF}" if exact < 50 and not complementary else ""
            yield f"{told} recovered exactly {exact:.0f} %, exactly or narrowly {exact + narrow:.0f} %.{less}"


def main() -> None:
    """Run, print, publish."""
    part = float(sys.argv[1]) if len(sys.argv) > 1 else 1
    start, found = time.perf_counter(), dict[tuple[str, str, bool], Counter[str]]()
    with multiprocessing.get_context("spawn").Pool(int(os.environ.get("STO_PROCESSES", "2")), _start) as pool:
        for kind, preset, complementary, counted in pool.imap_unordered(one, cases(part)):
            found.setdefault((kind, preset, complementary), Counter()).update(counted)
    minutes = (time.perf_counter() - start) / 60
    head = ["Preset", "Complementary", "Released", "Worlds", "Rows shown", "Withheld numbers", "recovered", "bounded"]
    head += ["Small groups", "Outsider: exact", "narrow", "Insiders: exact", "narrow", "Gate", "Attack"]
    publish("disclosure", "What an attacker finds", machine(["numpy", "scipy"]), NOTE, table(head, [*lines(found)]),
            *sums(found), f"{minutes:.0f} minutes on two processes.", *outside_table())  # fmt: skip


if __name__ == "__main__":
    main()
