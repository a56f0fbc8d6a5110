"""Many jobs at once, each after those that it reads from; what is up to date is kept."""

import ctypes
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any, Literal

import psutil
from filelock import FileLock, Timeout

from forked_kernels import preloaded
from sto_analysis import compendium
from sto_analysis.digests import digest, keep_key
from sto_analysis.errors import Problems, RunsAlready
from sto_analysis.provenance import SOURCE, commit
from sto_workbench.pipeline.closure import imports, makers, package_hash
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
    "pyarrow.dataset",
    "pyarrow.parquet",
    "rich.console",
    "statsmodels.miscmodels.ordinal_model",
)
"""What every forked notebook loads, besides what `forked_kernels` preloads and its notebook imports of ours."""
_LOADED = "STO_LOADED"
"""Environment variable: `package_hash` of what the shared preloaded process has loaded."""


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
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables in this process, and put them back."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
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
    """Make the default executor: threads that share one preloaded process (see `preloading`).

    Parameters
    ----------
    workers : int
        Notebooks at a time.
    setting : Setting
        Where to work.
    """
    with preloading(setting) as server:
        pool = ThreadPoolExecutor(workers)
        try:
            yield pool, execute
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if server is not None:
                server.end()  # and with it the notebooks that still run, where this one is interrupted
            pool.shutdown()


@contextmanager
def preloading(setting: Setting) -> Iterator["preloaded.Server | _Ordinary | None"]:
    """Have one preloaded process, which forks every notebook, for all pools of a block and what it starts.

    That process has this package loaded too: the run is made of the code as it stands when it begins. Who has other
    code, as a release may that is verified, begins one of its own.

    Parameters
    ----------
    setting : Setting
        Where to work.

    Yields
    ------
    Server, _Ordinary or None
        Its ``end()`` ends all notebooks; None where whoever began the process does, or none can be had.
    """
    with environment(variables(setting)):
        if setting.plain:
            yield _Ordinary()
        elif os.environ.get(_LOADED) == (code := package_hash()):
            yield None
        else:
            notebooks = compendium.notebook("x").parent.glob("*.ipynb")
            modules = {name for notebook in notebooks for name in imports(notebook)}
            served = preloaded.serving("sto_workbench.pipeline.anew:begin", sorted({*LIBRARIES, *modules}))
            with served as server, environment({_LOADED: code}):
                yield server


class _Ordinary:
    """What notebooks in ordinary kernels start, where the system tells whose it is (Linux); those end with it."""

    def __init__(self) -> None:
        self._others = {each.pid for each in psutil.Process().children(recursive=True)}
        with suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans become children of this process

    def end(self) -> None:
        """End all that still runs."""
        for each in psutil.Process().children(recursive=True):
            if each.pid not in self._others:
                with suppress(psutil.Error):
                    each.kill()


def run(
    jobs: Sequence[Job],
    executor: Callable[[Setting], AbstractContextManager[tuple[Executor, Work]]],
    done: Callable[[Ended], None],
    *,
    before: Callable[[Job, bool], None] = lambda job, renewed: None,
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
    before : callable
        Called with every job before it is made or kept, and with whether one that it reads from was made.
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
    by_key, sorter = {job.key: job for job in jobs}, TopologicalSorter({job.key: job.after for job in jobs})
    sorter.prepare()
    ended: dict[str, Ended] = {}
    running: dict[Future[Outcome], tuple[str, str]] = {}
    finished: SimpleQueue[Future[Outcome]] = SimpleQueue()

    def end(key: str, word: Literal["made", "kept", "failed", "not run"], why: str = "") -> None:
        ended[key] = Ended(key, word, why)
        log.info("%s: %s%s", word, key, f" ({why})" if why else "")
        done(ended[key])
        sorter.done(key)

    with ExitStack() as stack:
        stack.callback(manifest.save)
        submit: Callable[[Job], Future[Outcome]] | None = None
        while sorter.is_active():
            while ready := sorter.get_ready():
                for key in ready:
                    broken = [each for each in by_key[key].after if ended[each].word in ("failed", "not run")]
                    if not broken:
                        before(by_key[key], any(ended[each].word == "made" for each in by_key[key].after))
                    state = manifest.state(key, by_key[key])
                    if broken:
                        end(key, "not run", ", ".join(broken))
                    elif state.word == "current" and not force:
                        end(key, "kept")
                    else:
                        submit = submit or _submitter(stack, executor, timeout, plain)
                        log.info("begin: %s", key)
                        running[future := submit(by_key[key])] = key, state.why
                        future.add_done_callback(finished.put)
            if running:
                outcome = (future := finished.get()).result()
                key, why = running.pop(future)
                if outcome.of is not None:
                    manifest.made(key, outcome.of)
                    end(key, "made", why)
                elif outcome.failure is not None:
                    manifest.failed(key, outcome.failure.told)
                    end(key, "failed", outcome.failure.detail)
    return [ended[job.key] for job in jobs]


def _makers() -> dict[str, str]:
    """Files that make every page, as they are when a run begins."""
    return {path.relative_to(SOURCE).as_posix(): digest(path) for path in makers()}


def _submitter(
    stack: ExitStack, executor: Callable[[Setting], Any], timeout: float, plain: bool
) -> Callable[[Job], Future[Outcome]]:
    """Start an executor that ends with a stack, and return what takes a job."""
    keep_key()  # one for all processes of the run
    setting = Setting(str(compendium.root()), commit(), _makers(), timeout, plain)
    pool, work = stack.enter_context(executor(setting))
    return lambda job: pool.submit(work, job, setting)
