"""The index page: what there is to read, how it stands, and what the last run changed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.monitor.answers import read_regions
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import is_synthetic, known_waves
from sto_analysis.provenance import read, recorded, recording, wrote
from sto_analysis.report.language import Texts
from sto_analysis.report.markup import fill
from sto_workbench.compare.since import since
from sto_workbench.pipeline.batch import Ended
from sto_workbench.pipeline.closure import closure
from sto_workbench.pipeline.formats import Format, current
from sto_workbench.pipeline.manifest import INDEX, Manifest, states
from sto_workbench.pipeline.plan import LANGUAGES, Job, plan

_NAMES: dict[Language, str] = {"nl": "index.html", "en": "index.en.html"}
_OTHERS: tuple[Format, ...] = ("pdf", "docx")
_WORST = ("failed", "stale", "current", "absent")


def write_index(ended: Sequence[Ended], jobs: Sequence[Job]) -> Path:
    """Write reports/index.html (Dutch) and index.en.html from the pages that stand there.

    Parameters
    ----------
    ended : sequence of Ended
        Of the last run: what it made, and what failed.
    jobs : sequence of Job
        Of the last run; the parameters that the user gave it are in them.

    Returns
    -------
    Path
        The Dutch index.
    """
    with recording():
        site = _Site(ended, jobs)
        for language, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
            t = Texts(language)
            html = fill("index.html.j2", **site.shown(t), language=language, t=t, other=_NAMES[other])
            wrote(compendium.write_text(site.top / _NAMES[language], html))
        site.manifest.made(INDEX, recorded(closure(__name__)))
        site.manifest.save()
    return site.top / _NAMES["nl"]


class _Site:
    """What stands below reports/, as the template shows it."""

    def __init__(self, ended: Sequence[Ended], jobs: Sequence[Job]) -> None:
        self.top, self.ended, self.manifest = compendium.root() / "reports", ended, Manifest()
        self.waves = [wave for wave in reversed(known_waves()) if (self.top / wave).is_dir()]
        for folder in ("published", *self.waves):
            read(self.top / folder / "manifest.json")
        given = {job.key: job for job in jobs}
        planned = [job for wave in self.waves for job in plan([wave], (), LANGUAGES, [])]
        self.jobs = {job.key: given.get(job.key, job) for job in planned}
        self.states = states(list(self.jobs.values()))
        self.jobs |= given
        self.since = {wave: since(wave) for wave in self.waves}

    def shown(self, t: Texts) -> dict[str, Any]:
        """Everything but the language, and in it what changed since a run was handed out."""
        wrong = {key: state.because[0] for key, state in self.states.items() if state.word == "failed"}
        return {
            "published": self._pages("published/published"),
            "waves": [{**self._wave(wave), "since": self.since[wave].told(t)} for wave in self.waves],
            "failed": [{"key": key, "failure": failure} for key, failure in wrong.items()],
        }

    def _wave(self, wave: str) -> dict[str, Any]:
        found = (self.top / wave / "notebooks").glob("0*.html")
        here = [each for each in self.ended if each.key.startswith(f"{wave}/")]
        return {
            "id": wave,
            "synthetic": is_synthetic(wave),
            "national": self._pages(f"{wave}/national.{wave}"),
            "regions": list(self._regions(wave)),
            "notebooks": {path.name.split(".")[0]: f"{wave}/notebooks/{path.stem}" for path in sorted(found)},
            "made": [each.key.removeprefix(f"{wave}/") for each in here if each.word == "made"],
            "kept": sum(each.word == "kept" for each in here),
        }

    def _regions(self, wave: str) -> Iterator[dict[str, Any]]:
        if not (compendium.processed(wave) / "regions.parquet").is_file():
            return
        for region, row in read_regions(wave).iterrows():
            stem = f"{wave}/regions/{region}.{wave}"
            known = [self.states[key].word for key in _by_language(stem).values() if key in self.states]
            status = min(known, key=_WORST.index, default="absent")
            yield {"id": region, **row[["name", "answered"]], "status": status, "pages": self._pages(stem)}

    def _pages(self, stem: str) -> dict[str, dict[str, str]]:
        """Language → format → link, of the pages that stand there; other formats only where they are of this page."""
        found = {language: self.jobs[key] for language, key in _by_language(stem).items() if key in self.jobs}
        there = {language: job for language, job in found.items() if job.page.is_file()}
        forms = {code: [form for form in _OTHERS if current(self.manifest, job, form)] for code, job in there.items()}
        return {code: {form: f"{job.key}.{form}" for form in ("html", *forms[code])} for code, job in there.items()}


def _by_language(stem: str) -> dict[str, str]:
    return {language: f"{stem}.{language}" for language in LANGUAGES}
