"""Which notebooks run, with which parameters, after which others, into which pages."""

import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.digests import digest
from sto_analysis.errors import Problem, Problems, UnknownNotebook, UnknownRegion
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import chain, known_waves, read_wave
from sto_workbench.intake.frame import frame_ids
from sto_workbench.pipeline.parameters import Value, declared, overrides

AFTER: dict[str, tuple[str, ...]] = {
    "02_describe": ("01_clean*",),
    "03_model": ("01_clean",),
    "04_robustness": ("01_clean*", "03_model"),
    "05_national_report": ("02_describe", "03_model", "04_robustness"),
    "06_region_report": ("01_clean*", "02_describe", "03_model"),
}
"""Notebook → those that must have run before it (with a star: for the earlier waves too). What it reads of theirs is
recorded, not listed."""
PLANNED = {"wave", "region", "language"}
LANGUAGES: tuple[Language, ...] = ("nl", "en")
REGION_LANGUAGES: tuple[Language, ...] = ("nl",)
"""Languages of the region reports when the user names none: their readers are Dutch, and there are many."""


@dataclass(frozen=True)
class Job:
    """One notebook with its parameters.

    Parameters
    ----------
    notebook : str
        Name without ``.ipynb``.
    parameters : dict
        Everything that Papermill passes.
    page : Path
        The HTML that it becomes; the executed notebook stands in ``notebooks/`` beside it.
    after : tuple of str
        Keys of the jobs whose files it reads.
    other : str
        Name of the same page in the other language, where that stands or is planned.
    """

    notebook: str
    parameters: dict[str, Value]
    page: Path
    after: tuple[str, ...] = ()
    other: str = ""

    @cached_property
    def key(self) -> str:
        """Name of the job: its page below reports/."""
        return self.page.relative_to(compendium.root() / "reports").with_suffix("").as_posix()

    @property
    def executed(self) -> Path:
        """The executed notebook, for reviewers."""
        folder = self.page.parent if self.page.parent.name == "notebooks" else self.page.parent / "notebooks"
        return folder / f"{self.page.stem}.ipynb"


def latest_waves() -> list[str]:
    """Return the waves that no other wave names as its earlier wave."""
    waves = known_waves()
    earlier = {read_wave(wave).earlier_wave for wave in waves}
    return [wave for wave in waves if wave not in earlier]


def plan(
    waves: Sequence[str],
    regions: Sequence[str],
    languages: Sequence[Language],
    given: list[tuple[str, str]],
    only: Sequence[str] = (),
) -> list[Job]:
    """Plan every notebook of some waves and the published figures, in an order in which they can run.

    Parameters
    ----------
    waves : sequence of str
        Waves to report on; their earlier waves are cleaned too.
    regions : sequence of str
        Regions to report on; none means all of the frame.
    languages : sequence of {"nl", "en"}
        Of the reports; none means both for national pages and Dutch for the regions.
    given : list of tuple of str
        Further parameters as the user gave them.
    only : sequence of str
        Notebooks to keep; none means all.

    Returns
    -------
    list of Job

    Raises
    ------
    Problems
        Unknown waves, regions, notebooks or parameters.
    """
    found = [_published(language) for language in languages or LANGUAGES]
    for wave in waves:
        known = {job.key for job in found}
        found += [job for job in _wave(wave, regions, languages) if job.key not in known]
    names = sorted({job.notebook for job in found})
    todo = f"Choose one of: {', '.join(names)}."
    Problems.raise_if(UnknownNotebook(f"there is no notebook {name!r}.", todo) for name in only if name not in names)
    found = [job for job in found if not only or job.notebook in only]
    values = overrides(given, sorted({job.notebook for job in found}), PLANNED)
    types = {name: declared(compendium.notebook(name)) for name in {job.notebook for job in found}}
    kept = {job.key for job in found}
    return [
        replace(
            job,
            parameters=job.parameters | {n: value for n, value in values.items() if n in types[job.notebook]},
            after=tuple(key for key in job.after if key in kept),
            other=_other(job, kept),
        )
        for job in found
    ]


def _other(job: Job, planned: Container[str]) -> str:
    """Name of the page in the other language, where it stands or is planned."""
    for language in LANGUAGES if "language" in job.parameters else ():
        page = job.page.with_name(f"{job.page.name.rsplit('.', 2)[0]}.{language}.html")
        if page != job.page and (replace(job, page=page).key in planned or page.is_file()):
            return page.name
    return ""


def _published(language: Language) -> Job:
    page = compendium.reports("published") / f"published.{language}.html"
    return Job("00_published", {"language": language}, page)


def _wave(wave: str, regions: Sequence[str], languages: Sequence[Language]) -> list[Job]:
    waves = chain(wave)
    frame = frame_ids(waves[-1])
    Problems.raise_if(_unknown(regions, frame, wave))
    folder = compendium.reports(wave)
    steps = [
        *(("01_clean", each.wave) for each in waves),
        *((name, wave) for name in ("02_describe", "03_model", "04_robustness")),
    ]
    jobs = [
        Job(
            name,
            {"wave": each},
            compendium.reports(each) / "notebooks" / f"{name}.{each}.html",
        )
        for name, each in steps
    ]
    jobs += [
        Job("05_national_report", {"wave": wave, "language": language}, folder / f"national.{wave}.{language}.html")
        for language in languages or LANGUAGES
    ]
    jobs += [
        Job(
            "06_region_report",
            {"wave": wave, "region": region, "language": language},
            folder / "regions" / f"{region}.{wave}.{language}.html",
        )
        for region in dict.fromkeys(regions or frame)
        for language in languages or REGION_LANGUAGES
    ]
    return [replace(job, after=tuple(_before(job, jobs[: len(steps)]))) for job in jobs]


def _before(job: Job, jobs: Sequence[Job]) -> Iterator[str]:
    """Keys of the jobs that must have run before one."""
    for name in AFTER.get(job.notebook, ()):
        for other in jobs:
            same = other.parameters["wave"] == job.parameters["wave"]
            if other.notebook == name.rstrip("*") and (same or name.endswith("*")):
                yield other.key


def notebook_hash(name: str) -> str:
    """SHA-256 of a notebook's cells (kinds, ids, sources, tags; no outputs) and of the texts beside it.

    Parameters
    ----------
    name : str
        Without ``.ipynb``.
    """
    path = compendium.notebook(name)
    beside = [digest(each) for each in sorted(path.parent.glob(f"{name}.*.yaml"))]
    return sha256(json.dumps([_cells(path, digest(path)), *beside]).encode()).hexdigest()


@cache
def _cells(path: Path, _digest: str) -> list[list[object]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        [cell["cell_type"], cell.get("id"), "".join(cell["source"]), cell["metadata"].get("tags", [])] for cell in cells
    ]


def _unknown(regions: Sequence[str], frame: list[str], wave: str) -> list[Problem]:
    todo = f"Choose a region of the frame: {frame[0]} to {frame[-1]}." if frame else "The frame is empty."
    return [UnknownRegion(f"wave {wave} has no region {region!r}.", todo) for region in regions if region not in frame]
