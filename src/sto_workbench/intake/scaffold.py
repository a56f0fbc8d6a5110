"""A proposed wave.yaml for an export, with lines left open where a person must say what is right."""

import json
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
from sto_workbench.intake.check import plain_question
from sto_workbench.intake.marks import marked_rows
from sto_workbench.intake.matching import Match, match_columns, region_column
from sto_workbench.intake.personal import looks_personal
from sto_workbench.intake.readers import Export, looked_up
from sto_workbench.intake.region_names import BY_NUMBER, RegionNames

_TOOL = re.compile(
    r"(start|end|submit|recorded)\s?date|datestamp|status|response type|progress|duration.*|finished|response\s?id"
    r"|distribution\s?channel|user\s?language|start\s?language|last\s?page|seed|ref\s?url|id|antwoord\s?id"
    r"|laatste pagina|starttaal|datum .*|verzenddatum",
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
    earlier : Wave or None
        The wave before it, for its wording and its codes of missing answers.
    published : int or None
        Year of published figures that this wave must reproduce.
    """

    wave: str
    file: str
    raw: Export
    frame: str | None = None
    names: RegionNames | None = None
    earlier: Wave | None = None
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
    raw, names = new.raw, new.names
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
    matches = match_columns(raw, codebook, [c for c in every if c != region and c not in tool], new.earlier)
    regions = raw.cells[region] if names and region != TODO else pd.Series(dtype="str")
    found, rules = names.find(regions, raw.value_labels.get(region, {})) if names else ({}, {})
    ids = looked_up(regions, found)
    taken = {match.maybe or match.column for match in matches} | {region}
    drop = {}
    for column in every:
        if column not in taken:
            personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
            framed = (
                _names_the_wave(raw.cells[column], new.wave)
                if column == "wave"
                else _framed(raw.cells[column], ids, names)
            )
            known = "of the survey tool" if column in tool else "stands in the frame" if framed else TODO
            drop[column] = f"personal data: {personal}" if personal else known
    head = _head(new, region, taken - {region})
    lines = [*head, *_answers(matches, codebook, new.earlier)]
    if drop:
        lines += ["drop:", *(_pair(column, reason) for column, reason in drop.items())]
    text = "\n".join(lines) + "\n"
    Wave.model_validate(parse_yaml(text))  # what is proposed must be a wave.yaml, whatever the export holds
    notices = (*raw.notices, *_look(raw, matches, region, set(rules.values())))
    return Proposal(text, matches, drop, region, (int(ids.notna().sum()), int(regions.notna().sum())), notices)


def _keys(cells: pd.Series) -> pd.Series:
    return cells.dropna().astype("str").map(answer_key)


def _names_the_wave(cells: pd.Series, wave: str) -> bool:
    return bool(_keys(cells).isin({wave, wave.removeprefix("synthetic-")}).all())


def _framed(cells: pd.Series, ids: pd.Series, names: RegionNames | None) -> bool:
    """Whether a column says no more than the frame does."""
    if names is None or ids.empty or cells.name not in names.frame.columns:
        return False
    known = names.frame[cells.name].map(lambda value: answer_key(cell_text(value) or ""))
    keys = _keys(cells)
    return bool((keys == ids[keys.index].map(known)).all())


def _look(raw: Export, matches: list[Match], region: str, rules: set[str]) -> Iterable[str]:
    """What a person should look at, because the file cannot tell."""
    found = [match for match in matches if match.column != TODO]
    if raw.layout.names is not None and len(found) < len(matches) / 2:
        yield (
            f"row {raw.layout.names} is taken for the column names and row {raw.layout.first} for the first answers; "
            "where that is wrong, correct 'header' in wave.yaml."
        )
    if region != TODO and not raw.value_labels.get(region) and BY_NUMBER in rules:
        yield f"the regions in {visible(region)} are numbers, taken for DUS-I numbers of data/regions.csv."
    bare = [match.column for match in found if match.bare]
    if bare:
        yield (
            f"{len(bare)} columns hold codes without labels ({visible(bare[0])}, ...): they are taken for those of the "
            "codebook. See that the questionnaire had the same, in the same direction."
        )


def _head(new: Arrival, region: str, taken: set[str]) -> Iterable[str]:
    """Lines about the wave as a whole."""
    layout, wave, year = new.raw.layout, new.wave, new.wave.removeprefix("synthetic-")
    synthetic = is_synthetic(wave)
    yield "# yaml-language-server: $schema=../../wave.schema.json"
    yield f"# Proposed by `sto new {wave}`. `sto check {wave}` says what is still open."
    yield f"wave: {wave}"
    yield "title:"
    yield f"  nl: {'SYNTHETISCHE ronde' if synthetic else 'Ronde'} {year}"
    yield f"  en: {'SYNTHETIC wave' if synthetic else 'Wave'} {year}"
    yield f"file: {_scalar(new.file)}"
    for name in ("sheet", "separator", "encoding"):
        if getattr(layout, name) is not None:
            yield f"{name}: {_scalar(getattr(layout, name))}"
    if layout.names is not None:
        rows = {name: getattr(layout, name) for name in ("names", "group", "labels", "first")}
        yield f"header: {{{', '.join(f'{name}: {row}' for name, row in rows.items() if row is not None)}}}"
    yield f"# fieldwork: {{start: {year}-03-01, end: {year}-04-15}}"
    yield (
        f"frame: {TODO}  # CSV of all regions that were asked" if new.frame is None else f"frame: {_scalar(new.frame)}"
    )
    yield f"region_column: {_scalar(region)}"
    yield "duplicates: stop  # or first, or last_complete"
    if marked_rows(new.raw, taken):
        yield "unfinished: stop  # or drop, or keep: rows that are previews, not finished, or without any answer"
    if new.earlier:
        yield f"earlier_wave: {new.earlier.wave}"
    if new.published:
        yield f"published: {new.published}"


def _answers(matches: list[Match], codebook: Codebook, earlier: Wave | None) -> Iterable[str]:
    """Lines about missing answers and items."""
    shared = _shared(matches, codebook)
    yield "missing_codes:" + ("" if shared else " {}")
    yield from (f"  {_answer(code)}: {reason}" for code, reason in shared.items())
    yield "items:"
    for match in matches:
        alike = f"{match.confidence:.0f}% alike"
        hint = f"{alike}: {_scalar(match.maybe)}" if match.maybe else alike if match.confidence else "no column found"
        yield f"  {match.item}:"
        yield f"    column: {_scalar(match.column)}  # {hint}"
        found = match.column != TODO or match.maybe != ""
        yield f"    wording: {_scalar(match.wording if found else codebook.items[match.item].wording)}"
        if match.unsure and match.column != TODO:
            yield f"    unsure: {alike}"
        before = earlier.items.get(match.item) if earlier else None
        if before and match.wording != TODO and answer_key(before.wording) != answer_key(match.wording):
            yield f"    same_wording_as_earlier: false  # ? the earlier wave asked: {_scalar(before.wording)}"
        if match.codes:
            called = f"  # {', '.join(f'{code}: {_scalar(text)}' for code, text in match.labels.items())}"
            pairs = (f"{_answer(answer)}: {code}" for answer, code in match.codes.items())
            yield f"    codes: {{{', '.join(pairs)}}}" + (called if match.labels else "")
        own = {answer: reason for answer, reason in match.missing.items() if shared.get(answer) != reason}
        if own:
            yield f"    missing: {{{', '.join(f'{_answer(answer)}: {reason}' for answer, reason in own.items())}}}"


def _shared(matches: list[Match], codebook: Codebook) -> dict[str, str]:
    """Missing rules on which all items that have them agree, and that are no answer to any."""
    found: dict[str, set[str]] = {}
    valid: set[str] = set()
    for match in matches:
        for answer, reason in match.missing.items():
            found.setdefault(answer, set()).add(reason)
        valid |= match.codes.keys() or {str(code) for code in codebook.items[match.item].scale.codes}
    return {
        answer: next(iter(reasons)) for answer, reasons in found.items() if len(reasons) == 1 and answer not in valid
    }


def _scalar(text: str) -> str:
    """A text as YAML on one line: plain where it is a plain word, else quoted, with what is odd escaped."""
    if re.fullmatch(r"[A-Za-z]\w*", text, re.ASCII) and parse_yaml(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c == " " or c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _answer(key: str) -> str:
    """An exported answer as a key: a number where it is one."""
    return key if re.fullmatch(r"0|[1-9]\d*", key, re.ASCII) else _scalar(key)


def _pair(key: str, value: str) -> str:
    if len(_scalar(key)) > _LONGEST_KEY:
        return f"  ? {_scalar(key)}\n  : {_scalar(value)}"
    return f"  {_scalar(key)}: {_scalar(value)}"
