"""How far a run is: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from sto_workbench.pipeline.batch import Ended

EVERY = 10.0
"""Seconds between plain lines."""


@contextmanager
def progress(total: int) -> Iterator[Callable[[Ended], None]]:
    """Show how far a run of `total` notebooks is; the callable takes every job that ended."""
    console = Console(stderr=True)
    counts = {"made": 0, "kept": 0, "failed": 0, "not run": 0}
    if console.is_terminal:
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("notebooks", total=total)

            def show(ended: Ended) -> None:
                counts[ended.word] += 1
                told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
                bar.update(task, advance=1, description=told)
                if ended.word == "failed":
                    bar.console.print(f"failed: {ended.key}", style="red", highlight=False)

            yield show
        return
    start = last = time.monotonic()

    def say(ended: Ended) -> None:
        nonlocal last
        counts[ended.word] += 1
        now, done, ran = time.monotonic(), sum(counts.values()), counts["made"] + counts["failed"]
        if ended.word == "failed":
            console.print(f"failed: {ended.key}", highlight=False)
        if ran and now - last >= EVERY and done < total:
            last = now
            left = (now - start) / ran * (total - done)
            told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
            console.print(f"{done} of {total}: {told}; about {left:.0f} s left", highlight=False)

    yield say
