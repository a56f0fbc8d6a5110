"""The unit of work: one notebook through Papermill, rendered, into a temporary place, moved when whole."""

import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forked_kernels import preloaded
from sto_analysis import compendium
from sto_analysis.digests import digest
from sto_analysis.provenance import COMMIT, Record
from sto_workbench.pages import EXHIBITS
from sto_workbench.pipeline.failure import Failure, failed, left, log_of, write
from sto_workbench.pipeline.plan import Job, notebook_hash

TIMEOUT = 3600.0
"""Seconds that a notebook may take when the user says nothing."""


@dataclass(frozen=True)
class Setting:
    """What a worker must know besides the job.

    Parameters
    ----------
    root : str
        The compendium.
    commit : str
        Of the work tree, for the colophons.
    makers : dict of str
        Files of our packages that turn an executed notebook into its page → SHA-256.
    timeout : float
        Seconds that the notebook may take.
    plain : bool
        Whether to use ordinary kernels even where forking is possible.
    """

    root: str
    commit: str = ""
    makers: dict[str, str] = field(default_factory=dict)
    timeout: float = TIMEOUT
    plain: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a job ended: with the record of what stands there now, or with a failure."""

    key: str
    failure: Failure | None
    of: Record | None = None


def variables(setting: Setting) -> dict[str, str]:
    """Tell notebooks where they are, and keep them apart from each other and from the user.

    One BLAS thread each; no settings, startup files, templates, kernels, history or connection files of the user's
    Jupyter and IPython, and no matplotlibrc.

    Parameters
    ----------
    setting : Setting
        Where and how to work.
    """
    parts = compendium.parts(Path(setting.root) / "reports").as_posix()
    return {
        "STO_ROOT": setting.root,
        COMMIT: setting.commit,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": f"{parts}/ipython",
        "JUPYTER_RUNTIME_DIR": f"{parts}/runtime",
        **dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"), f"{parts}/jupyter"),
        **dict.fromkeys(("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"), ""),
        "MATPLOTLIBRC": os.devnull,
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TMPDIR": f"{parts}/tmp",
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
        With cell and error when the notebook failed; earlier results are untouched then, and the whole message stands
        in a log (`sto_workbench.pipeline.failure.log_of`).
    """
    cells = notebook_hash(job.notebook)
    parts = compendium.parts(Path(setting.root) / "reports")
    (parts / "tmp").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parts))
    asked = {
        "notebook": str(compendium.notebook(job.notebook)),
        "parameters": job.parameters,
        "home": "../" * job.key.count("/") + "index.html",
        "other": job.other,
        "page": job.page.stem,
        "folder": str(folder),
        "timeout": setting.timeout,
    }
    try:
        failure, of = _produced(asked, setting), None
        if failure is None:
            of = _recorded(job, setting, cells, json.loads((folder / "record.json").read_text(encoding="utf-8")))
            beside = [(part, job.page.parent / EXHIBITS / part.name) for part in sorted((folder / EXHIBITS).iterdir())]
            for part, place in (*beside, (folder / "executed.ipynb", job.executed), (folder / "page.html", job.page)):
                of.results[place.relative_to(setting.root).as_posix()] = digest(part)
                place.parent.mkdir(parents=True, exist_ok=True)
                part.replace(place)
            log_of(job.key).unlink(missing_ok=True)
    except Exception as error:  # a full disk, no kernel, a notebook that damaged what it leaves: the others go on
        kind = ": ".join(filter(None, [type(error).__name__, getattr(error, "strerror", None)]))
        failure = failed(folder, str(asked["notebook"]), kind, f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if failure is not None:
        with suppress(OSError):  # a full disk: the user is told on the terminal
            log = compendium.write_text(log_of(job.key), f"{failure.detail}\n")
            failure = replace(failure, told=f"{failure.told}; log: {log.relative_to(setting.root).as_posix()}")
    return Outcome(job.key, failure, None if failure else of)


def _recorded(job: Job, setting: Setting, cells: str, found: dict[str, Any]) -> Record:
    """What a page was made of: what its notebook recorded, and what every page is made by."""
    return Record(
        **(
            found
            | {
                "code": found["code"] | setting.makers,
                "parameters": job.parameters,
                "notebook": cells,
                "other": job.other,
            }
        )
    )


def _produced(asked: dict[str, Any], setting: Setting) -> Failure | None:
    """Produce executed notebook and page in a folder; say what went wrong, if anything."""
    folder = Path(asked["folder"])
    code = None if setting.plain else _forked({**asked, "direct": True}, setting)
    if code is None:
        from sto_workbench.pipeline.produce import produce  # slow to import, and only ordinary kernels need it here

        produce({**asked, "direct": False})
    failure = left(folder)
    if failure is None and (code or not (folder / "executed.ipynb").exists()):
        how = "out of memory, or killed" if code == -9 else f"exit code {code}"
        last = (folder / "stderr").read_text(errors="replace").strip().splitlines()[-1:]
        kind = f"its process died ({how})"
        failure = failed(folder, asked["notebook"], kind, f"its process died ({', '.join([how, *last])}).")
    return failure


def _forked(asked: dict[str, Any], setting: Setting) -> int | None:
    """Produce in a forked process; return its exit code, None where ordinary kernels have to do."""
    folder = Path(asked["folder"])
    with (folder / "stdout").open("w+b") as out, (folder / "stderr").open("w+b") as err:
        try:
            return preloaded.call(
                "sto_workbench.pipeline.anew:produce",
                asked,
                cwd=setting.root,
                outputs=(out.fileno(), err.fileno()),
                timeout=setting.timeout,
            )
        except TimeoutError:
            write(folder, failed(folder, asked["notebook"], f"it took longer than {setting.timeout:g} seconds"))
            return 0
        except preloaded.NoServerError:
            return None


def run_in(job: Job, setting: Setting) -> Outcome:
    """Execute a job in a process that somebody else started (a worker of a cluster).

    Parameters
    ----------
    job, setting
        As for `execute`; the compendium must stand at the same path on every machine.
    """
    compendium.keep_private()
    os.environ.update(variables(setting))
    return execute(job, setting)


def unfinished(top: Path) -> None:
    """Remove what an interrupted run, or `sto new`, left half-done; nobody else may be running."""
    for tree in (top / "reports", top / "data" / "processed"):
        shutil.rmtree(compendium.parts(tree), ignore_errors=True)
    for arriving in (top / "data" / "raw").glob(f"{compendium.ARRIVING}*"):
        shutil.rmtree(arriving, ignore_errors=True)
