"""The national report rendered anew from what passed the gate, in a compendium in which there is nothing else."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import nbformat
import yaml

from sto_analysis import compendium
from sto_analysis.declared import tables as declared_tables
from sto_analysis.errors import NotebookFailed
from sto_analysis.monitor.wave import Wave, chain
from sto_analysis.provenance import commit
from sto_analysis.report.shown import Release
from sto_workbench.pages import EXHIBITS
from sto_workbench.pages.pdf import browser
from sto_workbench.pipeline.batch import local_pool
from sto_workbench.pipeline.execute import Setting
from sto_workbench.pipeline.formats import Format, publish
from sto_workbench.pipeline.plan import LANGUAGES, Job
from sto_workbench.release.blank import Shown
from sto_workbench.release.exhibits import REPORT

_COPIED = (
    "data/codebook.yaml", "data/multiverse.yaml", "requirements.lock", "CITATION.cff",
    f"notebooks/{REPORT}.ipynb", f"notebooks/{REPORT}.nl.yaml",
)  # fmt: skip
_FORMS: tuple[Format, ...] = ("pdf", "docx", "pptx")


def public_root(wave: str, gated: Mapping[str, Shown], folder: Path, release: Release) -> Path:
    """Make a compendium that holds what the national report of a release needs, and nothing else.

    Parameters
    ----------
    wave : str
        Id of the wave.
    gated : mapping of str to Shown
        Table of the store → as it may leave.
    folder : Path
        Where to make it: a new or empty folder.
    release : Release
        What the pages say of themselves.

    Returns
    -------
    Path
        `folder`: the notebook, codebook and grid, the gated results, each wave.yaml reduced to what is public. No
        answers, no regions, no results of another table than the report reads.
    """
    top = compendium.root()
    for name in _COPIED:
        if (top / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(top / name, folder / name)
    for each in chain(wave):
        path = folder / "data" / "raw" / each.wave / "wave.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump(_reduced(each), allow_unicode=True, sort_keys=False), encoding="utf-8")
    results = folder / "data" / "processed" / wave / "results"
    results.mkdir(parents=True)
    for name in _read_by_report() & gated.keys():
        gated[name].write(results / f"{name}.parquet")
    (results.parent / compendium.RELEASE).write_text(json.dumps(asdict(release)), encoding="utf-8")
    (folder / "reports").mkdir()
    return folder


def _read_by_report() -> set[str]:
    """Tables of results that the notebook of the report reads."""
    cells = json.loads(compendium.notebook(REPORT).read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return {name for name in declared_tables() if f'"{name}"' in code}


def _reduced(wave: Wave) -> dict[str, Any]:
    """What is public of a wave: its name, when it was asked, the words of its questions, the wave before it."""
    told = {"wave": wave.wave, "title": wave.title.model_dump(exclude_none=True), "file": "none", "frame": "none"}
    told |= {"region_column": "none", "missing_codes": {"none": "dont_know"}}
    told |= {"fieldwork": wave.fieldwork.model_dump()} if wave.fieldwork else {}
    told |= {"earlier_wave": wave.earlier_wave} if wave.earlier_wave else {}
    worded = {name: item.wording for name, item in wave.items.items() if item.wording != item.column}
    items = {name: {"column": name, "wording": wording} for name, wording in worded.items()}
    return told | {"items": items}


def rendered(wave: str, root: Path, of: str | None = None) -> dict[str, Path]:
    """Run the notebook of the national report in a public root, and make its pages in all formats and both languages.

    Parameters
    ----------
    wave : str
        Id of the wave.
    root : Path
        As `public_root` made it; everything is written below its ``reports``.
    of : str, optional
        Commit of the code; default that of the compendium here.

    Returns
    -------
    dict of Path
        Name in the release → file: HTML, Word, slides, Excel, executed notebook, what stands beside the pages, and PDF
        where there is a browser.

    Raises
    ------
    NotebookFailed
        Where the notebook does, or a format cannot be made.
    """
    told = json.loads((root / "data" / "processed" / wave / compendium.RELEASE).read_text(encoding="utf-8"))
    noon = datetime.combine(date.fromisoformat(told["date"]), datetime.min.time(), UTC).replace(hour=12).timestamp()
    setting = Setting(str(root), of or commit())
    with local_pool(len(LANGUAGES), setting) as (pool, work):
        jobs = _jobs(wave)
        ended = list(pool.map(work, jobs, [setting] * len(jobs)))
        _raise_if(f"{each.failure.told}" for each in ended if each.failure)
        for job in jobs:
            _leave_unsaid(job.executed)
            os.utime(job.page, (noon, noon))
        forms = [form for form in _FORMS if form != "pdf" or browser()]
        _raise_if(publish(jobs, forms, len(jobs) + 1)[1])
        return _made(jobs, forms)


def _jobs(wave: str) -> list[Job]:
    """The national report in each language, which leads to the others."""
    folder = compendium.reports(wave)
    pages = {language: folder / f"national.{wave}.{language}.html" for language in LANGUAGES}
    others = {language: next(page.name for other, page in pages.items() if other != language) for language in LANGUAGES}
    return [
        Job(REPORT, {"wave": wave, "language": language}, page, other=others[language])
        for language, page in pages.items()
    ]


def _raise_if(wrong: Iterable[str]) -> None:
    if told := list(wrong):
        raise NotebookFailed(" ".join(told), "Mend it and release again.")


def _leave_unsaid(executed: Path) -> None:
    """Take out of an executed notebook what it was made of: hashes of files that do not leave."""
    notebook = nbformat.read(executed, nbformat.NO_CONVERT)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("metadata", {}).pop("provenance", None)
    executed.write_text(nbformat.writes(notebook), encoding="utf-8", newline="\n")


def _made(jobs: Iterable[Job], forms: Sequence[Format]) -> dict[str, Path]:
    """Files of the pages by their names; Excel and the data of exhibits stand in a folder of their own."""
    files = dict[str, Path]()
    for job in jobs:
        files |= {path.name: path for path in [job.page, job.executed, *(job.page.with_suffix(f".{f}") for f in forms)]}
        beside = sorted((job.page.parent / EXHIBITS).glob(f"{job.page.stem}.*"))
        files |= {f"{EXHIBITS}/{path.name}": path for path in beside}
    return files
