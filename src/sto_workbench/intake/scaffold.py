"""A proposed wave.yaml for an export, with lines left open where a person must say what is right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from ruamel.yaml.comments import CommentedMap

from sto_analysis.messages import say
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.spelling import answer_key, visible
from sto_analysis.monitor.wave import Wave, is_synthetic
from sto_workbench.intake.known import Known, has_words
from sto_workbench.intake.marks import looks_personal, marked_rows, matches, no_answers, patterns, without
from sto_workbench.intake.matching import Match, match_columns
from sto_workbench.intake.proposed import block, describe
from sto_workbench.intake.readers import Export, distinct, looked_up
from sto_workbench.intake.region_names import BY_NUMBER, RegionNames
from sto_workbench.intake.several import parted, several_answers
from sto_workbench.intake.texts import plain_question
from sto_workbench.intake.wave_file import layout_keys, put, written

_REGION = {"regio", "region", "regios", "regions", "partnerschap", "partnership"}
_MANY = 10
"""Fewest answers from which on a column that tells the same rows apart as another says the same."""


@dataclass(frozen=True)
class Proposal:
    """A wave.yaml, and how sure it is.

    Parameters
    ----------
    text : str
        The file, with comments where a person should look.
    matches : list of Match
        One per item of the codebook.
    drop : dict
        Columns that no item takes → why they are not carried on (``TODO`` where nobody knows).
    region : str
        Column of the regions, or ``TODO``.
    rows : tuple of int
        Rows whose region is in the frame, and all that name one.
    notices : tuple of str
        Choices that were made without being asked, and what the export could not tell.
    """

    text: str
    matches: list[Match]
    drop: dict[str, str]
    region: str
    rows: tuple[int, int]
    notices: tuple[str, ...] = ()


def propose(wave: str, file: str, raw: Export, known: Known, frame: str | None, names: RegionNames | None) -> Proposal:
    """Propose the description of a wave.

    Parameters
    ----------
    wave, file : str
        Id of the wave, and name of the export in its folder.
    raw : Export
        The export.
    known : Known
        What codebook and earlier waves knew.
    frame : str or None
        Name of the frame in the wave's folder.
    names : RegionNames or None
        Regions that were asked, to find the region column by.
    """
    split = _several(raw, known)
    whole = parted(raw, split)
    raw = without(whole, totals := no_answers(whole))
    every = [str(column) for column in raw.cells.columns]
    tool = {column for column in every if _of_the_tool(column, raw, known)}
    region = _region_column(raw, names, [column for column in every if column not in tool])
    region = _region_column(raw, names, every) if region == TODO else region
    found = match_columns(raw, [column for column in every if column not in tool | {region}], known)
    cells = raw.cells[region] if region != TODO else pd.Series(dtype="str")
    ids, rules = names.find(cells, raw.value_labels.get(region, {})) if names else ({}, {})
    regions = looked_up(cells, ids)
    taken = {match.column for match in found} - {TODO}
    year = wave.removeprefix("synthetic-")
    left = [column for column in every if column not in taken | {region}]
    told = {column: say("scaffold.of_the_tool") for column in tool}
    drop = {
        column: _why_dropped(column, raw, known, regions, names, year, taken) or told.get(column, TODO)
        for column in left
    }
    blocks = {name: block(raw, found, known, name) for name in known.codebook.questions}
    lines = _head(wave, file, raw, known, frame)
    put(lines, "region_column", region)
    put(lines, "unfinished", "stop" if marked_rows(raw, taken) else None, behind=say("scaffold.unfinished"))
    describe(lines, blocks)
    called = whole.cells[region].dropna().to_dict() if region != TODO else {}
    rows = {str(called.get(row, f"row {row}")): why for row, why in totals.items()}
    for key, pairs in (("leave_out", rows), ("split", split), ("drop", drop)):
        for name, value in pairs.items():
            put(lines.setdefault(key, CommentedMap()), name, value)
    text = written(lines)
    Wave.model_validate(parse_yaml(text))  # what is proposed must be a wave.yaml, whatever the export holds
    plain = [one for one in blocks.values() if one.answers.codes or not has_words(one.item.scale)]
    worded = {match.item for one in plain for match in one.matches}
    notices = (*raw.notices, *_notices(raw, found, region, BY_NUMBER in rules.values(), worded))
    return Proposal(text, found, drop, region, (int(regions.notna().sum()), int(cells.notna().sum())), notices)


def _region_column(raw: Export, names: RegionNames | None, columns: list[str]) -> str:
    """Find the column whose cells are regions; ``TODO`` where several may be it.

    That which is called so goes before that with the most regions; where another has half as many and says otherwise, a
    person must choose.
    """
    found = [(0, 0, TODO, False, pd.Series(dtype="str"))]
    for column in columns:
        called, cells = raw.called(column), raw.cells[column]
        named = 2 * bool(called & _REGION) or int(any(_REGION & {*re.split(r"[\W_]+", text)} for text in called))
        ids = names.find(cells, raw.value_labels.get(column, {}))[0] if names else {}
        different = len(distinct(cells))
        hits = len(set(ids.values())) if len(ids) * 2 >= different and len(ids) >= min(2, different) else 0
        found.append((named, hits, column, len(ids) == different, looked_up(cells, ids)))
    first = max(found, key=lambda one: (one[1] > 0, *one[:2]))
    named, hits, column, complete, regions = first
    if not hits:
        return column if sum(one[0] == named for one in found) == 1 else TODO
    least = hits * (2 if named == 2 and complete else 0.5)
    rivals = [one for one in found if one[1] >= least and not one[4].equals(regions)]
    return TODO if rivals or any(one[0] == 2 > named for one in found) else column


def _several(raw: Export, known: Known) -> dict[str, list[str]]:
    """Columns with several answers in a cell; those of an earlier wave with its answers."""
    labels = {text for item in known.codebook.items.values() for text in (item.nl, item.en)}
    before = {name: told for wave in reversed(known.waves) for name, told in wave.split.items()}
    cells = {str(name): column for name, column in raw.cells.items()}
    found = {name: several_answers(column, labels | {*before.get(name, [])}) for name, column in cells.items()}
    return {name: [*dict.fromkeys([*before.get(name, []), *told])] for name, told in found.items() if told}


def _of_the_tool(column: str, raw: Export, known: Known) -> bool:
    """Whether a column is one that survey tools add of themselves, and asks nothing of the codebook."""
    asked = plain_question(raw.labels.get(column, ""))
    ours = any(asked == plain_question(item.wording) for item in known.codebook.items.values())
    return matches(patterns()["tool"], raw.called(column)) and not ours


def _why_dropped(
    column: str, raw: Export, known: Known, regions: pd.Series, names: RegionNames | None, year: str, taken: set[str]
) -> str | None:
    """Why a column is not carried on, as far as its cells, the frame or an earlier wave say it."""
    cells = raw.cells[column]
    if names is not None and not regions.empty:
        frame = names.frame.assign(wave=year)
        told = frame[column].map(str) if column in frame else None
        same = looked_up(cells, names.find(cells, {})[0]) if told is None else regions.map(told)
        keys = regions if told is None else cells.str.removeprefix("synthetic-")
        if keys.dropna().map(answer_key).equals(same[keys.notna()].dropna().map(answer_key)):
            return say("scaffold.in_the_frame")
    if personal := looks_personal(column, raw.labels.get(column, ""), cells):
        return say("scaffold.personal", what=personal)
    rows = pd.factorize(cells)[0].tolist()
    for other in sorted(taken) if cells.count() >= _MANY else ():
        if pd.factorize(raw.cells[other])[0].tolist() == rows:
            return say("scaffold.says_the_same", column=visible(other))
    return next((wave.drop[column] for wave in known.waves if wave.drop.get(column, TODO) != TODO), None)


def _notices(raw: Export, found: list[Match], region: str, by_number: bool, known: set[str]) -> Iterator[str]:
    """What a person should look at, because the file cannot tell; `known`: items of which the answers have words."""
    there = [match for match in found if match.column != TODO]
    if raw.layout.names is not None and len(there) < len(found) / 2:
        yield say("scaffold.header", names=raw.layout.names, first=raw.layout.first)
    if there and not any(raw.question(match.column) for match in there):
        yield say("scaffold.only_names")
    if by_number and not raw.value_labels.get(region):
        yield say("scaffold.numbers", region=visible(region))
    asked = [each.column for each in there if each.item not in known and not raw.value_labels.get(each.column)]
    if bare := [column for column in asked if raw.cells[column].notna().any()]:
        yield say("scaffold.bare", count=len(bare), column=visible(bare[0]))


def _head(wave: str, file: str, raw: Export, known: Known, frame: str | None) -> CommentedMap:
    """Lines about the wave as a whole."""
    told, year, made = CommentedMap(), wave.removeprefix("synthetic-"), is_synthetic(wave)
    head = say("scaffold.head", wave=wave)
    told.yaml_set_start_comment(f"yaml-language-server: $schema=../../wave.schema.json\n{head}")
    titles = ("SYNTHETISCHE ronde", "SYNTHETIC wave") if made else ("Ronde", "Wave")
    title = CommentedMap(nl=f"{titles[0]} {year}", en=f"{titles[1]} {year}")
    start = {"wave": wave if made else int(year), "title": title, "file": file, **layout_keys(raw.layout)}
    for key, value in start.items():
        put(told, key, value)
    put(told, "frame", frame or TODO, behind="" if frame else say("scaffold.frame"))
    told.yaml_set_comment_before_after_key("frame", before=f"fieldwork: {{start: {year}-03-01, end: {year}-04-15}}")
    put(told, "earlier_wave", next((before.wave for before in known.waves), None))
    put(told, "published", int(year) if int(year) == read_published().tables["aspects"]["wave"].max() else None)
    put(told, "duplicates", "stop", behind=say("scaffold.duplicates"))
    return told
