"""Which notebooks run, with which parameters, after which others, into which pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems, UnknownRegion
from sto_analysis.pipeline.parameters import Value, declared, overrides
from sto_analysis.survey.clean import clean_wave
from sto_analysis.survey.codebook import Language, read_codebook
from sto_analysis.survey.trend import chain
from sto_analysis.survey.wave import known_waves, read_frame, read_wave

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
        Everything that Papermill passes; complete for what the plan sets.
    page : Path
        The HTML that it becomes; the executed notebook stands in ``notebooks/`` beside it.
    after : tuple of str
        Keys of the jobs whose files it reads.
    """

    notebook: str
    parameters: dict[str, Value]
    page: Path
    after: tuple[str, ...] = field(default=())

    @property
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
    waves: Sequence[str], regions: Sequence[str], languages: Sequence[Language], given: list[tuple[str, str]]
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

    Returns
    -------
    list of Job

    Raises
    ------
    Problems
        Unknown waves, regions or parameters, and all that is wrong with the waves' files; nothing is touched then.
    """
    jobs = [
        _job("00_published", "published", f"published.{language}", {"language": language})
        for language in languages or LANGUAGES
    ]
    cleaned: dict[str, Job] = {}
    for wave in waves:
        jobs += _wave(wave, regions, languages, cleaned)
    values = overrides(given, sorted({job.notebook for job in jobs}), PLANNED)
    types = {name: declared(compendium.notebook(name)) for name in {job.notebook for job in jobs}}
    for job in jobs:
        job.parameters.update({name: value for name, value in values.items() if name in types[job.notebook]})
    return jobs


def _job(notebook: str, folder: str, page: str, parameters: dict[str, Value], after: Sequence[Job] = ()) -> Job:
    return Job(
        notebook,
        dict(parameters),
        compendium.reports(folder) / f"{page}.html",
        tuple(job.key for job in after),
    )


def _clean(wave: str, cleaned: dict[str, Job]) -> Job:
    if wave not in cleaned:
        cleaned[wave] = _job("01_clean", wave, f"notebooks/01_clean.{wave}", {"wave": wave})
    return cleaned[wave]


def _wave(wave: str, regions: Sequence[str], languages: Sequence[Language], cleaned: dict[str, Job]) -> list[Job]:
    waves = chain(wave)
    described, names = waves[-1], [each.wave for each in waves]
    for name in names:
        clean_wave(name)  # every problem of the files, before anything runs
    frame = list(read_frame(described, read_codebook()).index)
    Problems.raise_if(_unknown(regions, frame, wave))
    first = [_clean(name, cleaned) for name in names if name not in cleaned]
    needed = [cleaned[name] for name in names]
    describe = _job("02_describe", wave, f"notebooks/02_describe.{wave}", {"wave": wave}, needed)
    model = _job("03_model", wave, f"notebooks/03_model.{wave}", {"wave": wave}, needed)
    robust = _job("04_robustness", wave, f"notebooks/04_robustness.{wave}", {"wave": wave}, [*needed, model])
    national = [
        _job(
            "05_national_report",
            wave,
            f"national.{wave}.{language}",
            {"wave": wave, "language": language},
            (describe, model, robust),
        )
        for language in languages or LANGUAGES
    ]
    each = [
        _job(
            "06_region_report", wave, f"regions/{region}.{wave}.{language}",
            {"wave": wave, "region": region, "language": language}, (describe, model),
        )
        for region in dict.fromkeys(regions or frame)
        for language in languages or REGION_LANGUAGES
    ]  # fmt: skip
    return [*first, describe, model, robust, *national, *each]


def _unknown(regions: Sequence[str], frame: list[str], wave: str) -> list[Problem]:
    todo = f"Choose a region of the frame: {frame[0]} to {frame[-1]}." if frame else "The frame is empty."
    return [UnknownRegion(f"wave {wave} has no region {region!r}.", todo) for region in regions if region not in frame]
