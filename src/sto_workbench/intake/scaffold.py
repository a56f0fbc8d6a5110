"""A proposed wave.yaml for an export, with lines left open where a person must say what is right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from ruamel.yaml.comments import CommentedMap

from sto_analysis.messages import say
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.separated import cell_text
from sto_analysis.monitor.spelling import answer_key, visible
from sto_analysis.monitor.wave import Wave, is_synthetic
from sto_workbench.intake.known import Known
from sto_workbench.intake.marks import looks_personal, marked_rows, matches, no_answers, patterns, without
from sto_workbench.intake.matching import Match, match_columns
from sto_workbench.intake.proposed import Block, block, describe
from sto_workbench.intake.readers import Export, looked_up
from sto_workbench.intake.region_column import region_column
from sto_workbench.intake.region_names import BY_NUMBER, RegionNames
from sto_workbench.intake.several import parted, several_answers
from sto_workbench.intake.texts import plain_question
from sto_workbench.intake.wave_file import layout_keys, put, written
from sto_workbench.intake.words import has_words


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


@dataclass(frozen=True)
class Arrival:
    """What is known of a wave that comes in.

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

    wave: str
    file: str
    raw: Export
    known: Known
    frame: str | None = None
    names: RegionNames | None = None


def propose(new: Arrival) -> Proposal:
    """Propose the description of a wave."""
    known, names, split = new.known, new.names, _several(new)
    whole = parted(new.raw, split)
    raw = without(whole, totals := no_answers(whole))
    every = [str(column) for column in raw.cells.columns]
    tool = {column for column in every if _of_the_tool(column, raw, known)}
    region = region_column(raw, names, [column for column in every if column not in tool])
    region = region_column(raw, names, every) if region == TODO else region
    found = match_columns(raw, [column for column in every if column not in tool | {region}], known)
    cells = raw.cells[region] if region != TODO else pd.Series(dtype="str")
    ids, rules = names.find(cells, raw.value_labels.get(region, {})) if names else ({}, {})
    regions = looked_up(cells, ids)
    taken = {match.column for match in found}
    drop = {
        column: _why_dropped(column, raw, new, regions) or (say("scaffold.of_the_tool") if column in tool else TODO)
        for column in every
        if column not in taken | {region}
    }
    blocks = {name: block(raw, found, known, name) for name in known.codebook.questions}
    told = _head(new, region, bool(marked_rows(raw, taken)))
    describe(told, blocks)
    called = whole.cells[region].dropna().to_dict() if region != TODO else {}
    rows = {str(called.get(row, f"row {row}")): why for row, why in totals.items()}
    for key, lines in (("leave_out", rows), ("split", split), ("drop", drop)):
        for name, value in lines.items():
            put(told.setdefault(key, CommentedMap()), name, value)
    text = written(told)
    Wave.model_validate(parse_yaml(text))  # what is proposed must be a wave.yaml, whatever the export holds
    notices = (*raw.notices, *_notices(raw, found, region, BY_NUMBER in rules.values(), blocks))
    return Proposal(text, found, drop, region, (int(regions.notna().sum()), int(cells.notna().sum())), notices)


def _several(new: Arrival) -> dict[str, list[str]]:
    """Columns with several answers in a cell; those of an earlier wave with its answers."""
    labels = {text for item in new.known.codebook.items.values() for text in (item.nl, item.en)}
    before = {name: told for wave in reversed(new.known.waves) for name, told in wave.split.items()}
    cells = {str(name): column for name, column in new.raw.cells.items()}
    found = {name: several_answers(column, labels | {*before.get(name, [])}) for name, column in cells.items()}
    return {name: [*dict.fromkeys([*before.get(name, []), *told])] for name, told in found.items() if told}


def _of_the_tool(column: str, raw: Export, known: Known) -> bool:
    """Whether a column is one that survey tools add of themselves, and asks nothing of the codebook."""
    asked = plain_question(raw.labels.get(column, ""))
    ours = any(asked == plain_question(item.wording) for item in known.codebook.items.values())
    return matches(patterns()["tool"], raw.called(column)) and not ours


def _why_dropped(column: str, raw: Export, new: Arrival, regions: pd.Series) -> str | None:
    """Why a column is not carried on, as far as its cells, the frame or an earlier wave say it."""
    cells, year = raw.cells[column], new.wave.removeprefix("synthetic-")
    keys, names = cells.dropna().map(answer_key), new.names
    if column == "wave":
        framed = bool(keys.isin({new.wave, year}).all())
    elif names is not None and not regions.empty and column in names.frame.columns:
        framed = keys.equals(
            regions[keys.index].map(names.frame[column].map(lambda told: answer_key(cell_text(told) or "")))
        )
    else:
        framed = names is not None and looked_up(cells, names.find(cells, {})[0]).equals(regions)
    if framed:
        return say("scaffold.in_the_frame")
    personal = looks_personal(column, raw.labels.get(column, ""), cells)
    told = (wave.drop[column] for wave in new.known.waves if wave.drop.get(column, TODO) != TODO)
    return say("scaffold.personal", what=personal) if personal else next(told, None)


def _notices(
    raw: Export, found: list[Match], region: str, by_number: bool, blocks: Mapping[str, Block]
) -> Iterator[str]:
    """What a person should look at, because the file cannot tell."""
    there = [match.column for match in found if match.column != TODO]
    if raw.layout.names is not None and len(there) < len(found) / 2:
        yield say("scaffold.header", names=raw.layout.names, first=raw.layout.first)
    if there and not any(map(raw.question, there)):
        yield say("scaffold.only_names")
    if by_number and not raw.value_labels.get(region):
        yield say("scaffold.numbers", region=visible(region))
    known = {
        match.item
        for one in blocks.values()
        if one.answers.codes or not has_words(one.item.scale)
        for match in one.matches
    }
    asked = [match.column for match in found if match.column != TODO and match.item not in known]
    if bare := [column for column in asked if not raw.value_labels.get(column) and raw.cells[column].notna().any()]:
        yield say("scaffold.bare", count=len(bare), column=visible(bare[0]))


def _head(new: Arrival, region: str, marked: bool) -> CommentedMap:
    """Lines about the wave as a whole."""
    told, year, made = CommentedMap(), new.wave.removeprefix("synthetic-"), is_synthetic(new.wave)
    told.yaml_set_start_comment(
        f"yaml-language-server: $schema=../../wave.schema.json\n{say('scaffold.head', wave=new.wave)}"
    )
    put(told, "wave", new.wave if made else int(year))
    told["title"] = CommentedMap(
        {
            "nl": f"{'SYNTHETISCHE ronde' if made else 'Ronde'} {year}",
            "en": f"{'SYNTHETIC wave' if made else 'Wave'} {year}",
        }
    )
    for key, value in {"file": new.file, **layout_keys(new.raw.layout)}.items():
        put(told, key, value)
    put(told, "frame", new.frame or TODO, behind="" if new.frame else say("scaffold.frame"))
    told.yaml_set_comment_before_after_key("frame", before=f"fieldwork: {{start: {year}-03-01, end: {year}-04-15}}")
    put(told, "region_column", region)
    put(told, "duplicates", "stop", behind=say("scaffold.duplicates"))
    put(told, "unfinished", "stop" if marked else None, behind=say("scaffold.unfinished"))
    put(told, "earlier_wave", next((wave.wave for wave in new.known.waves), None))
    put(told, "published", int(year) if int(year) == read_published().tables["aspects"]["wave"].max() else None)
    return told
