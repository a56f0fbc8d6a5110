import subprocess
from pathlib import Path

from sto_workbench.verify.sums import SUMS, amiss, sums


def folder_of(top: Path) -> Path:
    (top / "a").mkdir()
    (top / "a" / "één b.csv").write_text("1")
    (top / "c.txt").write_text("2")
    (top / SUMS).write_text(sums(top))
    return top


def test_checksums_are_those_of_sha256sum(tmp_path: Path):
    folder = folder_of(tmp_path)
    subprocess.run(["sha256sum", "-c", SUMS], cwd=folder, check=True, capture_output=True)
    assert [*amiss(folder)] == []


def test_what_is_changed_missing_or_added_is_named(tmp_path: Path):
    folder = folder_of(tmp_path)
    (folder / "c.txt").write_text("3")
    (folder / "a" / "één b.csv").unlink()
    (folder / "new").write_text("")
    assert [*amiss(folder)] == [("a/één b.csv", "missing"), ("new", "added"), ("c.txt", "changed")]


def test_checksums_that_are_none_are_told(tmp_path: Path):
    (tmp_path / SUMS).write_text("x\n")
    assert [*amiss(tmp_path)] == [(SUMS, "unreadable")]
    (tmp_path / SUMS).unlink()
    assert [*amiss(tmp_path)] == [(SUMS, "unreadable")]
