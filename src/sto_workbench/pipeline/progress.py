"""How far a run is: a bar on a terminal, plain lines elsewhere."""

import time
from collections import Counter
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
    console, counts = Console(stderr=True, highlight=False), Counter[str]()
    text = TextColumn("{task.description}")
    columns = (text, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    start = last = time.monotonic()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("notebooks", total=total)

        def show(ended: Ended) -> None:
            nonlocal last
            counts[ended.word] += 1
            told = ", ".join(f"{counts[word]} {word}" for word in ("made", "kept", "failed", "not run") if counts[word])
            bar.update(task, advance=1, description=told)
            if ended.word == "failed":
                console.print(f"failed: {ended.key}", style="red")
            now, done, ran = time.monotonic(), counts.total(), counts["made"] + counts["failed"]
            if not console.is_terminal and ran and now - last >= EVERY and done < total:
                last, left = now, (now - start) / ran * (total - done)
                console.print(f"{done} of {total}: {told}; about {left:.0f} s left")

        yield show
