"""Files that nobody here wrote go through `sto new`: every cell as another reader has it, or a named problem."""

import csv
import datetime
import math
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pyreadstat
import pytest
from python_calamine import CalamineWorkbook

from sto_analysis.errors import Problems
from sto_workbench.intake import arrive, readers
from sto_workbench.intake.readers import Export

FILES = Path(__file__).parent / "files"
SEPARATED = {"issue-1138.csv": ";", "table.tsv": "\t"}
REFUSED = {
    "biff4.xls": "not readable as a workbook",
    "datasets.xlsx": "not readable as a workbook",
    "errors.xlsx": "no row of column names",
    "idl.sav": "not readable as SPSS",
    "pass_protected.ods": "not readable as a workbook",
    "pass_protected.xlsx": "not readable as a workbook",
}
"""Files that end in a named problem → what it says."""
ODD = {
    "inlineStr2.xlsx",
    "minimal_package.xlsx",
    "nonstandard-xml-ns-prefix.xlsx",
    "strict_iso_paths.xlsx",
}
"""Workbooks that openpyxl cannot read, or not without a warning."""

pytestmark = pytest.mark.whole


def _rows(path: Path, raw: Export) -> list[list[Any]]:
    """All rows of a file, as another reader has them; nothing above the answers of SPSS."""
    sheet, ending = raw.layout.sheet, path.suffix
    if ending in (".sav", ".zsav", ".por"):
        read: Any = pyreadstat.read_por if ending == ".por" else pyreadstat.read_sav
        more = {} if ending == ".por" else {"user_missing": True}
        table, _ = read(path, disable_datetime_conversion=True, **more)
        return [list(row) for row in table.itertuples(index=False)]
    if ending in (".csv", ".tsv"):
        encoding = "latin-1" if path.name == "latin1.csv" else "utf-8-sig"
        with path.open(encoding=encoding, newline="") as file:
            return list(csv.reader(file, delimiter=SEPARATED.get(path.name, ",")))
    if ending in (".xlsx", ".xlsm") and path.name not in ODD:
        return [list(row) for row in openpyxl.load_workbook(path, data_only=True)[sheet or ""].values]
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet or "").to_python(skip_empty_area=False)


def _text(value: Any) -> str:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.15g}"
    text = "" if value is None else str(value).replace("_x000D_\n", "\r\n").strip()
    return "" if text.startswith("#") and text[1:].rstrip("!?").replace("/", "").isupper() else text


def test_real_files_are_read_as_another_reader_does(copy: Path, monkeypatch: pytest.MonkeyPatch):
    read: dict[str, Export] = {}

    def once(path: Path, *told: Any) -> Export:
        read[path.name] = read.get(path.name) or readers.read_export(path, *told)
        return read[path.name]

    monkeypatch.setattr(arrive, "read_export", once)
    names = [path.name for path in sorted(FILES.iterdir()) if path.suffix != ".md"]
    wrong = {name: told for name in names if (told := _wrong(name, copy, read))}
    assert wrong == {}
    assert len(names) > 45


def _wrong(name: str, copy: Path, read: dict[str, Export]) -> str | None:
    """What differs from what is expected of a file."""
    try:
        arrive.new_wave("synthetic-2030", FILES / name)
    except Problems as found:
        return None if REFUSED.get(name, "no problem") in str(found) else str(found)
    shutil.rmtree(copy / "data" / "raw" / "synthetic-2030")
    raw = read[name]
    theirs = [[text for cell in row if (text := _text(cell))] for row in _rows(FILES / name, raw)]
    theirs = [row for row in theirs[(raw.layout.first or 1) - 1 :] if row]
    ours = [[str(cell) for cell in row if isinstance(cell, str)] for row in raw.cells.itertuples(index=False)]
    ours = [row for row in ours if row]
    return "not refused" if name in REFUSED else None if ours == theirs else f"{ours} != {theirs}"
