"""A proposed wave.yaml for an export, with lines left open where a person must say what is right."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import parse_yaml
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.separated import cell_text
from sto_analysis.monitor.spelling import answer_key, visible
from sto_analysis.monitor.wave import Wave, is_synthetic
from sto_workbench.intake.known import Known
from sto_workbench.intake.marks import marked_rows, no_answers, without
from sto_workbench.intake.matching import Match, match_columns
from sto_workbench.intake.personal import looks_personal
from sto_workbench.intake.proposed import block, item_lines, layout_lines, scalar
from sto_workbench.intake.readers import Export, looked_up
from sto_workbench.intake.region_column import region_column
from sto_workbench.intake.region_names import BY_NUMBER, RegionNames
from sto_workbench.intake.several import parted, several_answers
from sto_workbench.intake.texts import plain_question

_TOOL = re.compile(
    r"(start|end|submit|recorded)\s?date|datestamp|status|response type|progress|duration.*|finished|response\s?id"
    r"|distribution\s?channel|user\s?language|start\s?language|last\s?page|seed|ref\s?url|id|antwoord\s?id"
    r"|laatste pagina|starttaal|datum .*|verzenddatum|(start|eind|begin)?(tijd|datum)|tijdstempel|timestamp"
    r"|tijd van voltooien|.*\btime|(totale |totaal|groeps?|vraag)tijd.*|interviewtijd|(resp|case)\s?(id|nr)"
    r"|respondent(nummer)?|nr\.?|no\.?|volgnummer|weging|weegfactor|weight|gewicht|totaal punten|.*feedback",
    re.IGNORECASE,
)
"""Columns that survey tools add of themselves."""
_LONGEST_KEY = 1000
"""YAML takes longer keys only after a question mark."""


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
    frame : str or None
        Name of the frame in the wave's folder.
    names : RegionNames or None
        Regions that were asked, to find the region column by.
    known : Known
        What earlier waves knew.
    published : int or None
        Year of published figures that this wave must reproduce.
    """

    wave: str
    file: str
    raw: Export
    known: Known
    frame: str | None = None
    names: RegionNames | None = None
    published: int | None = None


def propose(new: Arrival, codebook: Codebook) -> Proposal:
    """Propose the description of a wave.

    Parameters
    ----------
    new : Arrival
        The wave that comes in.
    codebook : Codebook
        Items, levels and reasons.
    """
    split, names, known = _several(new, codebook), new.names, new.known
    raw = parted(new.raw, split)
    totals = no_answers(raw)
    raw = without(raw, totals)
    every = [str(column) for column in raw.cells.columns]
    worded = {plain_question(item.wording) for item in codebook.items.values()}
    tool = {
        column
        for column in every
        if any(map(_TOOL.fullmatch, raw.called(column))) and plain_question(raw.labels.get(column, "")) not in worded
    }
    region = region_column(raw, names, [column for column in every if column not in tool])
    if region == TODO:
        region = region_column(raw, names, every)
        tool -= {region}
    matches = match_columns(raw, codebook, [c for c in every if c != region and c not in tool], known)
    regions = raw.cells[region] if names and region != TODO else pd.Series(dtype="str")
    found, rules = names.find(regions, raw.value_labels.get(region, {})) if names else ({}, {})
    ids = looked_up(regions, found)
    taken = {match.column for match in matches} | {region}
    drop = {}
    for column in every:
        if column not in taken:
            personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
            framed = (
                _names_the_wave(raw.cells[column], new.wave)
                if column == "wave"
                else _framed(raw.cells[column], ids, names)
            )
            told = "of the survey tool" if column in tool else "stands in the frame" if framed else None
            drop[column] = f"personal data: {personal}" if personal else told or known.reason(column) or TODO
    blocks = {name: block(raw, matches, codebook, name, known) for name in codebook.questions}
    lines = [*_head(new, region, raw, taken - {region}), *item_lines(blocks, codebook, known)]
    if totals:
        cells = new.raw.cells[region] if region != TODO else pd.Series(dtype="str")
        called = {row: cell if isinstance(cell := cells.get(row), str) else str(row) for row in totals}
        lines += ["leave_out:", *(_pair(called[row], why) for row, why in totals.items())]
    if split:
        lines += ["split:", *(f"  {scalar(name)}: [{', '.join(map(scalar, told))}]" for name, told in split.items())]
    if drop:
        lines += ["drop:", *(_pair(column, reason) for column, reason in drop.items())]
    text = "\n".join(lines) + "\n"
    Wave.model_validate(parse_yaml(text))  # what is proposed must be a wave.yaml, whatever the export holds
    bare = [column for one in blocks.values() for column in one.bare]
    notices = (*raw.notices, *_look(raw, matches, region, set(rules.values()), bare))
    return Proposal(text, matches, drop, region, (int(ids.notna().sum()), int(regions.notna().sum())), notices)


def _several(new: Arrival, codebook: Codebook) -> dict[str, list[str]]:
    """Columns with several answers in a cell; those of an earlier wave with its answers."""
    labels = {text for item in codebook.items.values() for text in (item.nl, item.en)}
    before = {name: told for wave in reversed(new.known.waves) for name, told in wave.split.items()}
    out = {}
    for name, cells in new.raw.cells.items():
        known = before.get(str(name), [])
        if found := several_answers(cells, labels | set(known)):
            out[str(name)] = [*known, *(answer for answer in found if answer not in known)]
    return out


def _keys(cells: pd.Series) -> pd.Series:
    return cells.dropna().map(answer_key)


def _names_the_wave(cells: pd.Series, wave: str) -> bool:
    return bool(_keys(cells).isin({wave, wave.removeprefix("synthetic-")}).all())


def _framed(cells: pd.Series, ids: pd.Series, names: RegionNames | None) -> bool:
    """Whether a column says no more than the frame does."""
    if names is None or ids.empty or cells.name not in names.frame.columns:
        return False
    known = names.frame[cells.name].map(lambda value: answer_key(cell_text(value) or ""))
    keys = _keys(cells)
    return bool((keys == ids[keys.index].map(known)).all())


def _look(raw: Export, matches: list[Match], region: str, rules: set[str], bare: list[str]) -> Iterable[str]:
    """What a person should look at, because the file cannot tell."""
    found = [match for match in matches if match.column != TODO]
    if raw.layout.names is not None and len(found) < len(matches) / 2:
        yield (
            f"row {raw.layout.names} is taken for the column names and row {raw.layout.first} for the first answers; "
            "where that is wrong, correct 'header' in wave.yaml."
        )
    if found and not any(raw.question(match.column) for match in found):
        yield "the file holds no questions, only names: see that the questionnaire had them in this order."
    if region != TODO and not raw.value_labels.get(region) and BY_NUMBER in rules:
        yield f"the regions in {visible(region)} are numbers, taken for DUS-I numbers of data/regions.csv."
    if bare:
        yield (
            f"{len(bare)} columns hold codes without labels ({visible(bare[0])}, ...): they are taken for those of the "
            "codebook. See that the questionnaire had the same, in the same direction."
        )


def _head(new: Arrival, region: str, raw: Export, taken: set[str]) -> Iterable[str]:
    """Lines about the wave as a whole."""
    wave, year = new.wave, new.wave.removeprefix("synthetic-")
    synthetic = is_synthetic(wave)
    yield "# yaml-language-server: $schema=../../wave.schema.json"
    yield f"# Proposed by `sto new {wave}`. `sto check {wave}` says what is still open."
    yield f"wave: {wave}"
    yield "title:"
    yield f"  nl: {'SYNTHETISCHE ronde' if synthetic else 'Ronde'} {year}"
    yield f"  en: {'SYNTHETIC wave' if synthetic else 'Wave'} {year}"
    yield f"file: {scalar(new.file)}"
    yield from layout_lines(new.raw.layout)
    yield f"# fieldwork: {{start: {year}-03-01, end: {year}-04-15}}"
    yield (
        f"frame: {TODO}  # CSV of all regions that were asked" if new.frame is None else f"frame: {scalar(new.frame)}"
    )
    yield f"region_column: {scalar(region)}"
    yield "duplicates: stop  # or first, or last_complete"
    if marked_rows(raw, taken):
        yield "unfinished: stop  # or drop, or keep: rows that are previews, not finished, or without any answer"
    if new.known.waves:
        yield f"earlier_wave: {new.known.waves[0].wave}"
    if new.published:
        yield f"published: {new.published}"


def _pair(key: str, value: str) -> str:
    if len(scalar(key)) > _LONGEST_KEY:
        return f"  ? {scalar(key)}\n  : {scalar(value)}"
    return f"  {scalar(key)}: {scalar(value)}"
