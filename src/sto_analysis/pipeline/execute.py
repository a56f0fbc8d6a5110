"""The unit of work: one notebook through Papermill, rendered, into a temporary place, moved when whole."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.errors import NotebookFailed, StoError
from sto_analysis.pipeline import preloaded
from sto_analysis.pipeline.plan import Job
from sto_analysis.pipeline.recipe import FACTS, Recipe, recipe

TIMEOUT = 3600.0
"""Seconds that a notebook may take when the user says nothing."""
_QUIET_KERNEL = ["--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"]


@dataclass(frozen=True)
class Setting:
    """What a worker must know besides the job.

    Parameters
    ----------
    root : str
        The compendium.
    facts : str
        See `sto_analysis.pipeline.recipe.facts`.
    timeout : float
        Seconds that the notebook may take.
    plain : bool
        Whether to use ordinary kernels even where forking is possible.
    """

    root: str
    facts: str
    timeout: float = TIMEOUT
    plain: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a job ended: with the recipe of what stands there now, or with a failure."""

    key: str
    failure: str | None
    of: Recipe | None = None


def variables(setting: Setting) -> dict[str, str]:
    """Tell notebooks where they are, and keep them apart from each other and from the user.

    One BLAS thread each; no settings, history or connection files of the user's Jupyter and IPython.

    Parameters
    ----------
    setting : Setting
        Where and how to work.
    """
    parts = compendium.parts(Path(setting.root) / "reports").as_posix()
    return {
        "STO_ROOT": setting.root,
        FACTS: setting.facts,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": f"{parts}/ipython",
        "JUPYTER_RUNTIME_DIR": f"{parts}/runtime",
    }


def execute(job: Job, setting: Setting) -> Outcome:
    """Run a job's notebook, render it and move both into place.

    Parameters
    ----------
    job : Job
        What to run.
    setting : Setting
        How.

    Returns
    -------
    Outcome
        With the offending cell and error when the notebook failed; earlier results are untouched then.
    """
    of = recipe(job.notebook, job.parameters)
    parts = compendium.parts(Path(setting.root) / "reports")
    parts.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parts))
    asked = {
        "notebook": str(compendium.notebook(job.notebook)),
        "parameters": job.parameters,
        "home": "../" * job.key.count("/") + "index.html",
        "folder": str(folder),
        "timeout": setting.timeout,
    }
    try:
        failure = _produced(asked, setting)
        if failure is None:
            for part, place in ((folder / "executed.ipynb", job.executed), (folder / "page.html", job.page)):
                place.parent.mkdir(parents=True, exist_ok=True)
                part.replace(place)
    except (OSError, StoError) as error:  # a full disk, no kernel: the other jobs go on, this one is reported
        failure = f"{type(error).__name__}: {error}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(job.key, failure, None if failure else of)


def _produced(asked: dict[str, Any], setting: Setting) -> str | None:
    """Produce executed notebook and page in a folder; say what went wrong, if anything."""
    folder = Path(asked["folder"])
    address = None if setting.plain else preloaded.server()
    if address is None:
        produce({**asked, "direct": False})
    else:
        call = {"call": "sto_analysis.pipeline.execute:produce", "argument": {**asked, "direct": True}}
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            process = preloaded.ForkedProcess(
                address, call, dict(os.environ), setting.root, [out.fileno(), err.fileno()]
            )
            try:
                code = process.wait(setting.timeout)
            except TimeoutError:
                process.end()
                return _told(folder, f"it took longer than {setting.timeout:g} seconds.", asked["notebook"])
            finally:
                process.end()
        if code:
            last = (folder / "stderr").read_text(errors="replace").strip().splitlines()[-1:]
            why = "out of memory, or killed" if code == -9 else f"exit code {code}"
            return _told(folder, f"its process died ({', '.join([why, *last])}).", asked["notebook"])
    failed = folder / "failure"
    return failed.read_text(encoding="utf-8") if failed.exists() else None


def _told(folder: Path, what: str, notebook: str) -> str:
    """Say what happened, in which cell."""
    at = folder / "cell"
    source = at.read_text(encoding="utf-8") if at.exists() else "(before the first cell)"
    return _failure(what, source, notebook)


def _failure(what: str, source: str, notebook: str) -> str:
    cell = "\n    ".join(source.strip().splitlines())
    todo = "Mend the data or the notebook and run again."
    return str(NotebookFailed(f"{what}\n  in this cell:\n    {cell}\n ", todo, file=notebook))


def produce(asked: dict[str, Any]) -> None:
    """Execute and render a notebook into a folder: ``executed.ipynb`` and ``page.html``, or ``failure``.

    Parameters
    ----------
    asked : dict
        ``notebook``, ``parameters``, ``home`` (link to the index), ``folder``, ``timeout`` (seconds), and ``direct``:
        whether this process is fresh, so that the cells can run in it; otherwise an ordinary kernel runs them.
    """
    import nbformat
    import papermill
    from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from sto_analysis.pipeline.render import render

    folder = Path(asked["folder"])
    if asked["direct"]:
        from sto_analysis.pipeline.direct import DirectEngine

        papermill_engines.register("direct", DirectEngine)
    end = time.monotonic() + asked["timeout"]
    left: Callable[[Any], int] = lambda cell: max(1, int(end - time.monotonic()))  # noqa: E731

    def at(cell: Any, cell_index: int) -> None:
        if cell.cell_type == "code":
            (folder / "cell").write_text(cell.source, encoding="utf-8")

    try:
        notebook = papermill.execute_notebook(
            asked["notebook"], None, parameters=asked["parameters"], kernel_name="python3", progress_bar=False,
            engine_name="direct" if asked["direct"] else None, request_save_on_cell_execute=False,
            extra_arguments=_QUIET_KERNEL, on_cell_start=at, timeout_func=left,
        )  # fmt: skip
        normalise(notebook)
        (folder / "page.html").write_text(render(notebook, asked["home"]), encoding="utf-8", newline="\n")
        (folder / "executed.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8", newline="\n")
        return
    except PapermillExecutionError as error:
        trace = re.sub(r"\x1b\[[0-9;]*m", "", str(error.evalue)).strip()
        failure = _failure(f"{error.ename}: {trace}", error.source, asked["notebook"])
    except (DeadKernelError, CellTimeoutError, CellExecutionComplete) as error:
        took = isinstance(error, CellTimeoutError)
        what = (
            f"it took longer than {asked['timeout']:g} seconds."
            if took
            else "its process died (out of memory, or killed)."
        )
        failure = _told(folder, what, asked["notebook"])
    except StoError as error:
        failure = str(error)
    (folder / "failure").write_text(failure, encoding="utf-8")


def normalise(notebook: Any) -> None:
    """Take out of an executed notebook what differs from run to run or names this machine.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place: no timings, no paths of input and output, no warnings on stderr, a fixed id for the injected
        cell. What is left depends on notebook, parameters, data and code only.
    """
    kept = notebook.metadata.get("papermill", {})
    notebook.metadata["papermill"] = {"parameters": kept.get("parameters", {})}
    for cell in notebook.cells:
        for timing in ("papermill", "execution"):
            cell.metadata.pop(timing, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        if cell.cell_type == "code":
            cell["outputs"] = [output for output in cell.outputs if output.get("name") != "stderr"]


def run_in(job: Job, setting: Setting) -> Outcome:
    """Execute a job in a process that somebody else started (a worker of a cluster).

    Parameters
    ----------
    job, setting
        As for `execute`; the compendium must stand at the same path on every machine.
    """
    os.environ.update(variables(setting))
    return execute(job, setting)


def unfinished(top: Path) -> None:
    """Remove what an interrupted run left half-done; nobody else may be running."""
    for tree in (top / "reports", top / "data" / "processed"):
        shutil.rmtree(compendium.parts(tree), ignore_errors=True)
