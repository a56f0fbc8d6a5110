"""A questionnaire export as delivered → its raw values as text, with labels and the row numbers of the file."""

import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis import provenance
from sto_analysis.errors import DamagedExport, MissingFile, Problem, Problems, UnreadableExport
from sto_analysis.monitor.separated import Cells, Fault
from sto_analysis.monitor.spelling import visible
from sto_workbench.intake.header import Layout, Span, column_names, find_header, letters, number, row_of

SECONDS = 50
"""Longest that reading a file may take."""
LONGEST_NAME = 10_000
"""Characters of a column name or question."""


@dataclass(frozen=True)
class Export:
    """What a delivered file holds.

    Parameters
    ----------
    cells : DataFrame of categorical
        Cells as text, missing where blank; the index is the row of the file as a person counts it (SPSS: the case).
    labels : dict
        Column → its question, behind the heading of its group or multiple-response set.
    value_labels : dict
        Column → code → answer, where the file names them (SPSS).
    user_missing : dict
        Column → ranges (low, high) of codes that the file declares missing (SPSS).
    title : str
        Label of the file (SPSS).
    own : dict
        Column → its question without that heading, where there is one.
    layout : Layout
        As used.
    faults : tuple of Problem
        Rows and cells that cannot be trusted.
    notices : tuple of str
        What a person should know of how it was read.
    """

    cells: pd.DataFrame
    labels: dict[str, str]
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    user_missing: dict[str, list[tuple[float | str, float | str]]] = field(default_factory=dict)
    title: str = ""
    own: dict[str, str] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    faults: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()

    def declared_missing(self, column: str, code: str) -> bool:
        """Whether the file declares a code of a column missing."""
        for low, high in self.user_missing.get(column, ()):
            if isinstance(low, str) or isinstance(high, str):
                if code == str(low).strip():
                    return True
            elif (found := number(code)) is not None and low <= found <= high:
                return True
        return False

    def called(self, column: str) -> set[str]:
        """All that the file calls a column, in small letters; LimeSurvey writes code and question: ``regio. Regio``."""
        texts = {column, self.labels.get(column, ""), self.own.get(column, "")}
        halves = {half for text in texts for half in text.partition(". ")[::2]}
        return {visible(text).casefold() for text in texts | halves} - {""}

    def question(self, column: str) -> str | None:
        """What the file says that a column asks; None where it holds no more than a name."""
        label = self.labels.get(column, column)
        return None if label == column and len(label.split()) < 3 else label


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
        `MissingFile` or `UnreadableExport`; a file without answers is none.
    """
    if not provenance.read(path).is_file():
        todo = "Put the export there, or correct 'file' in wave.yaml."
        raise Problems([MissingFile("the export is not there.", todo, file=path)])
    layout = layout or Layout()
    parsed = _parsed(path, layout)
    if "rows" in parsed:
        found = _table(path, layout, parsed)
    else:
        columns = {name: _column(cells) for name, cells in parsed.pop("cells").items()}
        values = pd.DataFrame(columns)
        found = Export(values.set_index(values.index + 1), layout=layout, **parsed)
    if found.cells.empty:
        todo = "Ask for the export again, or correct 'sheet' or 'header' in wave.yaml."
        raise Problems([UnreadableExport("it holds no answers.", todo, file=path, sheet=found.layout.sheet)])
    return found


def distinct(cells: pd.Series) -> list[str]:
    """Different texts of a column, blanks aside; of rows that were left out too."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return list(cells.array.categories)
    return list(cells.dropna().unique())


def looked_up(cells: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """Replace each text of a column by what a mapping says of it; missing where it says nothing.

    Parameters
    ----------
    cells : Series of categorical or str
        The column.
    mapping : mapping
        Text → text.

    Returns
    -------
    Series of str
        With the index of `cells`.
    """
    given = cells.astype("category").cat
    texts = np.array([*map(mapping.get, given.categories), None], dtype="object")
    return pd.Series(texts[given.codes], index=cells.index)


def _parsed(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse a file in a child process; whatever happens to it becomes a named problem."""
    todo = "Ask for the export again, or save it in another form."
    words = [sys.executable, "-c", "from sto_workbench.intake.parse import main; main()"]
    request = pickle.dumps((path, layout.sheet, layout.separator, layout.encoding))
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(words, input=request, check=True, capture_output=True, timeout=SECONDS, env=quiet)
        parsed: dict[str, Any] = pickle.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        what = f"reading it took longer than {SECONDS} seconds."
        raise Problems([UnreadableExport(what, todo, file=path)]) from error
    except (subprocess.CalledProcessError, OSError, pickle.UnpicklingError, EOFError) as error:
        raise Problems([UnreadableExport("reading it stopped the reader.", todo, file=path)]) from error
    for module in parsed.pop("loaded"):
        provenance.read(module)  # code that made this result, in another process
    if "what" in parsed:
        raise Problems([UnreadableExport(parsed["what"], parsed["todo"], file=path, sheet=layout.sheet)])
    return parsed


def _column(cells: Sequence[str | None]) -> pd.Series:
    return pd.Series(list(cells), dtype="str").astype("category")


def _table(path: Path, layout: Layout, parsed: dict[str, Any]) -> Export:
    """Find header and answers in the rows of a sheet or text."""
    rows, merged = parsed["rows"], parsed.get("merged", ())
    used = {name: parsed[name] for name in ("sheet", "separator", "encoding") if name in parsed}
    widths = list(map(len, rows))
    widest = max(widths, default=0)
    table = [[*row, *[None] * (widest - len(row))] for row in rows]
    layout = find_header(table, replace(layout, **used), merged)
    names, labels = _named(path, table, layout, merged)
    kept = {number: row for number, row in enumerate(table, start=1) if number >= (layout.first or 0) and any(row)}
    columns = list(zip(*kept.values(), strict=True)) or [() for _ in names]
    titles = [
        name or (f"column {letters(place)}" if any(column) else None)
        for place, (name, column) in enumerate(zip(names, columns, strict=True))
    ]
    cells = {title: _column(column) for title, column in zip(titles, columns, strict=True) if title}
    shown = {title: label or title for title, label in zip(titles, labels, strict=True) if title}
    alone = zip(titles, row_of(table, layout.names if layout.group else None), strict=True)
    titled = dict(enumerate(titles))
    damage = [
        *(fault for fault in parsed["faults"] if fault[0] >= (layout.first or 0)),
        *(fault for fault in _merged(merged, kept) if titled.get(fault[1])),
        *(_uneven(widths, kept, layout) if "separator" in used else ()),
    ]
    return Export(
        pd.DataFrame(cells).set_axis(list(kept), axis="index"),
        shown,
        own={title: name for title, name in alone if title and name and shown[title] == title},
        layout=layout,
        faults=tuple(
            DamagedExport(what, todo, path, layout.sheet, row=row, column=titled.get(at))
            for row, at, what, todo in damage
        ),
        notices=parsed.get("notices", ()),
    )


def _named(path: Path, table: Sequence[Cells], layout: Layout, merged: Sequence[Span]) -> tuple[Cells, Cells]:
    """Names and labels of the columns; a header that cannot be right is a problem."""
    what = None
    beyond = [f"{n}: {row}" for n in ("group", "names", "labels") if (row := getattr(layout, n) or 0) > len(table)]
    if layout.names is None:
        what = "no row of column names is to be found."
    elif beyond:
        what = f"'header' in wave.yaml says {', '.join(beyond)}; the file has {len(table)} rows."
    else:
        names, labels = column_names(table, layout, merged), row_of(table, layout.labels)
        longest = max((len(text) for text in (*names, *labels) if text), default=0)
        if longest <= LONGEST_NAME:
            return names, labels
        what = f"the header has a cell of {longest:,} characters; a name or question has {LONGEST_NAME:,} at most."
    todo = "State the rows under 'header' in wave.yaml, or save the sheet with one row of column names."
    raise Problems([UnreadableExport(what, todo, file=path, sheet=layout.sheet)])


def _merged(merged: Sequence[Span], kept: Collection[int]) -> Iterator[Fault]:
    """Merged cells among the answers."""
    for top, left, bottom, right in merged:
        at = next((row for row in range(top + 1, bottom + 2) if row in kept), None)
        if at is not None:
            span = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            what = f"the cells {span} are merged: only the first of them has a value."
            yield at, left, what, "Unmerge the cells in Excel, and fill each in."


def _uneven(widths: Sequence[int], kept: Mapping[int, Cells], layout: Layout) -> Iterator[Fault]:
    """Rows of a text with fewer cells than the column names, or with answers beyond them."""
    wide = widths[(layout.names or 1) - 1]
    for row, cells in kept.items():
        if widths[row - 1] < wide or any(cells[wide:]):
            what = f"this row has {widths[row - 1]} cells, the row of column names {wide}: "
            todo = "Mend the row, or ask for the export as .xlsx or .sav."
            yield row, -1, f"{what}its answers may stand under others.", todo
