"""The code of a release run again: on its twin or on the answers, in a compendium of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from pyarrow import parquet

NUMBERS = ("id", "wave", "table", "value", "text", "low", "high", "n", "unit", "status")
"""Columns that are compared."""
STEPS = ("01_clean", "02_describe", "03_model", "04_robustness")
"""Notebooks that compute."""
_MAIN = "from sto_workbench.cli import main; main()"
_KEPT_LINES = 12


class RunFailed(Exception):  # noqa: N818
    """The code of a release that ended with an error; its text is the end of what it said."""


def compendium_of(code: Path, data: Path, root: Path, place: str = "") -> Path:
    """Make a compendium of the code of a release and some data.

    Parameters
    ----------
    code : Path
        Of the release.
    data : Path
        What goes over its data/, or over a folder of it.
    root : Path
        Where to make it.
    place : str, optional
        The folder of data/.
    """
    shutil.copytree(code, root)
    shutil.copytree(data, root / "data" / place, dirs_exist_ok=True)
    return root


def python(code: Path, root: Path, *words: str) -> str:
    """Run Python with some code on a compendium; return what it said.

    Raises
    ------
    RunFailed
        It ended with an error.
    """
    there = {**os.environ, "PYTHONPATH": str(code / "src"), "STO_ROOT": str(root), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, *words]
    ended = subprocess.run(command, cwd=root, env=there, check=False, capture_output=True, text=True)
    if ended.returncode:
        said = (ended.stderr or ended.stdout).splitlines()[-_KEPT_LINES:]
        raise RunFailed("\n".join(said) or f"exit code {ended.returncode}")
    return ended.stdout


def compute(root: Path, wave: str, given: Sequence[tuple[str, int]]) -> pd.DataFrame:
    """Run the notebooks that compute, on a compendium that holds its own code, and read what they made.

    Parameters
    ----------
    root : Path
        As `compendium_of` made it.
    wave : str
        What is run.
    given : sequence of (str, int)
        Parameters of the notebooks.

    Returns
    -------
    DataFrame
        All results of the wave, columns `NUMBERS`.
    """
    only = [word for step in STEPS for word in ("--only", step)]
    more = [word for name, value in given for word in ("-p", name, str(value))]
    python(root, root, "-c", _MAIN, "run", wave, *only, *more)
    return store(root, wave)


def store(root: Path, wave: str) -> pd.DataFrame:
    """Read all results of a wave but those of single regions, columns `NUMBERS`, sorted by id."""
    folder = root / "data" / "processed" / wave / "results"
    found = [path for path in sorted(folder.glob("*.parquet")) if "." not in path.stem]
    rows: list[pd.DataFrame] = [parquet.ParquetFile(path).read(columns=[*NUMBERS]).to_pandas() for path in found]
    whole = pd.concat([each for each in rows if len(each)], ignore_index=True)
    return whole.sort_values("id", kind="stable", ignore_index=True)
