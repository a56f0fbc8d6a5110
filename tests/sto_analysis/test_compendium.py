"""Files get to their place whole or not at all."""

from pathlib import Path

import pytest

from sto_analysis import compendium


def test_the_root_is_found_from_a_folder_below_it(copy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("STO_ROOT")
    monkeypatch.chdir(copy / "notebooks")
    assert compendium.root() == copy


def test_outside_a_compendium_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("STO_ROOT")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="STO_ROOT"):
        compendium.root()


def test_a_failed_write_leaves_the_earlier_file_and_no_other(tmp_path: Path):
    target = compendium.write_text(tmp_path / "a.txt", "earlier")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        compendium.write_whole(target, fail)
    assert target.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
