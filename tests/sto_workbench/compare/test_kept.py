"""Runs are kept once, privately, as many as asked; the one that was handed out stays, and all go with a withdrawal."""

import datetime
import json
import stat
import zipfile
from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_workbench.compare import kept
from sto_workbench.confidential.withdrawal import withdraw
from tests.running import WAVE, sto, words

pytestmark = pytest.mark.whole


def _change(root: Path, text: str) -> None:
    """Let the national report say something else."""
    page = root / "reports" / WAVE / f"national.{WAVE}.nl.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</h1>", f" {text}</h1>", 1), encoding="utf-8")


def _numbers() -> list[str]:
    return [path.stem for path in kept.kept(WAVE)]


def test_a_run_keeps_itself_privately_and_once(finished_copy: Path):
    (path,) = kept.kept(WAVE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert compendium.confidential(path)
    assert kept.keep(WAVE) is None
    code, out, _ = sto(finished_copy, *words(("R01",), "nl"))
    assert (code, _numbers()) == (0, ["0001"]), out
    (finished_copy / "reports" / WAVE / f"national.{WAVE}.nl.html").unlink()
    assert sto(finished_copy, *words(("R01",), "nl"))[0] == 0
    assert _numbers() == ["0001"], "a page that is made again as it was is no other run"


def test_a_kept_run_is_whole_and_holds_nobody_twice(finished_copy: Path):
    with zipfile.ZipFile(kept.kept(WAVE)[0]) as whole:
        names = set(whole.namelist())
        told = json.loads(whole.read("run.json"))
        assert whole.read("pages/nl.html") == (finished_copy / f"reports/{WAVE}/national.{WAVE}.nl.html").read_bytes()
    assert {each for each in names if each.startswith("results/")} == {
        f"results/{path.name}" for path in compendium.results(WAVE).glob("*.parquet") if "own." not in path.name
    }
    assert (told["wave"], told["by_hand"]) == (WAVE, [])
    known = [
        found for record in told["records"].values() for part in ("code", "data") for found in record[part].items()
    ]
    inputs = {name: value for name, value in known if not name.endswith(".sav") and "/results/" not in name}
    assert {f"files/{value}" for value in inputs.values()} <= names
    assert not any("/own/" in name for name in inputs)


def test_what_a_record_names_and_is_gone_is_taken_from_the_run_before(finished_copy: Path):
    """Where one notebook alone was run again, the others know of code that stands nowhere else any more."""
    with zipfile.ZipFile(kept.kept(WAVE)[0]) as whole:
        before = {name for name in whole.namelist() if name.startswith("files/")}
    codebook = finished_copy / "data/codebook.yaml"
    codebook.write_text(codebook.read_text(encoding="utf-8") + "\n# a word\n", encoding="utf-8")
    _change(finished_copy, "anders")
    with zipfile.ZipFile(str(kept.keep(WAVE))) as whole:
        assert {name for name in whole.namelist() if name.startswith("files/")} == before


def test_as_many_are_kept_as_asked_and_the_one_that_was_handed_out_stays(finished_copy: Path):
    assert kept.handed_out(WAVE) is None
    assert kept.hand_out(WAVE) == kept.kept(WAVE)[0]
    for text in "abc":
        _change(finished_copy, text)
        kept.keep(WAVE, 2)
    assert _numbers() == ["0001", "0003", "0004"]
    assert kept.handed_out(WAVE) == (kept.kept(WAVE)[0], datetime.date.today().isoformat())
    kept.hand_out(WAVE)
    kept.keep(WAVE, 1)
    assert _numbers() == ["0004"]
    _change(finished_copy, "d")
    assert kept.keep(WAVE, 0) is None
    assert _numbers() == ["0004"], "what was handed out is not forgotten"


def test_a_marker_that_is_damaged_marks_nothing(finished_copy: Path):
    for text in ("", "[]", '{"run": 1}', '{"run": "../x", "date": "2024-01-01"}', '{"run": 7, "date": "2024-01-01"}'):
        compendium.write_text(kept.marker(WAVE), text)
        assert kept.handed_out(WAVE) is None


def test_all_kept_runs_go_when_a_region_withdraws(finished_copy: Path):
    kept.hand_out(WAVE)
    list(withdraw(WAVE, "R02"))
    assert kept.kept(WAVE) == []
    assert not kept.folder(WAVE).exists()


def test_a_wave_without_results_is_not_kept(copy: Path):
    assert kept.keep(WAVE) is None
    assert kept.hand_out(WAVE) is None
