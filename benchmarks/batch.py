"""Speed and memory of the batch, as ratios measured in one session.

python benchmarks/batch.py            # the table in docs/benchmarks/batch.md; about half an hour

Every way is a command of its own, timed from nothing to the last page (starting and importing included), in turns.
Slow ways are timed on a few notebooks and extended by what each further one costs.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[1]
PYTHON, BIN = sys.executable, Path(sys.executable).parent
SETTING = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "MPLBACKEND": ""}
WAVE = "synthetic-2024"
R_MARKDOWN = """
suppressMessages(library(parallel))
one <- function(i) rmarkdown::render("{source}", output_file = sprintf("{out}/%d.html", i), quiet = TRUE,
  params = list(region = i), intermediates_dir = tempfile(), envir = new.env())
invisible(mclapply(seq_len({count}), one, mc.cores = 2, mc.preschedule = FALSE))
"""


class Took(NamedTuple):
    """Seconds of a command: on the clock, and of processors (all its processes)."""

    wall: float
    cpu: float


def timed(command: list[str], root: Path) -> Took:
    """Run a command in the compendium at `root`."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        environment = {**os.environ, **SETTING, "STO_ROOT": str(root)}
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=out, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            out.seek(0)
            raise SystemExit(f"{command} failed:\n{out.read().decode()[-3000:]}")
    return Took(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)


def peak(command: list[str], root: Path) -> float:
    """Peak memory of a command's process tree, in MiB: proportional set size, so that shared pages count once."""
    import psutil

    environment = {**os.environ, **SETTING, "STO_ROOT": str(root)}
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0.0
    while process.poll() is None:
        total = 0
        for each in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
            try:
                total += each.memory_full_info().pss
            except psutil.Error:
                continue
        most = max(most, total / 2**20)
        time.sleep(0.3)
    return most


# The ways, each run by this file in a process of its own: python benchmarks/batch.py --way NAME NOTEBOOK COUNT


def _parameters(notebook: str, number: int) -> dict[str, object]:
    if notebook == "fixed":
        return {"region": number}
    return {"wave": WAVE, "region": f"R{(number - 1) % 78 + 1:02d}", "language": "nl"}


def ours(notebook: str, count: int) -> None:
    """The batch of `sto run`: threads that share one preloaded process."""
    from sto_analysis import compendium
    from sto_workbench.pipeline.batch import alone, local_pool, run
    from sto_workbench.pipeline.plan import Job

    name = "fixed" if notebook == "fixed" else "06_region_report"
    folder = compendium.root() / "reports" / "bench"
    jobs = [Job(name, _parameters(notebook, n), folder / f"{n}.html") for n in range(1, count + 1)]  # type: ignore[arg-type]
    with alone():
        ended = run(jobs, partial(local_pool, (os.cpu_count() or 1) + 1), lambda _: None, force=True)
    assert {each.word for each in ended} == {"made"}, [each for each in ended if each.word != "made"][:1]


def _papermill(notebook: str, number: int) -> None:
    import papermill

    from sto_workbench.pages.render import render

    path = f"notebooks/{'fixed' if notebook == 'fixed' else '06_region_report'}.ipynb"
    out = Path("reports") / f"{number}.ipynb"
    done = papermill.execute_notebook(path, str(out), _parameters(notebook, number), progress_bar=False)
    out.with_suffix(".html").write_text(render(done, "x"), encoding="utf-8")


def pool(notebook: str, count: int) -> None:
    """Papermill in a pool of two processes, one BLAS thread, the exporter reused."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        list(executor.map(partial(_papermill, notebook), range(1, count + 1)))


def shell(notebook: str, count: int, at_a_time: int = 1) -> None:
    """The command lines of papermill and nbconvert, what people do."""
    path = f"notebooks/{'fixed' if notebook == 'fixed' else '06_region_report'}.ipynb"
    lines = []
    for number in range(1, count + 1):
        given = " ".join(f"-p {name} {value}" for name, value in _parameters(notebook, number).items())
        out = f"reports/{number}.ipynb"
        lines.append(f"{BIN}/papermill {path} {out} {given} && {BIN}/jupyter nbconvert --to html {out}")
    text = "\0".join(lines)
    words = ["xargs", "-0", "-P", str(at_a_time), "-I{}", "bash", "-c", "{}"]
    subprocess.run(words, input=text, text=True, check=True, capture_output=True)


def _cells(notebook: str) -> Callable[[int], str]:
    """The cells of a notebook as a plain function that returns the rendered page."""
    import ast
    import base64
    import io

    import matplotlib as mpl
    import nbformat
    from nbformat.v4 import new_output

    mpl.use("agg")
    from sto_analysis.report import page
    from sto_workbench.pages.render import render

    path = ROOT / ("benchmarks/fixed.ipynb" if notebook == "fixed" else "notebooks/06_region_report.ipynb")
    source = nbformat.read(path, as_version=4)
    code = []
    for cell in source.cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            value = compile(ast.Expression(last.value), "cell", "eval") if isinstance(last, ast.Expr) else None
            code.append((cell, compile(tree, "cell", "exec"), value))

    def once(number: int) -> str:
        import matplotlib.pyplot as plt

        shown: list[object] = []
        page.display = lambda each, **_: shown.append(each)  # type: ignore[attr-defined]
        space: dict[str, object] = {"__name__": "__main__", "print": lambda text: shown.append(str(text))}
        for place, (cell, statements, value) in enumerate(code):
            exec(statements, space)
            if place == 0:
                space.update(_parameters(notebook, number))
            if value is not None and (result := eval(value, space)) is not None:
                shown.append(result)
            for figure in map(plt.figure, plt.get_fignums()):
                buffer = io.BytesIO()
                figure.savefig(buffer, format="png", bbox_inches="tight", dpi=mpl.rcParams["figure.dpi"])
                data = {"image/png": base64.b64encode(buffer.getvalue()).decode()}
                shown.append(new_output("display_data", data))
                plt.close(figure)
            cell.outputs = [each if hasattr(each, "output_type") else _output(each) for each in shown]
            shown.clear()
        return render(source, "x")

    return once


def _output(shown: object) -> object:
    from nbformat.v4 import new_output

    for form, name in (("text/html", "_repr_html_"), ("text/markdown", "_repr_markdown_")):
        if found := getattr(shown, name, lambda: None)():
            data, about = found if isinstance(found, tuple) else (found, {})
            return new_output("display_data", {form: data}, metadata={form: about})
    return new_output("display_data", {"text/plain": str(shown)})


def _write(once: Callable[[int], str], number: int) -> None:
    (Path("reports") / f"{number}.html").write_text(once(number), encoding="utf-8")


def isolated(notebook: str, count: int) -> None:
    """The bound: the cells as a plain function in a freshly forked, preloaded process per notebook, two at a time."""
    import runpy

    from sto_workbench.pipeline.batch import LIBRARIES

    preloaded = runpy.run_path(str(ROOT / "src" / "forked_kernels" / "forkserver.py"))
    for name in LIBRARIES:
        import_module(name)
    preloaded["_preload"]()
    once, todo, running = _cells(notebook), list(range(1, count + 1)), 0
    while todo or running:
        while todo and running < 2:
            number = todo.pop(0)
            if not os.fork():
                _write(once, number)
                os._exit(0)
            running += 1
        _, status = os.wait()
        assert not status
        running -= 1


def warm(notebook: str, count: int) -> None:
    """The other bound: the same in two processes that keep their state, so that nothing is isolated."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(
        2, mp_context=get_context("spawn"), initializer=_prepare, initargs=(notebook,)
    ) as executor:
        list(executor.map(_warm_one, range(1, count + 1)))


def _prepare(notebook: str) -> None:
    globals()["_once"] = _cells(notebook)


def _warm_one(number: int) -> None:
    _write(globals()["_once"], number)


def markdown(notebook: str, count: int) -> None:
    """R Markdown, two at a time."""
    out = Path("reports").resolve()
    program = R_MARKDOWN.format(source=HERE / "fixed.Rmd", out=out, count=count)
    subprocess.run(["Rscript", "-e", program], check=True, capture_output=True)
    assert len(list(out.glob("*.html"))) >= count


WAYS: dict[str, Callable[[str, int], None]] = {
    "ours": ours,
    "isolated": isolated,
    "warm": warm,
    "pool": pool,
    "shell": shell,
    "shell2": partial(shell, at_a_time=2),
    "markdown": markdown,
}
NAMES = {
    "ours": "`sto run`",
    "isolated": "bound: plain function, freshly forked preloaded process each, rendered",
    "warm": "bound: plain function in two warm processes, rendered",
    "pool": "papermill in a pool of two processes",
    "shell": "shell loop of `papermill` and `jupyter nbconvert`",
    "shell2": "the same, two at a time",
    "markdown": "R Markdown in `mclapply`, 2 workers",
}
FEW = {"shell": (0, 4), "shell2": (0, 4), "pool": (4, 14), "markdown": (4, 28)}
"""Ways of which few notebooks are timed: the difference between the two counts is what a notebook costs."""


def way(name: str, notebook: str, count: int) -> list[str]:
    """Return the command of a way."""
    return [PYTHON, str(Path(__file__)), "--way", name, notebook, str(count)]


def measure(root: Path, notebook: str, names: list[str], count: int, times: int) -> dict[str, Took]:
    """Median seconds for `count` notebooks, every way in its turn."""
    found: dict[str, list[Took]] = {name: [] for name in names}
    for turn in range(times):
        for name in names:
            few, many = FEW.get(name, (0, count))
            first = timed(way(name, notebook, few), root) if few else Took(0.0, 0.0)
            last = timed(way(name, notebook, many), root)
            further = (count - many) / (many - few)
            took = [after + further * (after - before) for before, after in zip(first, last, strict=True)]
            found[name].append(Took(*took))
            sys.stderr.write(f"{notebook} {name} turn {turn + 1}: {last.wall:.1f} s for {many}\n")
    return {
        name: Took(statistics.median(each.wall for each in all_), statistics.median(each.cpu for each in all_))
        for name, all_ in found.items()
    }


def _compendium() -> Path:
    """A compendium with all national results and the fixed notebook."""
    sys.path.insert(0, str(ROOT))
    from tests.conftest import make_copy

    root = make_copy(Path(tempfile.mkdtemp(prefix="sto-bench-")))
    shutil.copy(HERE / "fixed.ipynb", root / "notebooks" / "fixed.ipynb")
    timed([str(BIN / "sto"), "run", WAVE, "--language", "nl"], root)
    return root


def _rows(took: dict[str, Took]) -> list[list[str]]:
    base = took["ours"]
    return [
        [
            NAMES[name],
            f"{each.wall:.1f} s" + (f" (from {FEW[name][1]})" if name in FEW else ""),
            f"{each.cpu:.1f} s",
            f"{each.wall / base.wall:.2f}",
        ]
        for name, each in took.items()
    ]


def main(times: int, most: int) -> None:
    """Measure everything and write docs/benchmarks/batch.md."""
    from machine import machine, publish, table

    root = _compendium()
    there = shutil.which("Rscript") is not None
    r_packages = ["rmarkdown", "ggplot2", "MASS"] if there else []
    fixed = measure(root, "fixed", [name for name in WAYS if name != "markdown" or there], 78, times)
    region = measure(root, "region", ["ours", "isolated", "shell"], 78, times)
    grown = {count: timed(way("ours", "fixed", count), root) for count in (8, 40, 78, most)}
    again = statistics.median(timed([str(BIN / "sto"), "run", WAVE, "--language", "nl"], root).wall for _ in range(5))
    memory = peak(way("ours", "fixed", 78), root)
    shutil.rmtree(root)
    over = (region["ours"].cpu - region["isolated"].cpu) / 78
    head = ["78 notebooks", "wall", "CPU", "times ours"]
    about = machine(
        ("papermill", "nbconvert", "ipykernel", "pandas", "matplotlib", "seaborn", "statsmodels"), r_packages
    )
    growth = [[str(count), f"{took.wall:.1f} s", f"{took.wall / count:.2f} s"] for count, took in grown.items()]
    slope = (grown[most].wall - grown[8].wall) / (most - 8)
    publish(
        "batch",
        "Speed and memory of the batch",
        about,
        f"Whole commands from nothing to the last page, executed and rendered; medians of {times} runs in turns.",
        "## A fixed notebook\n\n`benchmarks/fixed.ipynb`: 18 cells, 3 tables, one `OrderedModel`, 3 seaborn figures.",
        table(head, _rows(fixed)),
        "## The region report",
        table(head, _rows(region)),
        f"Jupyter costs {over:.2f} CPU seconds per region report above the isolated bound.",
        "## Growth",
        table(["fixed notebooks", "wall", "per notebook"], growth),
        f"Every further notebook: {slope:.2f} s. Peak memory of the process tree (proportional set size): "
        f"{memory:.0f} MiB. `sto run` of a finished wave (nothing to make): {again:.2f} s.",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", nargs=3, metavar=("NAME", "NOTEBOOK", "COUNT"))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--most", type=int, default=400)
    given = parser.parse_args()
    if given.way:
        WAYS[given.way[0]](given.way[1], int(given.way[2]))
    else:
        main(given.times, given.most)
