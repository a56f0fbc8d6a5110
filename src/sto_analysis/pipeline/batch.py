"""Many jobs at once, each after those that it reads from."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager

from sto_analysis import compendium
from sto_analysis.pipeline.execute import Outcome, execute
from sto_analysis.pipeline.plan import Job

NOT_RUN = "not run, because this failed:"


def run(jobs: Sequence[Job], workers: int, done: Callable[[Outcome], None]) -> list[Outcome]:
    """Run jobs in parallel processes.

    Parameters
    ----------
    jobs : sequence of Job
        Each after those that it names.
    workers : int
        Processes.
    done : callable
        Called with every outcome as it comes, for progress.

    Returns
    -------
    list of Outcome
        In the order of `jobs`. A job after a failed one is not run; the others are.
    """
    waiting = {job.key: job for job in jobs}
    outcomes: dict[str, Outcome] = {}
    running: dict[Future[Outcome], str] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.key] = outcome
        done(outcome)

    context = multiprocessing.get_context("spawn")
    with environment(), ProcessPoolExecutor(workers, mp_context=context) as pool:
        while waiting or running:
            for job in list(waiting.values()):
                before = [outcomes.get(key) for key in job.after]
                broken = [outcome.key for outcome in before if outcome and outcome.failure]
                if broken:
                    del waiting[job.key]
                    settle(Outcome(job.key, f"{NOT_RUN} {', '.join(broken)}"))
                elif all(before):
                    running[pool.submit(execute, waiting.pop(job.key))] = job.key
            finished, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), None)
            for future in finished:
                running.pop(future)
                settle(future.result())
    return [outcomes[job.key] for job in jobs]


@contextmanager
def environment() -> Iterator[None]:
    """Tell workers and kernels where the compendium is, and to use one BLAS thread each."""
    names = {
        "STO_ROOT": str(compendium.root()),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value
