"""A broken file ends in a named problem or is read, and nothing is written. `benchmarks/mutants.py` tries 10,000."""

from pathlib import Path

import pytest

from .mutants import WAVE, good_files, mutants, try_one, wide_files

pytestmark = pytest.mark.whole


def _out(copy: Path) -> Path:
    out = copy / "mutants"
    out.mkdir()
    return out


@pytest.mark.parametrize(
    ("seed", "each"), [(1, 2), *(pytest.param(s, 4, marks=pytest.mark.wide) for s in (2, 3, 4, 5))]
)
def test_broken_files_end_in_named_problems(copy: Path, seed: int, each: int):
    out, tried = _out(copy), 0
    good = good_files(copy, copy / "data" / "raw" / WAVE / f"{WAVE}.sav")
    for what, broken in mutants(good, out, seed, count=each * len(good)):
        try:
            try_one(broken, copy)
        except Exception as error:
            pytest.fail(f"{what}: {error!r}")
        tried += 1
    assert tried == each * len(good) >= 20


@pytest.mark.wide
def test_a_hundred_thousand_columns_are_read_or_refused(copy: Path):
    read = {what: try_one(broken, copy) for what, broken in wide_files(_out(copy))}
    assert list(read) == ["100,000 columns of text", "100,000 columns of SPSS"]
