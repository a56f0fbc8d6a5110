"""Notebooks that misbehave, all at once: each fails with a sentence, its neighbours are whole, nothing is left."""

import gc
import os
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook, writes

from forked_kernels import preloaded
from sto_workbench.pipeline.batch import environment, local_pool
from sto_workbench.pipeline.execute import Outcome, Setting, execute, variables
from sto_workbench.pipeline.failure import log_of
from sto_workbench.pipeline.plan import Job

pytestmark = [
    pytest.mark.whole,
    pytest.mark.skipif(not preloaded.possible() or not Path("/proc").is_dir(), reason="looks for processes in /proc"),
]
GOOD = "from sto_analysis.report.page import Page\npage = Page('published')\npage.colophon()"
SLEEPS = "sleep 471.25"
HANGS = "it took longer than"
HOSTILE = {
    "it quits": ("quit()", "the cell ended the notebook"),
    "it exits": ("exit", "the cell ended the notebook"),
    "sys.exit": ("import sys; sys.exit(0)", "the cell ended the notebook"),
    "os._exit(0)": ("import os; os._exit(0)", "its process died (exit code 0)"),
    "os._exit(3)": ("import os; os._exit(3)", "its process died (exit code 3)"),
    "it ends itself by a signal": ("import os; os.kill(os.getpid(), 15)", "its process died"),
    "it ends its group": ("import os; os.killpg(0, 9)", "its process died (out of memory, or killed)"),
    "a segfault": ("import ctypes; ctypes.string_at(0)", "its process died (exit code -11)"),
    "no memory": (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31)); x = 'x' * 2**40",
        "MemoryError",
    ),
    "recursion": ("f = lambda: f()\nf()", "RecursionError"),
    "it hangs": ("while True: pass", HANGS),
    "it swallows its end": (
        "while True:\n    try:\n        input()\n    except BaseException: pass",
        "it took longer than",
    ),
    "it prints 60 MB": ("print('x' * 60_000_000)", "TooMuchOutput"),
    "it prints without end": ("while True: print('x' * 10_000)", "TooMuchOutput"),
    "its program prints without end": ("import os; os.system('yes'); print()", "more than 5 MB"),
    "it shows a big picture": (
        "from IPython.display import HTML, display; display(HTML('x' * 6_000_000))",
        "TooMuchOutput",
    ),
    "it leaves a child": (f"import subprocess; subprocess.Popen(['sh', '-c', '{SLEEPS} & {SLEEPS}'])", None),
    "it leaves a daemon": (
        f"import subprocess; subprocess.run(['setsid', '-f', 'sh', '-c', '{SLEEPS} & {SLEEPS}'])",
        None,
    ),
    "it dies and leaves a daemon": (
        f"import os, subprocess; subprocess.run(['setsid', '-f', *'{SLEEPS}'.split()]); os.kill(os.getpid(), 9)",
        "its process died (out of memory, or killed)",
    ),
    "it leaves a thread": (
        "import threading, time; threading.Thread(target=time.sleep, args=(471.25,), daemon=False).start()",
        None,
    ),
    "it says that it was made of nothing": ("page.colophon = lambda: None", "the notebook does not say what"),
    "it shows what is no text": (
        "from IPython.display import display; display({'text/html': ['a']}, raw=True)",
        "",
    ),
    "it forks and both go on": ("import os; os.fork()", None),
    "it says that it was made of something else": (
        "from IPython.display import HTML, display\n"
        "page.colophon = lambda: display(HTML('x'), metadata={'provenance': '{\"code\": 1}'})",
        "TypeError",
    ),
    "its error is named like an answer": ("raise type('R01: <b>4</b>', (Exception,), {})", "(cell-1): an error"),
    "its error has a name without end": ("raise type('x' * 100_000, (Exception,), {})", "(cell-1): an error"),
    "it changes how it is known": ("import sys; sys.modules.clear()", "its process died (exit code 1)"),
}


def _jobs(root: Path) -> dict[str, Job]:
    jobs = {}
    for number, (name, (source, _)) in enumerate(HOSTILE.items()):
        cells = [
            new_code_cell(each, id=f"cell-{place}") for place, each in enumerate((GOOD.rpartition("\n")[0], source))
        ]
        last = new_code_cell("page.colophon()", id="last")
        spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = new_notebook(cells=[*cells, last], metadata={"kernelspec": spec})
        (root / "notebooks" / f"h{number}.ipynb").write_text(writes(notebook), encoding="utf-8")
        jobs[name] = Job(f"h{number}", {}, root / "reports" / "published" / f"h{number}.html")
    return jobs


def _executed(root: Path) -> dict[str, Outcome]:
    jobs, setting = _jobs(root), Setting(str(root), timeout=100)
    hanging = {jobs[name].key: replace(setting, timeout=6) for name, (_, said) in HOSTILE.items() if said == HANGS}
    served = preloaded.serving("sto_workbench.pipeline.anew:begin", ["papermill", "nbconvert"])
    with environment(variables(setting)), served, ThreadPoolExecutor(4) as pool:
        execute(jobs["it leaves a child"], setting)  # so that the preloaded process has begun
        ends = pool.map(lambda job: execute(job, hanging.get(job.key, setting)), jobs.values())
        return dict(zip(jobs, ends, strict=True))


def test_each_fails_with_a_sentence_or_is_whole_and_nothing_is_left(copy: Path):
    ended = _executed(copy)
    assert {name: outcome for name, outcome in ended.items() if not _as_it_must(name, outcome, copy)} == {}
    here = {each.pid for each in psutil.process_iter() if f"STO_ROOT={copy}" in _environment(each)}
    assert here - {os.getpid()} == set()
    parts = copy / "reports" / ".parts"
    assert [path for path in parts.rglob("*") if path.is_file() and "ipython" not in path.parts] == []


def test_in_ordinary_kernels_one_takes_no_other_with_it_and_nothing_runs_on(copy: Path):
    names = ("it shows what is no text", "it leaves a daemon", "it says that it was made of something else")
    jobs, setting = _jobs(copy), Setting(str(copy), plain=True)
    with local_pool(3, setting) as (pool, work):
        ended = dict(zip(names, pool.map(lambda name: work(jobs[name], setting), names), strict=True))
    with warnings.catch_warnings(action="ignore"):
        gc.collect()  # event loops that Jupyter's clients leave open
    assert {name: outcome for name, outcome in ended.items() if not _as_it_must(name, outcome, copy)} == {}
    for _ in range(100):  # what was killed may take a moment to be gone
        here = {each.pid for each in psutil.process_iter() if f"STO_ROOT={copy}" in _environment(each)}
        if not here - {os.getpid()}:
            return
        time.sleep(0.05)
    raise AssertionError("a process of a notebook still runs")


def _as_it_must(name: str, outcome: Outcome, root: Path) -> bool:
    said, page = HOSTILE[name][1], root / "reports" / f"{outcome.key}.html"
    if said is None or outcome.failure is None:
        whole = page.exists() and page.read_text(encoding="utf-8").rstrip().endswith("</html>")
        return whole and outcome.failure is said is None
    detail = outcome.failure.detail
    logged = detail in log_of(outcome.key).read_text(encoding="utf-8")
    short = len(detail) < 20_000 and "Traceback" not in detail
    return said in outcome.failure.told and "cell " in outcome.failure.told and logged and short and not page.exists()


def _environment(process: psutil.Process) -> list[str]:
    try:
        return [f"{name}={value}" for name, value in process.environ().items()]
    except (psutil.Error, OSError):
        return []
