from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis.errors import Problems
from sto_workbench.release import make
from sto_workbench.release.approve import approve, numbers, releases
from sto_workbench.release.command import release
from sto_workbench.release.discard import discard
from sto_workbench.release.earlier import note, read_earlier
from sto_workbench.verify.sums import SUMS, digest
from tests.sto_workbench.release.small import small_release

WAVE = "synthetic-2024"


@pytest.fixture
def draft(copy: Path) -> Path:
    note(WAVE, 1, 3, ["shares:urgency.teachers.top"], {})
    return small_release(releases(WAVE) / "1")


def taken_back(number: int = 1) -> str:
    return "\n".join(discard(WAVE, number))


def test_a_draft_is_taken_back_with_all_that_was_noted_of_it_but_for_one_line(draft: Path):
    [*approve(WAVE, "Ada")]
    sums = digest(draft / SUMS)
    said = taken_back()
    (log,) = Path(said.split()[-1]).parent.iterdir()
    assert [*draft.parent.glob("[!.]*")] == []
    assert read_earlier(WAVE) == []
    head, line = log.read_text().splitlines()
    assert head == "date,number,sha256"
    assert line.endswith(f",1,{sums}")
    assert log.stat().st_mode & 0o077 == 0


def test_its_number_is_not_given_again(draft: Path):
    taken_back()
    assert make._next(WAVE, read_earlier(WAVE)) == 2
    small_release(releases(WAVE) / "2", number=2)
    taken_back(2)
    assert make._next(WAVE, read_earlier(WAVE)) == 3


@pytest.mark.parametrize("gone", [False, True])
def test_one_that_was_packed_is_kept_also_where_its_zip_or_its_signatures_are_gone(draft: Path, gone: bool):
    for name in ("Ada", "Bo"):
        [*approve(WAVE, name)]
    (whole,) = draft.parent.glob("*.zip")
    if gone:
        whole.unlink()
        small_release(draft, date="2026-11-28")
        [*approve(WAVE, "Ada")]
    with pytest.raises(Problems, match="release 1 was packed"):
        taken_back()
    assert draft.is_dir()
    assert len(read_earlier(WAVE)) == 1


def test_one_that_a_later_release_was_gated_with_is_kept_until_that_is_taken_back(draft: Path):
    small_release(releases(WAVE) / "2", number=2, earlier=[(WAVE, 1)])
    with pytest.raises(Problems, match=r"release 2 of synthetic-2024(.|\n)*--discard 2"):
        taken_back()
    taken_back(2)
    taken_back()
    assert numbers(WAVE) == []


def test_one_that_is_not_there_is_told(copy: Path):
    with pytest.raises(Problems, match="no such release"):
        taken_back(7)
    assert not any((copy / "data" / "processed").rglob("discarded.csv"))


def test_one_of_which_a_killed_run_left_some_files_can_be_taken_back_again(draft: Path):
    for name in (SUMS, "release.json"):
        (draft / name).unlink()
    assert "taken back" in taken_back()


def test_the_command_takes_back_and_nothing_else(draft: Path):
    told = CliRunner().invoke(release, [WAVE, "--discard", "1", "--approve", "Ada"])
    assert told.exit_code == 2
    assert draft.is_dir()
    assert "Release 1 of synthetic-2024 is taken back" in CliRunner().invoke(release, [WAVE, "--discard", "1"]).output
    assert not draft.exists()
