"""What `sto attack` is asked: releases read, attacked as an outsider and as an insider, and told."""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import NotMade, Problems, shown
from sto_analysis.monitor.answers import at_level, positions, read_answers
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.specifications import read_grid
from sto_workbench.attack.attacked import Attack, Finding, Insider, consistent, counting, is_published
from sto_workbench.attack.drawn import drawn
from sto_workbench.attack.facts import Fact, merged
from sto_workbench.attack.intervals import Inconsistent
from sto_workbench.attack.inverted import Reader
from sto_workbench.attack.published import published
from sto_workbench.attack.read import Number, Release, read_release
from sto_workbench.attack.releases import MARK
from sto_workbench.attack.scales import INDEX, Scales
from sto_workbench.attack.sizes import stated
from sto_workbench.attack.words import WORDS, Words

MOST_FILES = 6
"""Files that a line names: what stands in one stands in many."""
RAREST = 1
"""Insiders per item that are asked of what a release adds, those whose answer is rarest: all take half a minute."""
MINIMUM = 3
"""Regions that a group must have more of where a release does not say."""


@dataclass(frozen=True)
class Asked:
    """What came out of an attack.

    Parameters
    ----------
    minima : mapping of int
        Release → by which it was judged.
    facts : int
        That were read.
    findings : list of tuple
        Who found it (``outsider`` or ``insider``), and what.
    groups : list of Finding
        All groups with their intervals, where asked for.
    """

    minima: Mapping[str, int]
    facts: int
    findings: list[tuple[str, Finding]]
    groups: list[Finding]

    def rows(self) -> list[dict[str, Any]]:
        """One object per group."""
        told = [(who, each, True) for who, each in self.findings] + [("outsider", each, False) for each in self.groups]
        return [
            {
                "by": who, "item": each.item, "group": each.name, "low": each.low, "high": each.high, "of": each.size,
                "exact": each.exact, "protected": not broken, "sources": sorted(each.sources),
            }
            for who, each, broken in told
        ]  # fmt: skip

    def lines(self) -> list[str]:
        """One line per group, and one that sums up."""
        out = []
        for row in self.rows():
            of = f"{row['low']} of {row['of']}" if row["exact"] else f"{row['low']} to {row['high']} of {row['of']}"
            state = "protected" if row["protected"] else "EXACT" if row["exact"] else "NARROW"
            by = f"; from {', '.join(row['sources'][:MOST_FILES])}" if row["sources"] else ""
            out.append(shown(f"{state} ({row['by']}): {row['item']}, {row['group']}: {of}{by}"))
        exact = sum(each.exact for _, each in self.findings)
        told = f"{self.facts} facts read; {exact} small groups known exactly, {len(self.findings) - exact} too narrowly"
        kept = ", ".join(f"{least} in {name}" for name, least in self.minima.items())
        most = max(self.minima.values())
        of = f"{most} regions" if {*self.minima.values()} == {most} else f"the most of those that told of it: {kept}"
        return [*out, f"{told} (a group is small up to {of})."]


def asked(
    paths: Sequence[Path],
    knows: Path | None,
    minimum: int | None,
    *,
    judged: bool,
    everything: bool,
    added: bool = False,
) -> Asked:
    """Read releases and attack them together.

    Parameters
    ----------
    paths : sequence of Path
        Folders or zips, earliest first.
    knows : Path, optional
        Answers of one region.
    minimum : int, optional
        Regions that a group must have more of; default: what the releases say.
    judged : bool
        Whether to judge by the answers of this compendium, and try each of its regions.
    everything : bool
        Whether to give all groups with their intervals.
    added : bool
        Whether to tell only what the last of the releases adds to what the others give away, also to some regions that
        know their own answers.

    Raises
    ------
    Problems
        No number is known, or the numbers contradict each other.
    """
    codebook = read_codebook()
    scales, releases = Scales(codebook), [_named(path, len(paths)) for path in paths]
    told = [read for each in enumerate(releases, 1) for read in (each, (each[0], published(each[1])))]
    facts = merged(fact for number, each in told for fact in Reader(scales, each, number).facts())
    facts = consistent(facts, _in_words(codebook, scales, releases), scales.levels)
    minima = [minimum or _minimum(each) for each in releases]
    if not facts:
        todo = "Name the folder or zip of a release."
        raise Problems([NotMade(f"{paths[0].name} holds no number that is known.", todo, file=paths[0])])
    given = answers_of(codebook, releases) if judged or added else {}
    truth = counting(given) if judged else None
    readers = [None, *_insiders(given), *([_known(knows, codebook, releases[-1].wave)] if knows else [])]
    try:
        before = _earlier(releases) if added else None
        whole = Attack(facts, _kept(facts, minima), scales.levels, scales.bands, before=before)
        names = [each.name for each in releases]
        findings = whole.told(readers, truth, why=True, kinds=RAREST if added else None)
        adjuster, judged_of = read_grid().headline.adjuster, len(releases) - 1 if added else 0
        for each, least in [*zip(releases, minima, strict=True)][judged_of:]:
            findings += [("outsider", small) for small in stated(each, codebook, adjuster, least)]
        told_all = whole.intervals() if everything else []
        return Asked(dict(zip(names, minima, strict=True)), len(facts), findings, told_all)
    except Inconsistent as error:
        todo = "See whether a file was altered: sto verify RELEASE. What it tells cannot be worked out."
        what = "no answers could give all numbers of these releases."
        raise Problems([NotMade(what, todo, file=paths[-1])]) from error


def given_away(paths: Sequence[Path]) -> str:
    """What the last of some releases gives away, or why they cannot be attacked; nothing where all is protected.

    Parameters
    ----------
    paths : sequence of Path
        Folders or zips, earliest first.
    """
    try:
        found = asked(paths, None, None, judged=False, everything=False, added=True)
    except Problems as error:
        return str(error)
    return "\n".join(found.lines()) if found.findings else ""


def _named(path: Path, of: int) -> Release:
    """A release; one of several is called by its folder too."""
    read = read_release(path)
    return read if of == 1 else replace(read, name="/".join(path.resolve().parts[-2:]))


def _kept(facts: Sequence[Fact], minima: Sequence[int]) -> dict[tuple[str, str], int]:
    """Item and wave → the largest minimum of the releases that told of it."""
    kept = dict[tuple[str, str], int]()
    for item, at in ((group.item, at) for fact in facts for group in fact.groups for at, _ in group.where):
        wave, _, number = at.partition(MARK)
        kept[item, wave] = max(kept.get((item, wave), 0), minima[int(number) - 1])
    return kept


def _earlier(releases: Sequence[Release]) -> Callable[[Fact], bool]:
    """What was known before the last of some releases: what others say too, or what differs between others."""
    last, mine = f"{releases[-1].name}/", f"{MARK}{len(releases)}"

    def known(fact: Fact) -> bool:
        others = not any(at.endswith(mine) for group in fact.groups for at, _ in group.where)
        told = any(not source.startswith(last) for source in fact.sources)
        return is_published(fact) or told or (others and not fact.sources)

    return known


def _in_words(codebook: Codebook, scales: Scales, releases: Sequence[Release]) -> list[Fact]:
    """Facts that stand in words and pictures only."""
    words, out = Words(codebook), list[Fact]()
    for number, each in enumerate(releases, 1):
        told = [*words.numbers(each.pieces)]
        told += [found for piece in each.pieces if b"<svg" in piece.data[:2000] for found in drawn(piece, words)]
        shares = set(filter(None, map(_share_of, each.numbers)))  # of whatever regions: of a panel, say
        told = [number for number in dict.fromkeys(told) if _share_of(number) not in shares]
        read = Reader(scales, replace(each, numbers=[*each.numbers, *told]), number)
        facts = merged(read.facts())
        said = {each for fact in facts if not _only_words(fact) for each in _counts(fact)}
        out += [fact for fact in facts if _only_words(fact) and not said.intersection(_counts(fact))]
    return out


def _share_of(number: Number) -> tuple[str, ...]:
    """Item and whole percentage of a share: words that tell it speak of a result that has it."""
    statistic, *row = number.result.split(".")
    return (*row[:2], f"{number.value:.2f}") if "share" in statistic and number.part == "value" else ()


def _only_words(fact: Fact) -> bool:
    return all(source.endswith(WORDS) for source in fact.sources)


def _counts(fact: Fact) -> list[tuple[str, float, float]]:
    """Item and numbers of a fact: words that tell a number which a result of the item has speak of that result."""
    return [(group.item, round(fact.low), round(fact.high)) for group in fact.groups[:1]] if not fact.allowed else []


def _minimum(release: Release) -> int:
    """Minimum that a release says it keeps."""
    stack: list[Any] = [release.rules]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            said = each.get("minimum")
            said = said.get("value") if isinstance(said, dict) else said
            if isinstance(said, int):
                return said
            stack += each.values()
    return MINIMUM


def answers_of(codebook: Codebook, releases: Sequence[Release]) -> dict[str, pd.DataFrame]:
    """Read the answers here of the waves that releases speak of: wave → positions by region (of the last) and item."""
    waves = {number.wave or each.wave for each in releases for number in each.numbers}
    waves |= {number.result.rsplit(".", 1)[-1] for each in releases for number in each.numbers}
    folder = compendium.root() / "data" / "processed"
    there = sorted((each for each in waves if each and (folder / each / "answers.parquet").is_file()), key=_year)
    tables = {wave: _positions(read_answers(wave), codebook) for wave in there}
    for wave in there[:-1]:  # who merged is followed, as the reports do
        register = read_register("synthetic" if wave.startswith("synthetic") else "real")
        matched = match_panel(tables[wave].index, tables[there[-1]].index, register).matched
        names = {name: matched.get(name, f"{wave} {name}") for name in tables[wave].index}
        tables[wave] = tables[wave].rename(index=names)
    return tables


def _year(wave: str) -> str:
    return wave[-4:]


def _positions(answers: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    tables = []
    for question in codebook.questions:
        placed = positions(answers, codebook, question)
        tables.append(placed.set_axis([f"{question}.{concept}" for concept in placed], axis="columns"))
    arranged = at_level(answers, codebook, "borging", codebook.borging_index.level).astype("Int64")
    tables.append(arranged.sum(axis="columns", skipna=False).astype(float).rename(INDEX).to_frame())
    return pd.concat(tables, axis="columns")


def _insiders(given: dict[str, pd.DataFrame]) -> list[Insider]:
    own = defaultdict[str, dict[str, dict[str, int]]](lambda: defaultdict(dict))
    for wave, table in given.items():
        for item, column in table.items():
            for region, position in column.dropna().items():
                own[str(region)][str(item)][wave] = int(position)
    return [own[region] for region in sorted(own)]


def _known(path: Path, codebook: Codebook, wave: str) -> Insider:
    """Answers of one region from a CSV: columns item, answer (id or code of a level) and, for other waves, wave."""
    own: dict[str, dict[str, int]] = {}
    items = codebook.items | {f"{i.question}.{i.concept or i.id}": i for i in codebook.items.values()}
    with path.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened):
            if item := items.get(row.get("item") or ""):
                levels, when = enumerate(item.scale.levels), row.get("wave") or wave
                given = [place for place, level in levels if row.get("answer") in (level.id, str(level.code))]
                for place in given[:1]:
                    own.setdefault(f"{item.question}.{item.concept or item.id}", {})[when] = place
    return own
