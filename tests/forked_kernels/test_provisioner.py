"""A forked kernel, and cells run directly, are to a notebook what an ordinary kernel is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from forked_kernels import preloaded
from forked_kernels import provisioner as kernels
from forked_kernels.process import ForkedProcess

from .notebooks import SAYS, by_papermill, directly, notebook, outputs

pytestmark = [
    pytest.mark.whole,
    pytest.mark.xdist_group("kernels"),
    pytest.mark.skipif(not preloaded.possible(), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
# The pipeline publishes no notebook that does not say what it was made of.
RECORD = "from IPython.display import HTML, display; display(HTML('x'), metadata={'provenance': '{}'})"
ENDS = {
    "an error": ("1 / 0", PapermillExecutionError, "ZeroDivisionError"),
    "sys.exit": ("import sys; sys.exit(3)", PapermillExecutionError, "the cell ended the notebook"),
    "os._exit": ("import os; os._exit(3)", DeadKernelError, "exit code 3"),
    "a segfault": ("import ctypes; ctypes.string_at(0)", DeadKernelError, "exit code -11"),
    "SIGKILL": ("import os; os.kill(os.getpid(), 9)", DeadKernelError, "killed"),
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        patch.delenv("MPLBACKEND", raising=False)
        with preloaded.serving() as server:
            assert server
            yield server.address


@pytest.fixture
def forked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forked kernels for every Papermill call of this process."""
    _choose(kernels_name="forked", monkeypatch=monkeypatch)
    monkeypatch.setenv(preloaded.SERVER, address)


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    _choose(kernels_name="local-provisioner", monkeypatch=monkeypatch)


def _choose(kernels_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", kernels_name)


@pytest.fixture(scope="module")
def as_usual(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, Any]]]:
    """What an ordinary kernel says."""
    with pytest.MonkeyPatch.context() as patch:
        _choose("local-provisioner", patch)
        return outputs(by_papermill(notebook(tmp_path_factory.mktemp("usual"), *SAYS)))


def _assert_the_same(found: list[list[dict[str, Any]]], usual: list[list[dict[str, Any]]]) -> None:
    assert len(found) == len(usual) == len(SAYS)
    for source, ours, theirs in zip(SAYS, found, usual, strict=True):
        assert ours == theirs, source


def test_a_forked_kernel_says_the_same_down_to_the_bytes_of_figures(tmp_path: Path, forked: None, as_usual):
    _assert_the_same(outputs(by_papermill(notebook(tmp_path, *SAYS))), as_usual)


def test_cells_run_directly_say_the_same_down_to_the_bytes_of_figures(tmp_path: Path, address: str, as_usual):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MPLBACKEND", raising=False)
        patch.setenv(preloaded.SERVER, address)
        assert directly(notebook(tmp_path, *SAYS, RECORD), tmp_path) == 0, (tmp_path / "stderr").read_text()
    found = outputs(nbformat.read(tmp_path / "executed.ipynb", as_version=4))
    _assert_the_same(found[:-1], as_usual)


@pytest.mark.parametrize("what", ENDS)
@pytest.mark.usefixtures("forked")
def test_a_forked_kernel_ends_as_an_ordinary_one_does(tmp_path: Path, what: str):
    source, error, _ = ENDS[what]
    with pytest.raises(error):
        by_papermill(notebook(tmp_path, "print('before')", source))


@pytest.mark.parametrize("what", ["an error", "os._exit", "SIGKILL"])
@pytest.mark.usefixtures("ordinary")
def test_an_ordinary_kernel_ends_so(tmp_path: Path, what: str):
    source, error, _ = ENDS[what]
    with pytest.raises(error):
        by_papermill(notebook(tmp_path, "print('before')", source))


@pytest.mark.parametrize("what", ENDS)
def test_cells_run_directly_end_with_the_cell_named(
    tmp_path: Path, address: str, what: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(preloaded.SERVER, address)
    source, error, said = ENDS[what]
    code = directly(notebook(tmp_path, "print('before')", source), tmp_path)
    assert json.loads((tmp_path / "cell").read_text())[1] == source
    assert not (tmp_path / "page.html").exists()
    if error is PapermillExecutionError:
        assert code == 0
        assert said in (tmp_path / "failure").read_text()
    else:
        assert code == {"os._exit": 3, "a segfault": -signal.SIGSEGV, "SIGKILL": -signal.SIGKILL}[what]


@pytest.mark.usefixtures("forked")
def test_a_cell_that_takes_too_long_is_stopped(tmp_path: Path):
    start = time.monotonic()
    with pytest.raises(CellTimeoutError):
        by_papermill(notebook(tmp_path, "import time; time.sleep(60)"), execution_timeout=1)
    assert time.monotonic() - start < 20


@pytest.mark.usefixtures("forked")
def test_nothing_leaks_from_one_notebook_to_the_next(tmp_path: Path):
    path = notebook(
        tmp_path,
        "import os, sys, numpy as np, pandas as pd, matplotlib as mpl, json",
        "json.dumps([hasattr(np, 'mine'), os.environ.get('MINE'), mpl.rcParams['font.size'], 'mine' in sys.modules,"
        " pd.get_option('display.max_rows'), float(np.random.random())])",
        "np.mine = 1; os.environ['MINE'] = '1'; mpl.rcParams['font.size'] = 99; sys.modules['mine'] = sys",
        "pd.set_option('display.max_rows', 7)",
    )
    seen = [json.loads(by_papermill(path).cells[1].outputs[0].data["text/plain"].strip("'")) for _ in range(2)]
    assert seen[0][:5] == seen[1][:5] == [False, None, 10.0, False, 60]
    assert seen[0][5] != seen[1][5]


@pytest.mark.usefixtures("forked")
def test_a_file_that_a_notebook_left_open_is_written_out(tmp_path: Path):
    by_papermill(notebook(tmp_path, f"kept = open({str(tmp_path / 'kept')!r}, 'w'); n = kept.write('whole')"))
    assert (tmp_path / "kept").read_text() == "whole"


@pytest.mark.usefixtures("forked")
def test_the_kernel_is_told_its_folder_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OF_THE_CALLER", "yes")
    path = notebook(tmp_path, "import os; os.getcwd() + ' ' + os.environ['OF_THE_CALLER']")
    said = by_papermill(path, cwd=str(tmp_path)).cells[0].outputs[0].data["text/plain"]
    assert said == f"'{tmp_path} yes'"


def _process(manager: KernelManager) -> object:
    manager.start_kernel()
    try:
        return manager.provisioner.process
    finally:
        manager.shutdown_kernel(now=True)


@pytest.mark.usefixtures("forked")
def test_another_interpreter_or_flags_get_the_ordinary_launch(tmp_path: Path):
    assert isinstance(_process(KernelManager()), ForkedProcess)
    other = KernelManager()
    other.kernel_spec.argv = [f"{sys.prefix}/bin/python3", *other.kernel_spec.argv[1:]]
    assert isinstance(_process(other), subprocess.Popen)
    optimised = KernelManager()
    optimised.kernel_spec.argv = [sys.executable, "-O", *optimised.kernel_spec.argv[1:]]
    assert isinstance(_process(optimised), subprocess.Popen)


@pytest.mark.usefixtures("forked")
def test_another_language_gets_the_ordinary_launch():
    assert kernels._forked([sys.executable, "-m", "bash_kernel", "-f", "x"], {}) is None
    assert kernels._forked(["Rscript", "-e", "IRkernel::main()"], {}) is None


@pytest.mark.usefixtures("forked")
def test_when_forking_fails_the_ordinary_launch_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(preloaded.SERVER, str(tmp_path / "nobody-listens"))
    assert by_papermill(notebook(tmp_path, "1 + 1")).cells[0].outputs[0].data["text/plain"] == "2"


def test_a_kernel_ends_when_its_client_is_killed(tmp_path: Path, address: str):
    code = (
        "import sys; from jupyter_client.manager import KernelManager\n"
        "manager = KernelManager(); manager.start_kernel()\n"
        "print(manager.provisioner.pid, type(manager.provisioner.process).__name__, flush=True); sys.stdin.read()"
    )
    chosen = {"JUPYTER_DEFAULT_PROVISIONER_NAME": "forked", preloaded.SERVER: address}
    client = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, **chosen},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout
    assert client.stdin
    pid, kind = client.stdout.readline().split()
    assert kind == "ForkedProcess"
    client.kill()
    client.wait()
    client.stdin.close()
    client.stdout.close()
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
