"""One notebook through Papermill and nbconvert, into a temporary place, moved when whole."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.errors import NotebookFailed, StoError
from sto_analysis.pipeline.plan import Job
from sto_analysis.pipeline.render import render

_QUIET_KERNEL = ["--IPKernelApp.log_level=CRITICAL"]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `failure` is None when its page stands."""

    key: str
    failure: str | None


def execute(job: Job) -> Outcome:
    """Run a job's notebook, render it and move both into place.

    Parameters
    ----------
    job : Job
        What to run.

    Returns
    -------
    Outcome
        With the offending cell and error when the notebook failed; earlier results are untouched then.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    with tempfile.TemporaryDirectory(prefix="sto-") as folder:
        executed = Path(folder) / "executed.ipynb"
        try:
            papermill.execute_notebook(
                str(compendium.notebook(job.notebook)), str(executed), parameters=job.parameters,
                kernel_name="python3", progress_bar=False, log_output=False, extra_arguments=_QUIET_KERNEL,
            )  # fmt: skip
        except PapermillExecutionError as error:
            return Outcome(job.key, str(_failure(job, error)))
        except Exception as error:  # a dead kernel, a full disk: the other jobs go on, this one is reported
            return Outcome(job.key, f"{type(error).__name__}: {error}")
        notebook = nbformat.read(executed, as_version=4)
    normalise(notebook)
    home = "../" * (len(job.page.relative_to(compendium.root() / "reports").parts) - 1) + "index.html"
    try:
        html = render(notebook, home)
    except StoError as error:
        return Outcome(job.key, str(error))
    text = nbformat.writes(notebook)
    compendium.write_text(job.executed, text)
    compendium.write_text(job.page, html)
    return Outcome(job.key, None)


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


def _failure(job: Job, error: Any) -> NotebookFailed:
    trace = re.sub(r"\x1b\[[0-9;]*m", "", str(error.evalue)).strip()
    source = "\n    ".join(error.source.strip().splitlines())
    what = f"{error.ename}: {trace}\n  in this cell:\n    {source}\n "
    return NotebookFailed(what, "Mend the data or the notebook and run again.", file=compendium.notebook(job.notebook))
