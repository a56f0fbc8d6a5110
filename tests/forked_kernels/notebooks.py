"""Small notebooks, each named for what it does, and ways to run them."""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from forked_kernels import preloaded
from sto_workbench.pipeline.produce import normalise

QUIET = ["--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"]
SAYS = (
    'print("a"); print("b")\nimport sys; print("e", file=sys.stderr)',
    'import os; os.system("echo program; echo its error 1>&2")',
    "!echo bang",
    'from IPython.display import display, clear_output, Markdown\nh = display("one", display_id=True); h.update("two")',
    'print("gone"); clear_output(); print("kept")',
    "import asyncio\nawait asyncio.sleep(0.01)\n3",
    "import numpy as np; np.arange(3)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "figure, axes = plt.subplots(); axes.plot([3, 1])\nfigure",
    "%matplotlib inline\nplt.figure(); plt.hist([1, 2, 3]); plt.show()",
    'import warnings; warnings.warn("hm")',
    '%%capture captured\nprint("x")',
    "captured.stdout",
    'import pandas as pd; pd.DataFrame({"a": [1, 2]})',
    "__name__, len(In), get_ipython().__class__.__name__",
    'import threading\nt = threading.Thread(target=lambda: print("thread")); t.start(); t.join()',
    'import logging; logging.warning("logged")',
    "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
    "from scipy import linalg; linalg.eigvalsh(np.diag([2.0, 1.0]))",
    'import pyarrow as pa; pa.table({"a": [1, 2]}).to_pandas()["a"].sum()',
    # the thread of a kernel that hears other processes may hear them late: a busy machine lost the line
    'import subprocess, time; done = subprocess.run(["echo", "from subprocess"]); time.sleep(0.5); done.returncode',
    "os.getcwd(), plt.get_backend(), sys.path",
    'try:\n    input("?")\nexcept Exception as error: print(type(error).__name__)',
    'display({"text/plain": "p", "text/html": "<b>p</b>"}, raw=True, metadata={"x": 1})',
    "import seaborn as sns\nsns.heatmap(np.eye(3));",
    "import hashlib, io; plt.rcParams['svg.hashsalt'] = 'x'; plt.plot([0, 1]); buffer = io.BytesIO()\n"
    "plt.savefig(buffer, format='svg', metadata={'Date': None}); plt.close()\n"
    "hashlib.sha256(buffer.getvalue()).hexdigest()",
)
"""Cells that say something in every way that there is."""


def notebook(folder: Path, *sources: str) -> Path:
    """Write a notebook of these cells."""
    alt = {"alt": "Whatever the cell draws, in a sentence."}
    cells = [new_code_cell(source, id=f"cell-{place}", metadata=alt) for place, source in enumerate(sources)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path = folder / "notebook.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def by_papermill(path: Path, **more: Any) -> Any:
    """Execute a notebook with the kernels that the environment names; ipykernel is not to know that this is a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        return papermill.execute_notebook(
            str(path), None, kernel_name="python3", progress_bar=False, extra_arguments=QUIET, **more
        )


def directly(path: Path, folder: Path, timeout: float = 60, **parameters: object) -> int:
    """Execute and render a notebook in a forked process; return its exit code."""
    asked = {"notebook": str(path), "parameters": parameters, "home": "x", "other": "", "page": "x"}
    asked |= {"folder": str(folder), "timeout": timeout}
    with (folder / "stdout").open("w+b") as out, (folder / "stderr").open("w+b") as err:
        return preloaded.call(
            "sto_workbench.pipeline.produce:produce",
            {**asked, "direct": True},
            outputs=(out.fileno(), err.fileno()),
            timeout=timeout,
        )


def outputs(executed: Any) -> list[list[dict[str, Any]]]:
    """Outputs per code cell after the normalisation of every result, without process numbers in warnings.

    What a cell and its programs print stands first: an ordinary kernel reads programs in a thread of its own, so that
    their text comes before or after the cell's result by chance.
    """
    normalise(executed)
    for cell in executed.cells:
        cell["outputs"] = sorted(cell.get("outputs", []), key=lambda output: output["output_type"] != "stream")
    text = re.sub(r"ipykernel_\d+", "ipykernel_0", json.dumps([c.get("outputs", []) for c in executed.cells]))
    found: list[list[dict[str, Any]]] = json.loads(text)
    return found
