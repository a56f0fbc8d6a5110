"""How long a release takes, beside the bound of a batch, measured in one session.

python benchmarks/release.py          # the table in docs/benchmarks/release.md; some ten minutes

A clone of the last commit is run whole; then the bound of `benchmarks/batch.py` (78 fixed notebooks as plain functions,
each in a freshly forked preloaded process) and a first release of the made wave take turns. How long the bound takes
says how fast the machine is.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from batch import BIN, HERE, ROOT, WAVE, Took, timed, way
from machine import machine, publish, table

TIMES = 3
BOUND, RELEASE = "bound: 78 fixed notebooks, each in a freshly forked preloaded process", f"`sto release {WAVE}`"


def _compendium() -> Path:
    """A clone whose pages are up to date."""
    root = Path(tempfile.mkdtemp(prefix="sto-bench-")) / "sto"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(root)], check=True)
    os.environ["PYTHONPATH"] = str(root / "src")
    timed([str(BIN / "sto"), "run"], root)
    return root


def _first(root: Path) -> Took:
    """A release of a wave of which nothing was released before."""
    (root / "notebooks" / "fixed.ipynb").unlink(missing_ok=True)
    took = timed([str(BIN / "sto"), "release", WAVE], root)
    for left in (root / "releases", root / "data" / "processed" / WAVE / "releases"):
        shutil.rmtree(left)
    return took


def _bound(root: Path) -> Took:
    shutil.copy(HERE / "fixed.ipynb", root / "notebooks" / "fixed.ipynb")
    return timed(way("isolated", "fixed", 78), root)


def main() -> None:
    """Measure, and write docs/benchmarks/release.md."""
    root = _compendium()
    turns = [{BOUND: _bound(root), RELEASE: _first(root)} for _ in range(TIMES)]
    shutil.rmtree(root.parent)
    took = {
        name: [statistics.median(each) for each in zip(*(turn[name] for turn in turns), strict=True)]
        for name in turns[0]
    }
    rows = [
        [name, f"{wall:.1f} s", f"{cpu:.1f} s", f"{wall / took[BOUND][0]:.2f}"] for name, (wall, cpu) in took.items()
    ]
    publish(
        "release",
        "How long a release takes",
        machine(("papermill", "nbconvert", "pandas", "scipy", "pypdf")),
        "Gate, report in two languages as HTML, PDF, Word and slides, twin and its run, attack and leak scan, of a "
        f"wave of 51 of 78 regions with an earlier wave. Medians of {TIMES} turns; the processors' time is without the "
        "browser's own.",
        table(["In one session", "wall", "CPU", "times the bound"], rows),
    )


if __name__ == "__main__":
    main()
