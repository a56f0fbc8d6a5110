"""One call of `sto run`: notebooks, other formats and index, and what the user is told of them."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_workbench.compare import kept
from sto_workbench.confidential.withdrawal import remember
from sto_workbench.pipeline.batch import Ended, alone, local_pool, run
from sto_workbench.pipeline.formats import Format, publish
from sto_workbench.pipeline.manifest import INDEX, Manifest, State
from sto_workbench.pipeline.plan import Job
from sto_workbench.pipeline.progress import progress

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Session:
    """How a run ended.

    Parameters
    ----------
    ended : list of Ended
        Of every job.
    wrong : list of str
        What went wrong with other formats.
    index : Path
        The way in.
    """

    ended: list[Ended]
    wrong: list[str]
    index: Path

    def count(self, word: str) -> int:
        """How many jobs ended so."""
        return sum(each.word == word for each in self.ended)

    @property
    def summary(self) -> str:
        """One line for the user."""
        made, kept = self.count("made"), self.count("kept")
        return f"{made} of {len(self.ended)} pages made, {kept} were up to date. Open {self.index}"

    def failures(self) -> Iterator[str]:
        """What went wrong: every notebook that failed, how many pages wait for it, other formats."""
        yield from (f"\n{each.key}\n{each.why}" for each in self.ended if each.word == "failed")
        if lost := self.count("not run"):
            yield f"\n{lost} more pages were not made, because they read from these."
        yield from self.wrong


def make(
    jobs: Sequence[Job],
    forms: Sequence[Format] = (),
    *,
    workers: int | None = None,
    dask: str | None = None,
    keep: int = kept.MOST,
    **how: Any,
) -> Session:
    """Make what is not up to date: pages, other formats, index; keep the run (see `sto_workbench.compare.kept`).

    Parameters
    ----------
    jobs : sequence of Job
        Each after those that it names.
    forms : sequence of {"pdf", "docx", "pptx"}
        Other formats of the reports.
    workers : int, optional
        Notebooks at a time; one more than there are cores where None.
    dask : str, optional
        Address of a Dask cluster to work on.
    keep : int
        Runs of each wave to keep.
    **how
        ``timeout``, ``plain`` and ``force`` of `sto_workbench.pipeline.batch.run`.
    """
    cores = os.cpu_count() or 1
    with alone():
        with progress(len(jobs)) as told:
            ended = run(jobs, _executor(workers or cores + 1, dask), told, before=_before, **how)
        made, wrong = publish(jobs, forms, workers or cores)
        log.info("%d files in other formats made", made)
        remember(jobs)
        _keep(jobs, ended, keep)
        renewed = any(each.word != "kept" for each in ended)  # the index tells what the last run made
        if renewed or Manifest().state(INDEX).word != "current":
            from sto_workbench.pipeline.index import write_index  # slow to import

            write_index(jobs)
            log.info("index made")
    return Session(ended, wrong, compendium.root() / "reports" / "index.html")


def _before(job: Job, renewed: bool) -> None:
    """Say what changed since a run was handed out, for the report that is about to be made."""
    if job.notebook == "05_national_report" and (renewed or Manifest().state(job.key, job).word != "current"):
        from sto_workbench.compare.since import write_since  # slow to import

        write_since(str(job.parameters["wave"]))


def _keep(jobs: Sequence[Job], ended: Sequence[Ended], most: int) -> None:
    """Keep, of each wave that the run reports on, what it made; not where a notebook failed on the way."""
    words = {each.key: each.word for each in ended}
    for wave in kept.waves(jobs):
        there = {words[job.key] for job in jobs if job.parameters.get("wave") == wave}
        if "made" in there and not there & {"failed", "not run"} and (path := kept.keep(wave, most)):
            log.info("kept: %s", path)


def _executor(workers: int, dask: str | None) -> Callable[..., Any]:
    if dask is None:
        return partial(local_pool, workers)
    from sto_workbench.pipeline.cluster import dask_cluster

    return partial(dask_cluster, dask)


def listed(states: Mapping[str, State], *, everything: bool) -> Iterator[str]:
    """Say how every page stands, or those that are not up to date, and count them.

    Parameters
    ----------
    states : mapping
        Key → state.
    everything : bool
        Whether to name what is up to date too.
    """
    for key, state in states.items():
        if everything or state.word != "current":
            yield f"{state.word:8}{key}{': ' if state.because else ''}{state.why}"
    words = [state.word for state in states.values()]
    yield ", ".join(f"{words.count(word)} {word}" for word in ("current", "stale", "failed", "absent"))
