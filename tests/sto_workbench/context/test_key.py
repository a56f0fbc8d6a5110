"""The key of regions and schools: who is of which region when, and what cannot be."""

import datetime
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.context.key import Key, read_key

HEAD = "region,vestiging,valid_from,valid_to\n"
KNOWN = {"00AA00", "00AA01", "00AB00"}


def _read(folder: Path, rows: str, day: str = "2024-10-01") -> Key:
    (folder / "region_schools.csv").write_text(HEAD + rows)
    return read_key(folder / "region_schools.csv", ["R01", "R02"], KNOWN, datetime.date.fromisoformat(day))


def test_a_school_that_moved_is_of_one_region_in_each_wave(tmp_path: Path):
    rows = "R01,00AA00,2020,2022\nR02,00aa00,2023,\nR01,00AA01,,\n"
    assert _read(tmp_path, rows, "2021-10-01").now.to_dict() == {"00AA00": "R01", "00AA01": "R01"}
    assert _read(tmp_path, rows).now.to_dict() == {"00AA00": "R02", "00AA01": "R01"}


def test_a_school_that_closed_is_of_its_last_region_for_the_years_before(tmp_path: Path):
    found = _read(tmp_path, "R01,99ZZ00,2015,2018\nR02,99ZZ00,2019,2022-07-31\nR01,00AA00,,\n")
    assert (found.now.to_dict(), found.ever.to_dict()) == ({"00AA00": "R01"}, {"00AA00": "R01", "99ZZ00": "R02"})


@pytest.mark.parametrize(
    ("rows", "told", "row"),
    [
        ("", "no region has a school", None),
        ("R01,00AA00,,\nR02,00AA00,,\n", "is of R02 here while it is of R01 in row 2", 3),
        ("R01,00AA00,2020,2023\nR02,00AA00,2023,\n", "is of R02 here while it is of R01 in row 2", 3),
        ("R01,00AA00,2020,2023-07-31\nR02,00AA00,2023-07-31,\n", "is of R02 here", 3),
        ("R09,00AA00,,\n", "not in the frame", 2),
        ("R01,00AC00,,\n", "has no such vestiging", 2),
        ("R01,AA00,,\n", "no vestiging", 2),
        ("R01,00AA00,2024-13-01,\n", "no day", 2),
        ("R01,00AA00,2024,2020\n", "ends before it begins", 2),
        (",00AA00,,\n", "blank", 2),
        ("R01,00AA00,\n", "has 3 cells", 2),
    ],
)
def test_what_cannot_be_is_told_by_its_row(tmp_path: Path, rows: str, told: str, row: int | None):
    with pytest.raises(Problems, match=told) as caught:
        _read(tmp_path, rows)
    assert row in {problem.row for problem in caught.value.problems}


def test_what_no_longer_holds_may_name_what_no_longer_exists(tmp_path: Path):
    assert _read(tmp_path, "R79,99ZZ00,2019,2020\nR01,00AA00,,\n").now.to_dict() == {"00AA00": "R01"}
