"""What stands in a file is read as it stands there, and a broken file ends in a named problem."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from sto_analysis.errors import Problems
from sto_analysis.survey import readers
from sto_analysis.survey.readers import Layout, read_export


def _csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "export.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_leading_zeros_dates_and_commas_survive(tmp_path: Path):
    found = read_export(_csv(tmp_path, "code;datum;getal\n007;01.02.2025;3,5\n\n012;1.000;n.v.t.\n"))
    assert found.cells.to_dict("list") == {
        "code": ["007", "012"],
        "datum": ["01.02.2025", "1.000"],
        "getal": ["3,5", "n.v.t."],
    }
    assert found.cells.index.tolist() == [2, 4]
    assert found.layout.separator == ";"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str):
    assert read_export(_csv(tmp_path, "regio,naam\nR01,Fryslân’s\n", encoding)).cells.at[2, "naam"] == "Fryslân’s"


def test_titles_groups_and_empty_columns_of_a_workbook(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    for row in (
        ["Monitor STO"],
        [],
        [None, "Urgentie", None, None, "Opbrengst", None],
        ["regio", "Docenten", "Mbo", None, "Docenten", "Mbo"],
        ["R01", 1, 2, None, 3, 4],
        ["R02", 5, None, None, 4, 3.0],
    ):
        sheet.append(row)
    sheet.merge_cells("B3:C3")
    book.save(tmp_path / "export.xlsx")
    found = read_export(tmp_path / "export.xlsx")
    names = ["regio", "Urgentie: Docenten", "Urgentie: Mbo", "Opbrengst: Docenten", "Opbrengst: Mbo"]
    assert found.cells.columns.tolist() == names
    assert found.cells.index.tolist() == [5, 6]
    assert found.cells.at[6, "Opbrengst: Mbo"] == "3"
    assert (found.layout.group, found.layout.names, found.layout.first) == (3, 4, 5)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path):
    book = Workbook()
    book.active.title = "Antwoorden"
    book.save(tmp_path / "export.xlsx")
    with pytest.raises(Problems, match=r"no sheet 'Data'.*'Antwoorden'"):
        read_export(tmp_path / "export.xlsx", Layout(sheet="Data"))


def test_user_missing_codes_are_kept_apart_from_blanks(tmp_path: Path):
    frame = pd.DataFrame({"v": [1.0, 98.0, float("nan")], "s": ["a", "x", ""]})
    pyreadstat.write_sav(frame, tmp_path / "e.sav", missing_ranges={"v": [{"lo": 97, "hi": 99}], "s": ["x"]})
    found = read_export(tmp_path / "e.sav")
    assert found.cells["v"].tolist()[:2] == ["1", "98"]
    assert found.cells["v"].isna().tolist() == [False, False, True]
    assert found.declared_missing("v", "98")
    assert not found.declared_missing("v", "1")
    assert found.declared_missing("s", "x")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.sav", b"", "the file is empty"),
        ("text.sav", b"regio,naam", "not readable as SPSS"),
        ("text.xlsx", b"regio,naam", "not readable as a workbook"),
        ("book.docx", b"PK", "no reader for files that end in .docx"),
        ("nul.csv", b"a,b\n\x00\x00,1\n", "no text in"),
        ("blank.csv", b"\n\n\n", "no row of column names"),
    ],
)
def test_a_broken_file_ends_in_a_named_problem(tmp_path: Path, name: str, content: bytes, message: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Problems, match=message):
        read_export(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "SECONDS", 0.001)
    with pytest.raises(Problems, match="took longer"):
        read_export(_csv(tmp_path, "a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("name", "shape", "column"),
    [
        ("iris.sav", (150, 5), "Species"),
        ("clippy.xls", (1, 4), "species"),
        ("clippy.xlsx", (1, 4), "species"),
        ("deaths.xlsx", (10, 6), "Profession"),
        ("datasets.xlsx", (1000, 5), "mag"),
    ],
)
def test_files_that_nobody_here_wrote(name: str, shape: tuple[int, int], column: str):
    stated = Layout(names=5) if name == "deaths.xlsx" else Layout()
    cells = read_export(Path(__file__).parent / "files" / name, stated).cells
    if name == "deaths.xlsx":  # notes below the table, as a person would see them
        cells = cells[cells["Age"].notna() & cells["Profession"].notna()]
    assert cells.shape == shape
    assert cells[column].notna().all()
