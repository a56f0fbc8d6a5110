"""Parsing in a process of its own: a broken or hostile file can exhaust or crash it, and nothing else.

Run by `sto_analysis.survey.readers`; imports no more than it needs, because every reading pays for it. Every cell
becomes text, stripped, or None: leading zeros survive, and no date turns into a number. Columns travel as codes into
their different texts: a survey repeats few answers many times.
"""

import csv
import datetime
import io
import json
import math
import pickle
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

MEMORY = 2 * 1024**3
"""Address space of the process, in bytes, where the system can limit it."""
MOST_CELLS, MOST_COLUMNS = 25_000_000, 10_000
WIDEST_CASE = 40_000
"""Most units of 8 bytes in a row of SPSS; its reader takes minutes for 100,000 columns."""
SEPARATORS = (";", ",", "\t", "|")
SPSS, EXCEL, TEXT = (".sav", ".zsav", ".por"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), (".csv", ".tsv", ".txt")

Column = tuple[array, list[str]]  # type: ignore[type-arg]
"""Codes of the cells, -1 where blank, and the texts that they count."""
Fault = tuple[int, int, str, str]
"""A cell that cannot be trusted: row from 1, place from 0, what is wrong, what to do."""


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
        ``columns`` (a list of `Column`) and ``notices`` (what a person should know). For SPSS also ``names``,
        ``labels``, ``own`` (labels without the heading of a multiple-response set), ``value_labels``, ``missing``,
        ``title``. For tables (from row 1 of the file) also ``faults`` (a
        list of `Fault`), and either ``sheet`` and ``merged`` or ``separator``, ``encoding`` and ``widths``.

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
        from sto_analysis.survey.workbook import workbook

        return workbook(path, sheet)
    if kind in TEXT:
        rows, separator, encoding, faults = text_rows(path, separator, encoding)
        widths = array("i", map(len, rows))
        found = {"separator": separator, "encoding": encoding, "widths": widths, "faults": faults}
        return {"columns": table_columns(rows), "notices": [], **found}
    known = ", ".join([*SPSS, *EXCEL, *TEXT])
    raise Unreadable(f"no reader for files that end in {kind or 'nothing'}.", f"Save the export as one of {known}.")


def cell_text(value: Any) -> str | None:
    """Text of a cell as a person sees it; None when blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).upper()  # as Excel shows it, and no code
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip().replace("\x00", "") or None


def table_columns(rows: list[Any]) -> list[Column]:
    """Turn the rows of a table, of any widths, into columns."""
    wide_enough(max(map(len, rows), default=0), sum(map(len, rows)))
    return [encoded(column) for column in zip_longest(*rows)]


def wide_enough(columns: int, cells: int) -> None:
    """Refuse what no questionnaire has."""
    if columns > MOST_COLUMNS:
        what = f"it has {columns:,} columns, more than the {MOST_COLUMNS:,} that are read."
        raise Unreadable(what, "Ask for an export with one column per question.")
    if cells > MOST_CELLS:
        raise Unreadable("it has too many cells.", "Split the export, or save it as SPSS.")


def encoded(values: Iterable[Any]) -> Column:
    """Code the cells of a column."""
    seen: dict[Any, int] = {}
    places = [seen.setdefault(value, len(seen)) for value in values]
    texts: dict[str, int] = {}
    codes = [-1 if (text := cell_text(value)) is None else texts.setdefault(text, len(texts)) for value in seen]
    return array("i", map(codes.__getitem__, places)), list(texts)


def _spss(path: Path) -> dict[str, Any]:
    _readable(path)
    import numpy as np
    import pyreadstat

    todo = "Ask for the export again, or open it in SPSS and save it anew."
    portable = path.suffix.lower() == ".por"
    read: Any = pyreadstat.read_por if portable else partial(pyreadstat.read_sav, user_missing=True)
    try:
        values, meta = read(str(path), output_format="dict", disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, ValueError, OverflowError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise Unreadable(f"the file is not readable as SPSS ({error}).", todo) from error
    wide_enough(len(values), sum(map(len, values.values())))
    columns = []
    for cells in values.values():
        if isinstance(cells, np.ndarray) and cells.dtype.kind == "f":
            numbers, places = np.unique(cells, return_inverse=True)
            codes, texts = encoded(numbers.tolist())
            columns.append((array("i", np.frombuffer(codes, np.intc)[places].tobytes()), texts))
        else:
            columns.append(encoded(cells))
    ranges = {
        str(name): [(span["lo"], span["hi"]) if isinstance(span, dict) else (span, span) for span in spans]
        for name, spans in (meta.missing_ranges or {}).items()
    }
    own = {str(name): str(text) for name, text in (meta.column_names_to_labels or {}).items() if text}
    sets = [(told["label"], name) for told in (meta.mr_sets or {}).values() for name in told["variable_list"]]
    often = Counter(name for heading, name in sets if heading)
    headed = {  # of several sets no heading is its own
        name: f"{heading}: {own.get(name, name)}" for heading, name in sets if heading and often[name] == 1
    }
    lost = (
        "a .por file does not say here which codes it declares missing (they are read as blanks), "
        "and loses letters with accents. Ask for a .sav."
    )
    return {
        "columns": columns,
        "names": [str(name) for name in values],
        "labels": own | headed,
        "own": {name: own.get(name, name) for name in headed},
        "value_labels": {
            str(name): {cell_text(code) or "": str(text).strip() for code, text in labels.items()}
            for name, labels in (meta.variable_value_labels or {}).items()
        },
        "missing": ranges,
        "title": meta.file_label or "",
        "notices": [lost] if portable else [],
    }


def _readable(path: Path) -> None:
    """Refuse by its header SPSS with a password, or of very many columns, over which the reader takes minutes."""
    with path.open("rb") as file:
        head = file.read(72)
    if head[8:20] == b"ENCRYPTEDSAV":
        raise Unreadable("the file is protected by a password.", "Save it in SPSS without a password.")
    if head[:4] in (b"$FL2", b"$FL3") and len(head) == 72:
        order = "<" if head[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
        (units,) = struct.unpack(f"{order}i", head[68:])
        if units > WIDEST_CASE:
            what = f"a row of it takes {units:,} units of 8 bytes, more than the {WIDEST_CASE:,} that are read."
            raise Unreadable(what, "Ask for an export with one column per question.")


def text_rows(path: Path, separator: str | None, encoding: str | None) -> tuple[list[list[str]], str, str, list[Fault]]:
    """Read separated text: its rows as they stand, separator, encoding, and cells that swallowed rows.

    Parameters
    ----------
    path : Path
        The file.
    separator, encoding : str, optional
        As stated; found where None.
    """
    text, encoding = _decoded(path.read_bytes(), encoding)
    csv.field_size_limit(10_000_000)
    separator = separator or _separator(text)
    rows: list[list[str]] = []
    faults: list[Fault] = []
    cells = line = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(row)
            cells += len(row)
            wide_enough(len(row), cells)
            if reader.line_num > line + 1 and len(rows) > 1:
                faults += _swallowed(rows, separator)
            line = reader.line_num
    except csv.Error as error:
        where = f"line {reader.line_num}: {error}"
        todo = "Open it in a text editor and mend the quotation marks, or ask for the export as .xlsx or .sav."
        raise Unreadable(f"the file is not readable as separated text ({where}).", todo) from error
    return rows, separator, encoding, faults


def _swallowed(rows: list[list[str]], separator: str) -> Iterable[Fault]:
    """Cells of the last row that hold lines with as many separators as a row: a quotation mark stays open."""
    usual = max(1, max(map(len, rows[:-1])) - 1) / 2
    for place, cell in enumerate(rows[-1]):
        lines = cell.splitlines()[1:]
        if any(line.count(separator) >= usual for line in lines):
            what = f"this cell holds {len(lines)} more lines that look like rows of answers."
            yield len(rows), place, what, "Mend the quotation mark that stands alone, or ask for .xlsx or .sav."


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """Text of a file: UTF-16 by its mark, UTF-8 with or without, else cp1252, which reads nearly anything."""
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    tried = [encoding] if encoding else (["utf-16"] if utf16 else ["utf-8-sig", "cp1252"])
    for name in tried:
        try:
            text = content.decode(name).removeprefix("\ufeff")
        except (ValueError, LookupError):
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
            rows = csv.reader(io.StringIO(text[:500_000], newline=""), delimiter=separator)
            widths = [len(row) for row in islice(rows, 50)]
        except csv.Error:
            return 0.0
        if not widths:
            return 0.0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return usual * widths.count(usual) / len(widths)

    return max(SEPARATORS, key=score)


def main() -> None:
    """Answer one request with bounded memory: a JSON file in, a pickle out."""
    _limit()
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
