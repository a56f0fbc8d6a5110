"""A second run makes nothing; after a change it makes exactly what depends on it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyreadstat
import pytest

from sto_analysis import provenance
from sto_workbench.pipeline.batch import local_pool, run
from sto_workbench.pipeline.manifest import INDEX, Manifest, states
from sto_workbench.pipeline.plan import Job, plan
from tests.running import EARLIER, LIGHT, WAVE, sto, words

CLEAN, DESCRIBE, MODEL, ROBUST = (
    f"{WAVE}/notebooks/{name}.{WAVE}" for name in ("01_clean", "02_describe", "03_model", "04_robustness")
)
NATIONAL, R01, R05 = f"{WAVE}/national.{WAVE}.nl", f"{WAVE}/regions/R01.{WAVE}.nl", f"{WAVE}/regions/R05.{WAVE}.nl"
PUBLISHED, FIRST = "published/published.nl", f"{EARLIER}/notebooks/01_clean.{EARLIER}"
ALL = {PUBLISHED, FIRST, CLEAN, DESCRIBE, MODEL, ROBUST, NATIONAL, R01, R05}
pytestmark = pytest.mark.whole


def _jobs(given: list[tuple[str, str]] | None = None) -> list[Job]:
    return plan([WAVE], ["R01", "R05"], ["nl"], given or LIGHT)


def _made(given: list[tuple[str, str]] | None = None) -> set[str]:
    """Run in this process; return what was executed."""
    ended = run(_jobs(given), partial(local_pool, 3), lambda _: None)
    assert {each.word for each in ended} <= {"made", "kept"}, ended
    return {each.key for each in ended if each.word == "made"}


def _stale(jobs: list[Job] | None = None) -> dict[str, tuple[str, ...]]:
    """Pages that are not up to date by themselves → why."""
    manifest = Manifest()
    found = {job.key: manifest.state(job.key, job) for job in jobs or _jobs()}
    return {key: state.because for key, state in found.items() if state.word != "current"}


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _change_answer(root: Path, column: str) -> None:
    path = root / "data" / "raw" / WAVE / f"{WAVE}.sav"
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    row = frame.index[frame["regio"] == "R01"][0]
    frame.loc[row, column] = 4.0 if frame.loc[row, column] == 5 else 5.0
    pyreadstat.write_sav(
        frame, path, column_labels=meta.column_names_to_labels, variable_value_labels=meta.variable_value_labels,
        missing_ranges=meta.missing_ranges, file_label="SYNTHETIC")  # fmt: skip


def test_nothing_is_made_twice(finished_copy: Path):
    root = finished_copy
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file() and path.name != ".lock"}
    code, out, err = sto(root, *words(("R01", "R05"), "nl"))
    assert (code, err) == (0, "")
    assert f"0 of {len(ALL)} pages made, {len(ALL)} were up to date." in out
    assert before == {path: path.stat().st_mtime_ns for path in before}


@pytest.mark.wide
def test_an_answer_that_counts_nationally_renews_all_that_shows_it(finished_copy: Path):
    _change_answer(finished_copy, "v2_1")
    assert _made() == ALL - {PUBLISHED, FIRST}


def test_what_one_region_alone_shows_renews_no_other_region(finished_copy: Path):
    path = finished_copy / "data" / "raw" / WAVE / "frame.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Synthetische regio R05", "Synthetische regio Vijf"), encoding="utf-8")
    assert _made() == ALL - {PUBLISHED, FIRST, R01, NATIONAL}


def test_a_change_without_consequence_stops_where_the_results_are_the_same(finished_copy: Path):
    _append(finished_copy / "data" / "raw" / WAVE / "wave.yaml", "# a remark\n")
    regions = {job.key for job in _jobs() if "region" in job.parameters}  # they show the wording of the wave
    assert _made() == {CLEAN, DESCRIBE, ROBUST, NATIONAL, *regions}


def test_a_notebook_renews_its_own_pages(finished_copy: Path):
    path = finished_copy / "notebooks" / "06_region_report.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("alpha: float", "alpha: float "), encoding="utf-8")
    assert _stale() == {R01: ("notebook",), R05: ("notebook",)}


@pytest.mark.wide
def test_a_parameter_renews_what_declares_it_and_what_reads_that(finished_copy: Path):
    assert _made([("permutations", "99"), ("simulations", "21")]) >= {MODEL, NATIONAL, R01, R05}
    assert _made([("permutations", "99"), ("simulations", "21")]) == set()


def test_another_lock_renews_everything(finished_copy: Path):
    _append(finished_copy / "requirements.lock", "# another\n")
    assert set(_stale()) == ALL


@pytest.mark.parametrize("left", [b"", b"half"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"reports/{R01}.html", {R01}),
        (f"reports/{WAVE}/regions/notebooks/R01.{WAVE}.nl.ipynb", {R01}),
        (f"data/processed/{WAVE}/results/shares.parquet", {DESCRIBE, NATIONAL, R01, R05}),
        (f"data/processed/{WAVE}/own/R05.json", {CLEAN, R05}),
        (f"data/processed/{WAVE}/cleaning_log.csv", {CLEAN}),
    ],
)
def test_what_somebody_emptied_or_touched_is_seen(finished_copy: Path, name: str, expected: set[str], left: bytes):
    (finished_copy / name).write_bytes(left)
    assert set(_stale()) == expected


def test_a_result_that_somebody_touched_is_made_again_and_nothing_else(finished_copy: Path):
    path = finished_copy / "data" / "processed" / WAVE / "results" / "shares.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert _made() == {DESCRIBE}
    assert path.read_bytes() == whole


@pytest.mark.parametrize("damage", [None, b"", b"<html>"])
def test_an_index_that_is_missing_empty_or_damaged_is_made_again(finished_copy: Path, damage: bytes | None):
    index = finished_copy / "reports" / "index.en.html"
    assert Manifest().state(INDEX).word == "current"
    index.unlink() if damage is None else index.write_bytes(damage)
    code, out, _ = sto(finished_copy, *words(("R01", "R05"), "nl"))
    assert code == 0
    assert "0 of 9 pages made" in out
    assert index.read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_a_result_that_a_notebook_does_not_write_any_more_is_missed(finished_copy: Path):
    path = finished_copy / "notebooks" / "02_describe.ipynb"
    text = path.read_text(encoding="utf-8")
    written = 'backtest = write_result(backtest, wave, \\"backtest\\")\\n'
    assert text.count(written) == 1
    left = text.replace(written, "\\n")
    path.write_text(left, encoding="utf-8")
    ended = {each.key: each for each in run(_jobs(), partial(local_pool, 3), lambda _: None)}
    assert ended[DESCRIBE].word == "made"
    assert "NotMade" in ended[NATIONAL].why
    assert "results/backtest.parquet" in ended[NATIONAL].why


def test_every_file_that_a_notebook_reads_of_others_is_made_by_one_before_it(finished: Path, monkeypatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    jobs, manifest = {job.key: job for job in _jobs()}, Manifest()
    made = {key: manifest.record(key) for key in jobs}
    for key, job in jobs.items():
        before, todo = set[str](), [*job.after]
        while todo:
            before.add(todo[-1])
            todo += jobs[todo.pop()].after
        results = {name for each in (*before, key) if (found := made[each]) for name in found.results}
        read = {name for name in made[key].data if name.startswith("data/processed/")}
        read -= {f"data/processed/{WAVE}/since.json"}  # which the run itself writes before the national report
        assert read <= results, f"{job.notebook} reads {sorted(read - results)}, which nobody before it makes"


_PRINT = """
modules = dict(sys.modules)
for finder in sys.meta_path:  # those that were loaded before the notebook began
    modules |= getattr(finder, "kept", {})
files = [module.__file__ for module in modules.values() if getattr(module, "__file__", None)]
print(*files, sep="\\n", file=sys.__stdout__)
"""


def _files_loaded(folder: Path, code: str, *arguments: str) -> set[str]:
    """Files of ours in `sys.modules` of a process that had loaded nothing before."""
    command = [sys.executable, "-c", f"import json, sys\n{code}\n{_PRINT}", *arguments]
    with (folder / "out").open("w+b") as out, (folder / "err").open("w+b") as err:
        subprocess.run(command, check=True, stdout=out, stderr=err)
    source = f"{provenance.SOURCE.as_posix()}/"
    lines = (folder / "out").read_text(encoding="utf-8").splitlines()
    return {line.removeprefix(source) for line in lines if line.startswith(source)}


def _loads(root: Path, job: Job, folder: Path) -> set[str]:
    """Files of ours that one page's run loads; for an export also those of the process that parses it."""
    folder.mkdir()
    asked = {"notebook": str(root / "notebooks" / f"{job.notebook}.ipynb"), "parameters": job.parameters, "home": "",
             "other": "", "page": job.page.stem, "folder": str(folder), "timeout": 300, "direct": True}  # fmt: skip
    run_it = "from sto_workbench.pipeline.produce import produce; produce(json.loads(sys.argv[1]))"
    found = _files_loaded(folder, run_it, json.dumps(asked))
    assert not (folder / "failure").exists(), (folder / "failure").read_text()
    return found | (_files_loaded(folder, "import sto_workbench.intake.parse") if job.notebook == "01_clean" else set())


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of our packages, which stands for them when records are compared."""
    copied = shutil.copytree(provenance.SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "SOURCE", copied)
    yield copied


def test_an_edit_of_any_file_renews_the_pages_that_loaded_it_and_no_other(
    finished_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    one_each = {job.notebook: job for job in _jobs()}
    with ThreadPoolExecutor(3) as pool:
        found = [pool.submit(_loads, finished_copy, job, tmp_path / name) for name, job in one_each.items()]
        loaded = {name: future.result() for name, future in zip(one_each, found, strict=True)}
    assert _stale() == {}
    template = {p.relative_to(provenance.SOURCE).as_posix() for p in provenance.SOURCE.rglob("template/sto/*")}
    copied = shutil.copytree(provenance.SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "SOURCE", copied)
    every = {path.relative_to(copied).as_posix() for path in copied.rglob("*.py")} | template
    assert set().union(*loaded.values()) < every
    assert len(template) == 3
    jobs = _jobs()
    for name in sorted(every):
        whole = (copied / name).read_bytes()
        (copied / name).write_bytes(whole + b"\n")
        expected = {job.key for job in jobs if name in loaded[job.notebook] | template}
        assert _stale(jobs) == dict.fromkeys(expected, (f"code {name}",)), name
        (copied / name).write_bytes(whole)


def test_a_text_renews_the_pages_of_its_language(finished_copy: Path, sources: Path):
    _append(sources / "sto_analysis" / "report" / "nl.yaml", "\n")
    cleaned = {
        f"{wave}/notebooks/01_clean.{wave}" for wave in (EARLIER, WAVE)
    }  # which words the sources of the context
    assert set(_stale()) == {PUBLISHED, NATIONAL, R01, R05} | cleaned


def test_an_edit_of_the_intake_leaves_the_region_reports_current(finished_copy: Path, sources: Path):
    for path in (sources / "sto_workbench" / "intake").glob("*.py"):
        _append(path, "\n")
    assert set(_stale()) == {FIRST, CLEAN}
    words_of = {key: state.because for key, state in states(_jobs()).items()}
    assert words_of[R01] == (
        f"{FIRST} will be made",
        f"{CLEAN} will be made",
        f"{DESCRIBE} will be made",
        f"{MODEL} will be made",
    )
