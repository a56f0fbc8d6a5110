import stat
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
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


def test_no_more_of_an_entry_is_written_than_it_says(tmp_path: Path):
    whole = packed(tmp_path / "a.zip", {"r/a": bytes(5_000)})
    content, size = whole.read_bytes(), (5_000).to_bytes(4, "little")
    assert content.count(size) == 2  # before the entry, and in the directory
    whole.write_bytes(content.replace(size, (1_000).to_bytes(4, "little")))
    with pytest.raises(Problems, match="'r/a' cannot be unpacked"):
        opened(whole, into(tmp_path))
    assert (tmp_path / "in" / "r" / "a").stat().st_size <= 1_000


def test_what_all_entries_say_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    with pytest.raises(Problems, match="1,000 bytes"):
        opened(packed(tmp_path / "a.zip", {"r/a": bytes(600), "r/b": bytes(600)}), into(tmp_path))
    assert not any((tmp_path / "in").rglob("*"))


@pytest.mark.parametrize("names", [("r/a", "r/a/b"), ("r/a/b", "r/a")])
def test_a_file_that_is_also_a_folder_is_refused(tmp_path: Path, names: tuple[str, str]):
    with pytest.raises(Problems, match=f"'{names[1]}' cannot be unpacked"):
        opened(packed(tmp_path / "a.zip", dict.fromkeys(names, b"1")), into(tmp_path))


TWINS = {
    "case": ("r/a", "r/A"), "a dot": ("r/x", "r/./x"), "two strokes": ("r/x", "r//x"), "a dot behind": ("r/x", "r/x."),
    "accents": ("r/caf\u00e9.csv", "r/cafe\u0301.csv"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TWINS)
def test_two_names_that_some_machine_takes_for_one_are_refused(tmp_path: Path, kind: str):
    with pytest.raises(Problems, match="UnreadableExport"):
        opened(packed(tmp_path / "a.zip", dict.fromkeys(TWINS[kind], b"1")), into(tmp_path))
    assert not any((tmp_path / "in").rglob("*"))


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_is_damaged_anywhere_is_told_of(tmp_path: Path, how: int):
    """In a byte: of what is packed, or of what is said of it."""
    random, whole = np.random.default_rng(how), tmp_path / "a.zip"
    with zipfile.ZipFile(whole, "w", how) as pack:
        for name in (*THERE, "r/caf\u00e9.csv"):
            pack.writestr(name, random.bytes(20) * 3)
    content = whole.read_bytes()
    for place in range(0, len(content), 4):
        whole.write_bytes(content[:place] + bytes([content[place] ^ random.integers(1, 256)]) + content[place + 1 :])
        with TemporaryDirectory() as folder, suppress(Problems):
            opened(whole, Path(folder))
    deflated = content.index(b"release.json") + len("release.json")
    whole.write_bytes(content[:deflated] + b"\xff" * 8 + content[deflated + 8 :])
    with pytest.raises(Problems, match=r"'r/release.json' cannot be unpacked"):
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
