"""Broken files: each ends in a named problem or is read, in bounded time and memory, and nothing is written.

python benchmarks/mutants.py [COUNT]    # the table in docs/benchmarks/mutants.md; a quarter of an hour for 10,000

A reading process is forked here instead of started anew, which spares its imports and leaves its bounds as they are.
"""

import os

os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")})

import resource
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

from machine import ROOT, machine, publish, table

sys.path.insert(0, str(ROOT))

from tests.conftest import make_copy
from tests.sto_workbench.intake.mutants import WAVE, good_files, mutants, try_one, wide_files

from sto_workbench.intake import parse, readers

PROCESSES = 2
SECONDS, MEMORY = 60, 2048
"""What no command may take: of one `sto check` and one `sto new`, in MiB."""


class ForkedReader:
    """In the place of the module subprocess in `readers`: runs the reader in a forked process."""

    TimeoutExpired, CalledProcessError = subprocess.TimeoutExpired, subprocess.CalledProcessError

    @staticmethod
    def run(words: list[str], *, input: bytes, timeout: float, **_: object) -> SimpleNamespace:
        """Fork, read, and wait no longer than the bound."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered:
            given.write(input)
            given.seek(0)
            pid = os.fork()
            if not pid:
                code = 1
                try:
                    for file, standard in ((given, 0), (answered, 1)):
                        os.dup2(file.fileno(), standard)
                    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115
                    parse.main()
                    sys.stdout.flush()
                    code = 0
                finally:
                    os._exit(code)
            ended, _, _ = select.select([handle := os.pidfd_open(pid)], [], [], timeout)
            os.close(handle)
            if not ended:
                os.kill(pid, 9)
            _, status = os.waitpid(pid, 0)
            if not ended:
                raise subprocess.TimeoutExpired(words, timeout)
            if status:
                raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), words)
            answered.seek(0)
            return SimpleNamespace(stdout=answered.read())


def share(seed: int, count: int) -> tuple[Counter[str], list[str], tuple[float, str], tuple[float, float]]:
    """Try a share of the files: outcomes, failures, the longest try, peak memory of this process and of the readers."""
    readers.subprocess = ForkedReader  # type: ignore[attr-defined]
    for name in ("pyreadstat", "python_calamine", "openpyxl"):
        import_module(name)
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    longest = (0.0, "")
    with tempfile.TemporaryDirectory(prefix="sto-") as name:
        root = make_copy(Path(name))
        os.environ["STO_ROOT"] = str(root)
        out = root / "mutants"
        out.mkdir()
        files: Iterator[tuple[str, Path]] = mutants(good_files(root, _export(root)), out, seed, count)
        for what, broken in chain(files, wide_files(out) if seed == 1 else ()):
            start = time.perf_counter()
            try:
                outcomes["read" if try_one(broken, root) else "named problem"] += 1
            except Exception as error:
                failures.append(f"seed {seed}, {what}: {error!r}")
                break  # what it left behind would spoil the next
            longest = max(longest, (time.perf_counter() - start, what))
    used = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return outcomes, failures, longest, (used[0], used[1])


def _export(root: Path) -> Path:
    return root / "data" / "raw" / WAVE / f"{WAVE}.sav"


def main() -> None:
    """Try, print, publish; exit code 1 on anything but a named problem, or beyond the bounds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    start = time.perf_counter()
    seeds = range(1, PROCESSES + 1)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        parts = list(pool.map(share, seeds, [count // PROCESSES] * PROCESSES))
    failures = [failure for part in parts for failure in part[1]]
    outcomes = sum((part[0] for part in parts), Counter())
    seconds, what = max(part[2] for part in parts)
    own, reader = (max(part[3][which] for part in parts) for which in (0, 1))
    if failures or seconds > 2 * SECONDS or max(own, reader) > MEMORY:
        sys.exit("\n".join([*failures, f"longest {seconds:.1f} s ({what}), memory {own:.0f} and {reader:.0f} MiB"]))
    rows = [
        ["Files tried", f"{outcomes.total():,}"],
        ["ended in a named problem", f"{outcomes['named problem']:,}"],
        ["read all the same", f"{outcomes['read']:,}"],
        ["anything else (a traceback, a file left behind)", "0"],
        [f"longest try, `sto check` and `sto new` together ({what})", f"{seconds:.1f} s"],
        ["peak memory of a checking process", f"{own:,.0f} MiB"],
        ["peak memory of a reading process", f"{reader:,.0f} MiB"],
        ["whole run", f"{(time.perf_counter() - start) / 60:.0f} min"],
    ]
    note = (
        "Exports of every kind and files of public packages with bytes flipped, cut off, zeroed or repeated, with a "
        "wrong ending, a huge header or nothing in them, and files with 100,000 columns "
        "(`tests/sto_workbench/intake/mutants.py`), "
        f"each taken for the export by `sto check` and by `sto new`; {PROCESSES} processes, seeds 1 to {PROCESSES}."
    )
    publish(
        "mutants",
        "Broken files",
        machine(["pandas", "pyreadstat", "python-calamine", "openpyxl"]),
        note,
        table(["", ""], rows),
    )


if __name__ == "__main__":
    main()
