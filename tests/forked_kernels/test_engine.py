"""A notebook that has nothing to do with STO, through Papermill as a stranger would start it."""

import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from forked_kernels import preloaded

from .notebooks import notebook

pytestmark = [
    pytest.mark.whole,
    pytest.mark.xdist_group("engine"),
    pytest.mark.skipif(not preloaded.possible(), reason="this system cannot fork"),
]
ROOT = Path(__file__).parents[2]
FORKED = "import sys; 'wave' in sys.modules"
"""Whether the kernel was forked from a process that was told to preload `wave`."""


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a program that finds the entry points as pyproject.toml has them, and a preloaded process."""
    folder = tmp_path_factory.mktemp("installed")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    groups = project["entry-points"].items()
    lines = [line for group, found in groups for line in (f"[{group}]", *(f"{k} = {v}" for k, v in found.items()))]
    (info / "entry_points.txt").write_text("\n".join(lines))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT / "src")]))
        patch.setenv("FORKED_KERNELS_PRELOAD", "wave")
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        with preloaded.serving():
            yield dict(os.environ)


def _papermill(path: Path, *arguments: str, env: dict[str, str]) -> subprocess.Popen[str]:
    out = path.with_name("out.ipynb")
    command = [sys.executable, "-m", "papermill", str(path), str(out), *arguments]
    return subprocess.Popen(command, env=env, cwd=path.parent, stderr=subprocess.PIPE, text=True)


def _says(path: Path, *arguments: str, env: dict[str, str], code: int = 0) -> tuple[list[Any], str]:
    """Run Papermill; return the output notebook's cells and what it said."""
    with _papermill(path, *arguments, env=env) as run:
        said = run.communicate()[1]
    assert run.returncode == code, said
    return nbformat.read(path.with_name("out.ipynb"), as_version=4).cells, said


def _value(cell: Any) -> str:
    return cell.outputs[-1].data["text/plain"]


def test_papermill_runs_with_the_engine(tmp_path: Path, env: dict[str, str]):
    path = notebook(tmp_path, FORKED, "import os; os.getcwd()", "a")
    (tmp_path / "there").mkdir()
    cells, said = _says(path, "--engine", "forked", "--cwd", "there", "-p", "a", "5", env=env)
    assert [_value(cell) for cell in cells[1:]] == ["True", repr(str(tmp_path / "there")), "5"]
    assert cells[0].metadata.tags == ["injected-parameters"]
    assert cells[1].metadata.papermill.status == "completed"
    assert "Executing: 100%" in said


def test_papermill_runs_with_the_provisioner_and_without_either_as_ever(tmp_path: Path, env: dict[str, str]):
    path = notebook(tmp_path, FORKED)
    chosen = {**env, "JUPYTER_DEFAULT_PROVISIONER_NAME": "forked"}
    assert [_value(cell) for cell in _says(path, env=chosen)[0]] == ["True"]
    assert [_value(cell) for cell in _says(path, env=env)[0]] == ["False"]


def test_an_error_is_raised_with_its_cell_and_the_output_is_kept(tmp_path: Path, env: dict[str, str]):
    path = notebook(tmp_path, "print('before')", "1 / 0", "print('after')")
    cells, said = _says(path, "--engine", "forked", env=env, code=1)
    assert "PapermillExecutionError" in said
    assert "ZeroDivisionError" in said
    ran = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell.outputs[0].output_type for cell in ran if cell.outputs] == ["stream", "error"]


def test_a_cell_that_takes_too_long_is_stopped(tmp_path: Path, env: dict[str, str]):
    path = notebook(tmp_path, "import time; time.sleep(60)")
    start = time.monotonic()
    _, said = _says(path, "--engine", "forked", "--execution-timeout", "1", env=env, code=1)
    assert "CellTimeoutError" in said
    assert time.monotonic() - start < 40


def test_a_kernel_of_another_interpreter_is_an_ordinary_one(tmp_path: Path, env: dict[str, str]):
    kernel = tmp_path / "kernels" / "other"
    kernel.mkdir(parents=True)
    launch = f'["{sys.prefix}/bin/python3", "-m", "ipykernel_launcher", "-f", "{{connection_file}}"]'
    (kernel / "kernel.json").write_text(f'{{"argv": {launch}, "display_name": "Other", "language": "other"}}')
    there = {**env, "JUPYTER_PATH": str(tmp_path)}
    cells, _ = _says(notebook(tmp_path, FORKED), "--engine", "forked", "-k", "other", env=there)
    assert _value(cells[0]) == "False"


@pytest.mark.parametrize("how", ["engine", "provisioner"])
def test_the_death_of_the_preloaded_process_loses_no_notebook(tmp_path: Path, env: dict[str, str], how: str):
    waits = "while not os.path.exists('../go'): time.sleep(0.05)\n7"
    paths = []
    for place in range(3):
        folder = tmp_path / f"{place}"
        folder.mkdir()
        paths.append(notebook(folder, "import os, time; open('parent', 'w').write(str(os.getppid()))", waits))
    chosen = {**env, "JUPYTER_DEFAULT_PROVISIONER_NAME": "forked"} if how == "provisioner" else env
    arguments = ["--engine", "forked"] if how == "engine" else []
    running = [_papermill(path, *arguments, env=chosen) for path in paths]
    parents = [path.with_name("parent") for path in paths]
    while not all(parent.exists() and parent.read_text() for parent in parents):
        assert all(run.poll() is None for run in running)
        time.sleep(0.05)
    os.kill(int(parents[0].read_text()), signal.SIGKILL)
    (tmp_path / "go").touch()
    for run, path in zip(running, paths, strict=True):
        with run:
            assert not run.wait(), run.stderr and run.stderr.read()
        cells = nbformat.read(path.with_name("out.ipynb"), as_version=4).cells
        assert _value(cells[-1]) == "7"
    assert _value(_says(notebook(tmp_path, FORKED), *arguments, env=chosen)[0][0]) == "True"


def test_a_command_shares_one_preloaded_process(tmp_path: Path, env: dict[str, str]):
    alone = {name: value for name, value in env.items() if name != preloaded.SERVER}
    path = notebook(tmp_path, FORKED)
    assert shutil.which("sh")
    command = f"{sys.executable} -m papermill {path} {tmp_path}/out.ipynb && exit 4"
    run = subprocess.run([sys.executable, "-m", "forked_kernels", "sh", "-c", command], env=alone, check=False)
    assert run.returncode == 4
    assert _value(nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0]) == "True"
    usage = subprocess.run([sys.executable, "-m", "forked_kernels"], env=alone, capture_output=True, check=False)
    assert usage.returncode == 1
    assert b"COMMAND" in usage.stderr
