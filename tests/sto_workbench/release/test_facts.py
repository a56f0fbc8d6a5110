import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from sto_workbench.release.facts import imprints, planned, read_facts, stamps_amiss
from tests.sto_workbench.release.small import facts, small_release


def git(folder: Path, *words: str) -> None:
    named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *named, *words], check=True, capture_output=True)


def stamp(content: bytes) -> bytes:
    """What of a time stamp says whose it is, as DER: SHA-256, no parameters, 32 bytes."""
    name = bytes.fromhex("300d06096086480165030402010500")
    return b"\x30\x82" + name + b"\x04\x20" + sha256(content).digest() + b"\x02\x01\x01"


def test_facts_come_back(tmp_path: Path):
    assert read_facts(small_release(tmp_path)) == facts()
    assert facts().name == "sto-synthetic-2024-release-1"


def test_a_plan_is_proved_by_its_hash_and_the_commit_and_the_tags_that_hold_it(copy: Path):
    git(copy, "init", "-q")
    git(copy, "add", "data/multiverse.yaml")
    git(copy, "commit", "-q", "-m", "plan")
    git(copy, "tag", "registered")
    (found,) = (each for each in planned() if each.file == "data/multiverse.yaml")
    assert found.sha256 == sha256((copy / "data" / "multiverse.yaml").read_bytes()).hexdigest()
    assert (len(found.commit), found.tags, found.stamped) == (40, ["registered"], False)
    assert found.date.startswith("20")


def test_without_git_a_plan_has_its_hash_only(copy: Path):
    assert {(each.commit, each.date) for each in planned()} == {("", "")}


@pytest.mark.parametrize("change", [b"", b" "])
def test_a_time_stamp_of_another_file_is_told(tmp_path: Path, change: bytes):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "multiverse.yaml"
    path.write_bytes(b"plan")
    path.with_name("multiverse.yaml.tsr").write_bytes(stamp(b"plan" + change))
    assert imprints(stamp(b"plan")) == [sha256(b"plan").hexdigest()]
    assert len([*stamps_amiss(tmp_path)]) == len(change)
