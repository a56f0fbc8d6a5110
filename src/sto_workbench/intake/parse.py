"""Parsing in a process of its own: a broken or hostile file can exhaust or crash it, and nothing else.

Run by `sto_workbench.intake.readers`; imports no more than it needs, because every reading pays for it. Every cell
becomes text, stripped, or None: leading zeros survive, and no date turns into a number.
"""

import pickle
import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sto_analysis.errors import Problem
from sto_analysis.messages import LANGUAGE, problem, say
from sto_analysis.monitor.separated import cell_text, text_rows, wide_enough
from sto_analysis.provenance import loaded
from sto_workbench.intake.header import Layout, read_table

MEMORY, SECONDS = 1024**3, 8
"""Address space of the process in bytes and seconds of its processor, where the system can limit them."""
LONGEST_CELL, MOST_TEXT, MOST_LABELS = 32_767, 100_000_000, 50_000
"""Characters of a cell, as in Excel and SPSS, and of all cells together; named codes."""
WIDEST_CASE = 40_000
"""Most units of 8 bytes in a row of SPSS; its reader takes minutes for 100,000 columns."""
SPSS, EXCEL, TEXT = (".sav", ".zsav", ".por"), (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), (".csv", ".tsv", ".txt")


def parse(path: Path, layout: Layout) -> dict[str, Any]:
    """Parse an export.

    Parameters
    ----------
    path : Path
        The file; its ending says what it is.
    layout : Layout
        What is known of it.

    Returns
    -------
    dict
        ``cells`` (column → its texts, None where blank), ``rows`` (the row of each in the file, SPSS: the case), and
        those of the other parts of an `Export` that are known; problems do not name the file.

    Raises
    ------
    Problem
        `UnreadableExport`, in the same way.
    """
    kind = path.suffix.lower()
    if path.stat().st_size == 0:
        raise problem("parse.empty")
    if kind in SPSS:
        return _bounded(_spss(path))
    if kind in EXCEL:
        from sto_workbench.intake.workbook import workbook

        return _bounded(read_table(**workbook(path, layout)))
    if kind in TEXT:
        rows, separator, encoding, faults = text_rows(path, layout.separator, layout.encoding)
        return _bounded(read_table(rows, replace(layout, separator=separator, encoding=encoding), faults))
    raise problem("parse.no_reader", kind=repr(kind), kinds=", ".join([*SPSS, *EXCEL, *TEXT]))


def _bounded(found: dict[str, Any]) -> dict[str, Any]:
    """Refuse a cell longer than a workbook holds, and more text than a survey has, however short it is packed."""
    total = 0
    for name, column in found["cells"].items():
        lengths = [len(cell or "") for cell in column]
        total += len(name) + sum(lengths)
        if (longest := max(lengths, default=0)) > LONGEST_CELL:
            place = {"row": found["rows"][lengths.index(longest)], "column": name}
            raise problem("parse.long_cell", length=longest, most=LONGEST_CELL, **place)
    if total > MOST_TEXT or sum(map(len, found.get("value_labels", {}).values())) > MOST_LABELS:
        raise problem("parse.much_text")
    return found


def _spss(path: Path) -> dict[str, Any]:
    _readable(path)
    import pyreadstat

    portable = path.suffix.lower() == ".por"
    read: Any = pyreadstat.read_por if portable else partial(pyreadstat.read_sav, user_missing=True)
    try:
        values, meta = read(str(path), output_format="dict", disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, ValueError, OverflowError, UnicodeDecodeError, KeyError, IndexError) as error:
        raise problem("parse.no_spss", error=error) from error
    wide_enough(len(values), sum(map(len, values.values())))
    own = {str(name): str(text) for name, text in (meta.column_names_to_labels or {}).items() if text}
    sets = [(told["label"], name) for told in (meta.mr_sets or {}).values() for name in told["variable_list"]]
    often = Counter(name for heading, name in sets if heading)
    headed = {  # of several sets no heading is its own
        name: f"{heading}: {own.get(name, name)}" for heading, name in sets if heading and often[name] == 1
    }
    return {
        "rows": range(1, max(map(len, values.values()), default=0) + 1),
        "cells": {str(name): [*map(cell_text, cells)] for name, cells in values.items()},
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
        "notices": (say("parse.portable"),) if portable else (),
    }


def _readable(path: Path) -> None:
    """Refuse by its header SPSS with a password, or of very many columns, over which the reader takes minutes."""
    with path.open("rb") as file:
        head = file.read(72)
    if head[8:20] == b"ENCRYPTEDSAV":
        raise problem("parse.locked")
    units = int.from_bytes(head[68:], "little" if head[64:65] in (b"\2", b"\3") else "big", signed=True)
    if head[:4] in (b"$FL2", b"$FL3") and units > WIDEST_CASE:
        raise problem("parse.wide_case", units=units, most=WIDEST_CASE)


def main() -> None:
    """Answer one request with bounded memory: language and arguments of `parse` pickled in, its result pickled out."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:  # not on Windows
        pass
    language, path, layout = pickle.load(sys.stdin.buffer)
    LANGUAGE.set(language)
    try:
        answer: object = parse(path, layout)
    except Problem as found:
        answer = found
    except (MemoryError, RecursionError):
        answer = problem("parse.memory")
    pickle.dump((answer, loaded()), sys.stdout.buffer, protocol=5)
