"""The index page: what there is to read, how it stands, and what the last run changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader

from sto_analysis import compendium, report
from sto_analysis.monitor.answers import read_regions
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import is_synthetic, known_waves
from sto_analysis.provenance import read, recorded, recording, wrote
from sto_analysis.report.language import Texts
from sto_workbench.pipeline.batch import Ended
from sto_workbench.pipeline.closure import closure
from sto_workbench.pipeline.formats import Format, current
from sto_workbench.pipeline.manifest import INDEX, Manifest, State, states
from sto_workbench.pipeline.plan import LANGUAGES, Job, plan

_TEMPLATES = Path(report.__file__).with_name("template")
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
        _write(ended, jobs)
        Manifest().made(INDEX, recorded(closure(__name__)))
    return compendium.root() / "reports" / _index_name("nl")


def _write(ended: Sequence[Ended], jobs: Sequence[Job]) -> None:
    environment = Environment(
        loader=FunctionLoader(lambda name: read(_TEMPLATES / name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("index.html.j2")
    top = compendium.root() / "reports"
    waves = [wave for wave in reversed(known_waves()) if (top / wave).is_dir()]
    given = {job.key: job for job in jobs}
    for wave in ("published", *waves):
        read(top / wave / "manifest.json")
    planned = [given.get(job.key, job) for wave in waves for job in plan([wave], (), LANGUAGES, [])]
    every = {job.key: job for job in planned}
    known = states(list(every.values()))
    every |= {job.key: job for job in jobs}
    failed = [{"key": key, "failure": state.because[0]} for key, state in known.items() if state.word == "failed"]
    for language in LANGUAGES:
        name = _index_name(language)
        html = template.render(
            language=language,
            t=Texts(language),
            other=_index_name("en" if language == "nl" else "nl"),
            published=_pages(every, "published/published.{}"),
            waves=[_wave(top, wave, every, known, ended) for wave in waves],
            failed=failed,
        )
        wrote(compendium.write_text(top / name, html))


def _index_name(language: Language) -> str:
    return "index.html" if language == "nl" else f"index.{language}.html"


def _pages(jobs: Mapping[str, Job], stem: str) -> dict[str, dict[str, str]]:
    """Language → format → link, of the pages that stand there; other formats only where they are of this page."""
    manifest, out = Manifest(), dict[str, dict[str, str]]()
    forms: tuple[Format, ...] = ("pdf", "docx")
    for language in LANGUAGES:
        job = jobs.get(stem.format(language))
        if job is not None and job.page.is_file():
            there = [form for form in forms if current(manifest, job, form)]
            out[language] = {form: f"{job.key}.{form}" for form in ("html", *there)}
    return out


def _wave(
    top: Path, wave: str, every: Mapping[str, Job], known: Mapping[str, State], ended: Sequence[Ended]
) -> dict[str, Any]:
    regions = []
    if (compendium.processed(wave) / "regions.parquet").is_file():
        for region, row in read_regions(wave).iterrows():
            stem = f"{wave}/regions/{region}.{wave}.{{}}"
            words = [known[key].word for key in (stem.format(language) for language in LANGUAGES) if key in known]
            status = min(words, key=_WORST.index, default="absent")
            pages = _pages(every, stem)
            regions.append(
                {"id": region, "name": row["name"], "answered": row["answered"], "status": status, "pages": pages}
            )
    found = sorted((top / wave / "notebooks").glob("0*.html"))
    notebooks = [
        {
            "name": path.name.split(".")[0],
            "html": path.relative_to(top).as_posix(),
            "ipynb": path.with_suffix(".ipynb").relative_to(top).as_posix(),
        }
        for path in found
    ]
    here = [each for each in ended if each.key.startswith(f"{wave}/")]
    made = [each.key.removeprefix(f"{wave}/") for each in here if each.word == "made"]
    return {
        "id": wave,
        "synthetic": is_synthetic(wave),
        "national": _pages(every, f"{wave}/national.{wave}.{{}}"),
        "regions": regions,
        "notebooks": notebooks,
        "made": len(made),
        "kept": sum(each.word == "kept" for each in here),
        "made_names": made,
    }
