"""A second run makes nothing; after a change it makes exactly what depends on it."""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyreadstat
import pytest

from sto_workbench.pipeline.batch import local_pool, run
from sto_workbench.pipeline.plan import plan
from tests.conftest import ROOT, make_copy

WAVE = "synthetic-2024"
LIGHT = [("permutations", "99"), ("simulations", "20")]
REGIONS = ["R01", "R05"]
CLEAN, DESCRIBE, MODEL, ROBUST = (
    f"{WAVE}/notebooks/{name}.{WAVE}" for name in ("01_clean", "02_describe", "03_model", "04_robustness")
)
NATIONAL, R01, R05 = f"{WAVE}/national.{WAVE}.nl", f"{WAVE}/regions/R01.{WAVE}.nl", f"{WAVE}/regions/R05.{WAVE}.nl"
PUBLISHED, EARLIER = "published/published.nl", "synthetic-2021/notebooks/01_clean.synthetic-2021"
ALL = {PUBLISHED, EARLIER, CLEAN, DESCRIBE, MODEL, ROBUST, NATIONAL, R01, R05}

pytestmark = pytest.mark.xdist_group("stale")


def _made(given: list[tuple[str, str]] | None = None) -> set[str]:
    """Run in this process; return what was executed."""
    jobs = plan([WAVE], REGIONS, ["nl"], given or LIGHT)
    ended = run(jobs, partial(local_pool, 3), lambda _: None)
    assert {each.word for each in ended} <= {"made", "kept"}, ended
    return {each.key for each in ended if each.word == "made"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_copy(tmp_path_factory.mktemp("stale"))
    assert _made() == ALL
    return root


@pytest.fixture
def finished(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run of its own."""
    root = tmp_path / "finished"
    shutil.copytree(ran, root)
    monkeypatch.setenv("STO_ROOT", str(root))
    return root


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _change_answer(root: Path, column: str) -> None:
    path = root / "data" / "raw" / WAVE / f"{WAVE}.sav"
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    row = frame.index[frame["regio"] == "R01"][0]
    frame.loc[row, column] = 4.0 if frame.loc[row, column] == 5 else 5.0
    pyreadstat.write_sav(
        frame, path, column_labels=meta.column_names_to_labels, variable_value_labels=meta.variable_value_labels,
        missing_ranges=meta.missing_ranges,
    )  # fmt: skip


def test_nothing_is_made_twice(finished: Path):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file() and path.name != ".lock"}
    assert _made() == set()
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_an_answer_that_counts_nationally_renews_all_that_shows_it(finished: Path):
    _change_answer(finished, "v2_1")
    assert _made() == ALL - {PUBLISHED, EARLIER}


def test_what_one_region_alone_shows_renews_no_other_region(finished: Path):
    path = finished / "data" / "raw" / WAVE / "frame.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Synthetische regio R05", "Synthetische regio Vijf"), encoding="utf-8")
    assert _made() == ALL - {PUBLISHED, EARLIER, R01}


def test_a_change_without_consequence_stops_where_the_results_are_the_same(finished: Path):
    _append(finished / "data" / "raw" / WAVE / "wave.yaml", "# a remark\n")
    assert _made() == {CLEAN, DESCRIBE, ROBUST, NATIONAL}


def test_a_notebook_renews_its_own_pages(finished: Path):
    path = finished / "notebooks" / "06_region_report.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("## Urgentie", "## De urgentie"), encoding="utf-8")
    assert _made() == {R01, R05}


def test_a_parameter_renews_what_declares_it_and_what_reads_that(finished: Path):
    assert _made([("permutations", "99"), ("simulations", "21")]) >= {MODEL, NATIONAL, R01, R05}
    assert _made([("permutations", "99"), ("simulations", "21")]) == set()


def test_other_locked_versions_renew_everything(finished: Path):
    _append(finished / "requirements.lock", "# another\n")
    assert _made() == ALL


@pytest.mark.parametrize("place", ["page", "executed", "result"])
def test_a_result_that_somebody_touched_is_made_again(finished: Path, place: str):
    path = {
        "page": finished / "reports" / f"{R01}.html",
        "executed": finished / "reports" / WAVE / "regions" / "notebooks" / f"R01.{WAVE}.nl.ipynb",
        "result": finished / "data" / "processed" / WAVE / "results" / "shares.csv",
    }[place]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert _made() == ({DESCRIBE} if place == "result" else {R01})
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    ("module", "expected"),
    [("report/figures/theory.py", {PUBLISHED}), ("analysis/missing.py", {ROBUST}), ("analysis/power.py", {MODEL})],
)
def test_a_function_of_the_package_renews_what_reaches_it(finished: Path, module: str, expected: set[str]):
    source = finished / "src" / "sto_analysis"
    shutil.copytree(ROOT / "src" / "sto_analysis", source, ignore=shutil.ignore_patterns("__pycache__"))
    _append(source / module, "\n\ndef another() -> None:\n    pass\n")
    words = ["run", WAVE, "--language", "nl", *(word for region in REGIONS for word in ("--region", region))]
    given = [word for name, value in LIGHT for word in ("-p", name, value)]
    command = [sys.executable, "-c", "from sto_workbench.cli import main; main()", *words, *given, "--dry-run"]
    environment = {**os.environ, "STO_ROOT": str(finished), "PYTHONPATH": str(finished / "src")}
    told = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=finished, check=True).stdout
    direct = {line.split()[1].rstrip(":") for line in told.splitlines() if line.endswith(": code")}
    assert direct == expected
