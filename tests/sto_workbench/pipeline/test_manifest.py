"""What stands there is what was made, of what there is now; everything else is seen."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from sto_analysis import compendium, provenance
from sto_analysis.provenance import Record, record
from sto_workbench.pipeline.manifest import Manifest, State, states
from sto_workbench.pipeline.plan import Job, notebook_hash, plan

CODE = provenance.SOURCE / "sto_analysis" / "errors.py"


def _made(job: Job) -> Record:
    """Make a job's results, of the codebook and one file of code."""
    results = [compendium.write_text(path, "whole") for path in (job.page, job.executed)]
    found = record([CODE], [compendium.root() / "data" / "codebook.yaml"], results)
    found = replace(found, parameters=job.parameters, notebook=notebook_hash(job.notebook))
    _write(job.key, found)
    return found


def _write(key: str, of: Record) -> None:
    manifest = Manifest()
    manifest.made(key, of)
    manifest.save()


@pytest.fixture
def job(copy: Path) -> Job:
    """A job whose results stand there, and in the manifest."""
    (found,) = [job for job in plan(["synthetic-2021"], ["R01"], ["nl"], []) if job.notebook == "00_published"]
    _made(found)
    return found


def _state(job: Job) -> State:
    return Manifest().state(job.key, job)


def test_what_was_made_of_the_same_is_current(job: Job):
    assert _state(job).word == "current"


def test_what_was_never_made_is_absent(copy: Path):
    assert {state.word for state in states(plan(["synthetic-2021"], ["R01"], ["nl"], [])).values()} == {"absent"}


def test_a_result_that_somebody_changed_or_lost_is_stale(job: Job):
    for path in (job.page, job.executed):
        path.write_text("who")
        name = path.relative_to(compendium.root()).as_posix()
        assert _state(job).because == (f"{name} is changed",)
        path.unlink()
        assert _state(job).because == (f"{name} is gone",)
        path.write_text("whole")


def test_an_empty_result_is_stale(job: Job):
    job.page.write_text("")
    assert _state(job).word == "stale"


def test_a_changed_ingredient_is_named(job: Job):
    path = compendium.root() / "data" / "codebook.yaml"
    path.write_text(path.read_text() + "# more\n")
    assert _state(job).because == ("data/codebook.yaml",)
    other = replace(job, parameters={**job.parameters, "alpha": 0.1})
    assert _state(other).because == ("data/codebook.yaml", "parameter alpha")


def test_a_changed_notebook_or_text_beside_it_is_named(job: Job):
    path = compendium.notebook(job.notebook)
    whole = path.read_text()
    path.write_text(whole.replace("language of the report", "the language of the report"))
    assert _state(job).because == ("notebook",)
    path.write_text(whole)
    assert _state(job).word == "current"
    beside = path.with_name(f"{job.notebook}.nl.yaml")
    beside.write_text((beside.read_text() if beside.is_file() else "") + "\n# more\n")
    assert _state(job).because == ("notebook",)


def test_a_failure_is_kept_until_it_is_made(job: Job):
    manifest = Manifest()
    manifest.failed(job.key, "ValueError: no")
    assert _state(job) == State("failed", ("ValueError: no",))
    _made(job)
    assert _state(job).word == "current"


def test_a_damaged_manifest_means_that_everything_is_made_again(job: Job):
    path = compendium.root() / "reports" / "published" / "manifest.json"
    whole = path.read_text()
    found = json.loads(whole)
    record = found[job.key]["record"]
    records = [{**record, name: wrong} for name in record for wrong in (None, 1, [], [[]], {"a": 1})]
    shapes = [found | {"shared": wrong} for wrong in ({}, [], "x", {record["code"]: 1})]
    shapes += [{**found, job.key: {"record": wrong}} for wrong in records]
    deep = "[" * 100_000
    texts = ["[]", "", "null", "1e999", deep, '{"a":' * 5000, "\0", whole[:50], whole.replace('"record"', '"recipe"')]
    for damaged in [*texts, *map(json.dumps, shapes)]:
        path.write_text(damaged)
        assert _state(job).word in ("absent", "stale"), damaged[:400]
    path.write_bytes(b"\xff\xfe\0")
    assert _state(job).word == "absent"
    path.unlink()
    path.mkdir()
    assert _state(job).word == "absent"


def test_what_a_run_has_made_is_known_while_it_runs_and_after_its_death(job: Job):
    """Each change is a line of a journal; a line that a death has cut costs that job only."""
    folder = compendium.root() / "reports" / "published"
    kept = Manifest().record(job.key)
    assert kept is not None
    before = (folder / "manifest.json").read_bytes()
    manifest = Manifest()
    for name in ("a", "b", "c"):
        manifest.made(f"published/{name}", kept)
    manifest.failed("published/c", "no")
    assert (folder / "manifest.json").read_bytes() == before
    journal = folder / "manifest.journal"
    for cut in (journal.read_bytes(), journal.read_bytes()[:-3]):
        journal.write_bytes(cut)
        after = Manifest()
        assert [after.record(f"published/{name}") == kept for name in ("a", "b", "c")] == [True] * 3
    assert after.state("published/c").word == "current"
    after.failed("published/b", "no")
    assert Manifest().state("published/b").word == "failed"
    after.save()
    assert not journal.exists()
    assert Manifest().record("published/a") == kept
    assert Manifest().state("published/b").word == "failed"


def test_a_line_per_page_is_written_however_many_there_are(job: Job):
    manifest, kept = Manifest(), Manifest().record(job.key)
    journal = compendium.root() / "reports" / "published" / "manifest.journal"
    sizes = []
    for number in range(50):
        manifest.made(f"published/{number:02}", kept)
        sizes.append(journal.stat().st_size)
    steps = {later - earlier for earlier, later in pairwise(sizes)}
    assert len(steps) == 1


@pytest.mark.parametrize("name", ["../outside.txt", "data/codebook.yaml", "reports/../data/codebook.yaml", "/etc/no"])
def test_a_manifest_removes_nothing_that_no_run_made(job: Job, name: str):
    root = compendium.root()
    (root.parent / "outside.txt").write_text("kept")
    kept = Manifest().record(job.key)
    assert kept is not None
    _write(job.key, replace(kept, results={**kept.results, name: "x"}))
    _write(job.key, kept)
    assert (root.parent / "outside.txt").exists()
    assert (root / "data" / "codebook.yaml").exists()


def test_a_file_that_is_not_made_any_more_goes_unless_another_made_it(job: Job):
    kept = Manifest().record(job.key)
    left, moved = (compendium.write_text(job.page.with_name(name), "old") for name in ("left.csv", "moved.csv"))
    names = [path.relative_to(compendium.root()).as_posix() for path in (left, moved)]
    _write(job.key, replace(kept, results={**kept.results, **dict.fromkeys(names, "x")}))
    _write("published/other", replace(kept, results={names[1]: "x"}))
    _write(job.key, kept)
    assert not left.exists()
    assert moved.exists()
    assert _state(job).word == "current"


def test_what_many_records_share_stands_once_and_goes_with_the_last(job: Job):
    path = compendium.root() / "reports" / "published" / "manifest.json"
    first = json.loads(path.read_text())
    other = replace(job, page=job.page.with_name("other.html"))
    _made(other)
    both = json.loads(path.read_text())
    assert both["shared"] == first["shared"]
    assert Manifest().record(other.key) == _made(other)


def test_what_reads_from_a_stale_page_is_stale_too(copy: Path):
    jobs = plan(["synthetic-2021"], ["R01"], ["nl"], [])
    for job in jobs:
        _made(job)
    assert {state.word for state in states(jobs).values()} == {"current"}
    (robust,) = [job for job in jobs if job.notebook == "04_robustness"]
    robust.page.write_text("touched")
    found = states(jobs)
    stale = {key for key, state in found.items() if state.word == "stale"}
    assert stale == {job.key for job in jobs if job.notebook in ("04_robustness", "05_national_report")}
    assert found["synthetic-2021/national.synthetic-2021.nl"].because == (f"{robust.key} will be made",)
