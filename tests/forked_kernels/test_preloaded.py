"""The preloaded process forks what it is asked for, says how that ends, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from forked_kernels import preloaded
from forked_kernels.preloaded import NoServerError, Server, call, fork, serving
from forked_kernels.process import ForkedProcess

pytestmark = [
    pytest.mark.skipif(not preloaded.possible(), reason="this system cannot fork"),
    pytest.mark.xdist_group("preloaded"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORKED_KERNELS_PRELOAD", "numpy")
        with serving() as found:
            assert found
            yield found
    assert not Path(found.address).parent.exists()


@pytest.fixture(autouse=True)
def _shared(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(preloaded.SERVER, server.address)
    monkeypatch.setenv("FORKED_KERNELS_PRELOAD", "numpy")


def _call(function: str, argument: object, out: Path | None = None) -> ForkedProcess:
    with (out or Path(os.devnull)).open("wb") as file:
        asked = {"call": function, "argument": argument}
        return fork(asked, dict(os.environ), str(Path.cwd()), [file.fileno(), file.fileno()])


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:  # which it may be while it is looked at
        return False


def _dies(pid: int) -> bool:
    end = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not _alive(pid)


def _server() -> int:
    """Process number of the preloaded process."""
    with tempfile.NamedTemporaryFile() as file:
        _call("builtins:exec", "import os; print(os.getppid())", Path(file.name)).wait(20)
        return int(file.read())


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_call_runs_in_a_process_of_its_own_and_its_exit_code_comes_back():
    for code in (0, 3):
        process = _call("sys:exit", code)
        assert process.pid != os.getpid()
        assert process.wait(10) == code
        assert process.poll() == code


def test_every_fork_has_random_numbers_of_its_own(tmp_path: Path):
    code = "import numpy, random, sys; print(numpy.random.random(), random.random(), flush=True)"
    said = []
    for place in range(2):
        assert _call("builtins:exec", code, tmp_path / f"{place}").wait(10) == 0
        said.append((tmp_path / f"{place}").read_text().split())
    assert len({*said[0], *said[1]}) == 4


def test_what_it_started_ends_with_it(tmp_path: Path):
    code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    assert _call("builtins:exec", code, tmp_path / "pid").wait(10) == 0
    assert _dies(int((tmp_path / "pid").read_text()))


def test_a_file_left_open_is_written_out_and_exit_functions_run(tmp_path: Path):
    kept, end = str(tmp_path / "open"), str(tmp_path / "end")
    code = (
        f"import atexit, builtins; builtins.kept = open({kept!r}, 'w'); builtins.kept.write('whole')\n"
        f"atexit.register(lambda: open({end!r}, 'w').close())"
    )
    assert _call("builtins:exec", code).wait(10) == 0
    assert (tmp_path / "open").read_text() == "whole"
    assert (tmp_path / "end").exists()


def test_death_by_a_signal_is_told():
    assert _call("os:abort", None).wait(10) != 0
    process = _call("time:sleep", 60)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def test_waiting_can_time_out_and_letting_go_ends_it():
    process = _call("time:sleep", 60)
    with pytest.raises(TimeoutError):
        process.wait(0.05)
    process.end()
    assert _dies(process.pid)


def test_nothing_outlives_the_process_that_asked():
    code = (
        "import os, sys, time; from forked_kernels.preloaded import fork\n"
        "del os.environ['FORKED_KERNELS_SERVER']; asked = {'call': 'time:sleep', 'argument': 60}\n"
        "process = fork(asked, dict(os.environ), '/', [1, 2])\n"
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


def test_a_call_of_what_does_not_exist_ends_with_an_error(tmp_path: Path):
    assert _call("no.such.module:function", None, tmp_path / "said").wait(10) == 1
    assert "No module named 'no'" in (tmp_path / "said").read_text()


def test_without_fork_there_is_no_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preloaded, "possible", lambda: False)
    with serving() as none, pytest.raises(NoServerError, match="cannot fork"):
        assert none is None
        call("sys:exit", 0)


@pytest.mark.parametrize("where", ["", "/nobody/listens"])
def test_where_nobody_listens_there_is_no_server(where: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(preloaded.SERVER, where)
    with pytest.raises(NoServerError):
        call("sys:exit", 0)


def test_after_its_block_a_server_forks_nothing_and_its_forks_are_gone():
    with serving() as server:
        process = _call("time:sleep", 60)
        assert server
        server.end()
        assert process.wait(10) == -signal.SIGKILL
        assert not process.lost
        with pytest.raises(InterruptedError):
            call("sys:exit", 0)
    assert not Path(server.address).parent.exists()


@pytest.mark.whole
def test_calls_outlive_the_preloaded_process_and_the_next_has_a_new_one(tmp_path: Path):
    with serving() as server, ThreadPoolExecutor(3) as pool:
        assert server
        code = "import sys, time, pathlib; pathlib.Path({0!r}).touch(); time.sleep(1); sys.exit({1})"
        running = [pool.submit(call, "builtins:exec", code.format(str(tmp_path / f"{n}"), n)) for n in range(3)]
        _until(lambda: len(list(tmp_path.iterdir())) == 3)
        first = _server()
        os.kill(first, signal.SIGKILL)
        assert call("sys:exit", 7) == 7
        assert [each.result() for each in running] == [0, 1, 2]
        assert _server() != first


@pytest.mark.whole
def test_a_call_that_dies_with_the_preloaded_process_is_made_again(tmp_path: Path):
    with serving() as server, ThreadPoolExecutor(1) as pool:
        assert server
        times = tmp_path / "times"
        code = f"import os, time; open({str(times)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(1)"
        running = pool.submit(call, "builtins:exec", code)
        _until(times.exists)
        _until(lambda: bool(times.read_text()))
        first = _server()
        os.kill(first, signal.SIGKILL)
        assert _dies(first)
        os.kill(int(times.read_text()), signal.SIGKILL)
        assert running.result() == 0
        assert len(times.read_text().split()) == 2


def test_a_fork_whose_preloaded_process_and_client_are_killed_dies():
    code = (
        "import os, time; from forked_kernels.preloaded import fork\n"
        "del os.environ['FORKED_KERNELS_SERVER']\n"
        "code = 'import os, time; print(os.getppid(), os.getpid(), flush=True); time.sleep(60)'\n"
        "process = fork({'call': 'builtins:exec', 'argument': code}, dict(os.environ), '/', [1, 2])\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        server, pid = map(int, parent.stdout.readline().split())
        os.kill(server, signal.SIGKILL)
        assert _dies(server)
        assert _alive(pid)
        parent.kill()
    assert _dies(pid)


@pytest.mark.whole
def test_a_preloaded_process_that_dies_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preloaded, "STARTS", 2)
    with serving(first="os:_exit", argument=3), pytest.raises(NoServerError, match="nobody listens"):
        call("sys:exit", 0)


@pytest.mark.whole
def test_where_no_process_can_be_started_nobody_waits_for_one(monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object, **__: object) -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "call", refused)
    with serving() as server, ThreadPoolExecutor(1) as pool:
        assert server
        with pytest.raises(NoServerError, match="nobody listens"):
            pool.submit(call, "time:sleep", 0).result(timeout=20)


def test_what_is_preloaded_follows_the_variable_and_the_call(monkeypatch: pytest.MonkeyPatch):
    code = "import sys; sys.exit(sum(2**n * (m in sys.modules) for n, m in enumerate(['wave', 'pandas', 'sndhdr'])))"
    monkeypatch.setenv("FORKED_KERNELS_PRELOAD", "wave, no_such_module")
    with serving():
        assert call("builtins:exec", code) == 1
    monkeypatch.delenv("FORKED_KERNELS_PRELOAD")
    with serving(first="importlib:import_module", argument="wave"):
        assert call("builtins:exec", code) == 3
