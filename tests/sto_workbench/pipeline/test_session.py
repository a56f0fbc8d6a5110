"""What a run tells the user."""

from pathlib import Path

import pytest

from sto_workbench.pipeline import session
from sto_workbench.pipeline.batch import Ended
from sto_workbench.pipeline.manifest import State
from sto_workbench.pipeline.session import Session, listed
from tests.running import WAVE, sto, words

ENDED = [Ended("a", "made"), Ended("b", "kept"), Ended("c", "failed", "ValueError: no"), Ended("d", "not run", "c")]


def test_the_summary_counts_and_leads_to_the_index(tmp_path: Path):
    ended = Session(ENDED, ["MissingTool: no browser."], tmp_path / "index.html")
    assert ended.summary == f"1 of 4 pages made, 1 were up to date. Open {tmp_path / 'index.html'}"
    assert list(ended.failures()) == [
        "\nc\nValueError: no",
        "\n1 more pages were not made, because they read from these.",
        "MissingTool: no browser.",
    ]
    assert list(Session(ENDED[:2], [], tmp_path).failures()) == []


def test_what_is_up_to_date_is_counted_and_named_only_when_asked():
    states = {"a": State("current"), "b": State("stale", ("notebook",)), "c": State("stale", tuple("123456"))}
    assert list(listed(states, everything=False)) == [
        "stale   b: notebook",
        "stale   c: 1, 2, 3, 4, and 2 more",
        "1 current, 2 stale, 0 failed, 0 absent",
    ]
    assert next(listed(states, everything=True)) == "current a"


def test_a_cluster_is_the_executor_where_one_is_named(monkeypatch: pytest.MonkeyPatch):
    from sto_workbench.pipeline import cluster

    monkeypatch.setattr(cluster, "dask_cluster", lambda address, setting: (address, setting))
    assert session._executor(2, "tcp://a:1")("setting") == ("tcp://a:1", "setting")


@pytest.mark.whole
def test_a_verbose_run_says_what_it_does_and_why(finished_copy: Path):
    (finished_copy / "reports" / WAVE / "regions" / f"R01.{WAVE}.nl.html").unlink()
    code, _, err = sto(finished_copy, *words(("R01",), "nl"), "-v")
    assert code == 0
    assert f"begin: {WAVE}/regions/R01.{WAVE}.nl" in err
    assert f"made: {WAVE}/regions/R01.{WAVE}.nl (reports/{WAVE}/regions/R01.{WAVE}.nl.html is gone)" in err
    assert "kept: published/published.nl" in err
    assert "index made" in err
