from pathlib import Path

import pytest

from sto_workbench.verify.again import NUMBERS, RunFailed, compendium_of, python, store

ROOT = Path(__file__).parents[3]


def test_code_runs_on_the_compendium_that_it_is_given(tmp_path: Path):
    said = python(ROOT, tmp_path, "-c", "import os; print(os.environ['STO_ROOT'], os.getcwd())")
    assert said.split() == [str(tmp_path), str(tmp_path)]


def test_code_that_fails_says_how(tmp_path: Path):
    with pytest.raises(RunFailed, match="ZeroDivisionError"):
        python(ROOT, tmp_path, "-c", "1 / 0")


def test_data_goes_over_that_of_the_code(tmp_path: Path):
    for name, text in {"code/data/a": "1", "code/data/b": "1", "twin/a": "2"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    root = compendium_of(tmp_path / "code", tmp_path / "twin", tmp_path / "root")
    assert [(root / "data" / name).read_text() for name in "ab"] == ["2", "1"]


def test_results_are_read_without_those_of_single_regions(finished: Path):
    found = store(finished, "synthetic-2024")
    assert tuple(found.columns) == NUMBERS
    assert found["id"].is_monotonic_increasing
    assert not found["id"].str.contains(".own.").any()
