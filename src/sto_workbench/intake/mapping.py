"""wave.yaml as a workbook, for those who do not write YAML: made from it, filled in, read back into it."""

import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import yaml
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
from sto_analysis.monitor.scales import Labelled, Level
from sto_analysis.monitor.separated import cell_text
from sto_analysis.monitor.spelling import answer_key, visible
from sto_analysis.monitor.wave import Wave
from sto_analysis.outside import outside
from sto_workbench.intake.readers import Export
from sto_workbench.intake.reading import Reading
from sto_workbench.intake.wave_file import edited, put, written

Line = tuple[str, ...]  # keys of wave.yaml from its top
NAME = "wave.yaml.xlsx"
"""The workbook, beside wave.yaml; no delivered file is called so."""
_SHEETS = {
    "wave": ("title", "frame", "fieldwork", "duplicates", "unfinished", "earlier_wave", "changed_respondents"),
    "questions": ("missing_codes", "questions"),
    "items": ("region_column", "items"),
    "columns": ("drop", "split", "leave_out", "regions", "looked_at"),
}
"""Sheet → the parts of wave.yaml that it shows."""
_PARTS = tuple(part for parts in _SHEETS.values() for part in parts)
_WAVE = ("title.nl", "title.en", "frame", "fieldwork.start", "fieldwork.end", *_SHEETS["wave"][3:], "region_column")
_OF = ("wording", "unsure", "blank", "as_stated", "same_wording_as_earlier")
"""Lines that a workbook always has: of a wave, and of a question."""
_TEXTS = (("column",), ("wording",), ("unsure",))
_WORDS = {"true": Labelled(nl="ja", en="yes"), "false": Labelled(nl="nee", en="no")}
_KEYS, _LONGEST, _MOST_BYTES = 4, 30_000, 20_000_000
"""Cells that say which line a row is, characters of a cell, bytes of a workbook."""
_LOOKS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bg_color": "#D9E2EC"},
    "key": {"bold": True, "valign": "top"},
    "says": {"font_color": "#555555", "valign": "top"},
    "fill": {"locked": False, "text_wrap": True, "valign": "top", "bg_color": "#FFF9DB", "border": 4},
    "open": {"bold": True, "bg_color": "#FFC078"},
}


def _lines(told: Any, place: Line = ()) -> dict[Line, str]:
    """Lines of wave.yaml that the workbook shows → what they say."""
    if isinstance(told, dict):
        parts = [_lines(below, (*place, _text(key))) for key, below in told.items()]
        return {at: text for part in parts for at, text in part.items() if at[0] in _PARTS}
    return {place: text} if (text := _text(told)) else {}


def _text(value: Any) -> str:
    """A cell, or a value of wave.yaml, as both are compared: what is seen of it, a line for each of several."""
    several = value if isinstance(value, list) else [value]
    texts = ((cell_text(each) or "").removesuffix("T00:00:00") for each in several)
    return "\n".join(shown(visible(line), _LONGEST) for text in texts for line in text.splitlines())


def _choices(place: Line, codebook: Codebook, columns: list[str]) -> dict[str, list[str]]:
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
        case ("region_column",) | ("items", _, "column"):
            return {column: [column] for column in columns}
        case ("duplicates" | "unfinished" as name,):
            return {choice: [choice] for choice in get_args(Wave.model_fields[name].annotation)}
    return {str(key): _spelt(str(key), one) for key, one in told.items()} | ({TODO: [TODO]} if told else {})


def _spelt(key: str, told: Labelled) -> list[str]:
    texts = (told.label(LANGUAGE.get()), told.nl, told.en)
    coded = [" ".join(dict.fromkeys((key, text))) for text in texts]
    return [*coded[: isinstance(told, Level)], *texts, *coded, key, getattr(told, "id", key)]


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
    path, codebook = reading.file.with_name(NAME), reading.codebook
    lines = {tuple(name.split(".")): "" for name in _WAVE}
    lines |= {("questions", name, of): "" for name in codebook.questions for of in _OF}
    lines |= {("items", name, of): "" for name in codebook.items for of in ("column", "wording")}
    lines |= _lines(parse_yaml(path.with_name("wave.yaml").read_text(encoding="utf-8-sig")))
    return compendium.write_whole(path, lambda part: _fill_in(part, lines, reading.export, codebook))


def _fill_in(path: Path, lines: Mapping[Line, str], export: Export, codebook: Codebook) -> None:
    columns = [*map(_text, export.cells.columns), TODO]
    lists = {(*columns,): 0}
    order = {group: at for at, group in enumerate(dict.fromkeys(place[:2] for place in lines))}
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        book.add_worksheet(say("mapping.read_me")).write_column(0, 0, say("mapping.how").splitlines())
        for name, parts in _SHEETS.items():
            sheet = book.add_worksheet(name)
            _prepare(sheet, looks)
            ours = sorted((place for place in lines if place[0] in parts), key=lambda place: order[place[:2]])
            for row, place in enumerate(ours, start=1):
                choices = _choices(place, codebook, columns)
                text = choices.get(_meant(lines[place], choices), [lines[place]])[0]
                sheet.write_row(row, 0, [*place, *[""] * (_KEYS - len(place))], looks["key"])
                sheet.write(row, _KEYS, _says(place, lines, export, codebook), looks["says"])
                sheet.write(row, _KEYS + 1, text, looks["fill"])
                if choices:
                    labels = tuple(texts[0] for texts in choices.values())
                    cells = xl_range_abs(0, at := lists.setdefault(labels, len(lists)), len(labels) - 1, at)
                    source = {"validate": "list", "source": f"=lists!{cells}", "show_error": False}
                    sheet.data_validation(row, _KEYS + 1, row, _KEYS + 1, source)
        (hidden := book.add_worksheet("lists")).hide()
        for labels, at in lists.items():
            hidden.write_column(0, at, labels)


def _prepare(sheet: Any, looks: Any) -> None:
    """Head, widths and protection."""
    sheet.write_row(0, 0, say("mapping.heads").split(" | "), looks["head"])
    for at, width in enumerate((14, 28, 12, 18, 70, 70)):
        sheet.set_column(at, at, width, looks["fill"])
    open_one = '=OR(LEFT($F2,4)="TODO",AND($C2="unsure",$F2<>""))'
    sheet.conditional_format(1, 5, 9_999, 5, {"type": "formula", "criteria": open_one, "format": looks["open"]})
    sheet.ignore_errors({"number_stored_as_text": "A1:F9999"})
    sheet.freeze_panes(1, 0)
    sheet.protect("", dict.fromkeys(("format_columns", "format_rows", "sort", "autofilter", "insert_rows"), True))


def _says(place: Line, lines: Mapping[Line, str], export: Export, codebook: Codebook) -> str:
    """What a person should know of a line: its question, what the file calls an answer, what the line is."""
    match place:
        case ("items", name, _) if name in codebook.items:
            return codebook.items[name].wording
        case (_, name, _, answer):
            asked = [each for each, item in codebook.items.items() if name in (each, item.question)]
            labels = [export.value_labels.get(lines.get(("items", each, "column"), ""), {}) for each in asked]
            same = (text for told in labels for code, text in told.items() if answer_key(code) == answer_key(answer))
            return shown(next(same, ""))
        case (_, column) if column in export.labels:
            return shown(export.labels[column])
    name = ".".join(place[2:] or place)
    return say(f"mapping.{name}") if name in (*_WAVE, *_OF) else ""


def unread(wave: str) -> list[Problem]:
    """Say that the workbook of a wave says otherwise than its wave.yaml; nothing where it has none."""
    if not (compendium.raw(wave) / NAME).is_file():
        return []
    try:
        edits, _ = _edits(wave)
    except Problems as found:
        return found.problems
    return [problem("mapping.unread", wave=wave, count=len(edits), **cell) for cell in list(edits.values())[:1]]


def read_workbook(wave: str) -> int:
    """Write into the wave.yaml of a wave what its workbook says otherwise, and return how many lines that were.

    Raises
    ------
    Problems
        No workbook, or cells that say what wave.yaml cannot hold; it is left as it was.
    """
    with edited(compendium.raw(wave) / "wave.yaml") as told:
        edits, cells = _edits(wave)
        for place, cell in edits.items():
            _put(told, place, _typed(place, cell["value"]))
        Problems.raise_if(_refused(parse_yaml(written(told)), cells))
    return len(edits)


def _edits(wave: str) -> tuple[dict[Line, Any], dict[Line, Any]]:
    """Cells that say otherwise than wave.yaml, and all; a line that has no row any more is to go."""
    path = compendium.raw(wave) / NAME
    before = _lines(parse_yaml(path.with_name("wave.yaml").read_text(encoding="utf-8-sig")))
    cells = _cells(path, read_codebook())
    unasked = {place[:2] for place, cell in cells.items() if place[2:] == ("column",) and not cell["value"]}
    every = {place: {"file": path, "value": "", "choices": {}} for place in before if place not in cells} | cells
    every |= {place: cell | {"value": ""} for place, cell in cells.items() if place[:2] in unasked}
    same = {place for place, cell in every.items() if cell["value"] == _meant(before.get(place, ""), cell["choices"])}
    return {place: cell for place, cell in every.items() if place not in same}, cells


def _cells(path: Path, codebook: Codebook) -> dict[Line, Any]:
    """Line of wave.yaml → its cell: what it says, what it may say, and where it stands."""
    book = _opened(path)
    columns = [_text(row[0].value) for row in book["lists"]]
    found: dict[Line, Any] = {}
    wrong = []
    for sheet in _SHEETS:
        head, *rows = book[sheet]
        for row in rows:
            *keys, _, text = (_text(cell.value) for cell in row)
            place = tuple(filter(None, keys))
            choices = _choices(place, codebook, columns)
            cell = {"file": path, "sheet": sheet, "row": row[0].row, "column": head[-1].value, "choices": choices}
            cell |= {"value": _meant(text, choices), "texts": ", ".join(texts[0] for texts in choices.values())}
            if what := _wrong(place, row, cell, found.get(place, cell)):
                wrong.append(problem(f"mapping.{what}", **cell))
            found |= {place: cell} if place else {}
    Problems.raise_if(wrong)
    return found


def _wrong(place: Line, row: Sequence[Any], cell: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What is wrong with a row; empty where nothing is."""
    if {"f", "e"} & {each.data_type for each in row}:
        return "formula"
    if (place or cell["value"]) and (*place, "")[0] not in _PARTS:
        return "no_line"
    if cell["choices"] and cell["value"] not in {"", *cell["choices"]}:
        return "no_choice"
    return "twice" if cell["value"] != other["value"] else ""


def _opened(path: Path) -> dict[str, list[Any]]:
    """Sheet → its rows of cells."""
    import openpyxl

    outside(path, "the workbook", "Make it: sto new WAVE --as xlsx", _MOST_BYTES)
    with suppress(Exception), zipfile.ZipFile(path) as parts, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what openpyxl does not keep
        small = sum(part.file_size for part in parts.infolist()) <= _MOST_BYTES
        book = openpyxl.load_workbook(path) if small else {}
        rows = {name: list(book[name].iter_rows(max_col=_KEYS + 2)) for name in ("lists", *_SHEETS)}
        if all(sheet[0][0].value for sheet in rows.values()):
            return rows
    raise Problems([problem("mapping.unreadable", file=path)])


def _put(told: Any, place: Line, value: Any) -> None:
    """Write a line into wave.yaml, or take it out, and what is empty then."""
    part, *rest = place
    key: Any = next((key for key in told if _text(key) == part), part)
    if not rest:
        put(told, key, value)
        return
    below = told[key] if isinstance(told.get(key), dict) else CommentedMap()
    _put(below, tuple(rest), value)
    told[key] = below
    if not below and key != "missing_codes":
        del told[key]


def _typed(place: Line, text: str) -> Any:
    """A text as wave.yaml has it; None where there is none."""
    if place[0] in ("split", "changed_respondents"):
        return text.splitlines() or None
    if place[0] not in ("fieldwork", "earlier_wave", "questions", "items") or place[2:] in _TEXTS:
        return text or None
    with suppress(yaml.YAMLError):
        return parse_yaml(text)
    return text


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
