"""One wave in five forms: `sto new` describes each so that the same answers come out, without an edit."""

import json
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_workbench.cli import main_group
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import CleanWave, clean_wave, write_clean

WAVE = "synthetic-2024"
pytestmark = pytest.mark.usefixtures("parsed_once")


def _delivered(copy: Path) -> tuple[pd.DataFrame, pd.DataFrame, pyreadstat.metadata_container]:
    """Codes and texts of the wave, and what SPSS knows of it."""
    path = copy / "data" / "raw" / WAVE / f"{WAVE}.sav"
    codes, meta = pyreadstat.read_sav(path, user_missing=True)
    texts = codes.astype(object)
    for column, labels in meta.variable_value_labels.items():
        texts[column] = [None if pd.isna(code) else labels[code] for code in codes[column]]
    return codes, texts, meta


def _write(copy: Path, form: str) -> Path:
    codes, texts, meta = _delivered(copy)
    labels, path = meta.column_names_to_labels, copy / f"export{form[form.index('.') :]}"
    if form in ("spss.sav", "packed.zsav"):
        pyreadstat.write_sav(
            codes,
            path,
            compress=form == "packed.zsav",
            column_labels=labels,
            variable_value_labels=meta.variable_value_labels,
            missing_ranges=meta.missing_ranges,
            file_label="SYNTHETIC",
        )
    elif form == "agency.xlsx":
        texts.rename(columns=labels).to_excel(path, index=False, startrow=2)
    elif form == "limesurvey.csv":
        table = texts.rename(columns={column: f"{column}. {labels[column]}" for column in texts})
        table.insert(0, "Antwoord ID", range(1, len(table) + 1))
        table.insert(1, "Datum ingestuurd", "01.02.2025")
        table.assign(**{"IP-adres": "10.0.0.7"}).to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    else:
        own = ["StartDate", "IPAddress", "ResponseId", "RecipientEmail"]
        table = texts.copy()
        for place, (name, value) in enumerate(
            zip(own, ("2024-03-01 10:00", "10.1.1.1", "R_1x", "a@b.nl"), strict=True)
        ):
            table.insert(place, name, value)
        head = [own + [labels[column] for column in texts], [json.dumps({"ImportId": name}) for name in table]]
        pd.concat([pd.DataFrame(head, columns=table.columns), table]).to_csv(path, index=False)
    return path


def _hashes(clean: CleanWave) -> dict[str, str]:
    """SHA-256 of the files that a cleaned wave becomes, the log aside."""
    write_clean(WAVE, clean)
    names = ("answers.parquet", "regions.parquet", "missing.csv")
    return {name: sha256((compendium.processed(WAVE) / name).read_bytes()).hexdigest() for name in names}


@pytest.mark.whole
@pytest.mark.parametrize(
    "form",
    [
        "spss.sav",
        pytest.param("packed.zsav", marks=pytest.mark.whole),
        pytest.param("agency.xlsx", marks=pytest.mark.whole),
        pytest.param("limesurvey.csv", marks=pytest.mark.whole),
        "qualtrics.csv",
    ],
)
def test_the_same_answers_come_out_of_every_form(copy: Path, form: str):
    hashes, export = _hashes(clean_wave(WAVE)), _write(copy, form)
    raw = (copy / "data" / "raw" / WAVE).rename(copy / "before")
    proposal = new_wave(WAVE, export, raw / "frame.csv")
    assert all(match.confidence >= 88 for match in proposal.matches)
    for each in ("context", "context.yaml", "context.csv"):  # no delivery holds it
        (raw / each).rename(copy / "data" / "raw" / WAVE / each)
    assert _hashes(clean_wave(WAVE)) == hashes
    personal = {"limesurvey.csv": {"IP-adres"}, "qualtrics.csv": {"IPAddress", "RecipientEmail"}}.get(form, set())
    assert {column for column, why in proposal.drop.items() if why.startswith("personal")} == personal


def test_a_wave_that_stands_there_is_not_touched(copy: Path):
    before = (copy / "data" / "raw" / WAVE / "wave.yaml").read_bytes()
    with pytest.raises(Problems, match="is there already"):
        new_wave(WAVE, copy / "data" / "raw" / WAVE / f"{WAVE}.sav")
    assert (copy / "data" / "raw" / WAVE / "wave.yaml").read_bytes() == before


def test_a_file_that_cannot_be_read_leaves_no_folder(copy: Path):
    broken = copy / "broken.sav"
    broken.write_bytes(b"not SPSS")
    with pytest.raises(Problems, match="not readable as SPSS"):
        new_wave("synthetic-2026", broken)
    assert not (copy / "data" / "raw" / "synthetic-2026").exists()


def test_what_is_not_known_is_left_open_and_reported(copy: Path):
    export = copy / "small.csv"
    export.write_text("regio,Urgentie: Voldoende techniekdocenten,iets anders\nR01,4,x\nR02,5,y\n")
    runner = CliRunner()
    made = runner.invoke(main_group, ["new", "synthetic-2026", "--from", str(export)])
    assert made.exit_code == 0
    assert "Items: 34, of which TODO: 33." in made.output
    checked = runner.invoke(main_group, ["check", "synthetic-2026", "--as", "json"])
    causes = pd.DataFrame(json.loads(checked.output))["cause"].value_counts().to_dict()
    assert checked.exit_code == 1
    assert causes == {"ToDo": 34}


def test_a_wave_without_problems_says_so():
    checked = CliRunner().invoke(main_group, ["check", WAVE])
    assert checked.exit_code == 0
    assert "no problems. 51 of 78 regions answered" in checked.output


def test_what_a_killed_arrival_left_is_removed_by_the_next_command(copy: Path):
    left = copy / "data" / "raw" / f"{compendium.ARRIVING}x" / "2026" / "antwoorden.csv"
    left.parent.mkdir(parents=True)
    left.write_text("answers", encoding="utf-8")
    CliRunner().invoke(main_group, ["new", "synthetic-2026", "--from", str(copy / "absent.csv")])
    assert not left.parents[1].exists()
