"""wave.yaml as a workbook, for those who do not write YAML: made from it, filled in, read back into it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems, shown
from sto_analysis.messages import LANGUAGE, problem, say
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.described import parse_yaml, refused
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.scales import Labelled
from sto_analysis.monitor.separated import cell_text
from sto_analysis.monitor.spelling import answer_key, visible
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.header import Layout
from sto_workbench.intake.readers import read_export
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.wave_file import edited, put, written

Line = tuple[str, ...]  # keys of wave.yaml from its top
NAME = "wave.yaml.xlsx"
"""The workbook, beside wave.yaml; no delivered file is called so."""
_SHEET = Layout(sheet="wave.yaml", names=1, first=2)
_NOT_SHOWN = ("wave", "file", "sheet", "separator", "encoding", "header", "published", "withdrawn")
"""Parts of wave.yaml that commands write; an older workbook must not take them back."""
_WAVE: Line = ("title.nl", "title.en", "frame", "fieldwork.start", "fieldwork.end", "duplicates", "unfinished")
_WAVE += ("earlier_wave", "changed_respondents", "region_column")
_OF = ("wording", "unsure", "blank", "as_stated", "same_wording_as_earlier")
"""Lines that a workbook always has: of a wave, and of a question."""
_WORDS = {"true": Labelled(nl="ja", en="yes"), "false": Labelled(nl="nee", en="no")}
_KEYS = 4
"""Cells that say which line a row is."""


def _lines(told: Any, place: Line = ()) -> dict[Line, str]:
    """Lines of wave.yaml that the workbook shows → what they say."""
    if isinstance(told, dict):
        parts = [_lines(below, (*place, _text(key))) for key, below in told.items()]
        return {at: text for part in parts for at, text in part.items() if at[0] not in _NOT_SHOWN}
    return {place: text} if (text := _text(told)) else {}


def _text(value: Any) -> str:
    """A cell, or a value of wave.yaml, as both are compared: what is seen of it, a line for each of several."""
    several = value if isinstance(value, list) else [value]
    texts = ((cell_text(each) or "").removesuffix("T00:00:00") for each in several)
    return "\n".join(shown(visible(line), 30_000) for text in texts for line in text.splitlines())


def _said(wave: str) -> dict[Line, str]:
    return _lines(parse_yaml((compendium.raw(wave) / "wave.yaml").read_text(encoding="utf-8-sig")))


def _choices(place: Line, codebook: Codebook) -> dict[str, list[str]]:
    """What may stand in a line: as wave.yaml has it → as it may be written, first as the workbook shows it."""
    reasons, told = codebook.missing.reasons, dict[Any, Any]()
    match place:
        case ("questions" | "items", name, "codes", _) | ("questions" | "items", name, "blank"):
            asked = (item.scale.levels for item in codebook.items.values() if name in (item.id, item.question))
            told = {level.code: level for level in next(asked, [])} | reasons
        case ("missing_codes", _) | ("questions" | "items", _, "missing", _):
            told = reasons
        case ("questions" | "items", _, "as_stated" | "same_wording_as_earlier"):
            told = _WORDS
        case ("duplicates" | "unfinished" as name,):
            return {choice: [choice] for choice in get_args(Wave.model_fields[name].annotation)}
    said = LANGUAGE.get()
    spelt = {str(k): [one.label(said), one.nl, one.en, str(k), getattr(one, "id", str(k))] for k, one in told.items()}
    return spelt | ({TODO: [TODO]} if told else {})


def _meant(text: str, choices: Mapping[str, list[str]]) -> str:
    """What wave.yaml has for a text; the text itself where it is no choice."""
    same = (key for key, texts in choices.items() if answer_key(text) in map(answer_key, texts))
    return text if text in choices else next(same, text)


def write_workbook(reading: Reading) -> Path:
    """Make the workbook of a wave from its wave.yaml, and return its path.

    Parameters
    ----------
    reading : Reading
        Of the delivery: its columns can be chosen.

    Raises
    ------
    Problems
        A workbook is there that says otherwise than wave.yaml, or is none.
    """
    Problems.raise_if(unread(reading.wave.wave))
    lines = {tuple(name.split(".")): "" for name in _WAVE}
    lines |= {("questions", name, of): "" for name in reading.codebook.questions for of in _OF}
    lines |= {("items", name, of): "" for name in reading.codebook.items for of in ("column", "wording")}
    lines |= _said(reading.wave.wave)
    order = list(dict.fromkeys(place[:2] for place in lines))
    ours = {place: lines[place] for place in sorted(lines, key=lambda place: order.index(place[:2]))}
    return compendium.write_whole(reading.file.with_name(NAME), lambda part: _fill_in(part, ours, reading))


def _fill_in(path: Path, lines: Mapping[Line, str], reading: Reading) -> None:
    columns = (*map(_text, reading.export.cells.columns), TODO)
    lists: dict[tuple[str, ...], int] = {}
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.add_worksheet(say("mapping.read_me")).write_column(0, 0, say("mapping.how").splitlines())
        sheet, locked = _sheet(book), book.add_format({"valign": "top"})
        (hidden := book.add_worksheet("lists")).hide()
        for row, (place, text) in enumerate(lines.items(), start=1):
            choices = _choices(place, reading.codebook)
            sheet.write_row(row, 0, [*place, *[""] * (_KEYS - len(place)), _says(place, reading)], locked)
            sheet.write(row, _KEYS + 1, choices.get(_meant(text, choices), [text])[0])
            chosen = place == ("region_column",) or place[::2] == ("items", "column")
            if labels := columns if chosen else tuple(texts[0] for texts in choices.values()):
                hidden.write_column(0, at := lists.setdefault(labels, len(lists)), labels)
                cells = f"=lists!{xl_range_abs(0, at, len(labels) - 1, at)}"
                told = {"validate": "list", "source": cells, "show_error": False}
                sheet.data_validation(row, _KEYS + 1, row, _KEYS + 1, told)


def _sheet(book: Any) -> Any:
    """The sheet of wave.yaml: head, widths, colours and protection."""
    sheet = book.add_worksheet(_SHEET.sheet)
    fill = {"locked": False, "text_wrap": True, "valign": "top", "bg_color": "#FFF9DB", "border": 4}
    for at, width in enumerate((14, 28, 12, 18, 70, 70)):
        sheet.set_column(at, at, width, book.add_format(fill))
    sheet.write_row(0, 0, say("mapping.heads").split(" | "), book.add_format({"bold": True, "bg_color": "#D9E2EC"}))
    open_one = '=OR(LEFT($F2,4)="TODO",AND($C2="unsure",$F2<>""))'
    look = {"type": "formula", "criteria": open_one, "format": book.add_format({"bg_color": "#FFC078"})}
    sheet.conditional_format(1, 5, 9_999, 5, look)
    sheet.freeze_panes(1, 0)
    sheet.protect("", dict.fromkeys(("format_columns", "format_rows", "sort", "autofilter", "insert_rows"), True))
    return sheet


def _says(place: Line, reading: Reading) -> str:
    """What a person should know of a line: its question, what the file calls an answer, what the line is."""
    match place:
        case ("items", name, _) if name in reading.codebook.items:
            return reading.codebook.items[name].wording
        case (_, name, _, answer):
            asked = [one.labels for one in reading.asked.values() if name in (one.item.id, one.item.question)]
            same = (text for labels in asked for code, text in labels.items() if answer_key(code) == answer_key(answer))
            return shown(next(same, ""))
        case (_, column) if column in reading.export.labels:
            return shown(reading.export.labels[column])
    name = ".".join(place[2:] or place)
    return say(f"mapping.{name}") if name in (*_WAVE, *_OF) else ""


def unread(wave: str) -> list[Problem]:
    """Say that the workbook of a wave says otherwise than its wave.yaml; nothing where it has none."""
    if not (compendium.raw(wave) / NAME).is_file():
        return []
    try:
        edits = [cell for cell in _cells(wave).values() if cell["value"] != cell["was"]]
    except Problems as found:
        return found.problems
    return [problem("mapping.unread", wave=wave, count=len(edits), **cell) for cell in edits[:1]]


def read_workbook(wave: str) -> int:
    """Write into the wave.yaml of a wave what its workbook says otherwise, and return how many lines that were.

    Raises
    ------
    Problems
        No workbook, or cells that say what wave.yaml cannot hold; it is left as it was.
    """
    with edited(compendium.raw(wave) / "wave.yaml") as told:
        cells = _cells(wave)
        edits = {place: cell for place, cell in cells.items() if cell["value"] != cell["was"]}
        for place, cell in edits.items():
            _put(told, place, _typed(place, cell))
        Problems.raise_if(_refused(parse_yaml(written(told)), cells))
    return len(edits)


def _cells(wave: str) -> dict[Line, Any]:
    """Line of wave.yaml → its cell, what it says and what wave.yaml does; one that has no row any more is to go."""
    path, codebook, before = compendium.raw(wave) / NAME, read_codebook(), _said(wave)
    found, wrong = dict[Line, Any](), []
    for row, *keys, _, text in (rows := _read(path)).itertuples(name=None):
        place = tuple(filter(None, map(_text, keys)))
        choices = _choices(place, codebook)
        value, was = (_meant(each, choices) for each in (_text(text), before.pop(place, "")))
        at = {"file": path, "sheet": _SHEET.sheet, "row": row, "column": rows.columns[-1], "value": value}
        cell = {**at, "was": was, "choices": choices, "texts": ", ".join(texts[0] for texts in choices.values())}
        if what := _wrong(place, cell, found.setdefault(place, cell)):
            wrong.append(problem(f"mapping.{what}", **cell))
    Problems.raise_if(wrong)
    unasked = {place[:2] for place, cell in found.items() if place[2:] == ("column",) and not cell["value"]}
    found |= {place: cell | {"value": ""} for place, cell in found.items() if place[:2] in unasked}
    return found | {place: {"file": path, "value": "", "was": was, "choices": {}} for place, was in before.items()}


def _read(path: Path) -> pd.DataFrame:
    """Rows of the sheet, read as a delivery is: bounded, and without a cell that only looks blank."""
    try:
        export = read_export(path, _SHEET)
    except Problems as found:
        raise Problems([problem("mapping.unreadable", file=path)]) from found
    narrow = [problem("mapping.unreadable", file=path)] if export.cells.shape[1] < _KEYS + 2 else []
    Problems.raise_if([*narrow, *export.faults])
    return export.cells.iloc[:, : _KEYS + 2].fillna("")


def _wrong(place: Line, cell: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What is wrong with a row; empty where nothing is."""
    if not place or place[0] in _NOT_SHOWN:
        return "no_line"
    if cell["choices"] and cell["value"] not in {"", *cell["choices"]}:
        return "no_choice"
    return "twice" if cell["value"] != other["value"] else ""


def _put(told: Any, place: Line, value: Any) -> None:
    """Write a line into wave.yaml, or take it out, and what is empty then."""
    part, *rest = place
    key = next((key for key in told if _text(key) == part), part)
    if rest:
        below = told[key] if isinstance(told.get(key), dict) else CommentedMap()
        _put(below, tuple(rest), value)
        value = below or ({} if key == "missing_codes" else None)
    put(told, key, value)


def _typed(place: Line, cell: Mapping[str, Any]) -> Any:
    """What a cell says, as wave.yaml has it; None where there is nothing."""
    if place[0] in ("split", "changed_respondents"):
        return cell["value"].splitlines() or None
    return parse_yaml(cell["value"]) if cell["choices"] else cell["value"] or None


def _refused(told: Any, cells: Mapping[Line, Any]) -> Iterator[Problem]:
    """What wave.yaml may not hold, in the cell that says it."""
    try:
        faults = [*Wave.model_validate(told).inconsistencies()]
    except ValidationError as error:
        faults = refused(error)
    for place, what in faults:
        parts = tuple(map(_text, place))
        near = [cell for known, cell in cells.items() if known[: len(parts)] == parts[: len(known)]]
        yield problem("mapping.refused", what=what, **(near or [{"file": NAME}])[0])
