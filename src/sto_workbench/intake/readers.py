"""A questionnaire export as delivered → its raw values as text, with labels and the row numbers of the file."""

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis.errors import DamagedExport, MissingFile, Problem, Problems, UnreadableExport
from sto_analysis.monitor.spelling import visible
from sto_workbench.intake.header import Grid, Layout, column_names, find_header, letters, number

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
    if not path.is_file():
        todo = "Put the export there, or correct 'file' in wave.yaml."
        raise Problems([MissingFile("the export is not there.", todo, file=path)])
    layout = layout or Layout()
    parsed = _parsed(path, layout)
    grid = Grid(parsed["columns"])
    if "names" in parsed:
        every = np.arange(grid.height)
        cells = {name: _cells(grid, place, every) for place, name in enumerate(parsed["names"])}
        values = pd.DataFrame(cells, index=pd.RangeIndex(1, grid.height + 1))
        found = Export(
            values, parsed["labels"], parsed["value_labels"], parsed["missing"], parsed["title"],
            parsed["own"], layout, notices=tuple(parsed["notices"]),
        )  # fmt: skip
    else:
        found = _table(grid, parsed, layout, path)
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
    Series of categorical
        With the index of `cells`.
    """
    given = cells.astype("category").cat
    targets = [mapping.get(text) for text in given.categories]
    texts = list(dict.fromkeys(text for text in targets if text is not None))
    place = {text: i for i, text in enumerate(texts)}
    codes = np.array([*(-1 if text is None else place[text] for text in targets), -1], dtype=np.int64)
    found = pd.Categorical.from_codes(codes[given.codes.to_numpy()], categories=pd.Index(texts, dtype="str"))
    return pd.Series(found, index=cells.index)


def _parsed(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse a file in a child process; whatever happens to it becomes a named problem."""
    todo = "Ask for the export again, or save it in another form."
    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        request, answer = Path(folder) / "request.json", Path(folder) / "answer.pickle"
        wanted = {"sheet": layout.sheet, "separator": layout.separator, "encoding": layout.encoding}
        request.write_text(json.dumps({"path": str(path), **wanted}), encoding="utf-8")
        words = [sys.executable, "-c", "from sto_workbench.intake.parse import main; main()", str(request), str(answer)]
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
        raise Problems([UnreadableExport(parsed["what"], parsed["todo"], file=path, sheet=layout.sheet)])
    return parsed


def _table(grid: Grid, parsed: dict[str, Any], layout: Layout, path: Path) -> Export:
    """Find header and answers in the rows of a sheet or text."""
    used = {name: parsed[name] for name in ("sheet", "separator", "encoding") if name in parsed}
    layout = find_header(grid, replace(layout, **used), parsed.get("merged", ()))
    todo = "State the rows under 'header' in wave.yaml, or save the sheet with one row of column names."
    if layout.names is None or layout.first is None:
        raise Problems([UnreadableExport("no row of column names is to be found.", todo, file=path)])
    beyond = [f"{n}: {row}" for n in ("group", "names", "labels") if (row := getattr(layout, n) or 0) > grid.height]
    if beyond:
        what = f"'header' in wave.yaml says {', '.join(beyond)}; the file has {grid.height} rows."
        raise Problems([UnreadableExport(what, todo, file=path, sheet=layout.sheet)])
    names = column_names(grid, layout, parsed.get("merged", ()))
    labels, below = grid.row(layout.labels), grid.row(layout.names)
    longest = max((len(text) for text in (*names, *labels) if text), default=0)
    if longest > LONGEST_NAME:
        what = (
            f"the header has a cell of {longest:,} characters; a column name or question has {LONGEST_NAME:,} at most."
        )
        raise Problems([UnreadableExport(what, todo, file=path, sheet=layout.sheet)])
    kept = np.flatnonzero(grid.filled())
    kept = kept[kept >= layout.first - 1]
    cells: dict[str, pd.Categorical] = {}
    shown: dict[str, str] = {}
    own: dict[str, str] = {}
    titles: list[str | None] = []
    for place, name in enumerate(names):
        column = _cells(grid, place, kept)
        if name is None and (column.codes < 0).all():
            titles.append(None)
            continue
        title = name or f"column {letters(place)}"
        titles.append(title)
        cells[title] = column
        shown[title] = labels[place] or title
        if layout.group is not None and shown[title] == title and (alone := below[place]):
            own[title] = alone
    values = pd.DataFrame(cells, index=pd.Index(kept + 1, dtype="int64"))
    faults = [
        DamagedExport(what, todo, file=path, sheet=layout.sheet, row=row, column=titles[place])
        for row, place, what, todo in parsed["faults"]
        if row >= layout.first
    ]
    for top, left, bottom, right in parsed.get("merged", ()):
        rows = kept[(kept >= max(top, layout.first - 1)) & (kept <= bottom)]
        if len(rows) and left < len(titles) and titles[left] is not None:
            merged = f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
            what = f"the cells {merged} are merged: only the first of them has a value."
            unmerge, at = "Unmerge the cells in Excel, and fill each in.", int(rows[0]) + 1
            faults.append(DamagedExport(what, unmerge, file=path, sheet=layout.sheet, row=at, column=titles[left]))
    if "widths" in parsed:
        faults += _uneven(np.frombuffer(parsed["widths"], np.intc), grid, kept, layout, path)
    return Export(values, shown, own=own, layout=layout, faults=tuple(faults), notices=tuple(parsed["notices"]))


def _uneven(widths: np.ndarray, grid: Grid, kept: np.ndarray, layout: Layout, path: Path) -> Iterator[DamagedExport]:
    """Rows of a text with fewer cells than the column names, or with answers beyond them."""
    wide = int(widths[(layout.names or 1) - 1])
    beyond = np.zeros(grid.height, dtype=bool)
    for codes in grid.codes[wide:]:
        beyond |= codes >= 0
    for place in kept[(widths[kept] < wide) | beyond[kept]]:
        yield DamagedExport(
            f"this row has {widths[place]} cells, the row of column names {wide}: its answers may stand under others.",
            "Mend the row, or ask for the export as .xlsx or .sav.", file=path, row=int(place) + 1,
        )  # fmt: skip


def _cells(grid: Grid, place: int, rows: np.ndarray) -> pd.Categorical:
    """Cells of some rows of a column."""
    codes = grid.codes[place][rows]
    used, places = np.unique(codes, return_inverse=True)
    blank = int(len(used) > 0 and used[0] < 0)
    texts = [grid.texts[place][code] for code in used[blank:]]
    return pd.Categorical.from_codes(places - blank, categories=pd.Index(texts, dtype="object"), validate=False)
