"""Papermill on light notebooks, one after the other, with ordinary and with forked kernels: once each, no page written.

The notebooks import pandas, seaborn and statsmodels, fit a line and draw it. The package has to be installed.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

NOTEBOOKS = 8
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELLS = (
    "import numpy as np, pandas as pd, seaborn as sns, statsmodels.formula.api as smf",
    "data = pd.DataFrame({'x': np.arange(50.0), 'y': np.sin(np.arange(50.0))})\nsmf.ols('y ~ x', data).fit().params",
    "sns.scatterplot(data, x='x', y='y');",
)
LOOP = f"for i in $(seq {NOTEBOOKS}); do {sys.executable} -m papermill in.ipynb $i.ipynb $ENGINE; done"
PROGRAM = (
    "import os, papermill\n"
    f"for i in range({NOTEBOOKS}):\n"
    "    engine = 'forked' if os.environ['ENGINE'] else None\n"
    "    papermill.execute_notebook('in.ipynb', f'{i}.ipynb', engine_name=engine, progress_bar=False)"
)
SHARED = [sys.executable, "-m", "forked_kernels"]
WAYS = {
    "shell loop of `papermill`": (["sh", "-c", LOOP], {}),
    "the same with `--engine forked`": ([*SHARED, "sh", "-c", LOOP], {"ENGINE": "--engine forked"}),
    "the same with the provisioner": ([*SHARED, "sh", "-c", LOOP], {}),
    "a program that calls `papermill.execute_notebook`": ([sys.executable, "-c", PROGRAM], {}),
    'the same with `engine_name="forked"`': ([sys.executable, "-c", PROGRAM], {"ENGINE": "forked"}),
}


def main() -> None:
    """Measure each way once and print a table."""
    print(f"| {NOTEBOOKS} light notebooks | wall | CPU | times faster |\n|---|---|---|---|")
    ordinary: dict[bool, float] = {}
    for way, (command, more) in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(
                new_notebook(cells=[new_code_cell(cell) for cell in CELLS], metadata={"kernelspec": KERNEL}),
                Path(folder) / "in.ipynb",
            )
            start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            environment = {**os.environ, "ENGINE": "", **more}
            subprocess.run(command, cwd=folder, env=environment, check=True, stderr=subprocess.DEVNULL)
            wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        base = ordinary.setdefault(PROGRAM in command, wall)
        print(f"| {way} | {wall:.1f} s | {cpu:.1f} s | {base / wall:.1f} |", flush=True)


if __name__ == "__main__":
    main()
