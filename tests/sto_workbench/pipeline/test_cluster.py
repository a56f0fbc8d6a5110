"""A Dask cluster gives the same reports as the local pool, and says what it lacks."""

import time
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from sto_analysis.errors import Problems
from sto_workbench.pipeline import cluster
from sto_workbench.pipeline.batch import run
from sto_workbench.pipeline.cluster import dask_cluster
from sto_workbench.pipeline.execute import Setting
from sto_workbench.pipeline.plan import plan
from tests.running import LIGHT, WAVE, files, put_first, start

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.whole
@pytest.mark.parametrize("only", [("06_region_report",), pytest.param((), marks=pytest.mark.wide)])
def test_a_cluster_of_two_workers_makes_the_same_reports(finished_copy: Path, finished: Path, only: tuple[str, ...]):
    distributed = pytest.importorskip("distributed")
    jobs = plan([WAVE], ["R01", "R05"], ["nl"], [] if only else LIGHT, only)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as workers:
        ended = run(jobs, partial(dask_cluster, workers.scheduler_address), lambda _: None, force=True)
    assert {each.word for each in ended} == {"made"}, [each.why for each in ended]
    made, there = files(finished_copy), files(finished)
    own = [name for name in made if name.endswith("manifest.json") or "/.parts/" in name]
    assert [name for name in made if name not in own and made[name] != there[name]] == []
    assert {each.word for each in run(jobs, _nothing_to_do, lambda _: None)} == {"kept"}


def _nothing_to_do(setting: Setting) -> NoReturn:
    pytest.fail("something is to be made again")


@pytest.mark.whole
def test_a_scheduler_that_dies_ends_the_run_with_a_sentence(copy: Path):
    distributed = pytest.importorskip("distributed")
    put_first(copy / "notebooks" / "00_published.ipynb", "import time; time.sleep(60)")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as workers:
        address = workers.scheduler_address
        process = start(copy, "run", WAVE, "--only", "00_published", "--language", "nl", "--dask", address)
        while not list(copy.glob("reports/.parts/*/cell")):  # until it is at work
            time.sleep(0.05)
            assert process.poll() is None
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Traceback" not in err
    assert f"ClusterLost: the scheduler at {address} is gone" in err


def test_a_worker_that_does_not_see_the_folder_is_named():
    found = list(cluster._wrong({"tcp://a": (False, ""), "tcp://b": (True, "other")}, "/data/sto"))
    assert [type(problem).__name__ for problem in found] == ["NotSharedFolder", "NotSharedFolder"]
    assert "tcp://a does not see /data/sto" in found[0].what
    assert "another version" in found[1].what
    assert "no workers" in next(cluster._wrong({}, "/data/sto")).what


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(Problems, match=r"sto-analysis\[dask\]"):
        dask_cluster("tcp://nowhere:1", Setting(str(tmp_path))).__enter__()
