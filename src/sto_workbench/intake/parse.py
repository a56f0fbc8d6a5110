"""Parsing in a process of its own: a broken or hostile file can exhaust or crash it, and nothing else.

Run by `sto_workbench.intake.readers`; imports no more than it needs, because every reading pays for it. Every cell
becomes text, stripped, or None: leading zeros survive, and no date turns into a number.
"""

import pickle
import struct
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from sto_analysis.monitor.separated import Cells, Unreadable, cell_text, text_rows, wide_enough
from sto_analysis.provenance import loaded

MEMORY = 2 * 1024**3
"""Address space of the process, in bytes, where the system can limit it."""
WIDEST_CASE = 40_000
"""Most units of 8 bytes in a row of SPSS; its reader takes minutes for 100,000 columns."""
SPSS, EXCEL, TEXT = (".sav", ".zsav", ".por"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), (".csv", ".tsv", ".txt")


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
        For SPSS ``cells`` (column → `Cells`), and those of the other parts of an `Export` that it knows. For tables
        ``rows`` (list of `Cells`, from row 1 of the file), ``faults`` (list of `Fault`), and either ``sheet``,
        ``merged`` and ``notices`` or ``separator`` and ``encoding``.

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
        from sto_workbench.intake.workbook import workbook

        return workbook(path, sheet)
    if kind in TEXT:
        return text_rows(path, separator, encoding)._asdict()
    known = ", ".join([*SPSS, *EXCEL, *TEXT])
    raise Unreadable(f"no reader for files that end in {kind or 'nothing'}.", f"Save the export as one of {known}.")


def _spss(path: Path) -> dict[str, Any]:
    _readable(path)
    import pyreadstat

    todo = "Ask for the export again, or open it in SPSS and save it anew."
    portable = path.suffix.lower() == ".por"
    read: Any = pyreadstat.read_por if portable else partial(pyreadstat.read_sav, user_missing=True)
    try:
        values, meta = read(str(path), output_format="dict", disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, ValueError, OverflowError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise Unreadable(f"the file is not readable as SPSS ({error}).", todo) from error
    wide_enough(len(values), sum(map(len, values.values())))
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
        "cells": {str(name): _texts(cells) for name, cells in values.items()},
        "labels": own | headed,
        "own": {name: own.get(name, name) for name in headed},
        "value_labels": {
            str(name): {cell_text(code) or "": str(text).strip() for code, text in labels.items()}
            for name, labels in (meta.variable_value_labels or {}).items()
        },
        "user_missing": {
            str(name): [(span["lo"], span["hi"]) if isinstance(span, dict) else (span, span) for span in spans]
            for name, spans in (meta.missing_ranges or {}).items()
        },
        "title": meta.file_label or "",
        "notices": (lost,) if portable else (),
    }


def _texts(cells: Any) -> Cells:
    """Texts of a column; of numbers, of which there are few different ones, each is made once."""
    import numpy as np

    if isinstance(cells, np.ndarray) and cells.dtype.kind == "f":
        numbers, places = np.unique(cells, return_inverse=True)
        return list(map(list(map(cell_text, numbers.tolist())).__getitem__, places.tolist()))
    return list(map(cell_text, cells))


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


def main() -> None:
    """Answer one request with bounded memory: arguments of `parse` pickled in, its result pickled out."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except ImportError:  # not on Windows
        pass
    try:
        answer = parse(*pickle.load(sys.stdin.buffer))
    except Unreadable as error:
        answer = {"what": error.what, "todo": error.todo}
    except (MemoryError, RecursionError):
        answer = {"what": "reading it takes more memory than it may.", "todo": "Save the export anew, or split it."}
    answer["loaded"] = loaded()
    pickle.dump(answer, sys.stdout.buffer, protocol=5)
