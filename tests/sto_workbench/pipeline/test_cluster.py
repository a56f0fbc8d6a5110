"""A Dask cluster gives the same reports as the local pool, and says what it lacks."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.pipeline import cluster
from sto_workbench.pipeline.batch import local_pool, run
from sto_workbench.pipeline.cluster import dask_cluster
from sto_workbench.pipeline.execute import Setting
from sto_workbench.pipeline.plan import plan
from tests.conftest import make_copy

pytestmark = [
    pytest.mark.xdist_group("cluster"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
WAVE = "synthetic-2024"


def _jobs():
    light = [("permutations", "99"), ("simulations", "20")]
    return plan([WAVE], ["R01", "R05"], ["nl"], light)


def _made(root: Path) -> dict[str, bytes]:
    found = [path for tree in ("reports", "data/processed") for path in (root / tree).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found if ".parts" not in path.parts}


@pytest.mark.whole
def test_a_cluster_of_two_workers_makes_the_same_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    distributed = pytest.importorskip("distributed")
    local = make_copy(tmp_path / "local", monkeypatch)
    assert {each.word for each in run(_jobs(), partial(local_pool, 2), lambda _: None)} == {"made"}
    here = _made(local)
    shutil.rmtree(local / "reports")
    shutil.rmtree(local / "data" / "processed")
    (local / "reports").mkdir()
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        address = workers.scheduler_address
        ended = run(_jobs(), partial(dask_cluster, address), lambda _: None)
        assert {each.word for each in ended} == {"made"}
    assert _made(local) == here


def test_a_worker_that_does_not_see_the_folder_is_named():
    found = list(cluster._wrong({"tcp://a": (False, ""), "tcp://b": (True, "other")}, "/data/sto"))
    assert [type(problem).__name__ for problem in found] == ["NotSharedFolder", "NotSharedFolder"]
    assert "tcp://a does not see /data/sto" in found[0].what
    assert "another version" in found[1].what
    assert "no workers" in next(cluster._wrong({}, "/data/sto")).what


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(Problems, match=r"sto-analysis\[dask\]"):
        dask_cluster("tcp://nowhere:1", Setting(str(tmp_path), "{}")).__enter__()
