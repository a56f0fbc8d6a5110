"""What was made of answers goes, and nothing else."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from sto_analysis import compendium
from sto_workbench.confidential.removal import EXPORTED, REGISTER, remove
from sto_workbench.release.earlier import note, read_earlier

WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
GONE = f"""
reports/index.html reports/manifest.json reports/out.ipynb reports/mine/R01.pdf reports/.parts/x/page.html
reports/.ipynb_checkpoints/a-checkpoint.ipynb reports/{WAVE}/regions/R01.{WAVE}.nl.html reports/{WAVE}/manifest.json
reports/{WAVE}/regions/R02.{WAVE}.nl.pdf reports/{WAVE}/regions/exhibits/R01.{WAVE}.nl.fig-1.svg
reports/{WAVE}/exhibits/national.{WAVE}.nl.fig-1.csv
reports/{WAVE}/national.{WAVE}.en.docx data/processed/log/failed.txt
data/processed/{WAVE}/own/R01.json data/processed/{WAVE}/export/{WAVE}.sav data/processed/{WAVE}/results/shares.csv
notebooks/.ipynb_checkpoints/06-checkpoint.ipynb out/export.csv
""".split()
STAYS = f"""
reports/published/published.nl.html reports/.gitkeep reports/2019/national.2019.nl.html data/processed/.gitkeep
data/processed/.key reports/.lock
reports/{EARLIER}/notebooks/01_clean.{EARLIER}.html data/processed/{EARLIER}/own/R01.json
""".split()


@pytest.fixture
def made(copy: Path) -> Path:
    for name in (*GONE, *STAYS):
        compendium.write_text(copy / name, "made")
    elsewhere = copy.parent / f"{copy.name}-export.csv"
    compendium.write_text(
        copy / "data" / "processed" / WAVE / EXPORTED, f"{copy / 'out' / 'export.csv'}\n{elsewhere}\n"
    )
    return copy


def _register(root: Path, wave: str) -> list[dict[str, str]]:
    with (root / "data" / "raw" / wave / REGISTER).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_of_the_wave_goes_and_other_waves_stay(made: Path):
    said = list(remove(WAVE, ["R01"]))
    assert [name for name in GONE if (made / name).exists()] == []
    assert [name for name in STAYS if not (made / name).exists()] == []
    assert (
        said[0]
        == f"Removed: {len(GONE) + 1} files of {WAVE}, from reports and data/processed. `sto run` makes them anew."
    )
    told = {row["file"]: row["held"] for row in _register(made, WAVE)}
    assert told == {
        f"reports/{WAVE}/regions/R01.{WAVE}.nl.html": "its own answers",
        f"reports/{WAVE}/regions/R02.{WAVE}.nl.pdf": "counts its answers",
        f"reports/{WAVE}/national.{WAVE}.en.docx": "counts its answers",
        f"reports/{WAVE}/regions/exhibits/R01.{WAVE}.nl.fig-1.svg": "its own answers",
        f"reports/{WAVE}/exhibits/national.{WAVE}.nl.fig-1.csv": "counts its answers",
        f"data/processed/{WAVE}/export/{WAVE}.sav": "its own answers",
        str(made / "out" / "export.csv"): "its own answers",
        str(made.parent / f"{made.name}-export.csv"): "its own answers",
    }
    assert {row["regions"] for row in _register(made, WAVE)} == {"R01"}


def test_later_waves_that_are_compared_with_it_go_too(made: Path):
    list(remove(EARLIER, ["R03", "R01"]))
    assert not (made / "reports" / WAVE).exists()
    assert not (made / "data" / "processed" / EARLIER).exists()
    assert {row["regions"] for row in _register(made, EARLIER)} == {"R03 R01"}


def test_what_the_manifest_knows_is_told_though_it_is_not_kept(made: Path):
    page = f"reports/{WAVE}/regions/R01.{WAVE}.en.pdf"
    compendium.write_text(made / "reports" / WAVE / "manifest.json", f'{{"a": {{"results": {{"{page}": "123"}}}}}}')
    assert any(page in line for line in remove(WAVE, ["R01"]))
    assert page in {row["file"] for row in _register(made, WAVE)}


def test_what_was_told_for_one_region_held_the_answers_of_the_next_too(made: Path):
    list(remove(WAVE, ["R01"]))
    first = _register(made, WAVE)
    said = list(remove(WAVE, ["R02"]))
    assert said[0] == f"Removed: 0 files of {WAVE}, from reports and data/processed. `sto run` makes them anew."
    second = _register(made, WAVE)[len(first) :]
    assert {row["file"] for row in second} == {row["file"] for row in first}
    (own,) = [row["file"] for row in second if row["held"] == "its own answers" and row["file"].endswith(".pdf")]
    assert own == f"reports/{WAVE}/regions/R02.{WAVE}.nl.pdf"


def test_a_withdrawal_is_noted_even_where_nothing_was_made(copy: Path):
    assert len(list(remove(WAVE, ["R01"]))) == 1
    assert [(row["regions"], row["held"]) for row in _register(copy, WAVE)] == [("R01", "nothing was made of them")]


def test_a_removal_that_was_interrupted_is_known_by_what_is_left(made: Path, monkeypatch: pytest.MonkeyPatch):
    from sto_workbench.confidential import removal

    removed = removal._removed
    own = made / "data" / "processed" / WAVE
    monkeypatch.setattr(removal, "_removed", lambda path: pytest.fail("killed") if path == own else removed(path))
    with pytest.raises(pytest.fail.Exception):
        list(remove(WAVE, ["R01"]))
    assert [path.name for path in own.iterdir()] == ["own"]
    assert _register(made, WAVE), "written down first"


def test_the_ledger_of_releases_stays_without_the_answers_that_are_gone(made: Path):
    note(WAVE, 1, 3, ["shares:urgency.image.top"], {f"urgency.image@{WAVE}": pd.Series({"R01": 1.0, "R02": 2.0})})
    list(remove(WAVE, ["R01"]))
    (found,) = read_earlier(WAVE)
    left = found.answers[f"urgency.image@{WAVE}"]
    assert len(left) == 2
    assert {"R01", "R02"} & set(left) == {"R02"}
    assert [path.name for path in compendium.processed(WAVE).iterdir()] == ["releases"]
