"""Many jobs at once, each after those that it reads from; what is up to date is kept."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Literal

from filelock import FileLock, Timeout

from forked_kernels import preloaded
from sto_analysis import compendium
from sto_analysis.errors import Problems, RunsAlready
from sto_analysis.provenance import SOURCE, commit, digest
from sto_workbench.pipeline.closure import imports, makers
from sto_workbench.pipeline.execute import TIMEOUT, Outcome, Setting, execute, unfinished, variables
from sto_workbench.pipeline.manifest import Manifest
from sto_workbench.pipeline.plan import Job

log = logging.getLogger(__name__)
Work = Callable[[Job, Setting], Outcome]
LIBRARIES = (
    "nbclient",
    "nbconvert",
    "formulaic",
    "papermill",
    "rich.console",
    "statsmodels.miscmodels.ordinal_model",
)
"""What every forked notebook loads, besides what `forked_kernels` preloads and its notebook imports of ours."""


@dataclass(frozen=True)
class Ended:
    """How a job ended.

    Parameters
    ----------
    key : str
        Of the job.
    word : {"made", "kept", "failed", "not run"}
        New; up to date as it was; failed; not tried, because it reads from one that failed.
    why : str
        What was stale, the failure, or what failed before it.
    """

    key: str
    word: Literal["made", "kept", "failed", "not run"]
    why: str = ""


@contextmanager
def alone() -> Iterator[None]:
    """Hold the compendium for one run, and clear away what an interrupted run left.

    Raises
    ------
    Problems
        `RunsAlready` when another run holds it; the lock of a run that died is free.
    """
    top = compendium.root()
    (top / "reports").mkdir(exist_ok=True)
    lock = FileLock(top / "reports" / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        todo = "Wait until it is done, or end it."
        raise Problems([RunsAlready("another `sto` is working on this compendium.", todo, file=top)]) from error
    try:
        unfinished(top)
        yield
    finally:
        unfinished(top)
        lock.release()


@contextmanager
def environment(setting: Setting) -> Iterator[None]:
    """Set the variables of a run in this process, and put them back."""
    before = {name: os.environ.get(name) for name in variables(setting)}
    os.environ.update(variables(setting))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def local_pool(workers: int, setting: Setting) -> Iterator[tuple[Executor, Work]]:
    """Make the default executor: threads that share one preloaded process, which forks every notebook.

    That process has this package loaded too: the run is made of the code as it stands when it begins.

    Parameters
    ----------
    workers : int
        Notebooks at a time.
    setting : Setting
        Where to work.
    """
    notebooks = compendium.notebook("x").parent.glob("*.ipynb")
    modules = {name for notebook in notebooks for name in imports(notebook)}
    served = preloaded.serving("sto_workbench.pipeline.anew:begin", sorted({*LIBRARIES, *modules}))
    with environment(setting), nullcontext() if setting.plain else served as server:
        pool = ThreadPoolExecutor(workers)
        try:
            yield pool, execute
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if server is not None:
                server.end()  # and with it the notebooks that still run, where this one is interrupted
            pool.shutdown()


def run(
    jobs: Sequence[Job],
    executor: Callable[[Setting], AbstractContextManager[tuple[Executor, Work]]],
    done: Callable[[Ended], None],
    *,
    timeout: float = TIMEOUT,
    plain: bool = False,
    force: bool = False,
) -> list[Ended]:
    """Make what is not up to date, on any executor.

    Parameters
    ----------
    jobs : sequence of Job
        Each after those that it names.
    executor : callable
        Makes the executor and the unit of work for it (`local_pool`, `sto_workbench.pipeline.cluster.dask_cluster`);
        called when there is something to make.
    done : callable
        Called with every job that ended, for progress.
    timeout : float
        Seconds that a notebook may take.
    plain : bool
        Whether to use ordinary kernels even where forking is possible.
    force : bool
        Whether to make what is up to date too.

    Returns
    -------
    list of Ended
        In the order of `jobs`.

    Raises
    ------
    Problems
        All that is wrong with the files of the waves that have to be cleaned, before anything runs.
    """
    manifest = Manifest()
    for job in jobs:
        if job.notebook == "01_clean" and (force or manifest.state(job.key, job).word != "current"):
            from sto_workbench.intake.clean import clean_wave  # slow to import, and only a run that cleans needs it

            clean_wave(str(job.parameters["wave"]))
    waiting = {job.key: job for job in jobs}
    ended: dict[str, Ended] = {}
    running: dict[Future[Outcome], tuple[Job, str]] = {}

    def end(key: str, word: Literal["made", "kept", "failed", "not run"], why: str = "") -> None:
        ended[key] = Ended(key, word, why)
        log.info("%s: %s%s", word, key, f" ({why})" if why else "")
        done(ended[key])

    with ExitStack() as stack:
        submit: Callable[[Job], Future[Outcome]] | None = None
        while waiting or running:
            for job in list(waiting.values()):
                before = [ended.get(key) for key in job.after]
                broken = [each.key for each in before if each and each.word in ("failed", "not run")]
                if broken:
                    del waiting[job.key]
                    end(job.key, "not run", ", ".join(broken))
                elif all(before):
                    del waiting[job.key]
                    state = manifest.state(job.key, job)
                    if state.word == "current" and not force:
                        end(job.key, "kept")
                        continue
                    if submit is None:
                        setting = Setting(str(compendium.root()), commit(), _makers(), timeout, plain)
                        pool, work = stack.enter_context(executor(setting))
                        submit = partial(_submit, pool, work, setting)
                    log.info("begin: %s", job.key)
                    running[submit(job)] = (job, state.why)
            finished, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set[Future[Outcome]](), None)
            for future in finished:
                job, why = running.pop(future)
                outcome = future.result()
                if outcome.of is not None:
                    manifest.made(job.key, outcome.of)
                    end(job.key, "made", why)
                else:
                    manifest.failed(job.key, outcome.failure or "")
                    end(job.key, "failed", outcome.failure or "")
    return [ended[job.key] for job in jobs]


def _makers() -> dict[str, str]:
    """Files that make every page, as they are when a run begins."""
    return {path.relative_to(SOURCE).as_posix(): digest(path) for path in makers()}


def _submit(pool: Executor, work: Work, setting: Setting, job: Job) -> Future[Outcome]:
    return pool.submit(work, job, setting)
