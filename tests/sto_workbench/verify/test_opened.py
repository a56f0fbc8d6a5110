import stat
import zipfile
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.verify import opened as module
from sto_workbench.verify.opened import opened

THERE = {"r/SHA256SUMS": b"", "r/release.json": b"{}"}


def packed(path: Path, entries: dict[str, bytes], mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in (THERE | entries).items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (mode if name in entries else 0) << 16
            pack.writestr(entry, content)
    return path


def into(folder: Path) -> Path:
    (folder / "in").mkdir()
    return folder / "in"


def test_a_zip_becomes_its_only_folder(tmp_path: Path):
    whole = packed(tmp_path / "a.zip", {"r/a/b.csv": b"1"})
    assert (opened(whole, into(tmp_path)) / "a" / "b.csv").read_bytes() == b"1"


@pytest.mark.parametrize(
    "name",
    ["/etc/x", "../x", "r/../../x", "r\\..\\x", "C:/x", "r/a\x1b[31m", "r/SHA256sums", "r/a:b", "r/\u202egpj.exe"],
)
def test_a_name_that_leads_away_or_is_read_in_two_ways_is_refused(tmp_path: Path, name: str):
    with pytest.raises(Problems, match="UnreadableExport"):
        opened(packed(tmp_path / "a.zip", {name: b"1"}), into(tmp_path))
    assert not any((tmp_path / "in").rglob("*"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: int):
    with pytest.raises(Problems, match="link"):
        opened(packed(tmp_path / "a.zip", {"r/a": b"/etc/passwd"}, kind | 0o777), into(tmp_path))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    whole = packed(tmp_path / "a.zip", {"r/a": bytes(30_000_000)})
    with pytest.raises(Problems, match="densely"):
        opened(whole, into(tmp_path))
    assert not any((tmp_path / "in").rglob("*"))


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole = packed(tmp_path / "a.zip", {"r/a": bytes(5_000)})
    monkeypatch.setattr(module, "_entries", lambda *_: [])
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    with pytest.raises(Problems, match="bytes"):
        opened(whole, into(tmp_path))


def test_a_folder_with_a_link_is_refused(tmp_path: Path):
    for name, content in THERE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert opened(tmp_path / "r", tmp_path) == tmp_path / "r"
    (tmp_path / "r" / "a").symlink_to("/etc/passwd")
    with pytest.raises(Problems, match="link"):
        opened(tmp_path / "r", tmp_path)


@pytest.mark.parametrize("name", ["code/.venv", "env"])
def test_an_environment_in_a_release_is_named_once_with_what_to_do(tmp_path: Path, name: str):
    for file, content in (THERE | {f"r/{name}/pyvenv.cfg": b"", f"r/{name}/bin/sto": b""}).items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(content)
    for link in ("python", "python3"):
        (tmp_path / "r" / name / "bin" / link).symlink_to("/usr/bin/python3")
    with pytest.raises(Problems, match=f"environment of Python was made in '{name}'(.|\n)*unpack it again") as told:
        opened(tmp_path / "r", tmp_path)
    assert [each.name for each in told.value.problems] == ["verify.environment"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip"])
def test_what_is_no_release_is_told(tmp_path: Path, content: bytes):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(Problems, match="no release"):
        opened(tmp_path / "a.zip", tmp_path)
