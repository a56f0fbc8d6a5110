"""The index page: a region and its report in one go, the national reports, and what they rest on."""

import re
import unicodedata
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any, get_args

from sto_analysis import compendium
from sto_analysis.monitor.answers import read_regions
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import is_synthetic, known_waves
from sto_analysis.provenance import read, recorded, recording, wrote
from sto_analysis.report.language import Texts
from sto_analysis.report.markup import fill
from sto_workbench.pages import EXHIBITS
from sto_workbench.pipeline.closure import closure
from sto_workbench.pipeline.formats import Format, current
from sto_workbench.pipeline.manifest import INDEX, Manifest
from sto_workbench.pipeline.plan import LANGUAGES, Job, plan

_NAMES: dict[Language, str] = {"nl": "index.html", "en": "index.en.html"}
_AT_ONCE = 20
"""Regions that are listed together, so that without the field a list is a phone's screen or two."""


def write_index(jobs: Sequence[Job] = ()) -> Path:
    """Write reports/index.html (Dutch) and index.en.html from the pages that stand there.

    Parameters
    ----------
    jobs : sequence of Job
        Of the last run; the parameters that the user gave it are in them.

    Returns
    -------
    Path
        The Dutch index.
    """
    with recording():
        site = _Site(jobs)
        for language, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
            html = fill("index.html.j2", **site.shown, language=language, t=Texts(language), other=_NAMES[other])
            wrote(compendium.write_text(site.top / _NAMES[language], html))
        site.manifest.made(INDEX, recorded(closure(__name__)))
        site.manifest.save()
    return site.top / _NAMES["nl"]


class _Site:
    """What stands below reports/, as the template shows it."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.top, self.manifest = compendium.root() / "reports", Manifest()
        waves = sorted(known_waves(), key=lambda wave: (not is_synthetic(wave), wave), reverse=True)
        self.waves = [wave for wave in waves if (self.top / wave).is_dir()]
        for folder in ("published", *self.waves):
            read(self.top / folder / "manifest.json")
        planned = [job for wave in self.waves for job in plan([wave], (), LANGUAGES, [])]
        self.jobs = {job.key: job for job in (*planned, *jobs)}

    @property
    def shown(self) -> dict[str, Any]:
        """Everything but the language."""
        waves = [self._wave(wave) for wave in self.waves]
        found = [path for wave in self.waves for path in sorted((self.top / wave / "notebooks").glob("0[1-4]*.html"))]
        return {
            "published": self._pages("published/published"),
            "waves": [wave for wave in waves if wave["national"] or wave["groups"]],
            "notebooks": [path.relative_to(self.top).with_suffix("").as_posix() for path in found],
            "failed": sum(self.manifest.failure(key) is not None for key in self.jobs),
        }

    def _wave(self, wave: str) -> dict[str, Any]:
        there = (compendium.processed(wave) / "regions.parquet").is_file()
        regions = [{"id": name, **row} for name, row in read_regions(wave).iterrows()] if there else []
        listed = [each | {"pages": self._pages(f"{wave}/regions/{each['id']}.{wave}")} for each in regions]
        reported = any(each["pages"] for each in listed)
        return {
            "id": wave,
            "synthetic": is_synthetic(wave),
            "national": self._pages(f"{wave}/national.{wave}"),
            "asked": len(regions),
            "answered": sum(region["answered"] for region in regions),
            "groups": _groups(sorted(listed if reported else [], key=_by_name)),
        }

    def _pages(self, stem: str) -> dict[str, dict[str, str]]:
        """Language → format → link, of the pages that stand there; other formats only where they are of this page."""
        found = {language: self.jobs.get(f"{stem}.{language}") for language in LANGUAGES}
        there = {language: job for language, job in found.items() if job and job.page.is_file()}
        forms = {
            c: [form for form in get_args(Format) if current(self.manifest, job, form)] for c, job in there.items()
        }
        links: dict[str, dict[str, str]] = {
            code: {form: f"{job.key}.{form}" for form in ("html", *forms[code])} for code, job in there.items()
        }
        books = {code: job.page.parent / EXHIBITS / f"{job.page.stem}.xlsx" for code, job in there.items()}
        for code, book in books.items():
            links[code] |= {"xlsx": book.relative_to(self.top).as_posix()} if book.is_file() else {}
        return links


def _by_name(region: dict[str, Any]) -> list[tuple[int, str]]:
    """The order of a register: without accents and capitals, numbers by their size."""
    letters = unicodedata.normalize("NFKD", region["name"]).encode("ascii", "ignore").decode().lower()
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|[a-z]+", letters)]


def _groups(regions: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lists of about as many regions each."""
    size = ceil(len(regions) / max(1, ceil(len(regions) / _AT_ONCE)))
    return [regions[first : first + size] for first in range(0, len(regions), size or 1)]
