"""One notebook through Papermill and the page template, into a folder."""

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import nbformat
import papermill
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from forked_kernels.direct import DirectEngine, TooMuchOutput
from sto_analysis import compendium, provenance
from sto_analysis.declared import units
from sto_analysis.errors import NotebookFailed, StoError
from sto_analysis.monitor.scales import Language
from sto_analysis.report.language import Texts
from sto_analysis.report.markup import TEMPLATES
from sto_workbench.pages import EXHIBITS
from sto_workbench.pages.book import BOOK, offered, to_book
from sto_workbench.pages.exhibits import beside
from sto_workbench.pages.render import coloured, render
from sto_workbench.pipeline.anew import give_anew
from sto_workbench.pipeline.failure import begin_cell, failed, write

OUTPUT = 5_000_000
"""Bytes that a page may show."""
_TOO_MUCH = f"with this cell the page shows more than {OUTPUT / 1e6:g} MB; show less"
_FILE = 2**30
"""Bytes that a file of a notebook, or what its programs print, may have."""
_LONGEST_KIND = 60
_QUIET_KERNEL = ["--IPKernelApp.log_level=CRITICAL", "--HistoryManager.enabled=False"]


def produce(asked: dict[str, Any]) -> None:
    """Execute and render a notebook into a folder.

    It holds ``executed.ipynb``, ``page.html``, ``exhibits`` (files beside the page), ``record.json``; or ``failure``.

    Parameters
    ----------
    asked : dict
        ``notebook``, ``parameters``, ``home`` (link to the index), ``other`` (to the other language), ``page`` (name),
        ``folder``, ``timeout`` (seconds), and ``direct``: whether this process is fresh, so that the cells can run in
        it; otherwise an ordinary kernel runs them.
    """
    folder = Path(asked["folder"])
    if asked["direct"]:
        give_anew()
        provenance.forget()
        papermill_engines.register("direct", DirectEngine)
        _small_files()
    end, shown, here = time.monotonic() + asked["timeout"], list[int](), os.getpid()
    left: Callable[[Any], int] = lambda cell: max(1, int(end - time.monotonic()))  # noqa: E731

    def at(cell: Any, cell_index: int) -> None:
        if cell.cell_type == "code":
            begin_cell(folder, cell, cell_index)

    def whole(cell: Any, cell_index: int, execute_reply: Any) -> None:
        if os.getpid() != here:  # the cell forked, and this is the other: there is one who goes on
            os._exit(0)
        content = execute_reply["content"]
        quits = any(each.get("source") == "ask_exit" for each in content.get("payload", ()))
        if quits or content.get("ename") == "SystemExit":  # which Papermill takes for a good end
            raise NotebookFailed("the cell ended the notebook (quit, exit); it has to run to its end", "")
        shown.append(len(json.dumps(cell.outputs)))
        if sum(shown) > OUTPUT:
            raise NotebookFailed(_TOO_MUCH, "")

    try:
        notebook = papermill.execute_notebook(
            asked["notebook"], None, parameters=asked["parameters"], kernel_name="python3", progress_bar=False,
            request_save_on_cell_execute=False, extra_arguments=_QUIET_KERNEL, timeout_func=left,
            on_cell_start=at, on_cell_executed=whole,
            **({"engine_name": "direct", "most": OUTPUT} if asked["direct"] else {}),
        )  # fmt: skip
        (folder / "record.json").write_text(json.dumps(recorded(notebook)), encoding="utf-8")
        normalise(notebook)
        page, files = _page(notebook, asked)
        (folder / "page.html").write_text(page, encoding="utf-8", newline="\n")
        (folder / EXHIBITS).mkdir()
        for name, content in files.items():
            (folder / EXHIBITS / name).write_bytes(content)
        (folder / "executed.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8", newline="\n")
        return
    except PapermillExecutionError as error:
        trace = re.sub(r"\x1b\[[0-9;]*m", "", str(error.evalue)).strip()
        named = str(error.ename)
        kind = named if named.isidentifier() and len(named) < _LONGEST_KIND else "an error"  # made by the notebook
        what = f"{named}: {trace}"
    except CellTimeoutError:
        kind, what = f"it took longer than {asked['timeout']:g} seconds", ""
    except (DeadKernelError, CellExecutionComplete):
        kind, what = "its process died (out of memory, or killed)", ""
    except TooMuchOutput:
        kind, what = _TOO_MUCH, ""
    except NotebookFailed as error:
        kind, what = error.what, ""
    except StoError as error:
        kind, what = type(error).__name__, str(error)
    write(folder, failed(folder, asked["notebook"], kind, what))


def _page(notebook: Any, asked: dict[str, Any]) -> tuple[str, dict[str, bytes]]:
    """The page and the files beside it: PNG and Excel too of what is published, but not 78 times."""
    language, name = asked["parameters"].get("language"), asked["page"]
    published = bool(language) and "region" not in asked["parameters"]
    texts = Texts(language or "en")
    page, files = beside(render(notebook, asked["home"], asked["other"]), name, texts, pictures=published)
    if published:
        page = offered(page, {BOOK: f"{EXHIBITS}/{name}.xlsx"}, texts)
        files[f"{name}.xlsx"] = to_book(page, texts)
    return page, files


def _small_files() -> None:
    """Limit the files of this process and of those that it starts."""
    import resource  # which Windows has not; there no notebook runs in this process

    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE if most == resource.RLIM_INFINITY else min(_FILE, most), most))


def warm_up() -> None:
    """Make one page and read what every page reads, so that forked processes find the caches filled."""
    for language in get_args(Language):
        Texts(language).constant("alpha")
    units(), provenance.here()
    for name in ("figure.html.j2", "table.html.j2"):
        TEMPLATES.get_template(name)
    for code in provenance.cells(compendium.root()):
        coloured(code, "ipython3")
    cells = [new_markdown_cell("# a\n\n## b"), new_code_cell("c = 1")]
    render(new_notebook(cells=cells), "index.html")


def recorded(notebook: Any) -> dict[str, Any]:
    """Return what an executed notebook says that it was made of (see `sto_analysis.provenance.colophon`).

    Raises
    ------
    NotebookFailed
        When it says nothing.
    """
    outputs = [output for cell in reversed(notebook.cells) for output in cell.get("outputs", ())]
    for output in outputs:
        if found := output.get("metadata", {}).get("provenance"):
            return dict(json.loads(found))
    raise NotebookFailed("the notebook does not say what it was made of.", "End it with a cell `page.colophon()`.")


def normalise(notebook: Any) -> None:
    """Take out of an executed notebook what differs from run to run or names this machine.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place: no timings, no paths of input and output, no warnings on stderr, a fixed id for the injected
        cell. What is left depends on notebook, parameters, data and code only.
    """
    kept = notebook.metadata.get("papermill", {})
    notebook.metadata["papermill"] = {"parameters": kept.get("parameters", {})}
    for cell in notebook.cells:
        for timing in ("papermill", "execution"):
            cell.metadata.pop(timing, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        if cell.cell_type == "code":
            cell["outputs"] = [output for output in cell.outputs if output.get("name") != "stderr"]
