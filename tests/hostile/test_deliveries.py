"""Whatever comes in ends in a named problem or harms nobody: no traceback, no file outside the tree, bounded."""

import os
import resource
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis.errors import Problems
from sto_workbench.cli import main_group
from tests.conftest import ROOT
from tests.hostile.deliveries import CASES, HEAVY, WAVE, Case
from tests.sto_workbench.intake.conftest import parsed_once

__all__ = ["parsed_once"]
pytestmark = pytest.mark.whole
DAILY = ("a workbook that unpacks to 1.2 GB", "a large cell in many rows", "a million rows of nobody")
TIMES, MEMORY = 5, 1024**3
"""What is allowed: so many times the processor time of an ordinary delivery, measured in the same run; bytes."""
MAIN = [sys.executable, "-c", "from sto_workbench.cli import main; main()"]


@pytest.fixture(scope="module")
def seconds() -> int:
    """Processor time that a delivery may take on this machine."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*MAIN, "check", WAVE], env={**os.environ, "STO_ROOT": str(ROOT)}, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(TIMES * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))


def _tree(folder: Path) -> dict[str, int]:
    """Everything below a folder, and when it was changed."""
    return {str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.usefixtures("parsed_once")
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_delivery_is_a_named_problem(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
):
    root = tmp_path / "in"
    shutil.copytree(ROOT / "data", root / "data", ignore=shutil.ignore_patterns("processed"))
    monkeypatch.setenv("STO_ROOT", str(root))
    case = CASES[name]
    case.do(root)
    before, start = _tree(tmp_path), time.process_time()
    checked = CliRunner().invoke(main_group, ["check", WAVE, "--as", "csv"])
    assert _tree(tmp_path) == before, "sto check writes nothing"
    told = checked.output + str(checked.exception)
    assert isinstance(checked.exception, SystemExit | Problems | FileNotFoundError), repr(checked.exception)
    assert case.said in told
    assert max(map(len, told.splitlines())) < 3_000
    assert told.replace("\n", "").replace("\t", "").isprintable()
    assert time.process_time() - start < seconds


def _bounded(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        pytest.param(name, verb, marks=() if verb == "check" and name in DAILY else pytest.mark.wide)
        for name in HEAVY
        for verb in ("check", "new")
    ],
)
def test_a_heavy_delivery_is_told_in_little_time_and_a_gibibyte(name: str, verb: str, copy: Path, seconds: int):
    case: Case = HEAVY[name]
    case.do(copy)
    export = next(path for path in (copy / "data" / "raw" / WAVE).glob("x.*"))
    words = ["check", WAVE] if verb == "check" else ["new", "synthetic-2030", "--from", str(export)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*MAIN, *words],
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=partial(_bounded, seconds),
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1, 2}, done.stderr
    assert verb == "new" or case.said in done.stdout + done.stderr
    assert len(done.stdout + done.stderr) < 300_000
