"""Nobody but their owner reads answers and what is made of them."""

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis import compendium
from sto_workbench.cli import main_group
from sto_workbench.confidential import tracked
from sto_workbench.confidential.modes import readable_by_others
from tests.running import sto

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


def _modes(*tops: Path) -> dict[str, str]:
    """Files that are not 0600 and folders that are not 0700, with what they are."""
    found = {path for top in tops for path in (top, *top.rglob("*"))}
    return {
        str(path): oct(path.stat().st_mode & 0o777)
        for path in found
        if path.stat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)
    }


@pytest.mark.whole
def test_what_a_run_leaves_is_its_owners(finished: Path):
    assert _modes(finished / "reports", finished / "data" / "processed") == {}


@pytest.mark.whole
def test_whatever_the_umask_new_waves_and_exports_are_their_owners(copy: Path):
    raw = copy / "data" / "raw" / "synthetic-2024"
    export = shutil.copy(raw / "synthetic-2024.sav", copy / "antwoorden.sav")
    asked = ("new", "synthetic-2026", "--from", str(export), "--frame", str(raw / "frame.csv"))
    assert sto(copy, *asked, umask=0)[0] == 0
    assert sto(copy, "export", "synthetic-2024", "--out", str(copy / "a" / "b"), umask=0)[0] == 0
    assert _modes(copy / "data" / "raw" / "synthetic-2026", copy / "a") == {}


def test_a_notebook_run_by_hand_writes_for_its_owner_too(copy: Path):
    before = os.umask(0)
    try:
        compendium.write_text(copy / "data" / "processed" / "2026" / "own" / "R01.json", "{}")
        compendium.write_text(copy / "elsewhere" / "deeper" / "a.csv", "a")
    finally:
        os.umask(before)
    assert _modes(copy / "data" / "processed", copy / "elsewhere") == {}


def test_notebooks_that_are_run_in_place_are_in_a_closed_folder(copy: Path):
    (copy / "notebooks").chmod(0o755)
    tracked.guard()
    assert (copy / "notebooks").stat().st_mode & 0o777 == 0o700


def test_check_says_who_can_read_what_was_dropped_in(copy: Path, monkeypatch: pytest.MonkeyPatch):
    folder = copy / "data" / "raw" / "2026"
    folder.mkdir()
    (folder / "a.sav").write_text("answers")
    (folder / "wave.yaml").write_text("wave: 2026")
    folder.chmod(0o755)
    (folder / "a.sav").chmod(0o644)
    (folder / "wave.yaml").chmod(0o600)
    (told,) = readable_by_others("2026")
    assert told == "everybody on this machine can read a.sav. Close the folder: chmod -R go-rwx data/raw/2026"
    folder.chmod(0o750)
    assert list(readable_by_others("2026")) == []
    folder.chmod(0o755)
    (folder / "a.sav").chmod(0o640)
    assert list(readable_by_others("2026")) == []
    monkeypatch.setattr("sto_workbench.confidential.modes._WINDOWS", True)
    (folder / "a.sav").chmod(0o644)
    assert list(readable_by_others("2026")) == []


def test_check_stays_silent_about_made_answers(copy: Path):
    assert "everybody" not in CliRunner().invoke(main_group, ["check", "synthetic-2024"]).output
