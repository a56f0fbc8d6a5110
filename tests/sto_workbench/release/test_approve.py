import json
import zipfile
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.release.approve import approve, numbers, releases
from tests.sto_workbench.release.small import small_release

WAVE = "synthetic-2024"


@pytest.fixture
def released(copy: Path) -> Path:
    return small_release(releases(WAVE) / "1")


def sign(name: str) -> str:
    return "\n".join(approve(WAVE, name))


def test_two_people_sign_and_then_it_is_packed(released: Path):
    whole = released.parent / "sto-synthetic-2024-release-1.zip"
    assert "1 of 2" in sign("Ada")
    assert not whole.exists()
    assert str(whole) in sign("Grace")
    with zipfile.ZipFile(whole) as pack:
        names = pack.namelist()
        beside = [name for name in names if "approvals" in name]
        assert beside == ["sto-synthetic-2024-release-1.approvals.json"]  # not among what it signs
        assert [each["name"] for each in json.loads(pack.read(beside[0]))["approved"]] == ["Ada", "Grace"]
    assert "sto-synthetic-2024-release-1/SHA256SUMS" in names


@pytest.mark.parametrize("name", ["ada", " Ada ", "ADA", "Ａda"])
def test_one_person_does_not_sign_twice(released: Path, name: str):
    sign("Ada")
    with pytest.raises(Problems, match="already"):
        sign(name)
    assert not list(released.parent.glob("*.zip"))


@pytest.mark.parametrize("name", ["", "  ", "\x1b[31m"])
def test_nobody_does_not_sign(released: Path, name: str):
    with pytest.raises(Problems, match="no name"):
        sign(name)


def test_what_is_not_as_the_checksums_say_is_not_signed_and_all_that_is_wrong_is_told(released: Path):
    sign("Ada")
    (released / "README.md").write_text("other")
    (released / "extra.txt").write_text("x")
    with pytest.raises(Problems, match=r"README\.md(.|\n)*extra\.txt|extra\.txt(.|\n)*README\.md"):
        sign("Grace")
    assert json.loads((released.parent / "1.approvals.json").read_text())["approved"] == []


def test_signatures_fall_when_the_checksums_change_and_the_zip_with_them(released: Path):
    sign("Ada")
    sign("Grace")
    small_release(released, date="2026-11-28")
    assert "Ada, Grace" in sign("Ada")
    assert not list(released.parent.glob("*.zip"))
    assert "2 of 2" in sign("Grace")


def test_what_is_not_there_is_told(copy: Path):
    assert numbers(WAVE) == []
    with pytest.raises(Problems, match="no such release"):
        sign("Ada")
