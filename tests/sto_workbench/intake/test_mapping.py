"""wave.yaml filled in as a workbook says what the same edits of the YAML say; what cannot be read names its cell."""

import datetime
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import read_wave
from sto_workbench.cli import main_group
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import clean_wave
from sto_workbench.intake.delivery import read_reading
from sto_workbench.intake.mapping import NAME, read_workbook, unread, write_workbook
from tests.sto_workbench.intake import test_known
from tests.sto_workbench.intake.agencies import KINDS, STEMS, Agency, deliver

WAVE = "synthetic-2024"
NEW = "synthetic-2026"
SHEET, FIRST, FILL = "wave.yaml", 2, 6
SAVED = ("limesurvey-code", "microsoft")
"""Kinds whose workbook another program saves too."""
pytestmark = pytest.mark.usefixtures("parsed_once")


def _rows(book: openpyxl.Workbook) -> dict[tuple[str, ...], Any]:
    """Line of wave.yaml → the cell to fill in."""
    rows = book[SHEET].iter_rows(min_row=FIRST, max_col=FILL)
    return {tuple(str(cell.value) for cell in row[:4] if cell.value): row[FILL - 1] for row in rows}


def _change(wave: str, change: Callable[[openpyxl.Workbook], None]) -> Path:
    """Change the workbook of a wave as a person does."""
    path = compendium.raw(wave) / NAME
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def _fill_in(book: openpyxl.Workbook, agency: Agency, codebook: Codebook, causes: set[str]) -> None:
    """Fill in a workbook as a person who knows the delivery: the edits of `edited`, in words where there are some."""
    known = _rows(book)
    for place, cell in known.items():
        name = place[1] if place[1:] else ""
        if place[2:] == ("unsure",) and cell.value:
            cell.value = None
        elif place[2:] == ("wording",) and cell.value == "TODO":
            cell.value = STEMS[name]
        elif place[2:3] == ("codes",) and cell.value == "TODO":
            told = agency.codes.get(name, {})
            spelt = {str(key).casefold(): code for key, code in told.items()}
            cell.value = spelt.get(place[3], "Weet niet " if place[3] == "a99" else "TODO")
        elif place[2:] == ("column",) and cell.value != agency.columns.get(name):
            cell.value = agency.columns.get(name)
        elif place[0] == "drop" and cell.value == "TODO":
            cell.value = "not of the questionnaire"
    if "UnfinishedAnswer" in causes:
        known[("unfinished",)].value = "DROP"
    if "DuplicateRegion" in causes:
        known[("duplicates",)].value = "last_complete"


def _through_libreoffice(path: Path) -> None:
    folder = path.parent / "saved"
    words = ["soffice", f"-env:UserInstallation={folder.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*words, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=120)
    shutil.move(folder / path.name, path)
    shutil.rmtree(folder)


@pytest.mark.whole
@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in SAVED else pytest.mark.wide) for kind in KINDS]
)
def test_a_workbook_says_what_the_same_edits_of_the_yaml_say(
    copy: Path, codebook: Codebook, kind: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(test_known, "check_wave", clean_wave)  # these answers have no earlier ones
    agency = deliver(kind, copy, codebook)
    new_wave(NEW, agency.file)
    path = compendium.raw(NEW) / "wave.yaml"
    proposed = path.read_text(encoding="utf-8")
    _, expected = test_known.edited(NEW, agency, codebook)
    described = read_wave(NEW)
    path.write_text(proposed, encoding="utf-8")
    book = write_workbook(read_reading(NEW))
    assert unread(NEW) == []
    causes = {"UnfinishedAnswer"} if described.unfinished == "drop" else set()
    causes |= {"DuplicateRegion"} if described.duplicates == "last_complete" else set()
    _change(NEW, lambda book: _fill_in(book, agency, codebook, causes))
    if kind in SAVED and shutil.which("soffice"):
        _through_libreoffice(book)
    read_workbook(NEW)
    assert unread(NEW) == []
    assert read_wave(NEW) == described
    clean = clean_wave(NEW)
    pd.testing.assert_frame_equal(clean.answers, expected.answers)
    pd.testing.assert_frame_equal(clean.missing, expected.missing)


@pytest.fixture
def book(copy: Path) -> Path:
    """The workbook of the shipped wave."""
    text = (compendium.raw(WAVE) / "wave.yaml").read_text(encoding="utf-8")
    more = "# of mine\ndrop:\n  v9: TODO\nsplit: {forms: [a, b, '=1+1']}\nleave_out: {'=cmd()': totals}\n"
    more += "withdrawn: [R01]\n"
    (compendium.raw(WAVE) / "wave.yaml").write_text(text + more, encoding="utf-8")
    return write_workbook(read_reading(WAVE))


def _read(wave: str = WAVE) -> str:
    read_workbook(wave)
    assert unread(wave) == []
    return (compendium.raw(wave) / "wave.yaml").read_text(encoding="utf-8")


def test_nothing_changes_where_nothing_was_filled_in_and_nobody_else_may_read_it(book: Path):
    before = read_wave(WAVE)
    assert unread(WAVE) == []
    assert read_workbook(WAVE) == 0
    assert read_wave(WAVE) == before
    assert stat.S_IMODE(book.stat().st_mode) == 0o600


def test_texts_of_a_delivery_are_texts_and_what_is_not_to_be_filled_in_is_locked(book: Path):
    made = openpyxl.load_workbook(book)
    for sheet in made.worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    rows, sheet = _rows(made), made[SHEET]
    assert rows[("leave_out", "=cmd()")].value == "totals"
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert sheet["A2"].protection.locked
    assert not rows[("region_column",)].protection.locked
    assert made["lists"].sheet_state == "hidden"
    assert sheet.freeze_panes == "A2"
    lists = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    assert set(lists) >= {rows[("items", "yield_teachers", "column")].coordinate}


def test_what_a_person_does_in_a_spreadsheet_is_read(book: Path):
    def change(made: openpyxl.Workbook) -> None:
        sheet, lines = made[SHEET], _rows(made)
        lines[("fieldwork", "start")].value = datetime.datetime(2024, 3, 1)
        lines[("fieldwork", "end")].value = "2024-04-15"
        lines[("duplicates",)].value = "Last_Complete"
        lines[("changed_respondents",)].value = "R03\nR17"
        lines[("items", "urgency_teachers", "column")].value = "v1_1 "
        lines[("items", "yield_teachers", "column")].value = None
        lines[("split", "forms")].value = "a\nb, of c"
        lines[("drop", "v9")].value = 4.0
        sheet.append(["questions", "urgency", "codes", "Zeer Urgent", None, "HEEL URGENT"])
        sheet.append(["questions", "urgency", "codes", "tamelijk", None, "urgent"])
        sheet.append(["questions", "urgency", "missing", 8, None, "Weet niet"])
        sheet.append(["missing_codes", "geen antwoord", None, None, None, "refused"])
        lines[("questions", "urgency", "as_stated")].value = True
        rows = sorted(([cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=6)), key=str)
        for at, row in enumerate(rows, start=2):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(at, place)
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else cell.data_type  # '=cmd()' stays a text
        sheet.column_dimensions["F"].width = 200

    _change(WAVE, change)
    text = _read()
    wave = read_wave(WAVE)
    assert wave.fieldwork and wave.fieldwork.start == datetime.date(2024, 3, 1)
    assert wave.duplicates == "last_complete"
    assert wave.changed_respondents == ["R03", "R17"]
    assert wave.items["urgency_teachers"].column == "v1_1"
    assert "yield_teachers" not in wave.items
    assert wave.split == {"forms": ["a", "b, of c"]}
    assert wave.drop == {"v9": "4"}
    assert wave.items["urgency_teachers"].codes == {"zeer urgent": 5, "tamelijk": 4}
    assert wave.items["urgency_teachers"].missing == {"8": "dont_know"}
    assert wave.items["urgency_teachers"].as_stated
    assert wave.missing_codes["geen antwoord"] == "refused"
    assert wave.withdrawn == ["R01"]
    assert text.startswith("# SYNTHETIC")
    assert "# of mine" in text


@pytest.mark.parametrize(
    ("line", "value", "told"),
    [
        (
            ("duplicates",),
            "perhaps",
            "sheet 'wave.yaml', row 7, column 'fill in', value 'perhaps': this cannot stand here",
        ),
        (("region_column",), "=A1", "column 'fill in': this cell holds a formula that was never"),
        (("fieldwork", "start"), "1 maart", "value '1 maart': Input should be a valid date"),
        (("items", "urgency_teachers", "column"), "v1_2", "'v1_2' is already the column of urgency_teachers"),
        (("earlier_wave",), "2026", "value '2026': made answers and real ones are never compared"),
        (("title", "nl"), None, "sheet 'wave.yaml', row 2, column 'fill in', value '': Field required"),
        (("drop", "v1_2"), "why", "it is also the column of urgency_mbo_alignment"),
        (("withdrawn",), "R02", "does not say which line"),
    ],
)
def test_what_cannot_stand_in_wave_yaml_names_its_cell(book: Path, line: tuple[str, ...], value: object, told: str):
    def change(made: openpyxl.Workbook) -> None:
        if line in (rows := _rows(made)):
            rows[line].value = value
        else:
            made[SHEET].append([*line, *[None] * (5 - len(line)), value])

    before = book.with_name("wave.yaml").read_bytes()
    _change(WAVE, change)
    with pytest.raises(Problems) as found:
        read_workbook(WAVE)
    assert told in str(found.value)
    assert f"{NAME}, sheet" in str(found.value)
    assert book.with_name("wave.yaml").read_bytes() == before


def test_a_line_that_two_rows_say_otherwise_is_refused(book: Path):
    _change(WAVE, lambda made: made[SHEET].append(["drop", "v9", None, None, None, "something else"]))
    with pytest.raises(Problems, match=r"row \d+, .*another row says otherwise"):
        read_workbook(WAVE)


@pytest.mark.parametrize("broken", ["text", "sheet", "head", "narrow", "gone"])
def test_what_is_no_workbook_of_a_wave_is_refused(book: Path, broken: str):
    def change(made: openpyxl.Workbook) -> None:
        if broken == "sheet":
            made.remove(made[SHEET])
        elif broken == "head":
            made[SHEET].delete_rows(1, 500)
        else:
            made[SHEET].delete_cols(2, 9)

    if broken == "text":
        book.write_bytes(b"PK no workbook")
    elif broken == "gone":
        book.unlink()
    else:
        _change(WAVE, change)
    with pytest.raises(
        Problems, match=r"UnreadableExport: .*here is no workbook of the wave, or none that can be read"
    ):
        read_workbook(WAVE)


def test_nobody_goes_on_with_a_workbook_that_was_not_read(book: Path):
    def fill_in(made: openpyxl.Workbook) -> None:
        _rows(made)[("drop", "v9")].value = "of the survey tool"

    _change(WAVE, fill_in)
    runner = CliRunner()
    for words in (["check", WAVE], ["run", WAVE, "--dry-run"], ["new", WAVE, "--as", "xlsx"]):
        done = runner.invoke(main_group, [*words, *(["--language", "en"] if words[0] != "run" else [])])
        said = f"{done.output}{done.exception}"
        assert done.exit_code != 0
        assert "the workbook says otherwise than wave.yaml" in said.replace("\n", " ").replace("  ", " ")
        assert f"sto new {WAVE} --read" in said
    assert runner.invoke(main_group, ["new", WAVE, "--read"]).exit_code == 0
    assert unread(WAVE) == []
    assert runner.invoke(main_group, ["new", WAVE]).exit_code != 0


def test_a_run_without_a_workbook_does_not_wait_for_what_reads_one():
    code = "import sys; from sto_workbench.cli import main_group\n"
    code += f"main_group(['run', '{WAVE}', '--dry-run'], standalone_mode=False); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False"
