"""What the slides tell is known to everybody: it is used, and is no finding by itself."""

import json
from pathlib import Path

import pytest

from sto_workbench.attack.asked import asked
from sto_workbench.attack.published import published
from sto_workbench.attack.read import read_release

HEAD = "id,wave,value,low,high,n\n"
PANEL = "count.urgency_later.teachers,synthetic-2024,37,,,42\ncount.urgency_earlier.teachers,synthetic-2024,24,,,42\n"
TREND = "share.urgency.teachers.synthetic-2021,synthetic-2024,,,,52\n"
LOW = "share.yield.image.low,synthetic-2024,0.04,,,51\n"
ALL = "share.urgency.teachers.top,synthetic-2024,0.88,,,51\n"


def _release(folder: Path, rows: str, year: int | None) -> Path:
    folder.mkdir(parents=True)
    waves = [{"wave": "synthetic-2021", "published": None}, {"wave": "synthetic-2024", "published": year}]
    (folder / "release.json").write_text(json.dumps({"waves": waves}))
    (folder / "results.csv").write_text(HEAD + rows)
    return folder


def _found(folder: Path) -> set[str]:
    told = asked([folder], None, 3, judged=False, everything=False)
    return {f"{each.item}, {each.name}" for _, each in told.findings}


def test_what_is_published_is_no_finding_and_is_one_where_nothing_is(tmp_path: Path):
    low = "yield.image, synthetic-2024: position 0,1"
    assert low in _found(_release(tmp_path / "a", LOW, None))
    assert _found(_release(tmp_path / "b", LOW, 2024)) == set()


def test_a_share_of_all_beside_the_published_one_of_the_panel_gives_newcomers_away(tmp_path: Path):
    newcomers = "urgency.teachers, synthetic-2024: position 0,1,2, of those without answer in synthetic-2021"
    assert newcomers in _found(_release(tmp_path / "a", PANEL + TREND + ALL, 2024))
    assert _found(_release(tmp_path / "b", PANEL + TREND, 2024)) == set()


def test_of_a_release_of_which_nothing_is_published_nothing_is_known(tmp_path: Path):
    assert published(read_release(_release(tmp_path / "a", LOW + ALL, None))).numbers == []


@pytest.mark.parametrize(
    "told",
    [
        "{",
        "[]",
        '{"waves": 3}',
        '{"waves": [3, {"wave": "a", "published": "x"}]}',
        '{"waves": [{"wave": "a", "published": 1999}]}',
    ],
)
def test_a_damaged_release_json_says_nothing_of_what_is_published(tmp_path: Path, told: str):
    folder = _release(tmp_path / "a", LOW, None)
    (folder / "release.json").write_text(told)
    assert "yield.image, synthetic-2024: position 0,1" in _found(folder)
