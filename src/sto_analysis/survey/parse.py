"""Parsing in a process of its own: a broken or hostile file can exhaust or crash it, and nothing else.

Run by `sto_analysis.survey.readers` as ``python -m sto_analysis.survey.parse REQUEST ANSWER``; imports no more than it
needs, because every reading pays for it. Every cell becomes text, stripped, or None: leading zeros survive, and no date
turns into a number.
"""

import csv
import datetime
import io
import json
import math
import pickle
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

MEMORY = 2 * 1024**3
"""Address space of the process, in bytes, where the system can limit it."""
MOST_CELLS = 25_000_000
SEPARATORS = (";", ",", "\t", "|")
SPSS, EXCEL, TEXT = (".sav", ".zsav", ".por"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), (".csv", ".tsv", ".txt")

Cells = list[list[str | None]]


class Unreadable(Exception):  # noqa: N818
    """What is wrong with the file, and what to do."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what, self.todo = what, todo


def parse(path: Path, sheet: str | None, separator: str | None, encoding: str | None) -> dict[str, Any]:
    """Parse an export.

    Parameters
    ----------
    path : Path
        The file; its ending says what it is.
    sheet, separator, encoding : str, optional
        As stated in wave.yaml; found where None.

    Returns
    -------
    dict
        For SPSS: ``columns`` (name → cells), ``labels``, ``value_labels``, ``missing``, ``title``. For tables: ``rows``
        (as they stand in the file, from row 1), and ``sheet`` or ``separator`` and ``encoding`` as used.

    Raises
    ------
    Unreadable
        With a message for people.
    """
    if path.stat().st_size == 0:
        raise Unreadable("the file is empty.", "Ask for the export again.")
    kind = path.suffix.lower()
    if kind in SPSS:
        return _spss(path)
    if kind in EXCEL:
        return _excel(path, sheet)
    if kind in TEXT:
        return _text(path, separator, encoding)
    known = ", ".join([*SPSS, *EXCEL, *TEXT])
    raise Unreadable(f"no reader for files that end in {kind or 'nothing'}.", f"Save the export as one of {known}.")


def cell_text(value: Any) -> str | None:
    """Text of a cell as a person sees it; None when blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip().replace("\x00", "") or None


def _texts(values: Iterable[Any]) -> list[str | None]:
    """Text of many cells; equal cells share one string."""
    seen: dict[tuple[type, Any], str | None] = {}
    out = []
    for value in values:
        key = (type(value), value)
        if key not in seen:
            seen[key] = cell_text(value)
        out.append(seen[key])
    return out


def _spss(path: Path) -> dict[str, Any]:
    import pyreadstat

    todo = "Ask for the export again, or open it in SPSS and save it anew."
    try:
        if path.suffix.lower() == ".por":
            values, meta = pyreadstat.read_por(str(path), output_format="dict", disable_datetime_conversion=True)
        else:
            values, meta = pyreadstat.read_sav(
                str(path), output_format="dict", disable_datetime_conversion=True, user_missing=True
            )
    except (pyreadstat.ReadstatError, ValueError, OverflowError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise Unreadable(f"the file is not readable as SPSS ({error}).", todo) from error
    columns = {str(name): _texts(cells) for name, cells in values.items()}
    ranges = {
        str(name): [(span["lo"], span["hi"]) if isinstance(span, dict) else (span, span) for span in spans]
        for name, spans in (meta.missing_ranges or {}).items()
    }
    return {
        "columns": columns,
        "labels": {str(name): str(text) for name, text in (meta.column_names_to_labels or {}).items() if text},
        "value_labels": {
            str(name): {cell_text(code) or "": str(text).strip() for code, text in labels.items()}
            for name, labels in (meta.variable_value_labels or {}).items()
        },
        "missing": ranges,
        "title": meta.file_label or "",
    }


def _excel(path: Path, sheet: str | None) -> dict[str, Any]:
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = list(book.sheet_names)
            if sheet is not None and sheet not in names:
                listed = ", ".join(map(repr, names))
                raise Unreadable(f"there is no sheet {sheet!r}.", f"Choose one of {listed} in wave.yaml.")
            found = [(name, book.get_sheet_by_name(name)) for name in ([sheet] if sheet is not None else names)]
            name, chosen = max(found, key=lambda pair: pair[1].height * pair[1].width) if found else ("", None)
            if chosen is None or chosen.total_height * chosen.total_width > MOST_CELLS:
                raise Unreadable("it has no sheet of a size that can be read.", "Save one sheet with the answers.")
            cells = chosen.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        if path.suffix.lower() == ".xlsx" and (found_slowly := _openpyxl(path, sheet)):
            return found_slowly
        todo = "Open it in Excel and save it anew as .xlsx, without a password."
        raise Unreadable(f"the file is not readable as a workbook ({error}).", todo) from error
    return {"rows": [_texts(row) for row in cells], "sheet": name}


def _openpyxl(path: Path, sheet: str | None) -> dict[str, Any] | None:
    """Read what calamine refuses (numbers of other notation); None where this reader refuses it too."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True, read_only=True)
        found = {each.title: [_texts(row) for row in each.iter_rows(values_only=True)] for each in book.worksheets}
        name = sheet or max(found, key=lambda title: sum(map(len, found[title])))
        return {"rows": found[name], "sheet": name}
    except Exception:  # a second opinion on a broken file: whatever it says, the first reader's message stands
        return None


def _text(path: Path, separator: str | None, encoding: str | None) -> dict[str, Any]:
    content = path.read_bytes()
    text, encoding = _decoded(content, encoding)
    csv.field_size_limit(10_000_000)
    separator = separator or _separator(text)
    rows: Cells = []
    count = 0
    seen: dict[str, str | None] = {"": None}
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False):
            rows.append([seen.setdefault(cell, cell_text(cell)) for cell in row])
            count += len(row)
            if count > MOST_CELLS:
                raise Unreadable("it has too many cells.", "Split the export, or save it as SPSS.")
    except csv.Error as error:
        todo = "Open it in a text editor, or ask for the export as .xlsx or .sav."
        raise Unreadable(f"the file is not readable as separated text ({error}).", todo) from error
    return {"rows": rows, "separator": separator, "encoding": encoding}


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Text of a file: UTF-16 by its mark, UTF-8 with or without, else cp1252, which reads nearly anything."""
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    tried = [encoding] if encoding else (["utf-16"] if utf16 else ["utf-8-sig", "cp1252"])
    for name in tried:
        try:
            text = content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\x00" in text:
            break
        return text, name
    raise Unreadable(
        f"it is no text in {' or '.join(tried)}.", "State its 'encoding' in wave.yaml, or save it as UTF-8."
    )


def _separator(text: str) -> str:
    """The separator that gives the most columns in the most rows."""

    def score(separator: str) -> float:
        try:
            widths = [len(row) for row in islice(csv.reader(io.StringIO(text[:500_000]), delimiter=separator), 50)]
        except csv.Error:
            return 0.0
        if not widths:
            return 0.0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return usual * widths.count(usual) / len(widths)

    return max(SEPARATORS, key=score)


def main(limit: Callable[[], None] | None = None) -> None:
    """Answer one request: a JSON file in, a pickle out."""
    if limit:
        limit()
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    try:
        answer = parse(Path(request.pop("path")), **request)
    except Unreadable as error:
        answer = {"what": error.what, "todo": error.todo}
    except (MemoryError, RecursionError):
        answer = {"what": "reading it takes more memory than it may.", "todo": "Save the export anew, or split it."}
    with Path(sys.argv[2]).open("wb") as out:
        pickle.dump(answer, out, protocol=5)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    main(_limit)
