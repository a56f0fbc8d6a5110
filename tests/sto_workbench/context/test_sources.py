"""sources.yaml: what may stand in it, and files that are other than it says."""

from hashlib import sha256
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.described import read_described
from sto_workbench.context.sources import Sources, amiss, plain_url

ONE = "files:\n  a.csv: {kind: duo_exams, source: DUO, edition: 2024-2025, date: 2026-01-15, sha256: HASH}\n"


def _sources(folder: Path, text: str) -> Sources:
    (folder / "sources.yaml").write_text(text)
    return read_described(folder / "sources.yaml", Sources)


def _told(folder: Path, text: str) -> str:
    return str(Problems(amiss(folder, _sources(folder, text))))


def test_a_changed_byte_is_refused_by_name_and_a_missing_hash_is_told(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"a;b\n")
    digest = sha256(b"a;b\n").hexdigest()
    assert [*amiss(tmp_path, _sources(tmp_path, ONE.replace("HASH", digest)))] == []
    assert f"sha256: {digest}" in _told(tmp_path, ONE.replace(", sha256: HASH", ""))
    (tmp_path / "a.csv").write_bytes(b"a;c\n")
    found = [*amiss(tmp_path, _sources(tmp_path, ONE.replace("HASH", digest)))]
    assert [(problem.file, "a.csv is not the file" in problem.what) for problem in found] == [
        (tmp_path / "a.csv", True)
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    assert "cannot be opened" in _told(tmp_path, ONE.replace("HASH", "a" * 64))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ONE.replace("a.csv", "../a.csv"), "no plain name of a file"),
        (ONE.replace("duo_exams", "duo_exam"), "duo_exams"),
        (ONE.replace("HASH", "abc"), "sha256"),
        (ONE.replace("HASH", "a" * 64) + "successors: {GM0001: GM0002, GM0002: GM0001}\n", "circle"),
        (ONE.replace("DUO", '"\\e[2J"').replace("HASH", "a" * 64), "no name"),
    ],
)
def test_what_is_wrong_in_sources_yaml_is_told_with_its_line(tmp_path: Path, text: str, told: str):
    with pytest.raises(Problems, match=told) as caught:
        _sources(tmp_path, text)
    assert all(problem.line for problem in caught.value.problems)


def test_places_are_followed_through_all_mergers(tmp_path: Path):
    chain = ONE.replace("HASH", "a" * 64) + "successors: {GM0001: GM0002, GM0002: GM0003}\n"
    assert [_sources(tmp_path, chain).today(place) for place in ("GM0001", "GM0003", "GM0009")] == [
        "GM0003", "GM0003", "GM0009",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "url", ["http://example.org/a", "file:///etc/passwd", "ftp://example.org/", "https://a:b@example.org/", "a.csv"]
)
def test_only_https_is_fetched(url: str):
    with pytest.raises(ValueError, match="no address"):
        plain_url(url)
    assert plain_url("https://example.org/a.csv") and plain_url("http://127.0.0.1:8000/a.csv")
