"""The list for the mailing has a row per region with a zip, and keeps the addresses that somebody filled in."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from sto_analysis import compendium
from sto_workbench.handout.mailing import write_mailing

WAVE = "synthetic-2024"


@pytest.fixture
def top(copy: Path) -> Path:
    names = {"R01": "=1+1", "R02": "Fryslân", "R03": "zonder zip"}
    frame = pd.DataFrame({"name": names, "answered": True}).rename_axis("region")
    folder = compendium.processed(WAVE)
    folder.mkdir(parents=True)
    frame.to_parquet(folder / "regions.parquet")
    for region in ("R01", "R02"):
        compendium.write_text(compendium.reports(WAVE) / "hand-out" / "regions" / f"{region}.{WAVE}.zip", "x")
    return compendium.reports(WAVE) / "hand-out"


def _rows(path: Path) -> list[list[str]]:
    assert path.stat().st_mode & 0o777 == 0o600
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_each_region_with_a_zip_has_a_row_and_nothing_runs_in_a_spreadsheet(top: Path):
    assert _rows(write_mailing(WAVE, top)) == [
        ["region", "name", "address", "file"],
        ["R01", "'=1+1", "", f"regions/R01.{WAVE}.zip"],
        ["R02", "Fryslân", "", f"regions/R02.{WAVE}.zip"],
    ]


@pytest.mark.parametrize("mark", [",", ";"])
def test_addresses_stay_also_as_excel_writes_them(top: Path, mark: str):
    path = write_mailing(WAVE, top)
    filled = path.read_text(encoding="utf-8-sig").replace("Fryslân,,", "Fryslân,a@example.org,").replace(",", mark)
    path.write_text(filled, encoding="utf-8-sig")
    (top / "regions" / f"R01.{WAVE}.zip").unlink()
    assert _rows(write_mailing(WAVE, top))[1:] == [["R02", "Fryslân", "a@example.org", f"regions/R02.{WAVE}.zip"]]


def test_a_damaged_list_is_written_anew(top: Path):
    write_mailing(WAVE, top).write_bytes(b"\xff\xfe;\n")
    assert len(_rows(write_mailing(WAVE, top))) == 3
