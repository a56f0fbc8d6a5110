"""A questionnaire export as delivered → its raw values as text, with labels and the row numbers of the file."""

import json
import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis.errors import MissingFile, Problems, UnreadableExport
from sto_analysis.survey.parse import Cells

SECONDS = 60
"""Longest that reading a file may take."""


@dataclass(frozen=True)
class Layout:
    """How the answers stand in the file; what is None is found.

    Parameters
    ----------
    sheet : str, optional
        Of a workbook.
    separator, encoding : str, optional
        Of separated text.
    group, names, labels, first : int, optional
        Rows as a person counts them: a line of headings above groups of columns, the column names, a line of labels
        below them, and the first answer.
    """

    sheet: str | None = None
    separator: str | None = None
    encoding: str | None = None
    group: int | None = None
    names: int | None = None
    labels: int | None = None
    first: int | None = None


@dataclass(frozen=True)
class Export:
    """What a delivered file holds.

    Parameters
    ----------
    cells : DataFrame of str
        Cells as text, missing where blank; the index is the row of the file as a person counts it (SPSS: the case).
    labels : dict
        Column → its question or heading.
    value_labels : dict
        Column → code → answer, where the file names them (SPSS).
    user_missing : dict
        Column → ranges (low, high) of codes that the file declares missing (SPSS).
    title : str
        Label of the file (SPSS).
    layout : Layout
        As used.
    """

    cells: pd.DataFrame
    labels: dict[str, str]
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, list[tuple[float | str, float | str]]] = field(default_factory=dict)
    title: str = ""
    layout: Layout = field(default_factory=Layout)

    def declared_missing(self, column: str, code: str) -> bool:
        """Whether the file declares a code of a column missing."""
        for low, high in self.user_missing.get(column, ()):
            if isinstance(low, str) or isinstance(high, str):
                if code == str(low).strip():
                    return True
            elif (number := _number(code)) is not None and low <= number <= high:
                return True
        return False


def read_export(path: Path, layout: Layout | None = None) -> Export:
    """Read an export of SPSS, Excel or a survey tool, in a process of its own with bounded time and memory.

    Parameters
    ----------
    path : Path
        A .sav, .zsav, .por, .xlsx, .xls or .csv file.
    layout : Layout, optional
        What is known of it.

    Raises
    ------
    Problems
        `MissingFile` or `UnreadableExport`.
    """
    if not path.is_file():
        todo = "Put the export there, or correct 'file' in wave.yaml."
        raise Problems([MissingFile("the export is not there.", todo, file=path)])
    layout = layout or Layout()
    parsed = _parsed(path, layout)
    if "columns" in parsed:
        columns = parsed["columns"]
        length = max(map(len, columns.values()), default=0)
        values = pd.DataFrame(columns, index=pd.RangeIndex(1, length + 1), dtype="object")
        return Export(values, parsed["labels"], parsed["value_labels"], parsed["missing"], parsed["title"], layout)
    found = replace(layout, **{name: parsed[name] for name in ("sheet", "separator", "encoding") if name in parsed})
    return _table(parsed["rows"], found, path)


def _parsed(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse a file in a child process; whatever happens to it becomes a named problem."""
    todo = "Ask for the export again, or save it in another form."
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        request, answer = Path(folder) / "request.json", Path(folder) / "answer.pickle"
        wanted = {"sheet": layout.sheet, "separator": layout.separator, "encoding": layout.encoding}
        request.write_text(json.dumps({"path": str(path), **wanted}), encoding="utf-8")
        words = [sys.executable, "-m", "sto_analysis.survey.parse", str(request), str(answer)]
        quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=SECONDS, env=quiet)
            with answer.open("rb") as file:
                parsed: dict[str, Any] = pickle.load(file)
        except subprocess.TimeoutExpired as error:
            what = f"reading it took longer than {SECONDS} seconds."
            raise Problems([UnreadableExport(what, todo, file=path)]) from error
        except (subprocess.CalledProcessError, OSError, pickle.UnpicklingError, EOFError) as error:
            raise Problems([UnreadableExport("reading it stopped the reader.", todo, file=path)]) from error
    if "what" in parsed:
        raise Problems([UnreadableExport(parsed["what"], parsed["todo"], file=path)])
    return parsed


def _table(rows: Cells, layout: Layout, path: Path) -> Export:
    """Find header and answers in the rows of a sheet or text."""
    layout = _header(rows, layout)
    if layout.names is None or layout.first is None or layout.names > len(rows):
        todo = "State the rows under 'header' in wave.yaml, or save the sheet with one row of column names."
        raise Problems([UnreadableExport("no row of column names is to be found.", todo, file=path)])
    width = max(map(len, rows))
    names = _unique(_padded(rows, layout.names, width), _filled(_padded(rows, layout.group, width)))
    labels = _padded(rows, layout.labels, width)
    kept = [(number, row) for number, row in enumerate(rows, start=1) if number >= layout.first and any(row)]
    cells: dict[str, list[str | None]] = {}
    shown: dict[str, str] = {}
    for place, name in enumerate(names):
        column = [row[place] if place < len(row) else None for _, row in kept]
        if name is None and not any(column):
            continue
        title = name or f"column {_letters(place)}"
        cells[title] = column
        shown[title] = labels[place] or title
    values = pd.DataFrame(cells, index=pd.Index([number for number, _ in kept], dtype="int64"), dtype="object")
    return Export(values, shown, layout=layout)


def _header(rows: Cells, layout: Layout) -> Layout:
    """Find the rows of the header that are not stated."""
    if layout.names is not None:
        after = max(layout.names, layout.labels or 0) + 1
        return replace(layout, first=layout.first or after)
    filled = [sum(cell is not None for cell in row) for row in rows[:100]]
    if not filled or not max(filled):
        return layout
    at = next(i for i, count in enumerate(filled) if count >= max(filled) / 2)
    labels = group = None
    first = at + 1
    if any(str(cell).startswith('{"ImportId"') for row in rows[at + 1 : at + 3] for cell in row[:5]):  # Qualtrics
        imported = next(i for i in (at + 1, at + 2) if any(str(c).startswith('{"ImportId"') for c in rows[i]))
        labels, first = (at + 1 if imported > at + 1 else None), imported + 1
    elif first < len(rows) and _is_labels(rows, at):
        labels, first = at + 1, at + 2
    names = [cell for cell in rows[at] if cell is not None]
    if len(set(names)) < len(names) and at > 0 and sum(c is not None for c in rows[at - 1]) > 1:
        group = at - 1
    return replace(
        layout,
        group=None if group is None else group + 1,
        names=at + 1,
        labels=None if labels is None else labels + 1,
        first=first + 1,
    )


def _is_labels(rows: Cells, at: int) -> bool:
    """Whether the row below the names holds long texts where the rows below it hold short ones."""
    below = [cell for cell in rows[at + 1] if cell is not None]
    answers = [cell for row in rows[at + 2 : at + 12] for cell in row if cell is not None]
    if not below or not answers or any(_number(cell) is not None for cell in below):
        return False
    mean = sum(map(len, below)) / len(below)
    return mean > 15 and mean > 2 * sum(map(len, answers)) / len(answers) and len(set(below)) == len(below)


def _padded(rows: Cells, number: int | None, width: int) -> list[str | None]:
    row = rows[number - 1] if number else []
    return [*row, *[None] * (width - len(row))]


def _filled(row: list[str | None]) -> list[str | None]:
    """Headings of merged cells: each holds for the columns to its right, up to the next."""
    last: str | None = None
    out = []
    for cell in row:
        last = cell or last
        out.append(last)
    return out


def _unique(names: list[str | None], groups: list[str | None]) -> list[str | None]:
    """Column names, with the heading of their group, and numbered where they still repeat."""
    out: list[str | None] = []
    seen: dict[str, int] = {}
    for name, group in zip(names, groups, strict=True):
        if name is None:
            out.append(None)
            continue
        whole = f"{group}: {name}" if group and group != name else name
        seen[whole] = seen.get(whole, 0) + 1
        out.append(whole if seen[whole] == 1 else f"{whole} ({seen[whole]})")
    return out


def _letters(place: int) -> str:
    """Name of a column in a spreadsheet: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
