"""What is exported holds every answer and every reason, and can come in again."""

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner
from frictionless import Package

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook
from sto_workbench.cli import main_group
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import clean_wave, write_clean
from sto_workbench.intake.export import coded, export_wave
from sto_workbench.pipeline.batch import alone

WAVE = "synthetic-2024"
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:frictionless"),
    pytest.mark.usefixtures("parsed_once"),
]


@pytest.mark.parametrize(
    "form", ["sav", pytest.param("xlsx", marks=pytest.mark.whole), pytest.param("csv", marks=pytest.mark.whole)]
)
def test_an_export_comes_in_again_with_the_same_answers_and_no_edit(copy: Path, form: str):
    description = copy / "data" / "raw" / WAVE / "wave.yaml"
    text = description.read_text()
    stated = "    missing: {1: refused}\n    codes: {2: 2, 3: 3, 4: 4, 5: 5}\n    as_stated: true\n"
    wording = "    wording: 'Urgentie: Voldoende"
    refused = text.replace(wording, stated + wording)
    description.write_text(refused.replace("  99: dont_know", "  99: not_applicable"))
    path = description.with_name(f"{WAVE}.sav")
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    values = {column: {**labels, 99: "niet van toepassing"} for column, labels in meta.variable_value_labels.items()}
    values["v1_1"][1] = "wil niet zeggen"
    pyreadstat.write_sav(
        codes, path, column_labels=meta.column_names_to_labels, variable_value_labels=values, file_label="SYNTHETIC"
    )
    before = clean_wave(WAVE)
    assert set(before.missing["reason"]) == {"refused", "not_applicable", "blank"}
    write_clean(WAVE, before)
    files = [compendium.processed(WAVE) / name for name in ("answers.parquet", "missing.csv", "regions.parquet")]
    bytes_before = [path.read_bytes() for path in files]
    made = copy / "out" / f"{WAVE}.{form}"
    assert made in export_wave(WAVE, copy / "out", (form,))
    raw = description.parent.rename(copy / "before")
    new_wave(WAVE, made, raw / "frame.csv")
    for each in ("context", "context.yaml", "context.csv"):  # no export holds it
        (raw / each).rename(description.parent / each)
    write_clean(WAVE, clean_wave(WAVE))
    assert [path.read_bytes() for path in files] == bytes_before


def test_spss_knows_labels_and_missing_codes(tmp_path: Path):
    (path,) = export_wave(WAVE, tmp_path, ("sav",))
    frame, _ = pyreadstat.read_sav(path)
    _, meta = pyreadstat.read_sav(path, user_missing=True)
    assert meta.file_label.startswith("SYNTHETIC")
    assert set(frame["wave"]) == {WAVE}
    assert meta.column_names_to_labels["urgency_teachers"] == "Urgentie: Voldoende techniekdocenten"
    assert meta.variable_value_labels["urgency_teachers"][99] == "weet niet"
    assert meta.missing_ranges["urgency_teachers"] == [{"lo": 96, "hi": 99}]
    assert frame["urgency_teachers"].max() <= 5


def test_codes_and_reasons_stand_in_one_column(cleaned: CleanWave, codebook: Codebook):
    clean = cleaned
    table = coded(clean, codebook, WAVE).set_index("region")
    items = list(codebook.items)
    for (item, reason), rows in clean.missing.groupby(["item", "reason"]):
        cells = table.loc[rows["region"], item]
        assert cells.isna().all() if reason == "blank" else set(cells) == {99}
    assert table[items].isna().sum().sum() == (clean.missing["reason"] == "blank").sum()
    assert (table[items] == 99).sum().sum() == (clean.missing["reason"] == "dont_know").sum()


def test_the_data_package_is_valid_and_its_missing_codes_are_no_answers(tmp_path: Path):
    export_wave(WAVE, tmp_path, ("csv",))
    package = Package(tmp_path / "datapackage.json")
    assert package.validate().valid
    rows = pd.DataFrame(row.to_dict() for row in package.get_resource("answers").read_rows())
    assert rows.drop(columns=["wave", "region"]).max().max() <= 10
    broken = (tmp_path / f"{WAVE}.csv").read_text().replace(",99,", ",77,", 1)
    (tmp_path / f"{WAVE}.csv").write_text(broken)
    assert not Package(tmp_path / "datapackage.json").validate().valid


@pytest.mark.whole
def test_the_workbook_has_a_codebook(tmp_path: Path):
    (path,) = export_wave(WAVE, tmp_path, ("xlsx",))
    head = pd.read_excel(path, engine="openpyxl", sheet_name="codebook", header=None).iloc[0, 0]
    key = pd.read_excel(path, engine="openpyxl", sheet_name="codebook", skiprows=2)
    assert head.startswith("SYNTHETIC")
    assert set(key["column"]) == set(pd.read_excel(path, engine="openpyxl", sheet_name="answers").columns)


def test_the_command_writes_where_git_does_not_look(copy: Path):
    done = CliRunner().invoke(main_group, ["export", WAVE, "--as", "csv"])
    assert done.exit_code == 0
    folder = copy / "data" / "processed" / WAVE / "export"
    assert {path.name for path in folder.iterdir()} == {f"{WAVE}.csv", "datapackage.json"}


@pytest.mark.parametrize("wave", ["2024", WAVE])
def test_nothing_is_written_over_what_was_delivered_nor_where_git_takes_it(
    copy: Path, tmp_path_factory: pytest.TempPathFactory, wave: str
):
    raw = copy / "data" / "raw"
    if wave == "2024":
        shutil.copytree(raw / WAVE, raw / wave)
        text = (raw / wave / "wave.yaml").read_text().replace(f"wave: {WAVE}", "wave: 2024")
        (raw / wave / "wave.yaml").write_text(text.replace("earlier_wave: synthetic-2021\n", ""))
    with pytest.raises(Problems, match="answers were delivered here"):
        export_wave(wave, raw / wave, ("sav",))
    other = tmp_path_factory.mktemp("other")
    subprocess.run(["git", "init", "--quiet", str(other)], check=True)
    if wave == "2024":
        with pytest.raises(Problems, match=r"ConfidentialInGit: .*2024\.csv: git would take these answers"):
            export_wave(wave, other / "out", ("csv",))
        assert not (other / "out").exists()
    else:
        assert export_wave(wave, other / "out", ("csv",))[0].is_file()


def test_an_export_beside_a_run_says_who_is_at_work(copy: Path):
    with alone():
        done = CliRunner().invoke(main_group, ["export", WAVE, "--as", "csv"])
    assert "another `sto` is working on this compendium" in str(done.exception)
    assert not (copy / "data" / "processed").exists()


def test_no_export_goes_where_a_list_cannot_name_it(copy: Path):
    with pytest.raises(Problems, match="its path does not print"):
        export_wave(WAVE, copy / "out\nreports", ("csv",))
    assert not (copy / "out\nreports").exists()
