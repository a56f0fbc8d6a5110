"""A questionnaire export as delivered → its raw values as text, with labels and the row numbers of the file."""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis import provenance
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import LANGUAGE, problem
from sto_analysis.monitor.spelling import visible
from sto_analysis.outside import outside
from sto_workbench.intake.header import Layout, number

MOST_BYTES = 100_000_000
"""Of an export."""
SECONDS = 30
"""Longest that reading it may take where nothing limits the reader's own time (see `sto_workbench.intake.parse`)."""

_TOOK = {signal.SIGXCPU, signal.SIGKILL} if hasattr(signal, "SIGXCPU") else set()


@dataclass(frozen=True)
class Export:
    """What a delivered file holds.

    Parameters
    ----------
    cells : DataFrame of str
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
        value = number(code)
        return any(
            code == low if isinstance(low, str) or isinstance(high, str) or value is None else low <= value <= high
            for low, high in self.user_missing.get(column, ())
        )

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
    outside(path, "the export", "Put the export there, or correct 'file' in wave.yaml.", MOST_BYTES)
    parsed = _parsed(path, layout or Layout())
    cells = pd.DataFrame(parsed.pop("cells"), index=pd.Index(parsed.pop("rows")), dtype="str")
    faults = tuple(replace(fault, file=path) for fault in parsed.pop("faults", ()))
    found = Export(cells, faults=faults, **parsed)
    if found.cells.empty:
        raise Problems([problem("readers.no_answers", file=path, sheet=found.layout.sheet)])
    return found


def distinct(cells: pd.Series) -> list[str]:
    """Different texts of a column, sorted; blanks aside."""
    return sorted(cells.dropna().unique())


def looked_up(cells: pd.Series, mapping: Mapping[str, str]) -> pd.Series:
    """Replace each text of a column by what a mapping says of it; missing where it says nothing."""
    return cells.map(dict(mapping)).astype("str")


def _parsed(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse a file in a child process; whatever happens to it becomes a named problem."""
    words = [sys.executable, "-P", "-c", "from sto_workbench.intake.parse import main; main()"]
    request = pickle.dumps((LANGUAGE.get(), path, layout))
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(words, input=request, check=True, capture_output=True, timeout=SECONDS, env=quiet)
        parsed, modules = pickle.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Problems([problem("readers.too_long", file=path)]) from error
    except (subprocess.CalledProcessError, OSError, pickle.UnpicklingError, EOFError) as error:
        took = isinstance(error, subprocess.CalledProcessError) and -error.returncode in _TOOK
        raise Problems([problem("readers.too_long" if took else "readers.stopped", file=path)]) from error
    for module in modules:
        provenance.read(module)  # code that made this result, in another process
    if isinstance(parsed, Problem):
        raise Problems([replace(parsed, file=path)])
    return dict(parsed)
