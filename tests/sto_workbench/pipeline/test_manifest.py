"""What stands there is what was made, of what there is now; everything else is seen."""

from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_workbench.pipeline.manifest import Manifest, results, states
from sto_workbench.pipeline.plan import Job, plan
from sto_workbench.pipeline.recipe import recipe


@pytest.fixture
def job(copy: Path) -> Job:
    """A job whose results stand there, and in the manifest."""
    (found,) = [job for job in plan(["synthetic-2021"], ["R01"], ["nl"], []) if job.notebook == "00_published"]
    for path in results(found):
        compendium.write_text(path, "whole")
    Manifest().made(found, recipe(found.notebook, found.parameters))
    return found


def test_what_was_made_of_the_same_is_current(job: Job):
    assert Manifest().state(job).word == "current"


def test_what_was_never_made_is_absent(copy: Path):
    assert {state.word for state in states(plan(["synthetic-2021"], ["R01"], ["nl"], [])).values()} == {"absent"}


@pytest.mark.parametrize("place", [0, 1])
def test_a_result_that_somebody_changed_or_lost_is_stale(job: Job, place: int):
    path = results(job)[place]
    path.write_text("who")
    name = path.relative_to(compendium.root()).as_posix()
    assert Manifest().state(job).because == (f"{name} is changed",)
    path.unlink()
    assert Manifest().state(job).because == (f"{name} is gone",)


def test_a_changed_ingredient_is_named(job: Job):
    path = compendium.root() / "data" / "codebook.yaml"
    path.write_text(path.read_text() + "# more\n")
    assert Manifest().state(job).because == ("data/codebook.yaml",)


def test_a_failure_is_kept_until_it_is_made(job: Job):
    Manifest().failed(job, "ValueError: no")
    assert Manifest().state(job).because == ("ValueError: no",)
    assert Manifest().state(job).word == "failed"
    Manifest().made(job, recipe(job.notebook, job.parameters))
    assert Manifest().state(job).word == "current"


def test_a_damaged_manifest_means_that_everything_is_made_again(job: Job):
    path = compendium.root() / "reports" / "published" / "manifest.json"
    path.write_text(path.read_text()[:50])
    assert Manifest().state(job).word == "absent"


def test_what_reads_from_a_stale_page_is_stale_too(copy: Path):
    jobs = plan(["synthetic-2021"], ["R01"], ["nl"], [])
    for job in jobs:
        for path in results(job):
            if path.suffix:
                compendium.write_text(path, "x")
        Manifest().made(job, recipe(job.notebook, job.parameters))
    assert {state.word for state in states(jobs).values()} == {"current"}
    path = copy / "data" / "multiverse.yaml"
    path.write_text(path.read_text() + "# more\n")
    found = states(jobs)
    stale = {key for key, state in found.items() if state.word == "stale"}
    assert stale == {job.key for job in jobs if job.notebook in ("04_robustness", "05_national_report")}
    (robust,) = [job.key for job in jobs if job.notebook == "04_robustness"]
    national = found["synthetic-2021/national.synthetic-2021.nl"]
    assert national.because == (f"{robust} will be made", "data/multiverse.yaml")
