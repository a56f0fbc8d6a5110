"""Mistakes that a cell alone does not show."""

import datetime
import shutil
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_workbench.intake.beside import dates_of
from sto_workbench.intake.clean import check_wave, clean_wave

WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _with(copy: Path, lines: str = "", **columns: list) -> list[Problem]:
    """Problems of the wave with columns beside its own, and lines in its wave.yaml."""
    path = compendium.raw(WAVE) / f"{WAVE}.sav"
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    kept = {"column_labels": meta.column_names_to_labels, "variable_value_labels": meta.variable_value_labels}
    pyreadstat.write_sav(
        codes.assign(**columns), path, file_label="SYNTHETIC", missing_ranges=meta.missing_ranges, **kept
    )
    described = path.with_name("wave.yaml")
    drop = "\n".join(f"  {name}: beside" for name in columns)
    described.write_text(f"{described.read_text()}drop:\n{drop}\n{lines}")
    try:
        clean_wave(WAVE)
    except Problems as found:
        return found.problems
    return []


def _regions(copy: Path) -> list[str]:
    codes, _ = pyreadstat.read_sav(compendium.raw(WAVE) / f"{WAVE}.sav")
    return list(codes["regio"])


def test_a_name_beside_an_id_must_be_of_the_same_region(copy: Path):
    names = [f"Synthetische regio {region}" for region in _regions(copy)]
    shifted = [*names[:3], names[4], names[3], *names[5:]]
    found = _with(copy, naam=shifted)
    assert [(type(each).__name__, each.row) for each in found] == [("UnknownRegion", 4), ("UnknownRegion", 5)]


def test_a_name_that_says_the_same_is_fine(copy: Path):
    assert _with(copy, naam=[f"Regio {region}" for region in _regions(copy)]) == []


def test_a_row_from_outside_the_fieldwork_is_said_and_can_be_left_out(copy: Path):
    dates = ["2024-03-05 10:00:00"] * (len(_regions(copy)) - 1)
    lines = "fieldwork: {start: 2024-03-01, end: 2024-04-15}\n"
    found = _with(copy, lines, submitdate=["2023-11-30 09:00:00", *dates])
    assert [(type(each).__name__, each.row) for each in found] == [("UnfinishedAnswer", 1)]
    described = compendium.raw(WAVE) / "wave.yaml"
    described.write_text(f"{described.read_text()}leave_out:\n  1: a test of the agency\n")
    clean = clean_wave(WAVE)
    assert clean.left_out == 1
    assert clean.log["rule"].str.startswith("no answer: left out: a test of the agency").sum() == 1


def test_a_line_that_leaves_out_nothing_is_a_problem(copy: Path):
    (found,) = _with(copy, "leave_out:\n  Totaal: totals\n", extra=["x"] * len(_regions(copy)))
    assert "no row is called so" in found.what


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2026-03-12 10:11", [(2026, 3, 12)]),
        ("12-3-2026", [(2026, 3, 12), (2026, 12, 3)]),
        ("31/3/2026 8:00", [(2026, 3, 31)]),
        ("3/31/2026", [(2026, 3, 31)]),
        ("13987654321", []),
        ("2026-13-40", []),
    ],
)
def test_dates_are_read_as_anybody_may_have_written_them(text: str, dates: list):
    assert dates_of(text) == [datetime.date(*date) for date in dates]


def test_the_answers_of_an_earlier_wave_are_no_new_delivery(copy: Path):
    now, before = compendium.raw(WAVE), compendium.raw(EARLIER)
    shutil.copy(before / f"{EARLIER}.sav", now / f"{WAVE}.sav")
    frame = pd.read_csv(before / "frame.csv")
    frame[~frame["region"].isin(["R79", "R80"])].to_csv(now / "frame.csv", index=False)
    described = now / "wave.yaml"
    described.write_text(f"{described.read_text()}leave_out: {{R79: merged}}\n")
    with pytest.raises(
        Problems, match="all questions: 51 regions answer, all along, what a region answered in an earlier wave"
    ):
        check_wave(WAVE)


def test_a_row_above_the_first_answer_is_not_lost_in_silence(copy: Path):
    folder = compendium.raw(WAVE)
    codes, _ = pyreadstat.read_sav(folder / f"{WAVE}.sav", user_missing=True)
    table = codes.map(lambda cell: cell if isinstance(cell, str) else "" if pd.isna(cell) else f"{cell:.0f}")
    table.to_csv(folder / "export.csv", index=False)
    described = folder / "wave.yaml"
    text = described.read_text().replace(f"file: {WAVE}.sav", "file: export.csv\nheader: {names: 1, first: 3}")
    described.write_text(text)
    with pytest.raises(Problems, match="row 2: this row stands above the first answer"):
        clean_wave(WAVE)
