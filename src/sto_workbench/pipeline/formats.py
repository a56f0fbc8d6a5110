"""PDF, Word and slides of the pages that are published, made again when their page changed."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal

from sto_analysis import compendium, report
from sto_analysis.errors import MissingTool, StoError
from sto_analysis.provenance import record
from sto_workbench import pages
from sto_workbench.pipeline.apart import apart
from sto_workbench.pipeline.closure import closure
from sto_workbench.pipeline.manifest import Manifest
from sto_workbench.pipeline.plan import Job

Format = Literal["pdf", "docx", "pptx"]
PUBLISHED = ("00_published", "05_national_report", "06_region_report")
"""Notebooks whose pages go to readers."""
_STYLES: dict[Format, tuple[str, ...]] = {"pdf": (), "docx": ("*.docx",), "pptx": ("*.pptx", "*.yaml")}
"""What stands beside the modules that make a format, and is no code."""
_MODULES: dict[Format, str] = {"pdf": "pdf", "docx": "word", "pptx": "slides"}


def place(job: Job, form: Format) -> Path:
    """Return where a page stands in another format: beside it."""
    return job.page.with_suffix(f".{form}")


def publish(jobs: Iterable[Job], forms: Sequence[Format], workers: int) -> tuple[int, list[str]]:
    """Make pages in other formats where those that stand there are not made of them.

    Parameters
    ----------
    jobs : iterable of Job
        Whose pages to publish; those without a page, or that are not for readers, are passed over.
    forms : sequence of {"pdf", "docx", "pptx"}
        Formats.
    workers : int
        At a time.

    Returns
    -------
    made : int
        Files made.
    told : list of str
        What went wrong, each once: a missing tool does not stop the other formats.
    """
    manifest, jobs, cited = Manifest(), list(jobs), compendium.root() / "CITATION.cff"  # has their author
    makers = {
        form: [
            *closure(f"sto_workbench.pages.{_MODULES[form]}"),
            *_beside(report, "*.yaml"),
            *(path for each in _STYLES[form] for path in _beside(pages, each)),
        ]
        for form in forms
    }
    todo = [
        (job, form)
        for form in forms
        for job in jobs
        if job.notebook in PUBLISHED and job.page.is_file() and not current(manifest, job, form)
    ]
    made, told = 0, dict[str, None]()
    with ThreadPoolExecutor(workers) as pool:
        for (job, form), wrong in zip(todo, pool.map(lambda each: _make(*each), todo), strict=True):
            if not wrong:
                manifest.made(_key(job, form), record(makers[form], [job.page, cited], [place(job, form)]))
                made += 1
            else:
                told[wrong] = None
    manifest.save()
    return made, list(told)


def current(manifest: Manifest, job: Job, form: Format) -> bool:
    """Whether the file that stands there was made of the page that stands there."""
    return manifest.state(_key(job, form)).word == "current"


def _beside(package: ModuleType, pattern: str) -> list[Path]:
    """Files of a package that are no code: texts and styles."""
    return sorted(Path(str(package.__file__)).parent.glob(pattern))


def _key(job: Job, form: Format) -> str:
    return f"{job.key}.{form}"


def _make(job: Job, form: Format) -> str:
    """Make one file; say what went wrong, if anything."""
    asked = form, job.page, place(job, form), job.notebook
    try:
        return apart(f"{__name__}:made_of", asked)
    except ChildProcessError as error:
        return f"{place(job, form).name}: {error}."


def made_of(asked: tuple[Format, Path, Path, str]) -> str:
    """Make one file of a page of a notebook; say what went wrong, if anything.

    Parameters
    ----------
    asked : tuple
        Format, page, file to make, and notebook that the page is of.
    """
    form, page, file, notebook = asked
    maker = getattr(import_module(f"sto_workbench.pages.{_MODULES[form]}"), f"to_{form}")
    try:
        maker(page, file, **({"notebook": notebook} if form == "pptx" else {}))
    except MissingTool as error:
        return str(error)
    except (StoError, OSError) as error:
        return f"{file.name}: {error}"
    return ""
