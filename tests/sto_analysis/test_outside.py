"""A file from outside is a regular file of bounded size in its folder, or a named problem at once."""

import os
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_analysis.outside import outside


def _opened(path: Path, at_most: int = 100) -> Path:
    return outside(path, "the frame", "Put it there.", at_most)


def test_a_file_and_a_link_within_its_folder_are_read(tmp_path: Path):
    (tmp_path / "a.csv").write_text("x")
    (tmp_path / "b.csv").symlink_to("a.csv")
    assert [_opened(tmp_path / name).read_text() for name in ("a.csv", "b.csv")] == ["x", "x"]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda path: None, "cannot be opened"),
        (lambda path: path.mkdir(), "is no file"),
        (os.mkfifo, "is no file"),
        (lambda path: path.symlink_to("/dev/zero"), "is no file"),
        (lambda path: path.symlink_to("/etc/passwd"), "leads out of its folder"),
        (lambda path: path.symlink_to(path.name), "cannot be opened"),
        (lambda path: path.write_bytes(b"x" * 101), "101 bytes, more than the 100"),
    ],
)
def test_anything_else_is_named(tmp_path: Path, made, told: str):
    made(tmp_path / "frame.csv")
    with pytest.raises(Problems, match=told):
        _opened(tmp_path / "frame.csv")


@pytest.mark.parametrize("name", ["x" * 300, "x\0y"])
def test_a_name_that_no_file_system_has_is_named(tmp_path: Path, name: str):
    with pytest.raises(Problems, match="cannot be opened"):
        _opened(tmp_path / name)
