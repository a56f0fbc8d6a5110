from pathlib import Path

import pytest
from pydantic import ValidationError

from sto_workbench.release.approve import approve, releases
from sto_workbench.verify.compared import Compared
from sto_workbench.verify.opened import opened
from sto_workbench.verify.signed import approvals_of, signed
from sto_workbench.verify.sums import amiss
from tests.sto_workbench.release.small import small_release

WAVE = "synthetic-2024"


@pytest.fixture
def unpacked(copy: Path) -> Path:
    """What somebody has who got the zip of a release that two people signed."""
    small_release(releases(WAVE) / "1")
    for name in ("Ada", "Bo <b>"):
        [*approve(WAVE, name)]
    (copy / "in").mkdir()
    return opened(next(releases(WAVE).glob("*.zip")), copy / "in")


def test_who_signed_is_stated_and_not_proved(unpacked: Path):
    (told,) = signed(unpacked)
    assert (told.what, told.word) == ("approvals", "not checkable")
    assert told.why.startswith("stated, not proved: Ada (20")
    assert "Bo <b> (20" in told.why
    assert [*amiss(unpacked)] == []


def test_signatures_of_other_checksums_are_told(unpacked: Path):
    (unpacked / "SHA256SUMS").write_text("")
    assert [*signed(unpacked)] == [Compared("approvals", "different", "those who signed did not sign these checksums")]


def test_without_signatures_that_is_said(unpacked: Path):
    approvals_of(unpacked).unlink()
    assert [*signed(unpacked)] == [Compared("approvals", "not checkable", "no signatures stand beside the release")]


@pytest.mark.parametrize("text", ["[]", "{", '{"approved": [{"name": "A", "date": "a long story"}]}'])
def test_signatures_that_are_none_are_refused(unpacked: Path, text: str):
    approvals_of(unpacked).write_text(text)
    with pytest.raises(ValidationError):
        [*signed(unpacked)]
