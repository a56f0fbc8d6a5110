"""One notebook through Papermill and the page template, into a folder.

Imports little, because every forked process pays for it; what a notebook needs of the package it imports itself.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sto_analysis.errors import NotebookFailed, StoError

_QUIET_KERNEL = ["--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"]


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

    from sto_workbench.pages.render import render

    folder = Path(asked["folder"])
    if asked["direct"]:
        from forked_kernels.direct import DirectEngine

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
        failure = told(folder, what, asked["notebook"])
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


def told(folder: Path, what: str, notebook: str) -> str:
    """Say what happened, in which cell.

    Parameters
    ----------
    folder : Path
        Where `produce` worked.
    what : str
        What happened.
    notebook : str
        Path of the notebook.
    """
    at = folder / "cell"
    source = at.read_text(encoding="utf-8") if at.exists() else "(before the first cell)"
    return _failure(what, source, notebook)


def _failure(what: str, source: str, notebook: str) -> str:
    cell = "\n    ".join(source.strip().splitlines())
    todo = "Mend the data or the notebook and run again."
    return str(NotebookFailed(f"{what}\n  in this cell:\n    {cell}\n ", todo, file=notebook))
