"""`sto context`: written byte for byte the same, held against its files, told in words."""

from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import read_wave
from sto_workbench.cli import main_group
from sto_workbench.context.sources import context_folder
from sto_workbench.context.table import COLUMNS, beside, context_path, read_context
from sto_workbench.context.wave import derive_wave, stale
from tests.sto_workbench.context.world import REGIONS, context, write

WAVE = "synthetic-2024"


@pytest.fixture
def made(copy: Path, codebook: Codebook) -> Path:
    """A wave of four regions with public files, and its folder."""
    folder = context_folder(WAVE)
    for path in folder.iterdir():
        path.unlink()
    write(folder)
    context(folder, codebook)
    (folder / "context.yaml").replace(folder.parent / "context.yaml")
    frame = "region,name\n" + "".join(f"{region},Streek {region}\n" for region in REGIONS)
    (folder.parent / "frame.csv").write_text(frame)
    context_path(WAVE).unlink(missing_ok=True)
    return folder


def test_the_command_writes_the_same_bytes_twice_and_tells_what_it_found(made: Path):
    said = CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False)
    first = context_path(WAVE).read_bytes()
    assert CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False).exit_code == 0
    assert context_path(WAVE).read_bytes() == first
    assert (
        "technology: overwegend maakindustrie 2; per vestiging, 4" in said.output
        or "mainly manufacturing 2" in said.output
    )
    assert "two coders agree on 2 of 3 regions (kappa 0.50); rule: Our rule." in said.output
    assert "leave the level open of: R02" in said.output
    assert "no value (no_schools): R04" in said.output


def test_what_is_written_is_read_back(made: Path, codebook: Codebook):
    assert read_context(WAVE) is None
    CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False)
    table = read_context(WAVE)
    assert table is not None and [*table.columns] == COLUMNS and len(table) == len(REGIONS) * 5
    assert table.set_index(["region", "variable"]).at[("R02", "technology"), "high"] == 0.8
    assert table["code"].isna().sum() == 6
    assert (table[["source", "edition", "date", "level"]] != "").all(axis=None)
    assert {len(digest) for each in table["sha256"] for digest in each.split()} == {64}


def test_a_context_that_no_longer_follows_is_told(made: Path, codebook: Codebook):
    wave = read_wave(WAVE)
    assert "does not follow" in str(Problems(stale(wave, codebook, REGIONS)))  # not made yet
    CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False)
    assert [*stale(wave, codebook, REGIONS)] == []
    key = made / "region_schools.csv"
    key.write_text(key.read_text().replace("R03,00AC00", "R04,00AC00"))
    assert f"sto context {WAVE}" in str(Problems(stale(wave, codebook, REGIONS)))


def test_a_changed_byte_of_a_public_file_is_refused_by_name(made: Path, codebook: Codebook):
    wave, exams = read_wave(WAVE), made / "exams.csv"
    exams.write_bytes(exams.read_bytes().replace(b";30\n", b";31\n"))
    with pytest.raises(Problems, match=r"exams\.csv is not the file that sources.yaml names") as caught:
        derive_wave(wave, codebook, REGIONS)
    assert sha256(exams.read_bytes()).hexdigest() in str(caught.value)
    assert "exams.csv" in str(Problems(stale(wave, codebook, REGIONS)))


def test_a_wave_without_public_files_has_no_context_to_hold(copy: Path, codebook: Codebook):
    for path in (context_path("synthetic-2021"), context_path("synthetic-2021").with_name("context.yaml")):
        path.unlink(missing_ok=True)
    assert [*stale(read_wave("synthetic-2021"), codebook, REGIONS)] == []


def test_what_is_known_beside_the_codes_has_a_column_per_variable(made: Path, codebook: Codebook):
    assert beside(WAVE, codebook) is None
    CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False)
    table = beside(WAVE, codebook)
    assert table is not None and table.loc["R02", ["technology_low", "technology_high"]].tolist() == [0, 1]
    assert table["employment_cluster"].fillna("").to_dict() == {"R01": "AM01", "R02": "AM02", "R03": "AM01", "R04": ""}
    assert {name.split("_")[0] for name in table if name.endswith("_cluster")} == {"employment"}
