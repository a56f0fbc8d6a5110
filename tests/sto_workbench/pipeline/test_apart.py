"""Work in a process of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from forked_kernels import preloaded
from sto_workbench.pipeline import apart as module
from sto_workbench.pipeline.apart import apart


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not preloaded.possible():
        pytest.skip("this system cannot fork")
    monkeypatch.setenv("FORKED_KERNELS_PRELOAD", "")
    with preloaded.serving():
        yield


@pytest.mark.usefixtures("server")
def test_it_runs_in_another_process_and_tells_what_it_made():
    assert int(apart("os:getpgid", 0)) not in (os.getpgid(0), os.getpid())
    assert apart("builtins:str", "twee\nregio’s") == "twee\nregio’s"


@pytest.mark.usefixtures("server")
def test_it_lets_notebooks_go_first():
    assert int(apart("os:nice", 0)) == os.nice(0) + 10
    if (session := Path("/proc/self/autogroup")).is_file():
        told = apart("pathlib:Path.read_text", session)
        assert told.split()[-1:] in (["10"], [])  # nothing: a system that groups no sessions


def test_where_the_system_is_asked_too_often_it_waits(monkeypatch: pytest.MonkeyPatch):
    said = [BlockingIOError, BlockingIOError]

    def write(_: Path, told: str) -> None:
        if said:
            raise said.pop()
        said.append(told)

    monkeypatch.setattr(Path, "write_text", write)
    monkeypatch.setattr(os, "nice", lambda _: None)
    module._stand_behind()
    assert said == ["10"]


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("function", "argument", "code"), [("signal:raise_signal", 9, "-9"), ("builtins:int", "x", "1")]
)
def test_a_process_that_ends_badly_is_an_error(function: str, argument: object, code: str):
    with pytest.raises(ChildProcessError, match=rf"exit code {code}\)"):
        apart(function, argument)


@pytest.mark.parametrize("none", ["", "/nowhere/socket"])
def test_without_a_preloaded_process_it_runs_here(none: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(preloaded.SERVER, none)
    assert apart("os:getpgid", 0) == str(os.getpgid(0))
