"""The preloaded process forks what it is asked for, says how that ends, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from forked_kernels import preloaded
from forked_kernels.preloaded import ForkedProcess

pytestmark = [
    pytest.mark.skipif(not preloaded.possible(), reason="this system cannot fork"),
    pytest.mark.xdist_group("preloaded"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    process, found = preloaded.start_server()
    yield found
    preloaded.end_server(process)
    assert not Path(found).parent.exists()


def _call(address: str, function: str, argument: object, out: Path | None = None) -> ForkedProcess:
    with (out or Path(os.devnull)).open("wb") as file:
        asked = {"call": function, "argument": argument}
        return ForkedProcess(address, asked, dict(os.environ), str(Path.cwd()), [file.fileno(), file.fileno()])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{pid}/status").read_text() if Path("/proc").exists() else True


def _dies(pid: int) -> bool:
    end = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not _alive(pid)


def test_a_call_runs_in_a_process_of_its_own_and_its_exit_code_comes_back(address: str):
    for code in (0, 3):
        process = _call(address, "sys:exit", code)
        assert process.pid != os.getpid()
        assert process.wait(10) == code
        assert process.poll() == code


def test_every_fork_has_random_numbers_of_its_own(address: str, tmp_path: Path):
    code = "import numpy, random, sys; print(numpy.random.random(), random.random(), flush=True)"
    said = []
    for place in range(2):
        assert _call(address, "builtins:exec", code, tmp_path / f"{place}").wait(10) == 0
        said.append((tmp_path / f"{place}").read_text().split())
    assert len({*said[0], *said[1]}) == 4


def test_a_file_left_open_is_written_out_and_exit_functions_run(address: str, tmp_path: Path):
    kept, end = str(tmp_path / "open"), str(tmp_path / "end")
    code = (
        f"import atexit, builtins; builtins.kept = open({kept!r}, 'w'); builtins.kept.write('whole')\n"
        f"atexit.register(lambda: open({end!r}, 'w').close())"
    )
    assert _call(address, "builtins:exec", code).wait(10) == 0
    assert (tmp_path / "open").read_text() == "whole"
    assert (tmp_path / "end").exists()


def test_death_by_a_signal_is_told(address: str):
    assert _call(address, "os:abort", None).wait(10) != 0
    process = _call(address, "time:sleep", 60)
    assert process.poll() is None
    process.kill()
    assert process.wait(10) == -signal.SIGKILL


def test_waiting_can_time_out_and_letting_go_ends_it(address: str):
    process = _call(address, "time:sleep", 60)
    with pytest.raises(TimeoutError):
        process.wait(0.05)
    process.end()
    assert _dies(process.pid)


def test_nothing_outlives_the_process_that_asked():
    code = (
        "import os, sys, time; from forked_kernels.preloaded import server, ForkedProcess\n"
        "asked = {'call': 'time:sleep', 'argument': 60}\n"
        "process = ForkedProcess(server(), asked, dict(os.environ), '/', [1, 2])\n"
        "print(process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert _alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert _dies(pid)


def test_a_call_of_what_does_not_exist_ends_with_an_error(address: str, tmp_path: Path):
    assert _call(address, "no.such.module:function", None, tmp_path / "said").wait(10) == 1
    assert "No module named 'no'" in (tmp_path / "said").read_text()


def test_without_fork_there_is_no_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preloaded, "possible", lambda: False)
    assert preloaded.server() is None


def test_a_server_that_did_not_come_up_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(preloaded.SERVER, "")
    assert preloaded.server() is None
