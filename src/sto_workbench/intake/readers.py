"""A questionnaire export as delivered → its raw values as text, with labels and the row numbers of the file."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
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
    parsed = _parsed(path, layout or Layout())
    found = _table(path, **parsed) if "rows" in parsed else Export(_categories(parsed.pop("cells")), **parsed)
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
    request, modules = pickle.dumps((path, layout)), []
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(words, input=request, check=True, capture_output=True, timeout=SECONDS, env=quiet)
        parsed, modules = pickle.loads(done.stdout)
    except subprocess.TimeoutExpired:
        parsed = UnreadableExport(f"reading it took longer than {SECONDS} seconds.", todo)
    except (subprocess.CalledProcessError, OSError, pickle.UnpicklingError, EOFError):
        parsed = UnreadableExport("reading it stopped the reader.", todo)
    for module in modules:
        provenance.read(module)  # code that made this result, in another process
    if isinstance(parsed, UnreadableExport):
        raise Problems([replace(parsed, file=path, sheet=layout.sheet)])
    return dict(parsed)


def _categories(columns: Mapping[Any, Sequence[Any]]) -> pd.DataFrame:
    """Columns of text as categoricals, their rows numbered from 1."""
    table = pd.DataFrame({name: pd.Series(cells, dtype="str").astype("category") for name, cells in columns.items()})
    return table.set_index(table.index + 1)


def _table(
    path: Path,
    rows: Sequence[Cells],
    layout: Layout,
    faults: Sequence[Fault],
    merged: Sequence[Span] = (),
    notices: tuple[str, ...] = (),
) -> Export:
    """Find header and answers in the rows of a sheet or text."""
    layout = find_header(rows, layout, merged)
    if wrong := _wrong_header(rows, layout):
        todo = "State the rows under 'header' in wave.yaml, or save the sheet with one row of column names."
        raise Problems([UnreadableExport(wrong, todo, file=path, sheet=layout.sheet)])
    names, labels = column_names(rows, layout, merged), row_of(rows, layout.labels)
    table = _categories(dict(enumerate(zip_longest(*rows))))
    table = table.loc[layout.first :].dropna(how="all")
    shown = enumerate(zip(names, table.notna().any(), strict=True))
    titles = {at: name or f"column {letters(at)}" for at, (name, filled) in shown if name or filled}
    alone = {title: row_of(rows, layout.names)[at] for at, title in titles.items() if layout.group and not labels[at]}
    damage = [*faults, *_merged(merged, table, titles), *_uneven(rows, table, layout)]
    return Export(
        table[list(titles)].set_axis(list(titles.values()), axis="columns"),
        {title: labels[at] or title for at, title in titles.items()},
        own={title: name for title, name in alone.items() if name},
        layout=layout,
        faults=tuple(
            DamagedExport(what, todo, path, layout.sheet, row=row, column=titles.get(at))
            for row, at, what, todo in damage
            if row >= (layout.first or 0)
        ),
        notices=notices,
    )


def _wrong_header(rows: Sequence[Cells], layout: Layout) -> str | None:
    """What is wrong with a header that cannot be right."""
    header = {name: row for name in ("group", "names", "labels") if (row := getattr(layout, name))}
    if layout.names is None:
        return "no row of column names is to be found."
    if beyond := [f"{name}: {row}" for name, row in header.items() if row > len(rows)]:
        return f"'header' in wave.yaml says {', '.join(beyond)}; the file has {len(rows)} rows."
    longest = max(len(cell or "") for row in header.values() for cell in row_of(rows, row))
    if longest > LONGEST_NAME:
        return f"the header has a cell of {longest:,} characters; a name or question has {LONGEST_NAME:,} at most."
    return None


def _merged(merged: Sequence[Span], table: pd.DataFrame, titles: Mapping[int, str]) -> Iterator[Fault]:
    """Merged cells among the answers."""
    for top, left, bottom, right in merged:
        rows = table.index.intersection([*range(top + 1, bottom + 2)])
        if len(rows) and left in titles:
            span = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            what = f"the cells {span} are merged: only the first of them has a value."
            yield int(rows[0]), left, what, "Unmerge the cells in Excel, and fill each in."


def _uneven(rows: Sequence[Cells], table: pd.DataFrame, layout: Layout) -> Iterator[Fault]:
    """Rows of a text with fewer cells than the column names, or with answers beyond them."""
    wide = len(rows[(layout.names or 1) - 1])
    for row in table.index:
        cells = rows[row - 1]
        if len(cells) < wide or any(cells[wide:]):
            what = (
                f"this row has {len(cells)} cells, the row of column names {wide}: its answers may stand under others."
            )
            yield row, -1, what, "Mend the row, or ask for the export as .xlsx or .sav."
