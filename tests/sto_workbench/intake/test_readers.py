"""What stands in a file is read as it stands there, and a broken file ends in a named problem."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from openpyxl import Workbook

from sto_analysis.errors import Problems
from sto_analysis.messages import LANGUAGE
from sto_workbench.intake import readers
from sto_workbench.intake.header import Layout
from sto_workbench.intake.readers import read_export


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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_is_found_whatever_ends_a_line(tmp_path: Path, end: str):
    found = read_export(_csv(tmp_path, end.join(["regio,naam", "R01,a", 'R02,"b\nc"', ""])))
    assert found.cells["naam"].tolist() == ["a", "b\nc"]
    assert found.layout.separator == ","


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


def test_a_cell_that_swallowed_rows_is_a_fault(tmp_path: Path):
    text = 'regio;naam\nR01;"Noord\nR02;Zuid\nR03;Oost"\nR04;West\n'
    found = read_export(_csv(tmp_path, text))
    assert [(f.row, f.column) for f in found.faults] == [(2, "naam")]
    assert read_export(_csv(tmp_path, 'regio;naam\nR01;"twee\nregels"\n')).faults == ()


def test_rows_of_another_width_are_faults(tmp_path: Path):
    found = read_export(_csv(tmp_path, "regio;a;b\nR01;1;2\nR02;1\nR03;1;2;3\nR04;1;2;\n"))
    assert [(f.row, f.what.split(",")[0]) for f in found.faults] == [
        (3, "this row has 2 cells"),
        (4, "this row has 4 cells"),
    ]


def test_error_values_and_formulas_without_a_value_are_faults(tmp_path: Path):
    book = Workbook()
    for row in (["regio", "a", "b"], ["R01", 1, "=B2+1"], ["R02", "#N/A", 3]):
        book.active.append(row)
    book.active["B3"].data_type = "e"
    book.save(tmp_path / "export.xlsx")
    found = read_export(tmp_path / "export.xlsx")
    assert {(f.row, f.column, f.what) for f in found.faults} == {
        (2, "b", "this cell holds a formula that was never calculated, not an answer."),
        (3, "a", "this cell holds an error value, not an answer."),
    }


def test_merged_header_cells_hold_for_their_columns_only(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    for row in (
        ["regio", "Urgentie", None, "toelichting", None],
        [None, "Docenten", "Mbo", None, "Docenten"],
        ["R01", 1, 2, "x", 3],
    ):
        sheet.append(row)
    for span in ("A1:A2", "B1:C1", "D1:D2"):
        sheet.merge_cells(span)
    book.save(tmp_path / "export.xlsx")
    names = ["regio", "Urgentie: Docenten", "Urgentie: Mbo", "toelichting", "Docenten"]
    assert read_export(tmp_path / "export.xlsx").cells.columns.tolist() == names


@pytest.mark.parametrize("below", [[], [[]], [[None, None]]])
def test_a_merged_title_with_nothing_below_is_no_table(tmp_path: Path, below: list[list[None]]):
    book = Workbook()
    for row in (["Monitor STO", None], *below):
        book.active.append(row)
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "export.xlsx")
    with pytest.raises(Problems, match="holds no answers"):
        read_export(tmp_path / "export.xlsx")


def test_what_a_por_cannot_say_is_said(tmp_path: Path):
    frame = pd.DataFrame({"regio": ["R01", "R02"], "v": [1.0, 99.0]})
    pyreadstat.write_por(frame, tmp_path / "e.por", column_labels={"v": "Urgentie"})
    found = read_export(tmp_path / "e.por")
    assert found.cells["v".upper() if "V" in found.cells else "v"].tolist() == ["1", "99"]
    assert "declares missing" in found.notices[0]


def test_multiple_response_sets_and_missing_values_of_spss_itself():
    found = read_export(Path(__file__).parent / "files" / "spssio_test.sav")
    assert found.cells.shape == (9, 22)
    assert found.labels["Income2"] == "three kinds of income: Income2"
    assert found.labels["Age"] == "How old are you?"  # in two sets: neither heading is its own
    assert found.declared_missing("Age", "17")
    assert not found.declared_missing("Age", "19")
    assert found.declared_missing("Income1", "-5")
    assert found.declared_missing("Income2", "999")
    assert found.declared_missing("aShortStringVar", "y")
    assert found.cells["someDate"].unique().tolist() == ["13575427200"]


def test_what_an_xls_cannot_say_is_said():
    notices = read_export(Path(__file__).parent / "files" / "clippy.xls").notices
    assert any("#N/A are read as blanks" in notice for notice in notices)


def test_dates_that_overflow_stay_the_numbers_of_spss(tmp_path: Path):
    frame = pd.DataFrame({"regio": ["R01"], "d": [13927680000.0 * 1000]})
    pyreadstat.write_sav(frame, tmp_path / "e.sav", variable_format={"d": "DATETIME20"})
    assert read_export(tmp_path / "e.sav").cells["d"].tolist() == ["13927680000000"]


@pytest.mark.parametrize("rows", [{"labels": 9999}, {"group": 9999}, {"first": 9999}])
def test_a_stated_header_beyond_the_file_is_a_named_problem(tmp_path: Path, rows: dict[str, int]):
    with pytest.raises(Problems, match=r"the file has 2 rows|holds no answers"):
        read_export(_csv(tmp_path, "a;b\n1;2\n"), Layout(names=1, **rows))


def test_a_stated_encoding_takes_the_mark_off(tmp_path: Path):
    found = read_export(_csv(tmp_path, "regio;a\nR01;1\n", "utf-8-sig"), Layout(encoding="utf-8"))
    assert found.cells.columns.tolist() == ["regio", "a"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.sav", b"", "the file is empty"),
        ("text.sav", b"regio,naam", "not readable as SPSS"),
        ("locked.sav", b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV", "protected by a password"),
        ("text.xlsx", b"regio,naam", "not readable as a workbook"),
        ("book.docx", b"PK", "no reader for files that end in '.docx'"),
        ("nul.csv", b"a,b\n\x00\x00,1\n", "no text in"),
        ("blank.csv", b"\n\n\n", "no row of column names"),
        ("header.csv", b"regio;a\n", "holds no answers"),
        ("quote.csv", b'regio;a\nR01;"1\nR02;2\n', "mend the quotation marks"),
        ("wide.csv", b"a" + b";a" * 100_000 + b"\n1\n", "100,001 columns"),
        ("long.csv", b"regio;" + b"x" * 3_000_000 + b"\nR01;1\n", "a cell of 3,000,000 characters"),
    ],
)
def test_a_broken_file_ends_in_a_named_problem(tmp_path: Path, name: str, content: bytes, message: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Problems, match=message):
        read_export(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_reading_process_speaks_the_language_that_is_set(tmp_path: Path):
    token = LANGUAGE.set("nl")
    try:
        with pytest.raises(Problems, match="er is geen rij met kolomnamen te vinden") as found:
            read_export(_csv(tmp_path, "\n\n"))
        faults = read_export(_csv(tmp_path, "regio;a;b\nR01;1;2\nR02;1\n")).faults
    finally:
        LANGUAGE.reset(token)
    assert found.value.problems[0].name == "header.no_names"
    assert [(fault.row, fault.what[:22]) for fault in faults] == [(3, "deze rij heeft 2 celle")]


def test_a_row_of_questions_above_numbers_is_no_answer(tmp_path: Path):
    rows = "V1,V10,Q1,Q2,\nResponseID,Finished,How?,Why?,\nR_1,1,2,Hello,\nR_2,0,3,Bye,\n"
    found = read_export(_csv(tmp_path, rows))
    assert found.cells["Q1"].tolist() == ["2", "3"]
    assert found.labels["Q1"] == "How?"


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "SECONDS", 0.001)
    with pytest.raises(Problems, match="took too long"):
        read_export(_csv(tmp_path, "a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("name", "shape", "column"),
    [
        ("iris.sav", (150, 5), "Species"),
        ("clippy.xls", (1, 4), "species"),
        ("clippy.xlsx", (1, 4), "species"),
        ("deaths.xlsx", (10, 6), "Profession"),
    ],
)
def test_files_that_nobody_here_wrote(name: str, shape: tuple[int, int], column: str):
    stated = Layout(names=5) if name == "deaths.xlsx" else Layout()
    cells = read_export(Path(__file__).parent / "files" / name, stated).cells
    if name == "deaths.xlsx":  # notes below the table, as a person would see them
        cells = cells[cells["Age"].notna() & cells["Profession"].notna()]
    assert cells.shape == shape
    assert cells[column].notna().all()


def test_a_hidden_sheet_is_not_read(tmp_path: Path):
    book = Workbook()
    book.active.append(["regio", "a"])
    book.active.append(["R01", 1])
    old = book.create_sheet("oud")
    for row in (["regio", "a"], ["R02", 2], ["R03", 3]):
        old.append(row)
    old.sheet_state = "veryHidden"
    book.save(tmp_path / "export.xlsx")
    found = read_export(tmp_path / "export.xlsx")
    assert found.cells["regio"].tolist() == ["R01"]
    assert any("'oud' (hidden)" in notice for notice in found.notices)
    assert read_export(tmp_path / "export.xlsx", Layout(sheet="oud")).cells["regio"].tolist() == ["R02", "R03"]


def test_merged_answers_are_faults(tmp_path: Path):
    book = Workbook()
    for row in (["Monitor", None, None], ["regio", "a", "b"], ["R01", 1, None], ["R02", 2, 3], ["R03", None, 4]):
        book.active.append(row)
    for span in ("A1:C1", "B3:C3", "B4:B5"):
        book.active.merge_cells(span)
    book.save(tmp_path / "export.xlsx")
    found = read_export(tmp_path / "export.xlsx")
    told = {(fault.row, fault.column, fault.what.split(":")[0]) for fault in found.faults}
    assert told == {(3, "a", "the cells B3"), (4, "a", "the cells B4")}
