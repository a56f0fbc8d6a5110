"""Handing out a wave: what is not up to date is refused, the rest becomes folders, zips and a list for the mailing."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from sto_analysis import compendium, report
from sto_analysis.errors import NotCurrent, Problem, Problems
from sto_analysis.monitor.answers import read_regions
from sto_analysis.monitor.scales import Language
from sto_analysis.provenance import record
from sto_workbench.compare import kept
from sto_workbench.handout.folder import Folder
from sto_workbench.handout.mailing import write_mailing
from sto_workbench.pages.packed import packed
from sto_workbench.pipeline.closure import closure
from sto_workbench.pipeline.formats import PUBLISHED, Format, publish
from sto_workbench.pipeline.manifest import Manifest, states
from sto_workbench.pipeline.plan import Job, plan

NATIONAL = "national"


def hand_out(
    wave: str,
    regions: Sequence[str],
    languages: Sequence[Language],
    forms: Sequence[Format],
    given: list[tuple[str, str]],
    *,
    national: bool,
    workers: int,
    done: Callable[[str], None] = lambda _: None,
) -> Iterator[str]:
    """Make what is handed out of a wave, in ``reports/<wave>/hand-out``, and remember that it was.

    Parameters
    ----------
    wave : str
        Id of the wave.
    regions : sequence of str
        Regions; none means all, and the nation.
    languages, given
        As for `sto_workbench.pipeline.plan.plan`.
    forms : sequence of {"pdf", "docx", "pptx"}
        Formats besides web page, Excel and CSV.
    national : bool
        Whether the national folder is made where regions are named.
    workers : int
        Folders at a time.
    done : callable
        Called with the name of every folder that was made.

    Yields
    ------
    str
        For the user: how many folders, where they are, and what comes next.

    Raises
    ------
    Problems
        A page that is not up to date, with the reason, or a format that could not be made: nothing is made then.
    """
    jobs = [_in_its_language(job) for job in plan([wave], regions, languages, given)]
    folders = _folders(wave, jobs, national=national or not regions)
    chosen = {job.key for folder in folders for job in folder.jobs}
    Problems.raise_if(_not_current(jobs, chosen, wave))
    _, wrong = publish([job for job in jobs if job.key in chosen], forms, workers)
    todo = "Mend it, or name the formats that you want with --format."
    Problems.raise_if(NotCurrent(f"a format could not be made: {each}", todo) for each in wrong)
    top, manifest = compendium.reports(wave) / "hand-out", Manifest()
    waiting = [folder for folder in folders if not _stands(manifest, wave, folder, forms)]
    code = [*closure(__name__), *sorted(Path(str(report.__file__)).parent.glob("*.yaml"))]
    with ThreadPoolExecutor(workers) as pool:
        for folder, written in zip(
            waiting, pool.map(lambda each: _write(top, wave, each, forms), waiting), strict=True
        ):
            of = replace(record(code, folder.reads(forms), written), parameters=_asked(folder, forms))
            manifest.made(_key(wave, folder), of)
            done(folder.name)
    manifest.save()
    if not regions:
        _clear(top, {folder.name for folder in folders}, wave)
    listed = write_mailing(wave, top)
    kept.keep(wave, max(kept.MOST, len(kept.kept(wave)) + 1))
    kept.hand_out(wave)
    yield f"{len(folders)} folders in {top}: {len(waiting)} made, {len(folders) - len(waiting)} were up to date."
    yield f"Fill in the addresses: {listed}. Send each region its own file and no other: they hold its answers."


def _in_its_language(job: Job) -> Job:
    """The page of what came in, which nobody is given, in the language in which it stands."""
    if job.notebook != "01_clean" or (known := Manifest().record(job.key)) is None:
        return job
    own = {name: value for name, value in job.parameters.items() if name != "language"}
    return replace(
        job, parameters=own | {name: known.parameters[name] for name in ("language",) if name in known.parameters}
    )


def _folders(wave: str, jobs: Sequence[Job], *, national: bool) -> list[Folder]:
    """Folders of the nation and of each region, with the pages that go into each."""
    readers, found = [job for job in jobs if job.notebook in PUBLISHED], list[Folder]()
    if national:
        of_nation = [job for job in readers if "region" not in job.parameters]
        found.append(Folder(NATIONAL, "", tuple(sorted(of_nation, key=lambda job: "wave" not in job.parameters))))
    by: dict[str, list[Job]] = {}
    for job in readers:
        if "region" in job.parameters:
            by.setdefault(str(job.parameters["region"]), []).append(job)
    called = read_regions(wave)["name"]
    return found + [Folder(region, str(called[region]), tuple(of)) for region, of in by.items()]


def _not_current(jobs: Sequence[Job], chosen: set[str], wave: str) -> Iterator[Problem]:
    for key, state in states(jobs).items():
        if key in chosen and state.word != "current":
            todo = f"Run `sto run {wave}`, or name what is to be handed out (--region, --language, -p)."
            yield NotCurrent(f"{key} is {state.word}: {state.why}.", todo)


def _key(wave: str, folder: Folder) -> str:
    return f"{wave}/hand-out/{'regions/' if folder.called else ''}{folder.name}"


def _asked(folder: Folder, forms: Sequence[Format]) -> dict[str, str]:
    return {
        "name": folder.called,
        "pages": " ".join(job.key for job in folder.jobs),
        "formats": " ".join(sorted(forms)),
    }


def _stands(manifest: Manifest, wave: str, folder: Folder, forms: Sequence[Format]) -> bool:
    """Whether a folder stands there that is of these pages, and was asked for like this."""
    key = _key(wave, folder)
    known = manifest.record(key)
    return known is not None and known.parameters == _asked(folder, forms) and manifest.state(key).word == "current"


def _write(top: Path, wave: str, folder: Folder, forms: Sequence[Format]) -> list[Path]:
    """Write a folder anew, and its zip."""
    place = compendium.named(top / "regions", folder.name) if folder.called else top / NATIONAL
    files, name = folder.files(forms), f"{folder.name}.{wave}"
    shutil.rmtree(place, ignore_errors=True)
    written = [_file(place / path, content) for path, content in files.items()]
    whole = packed({f"{name}/{path}": content for path, content in files.items()})
    return [*written, _file(place.with_name(f"{name}.zip"), whole)]


def _file(path: Path, content: bytes) -> Path:
    return compendium.write_whole(path, lambda part: part.write_bytes(content))


def _clear(top: Path, names: set[str], wave: str) -> None:
    """Remove what was handed out of regions that are not asked any more."""
    for path in (top / "regions").glob("*"):
        if path.is_dir() and path.name not in names:
            shutil.rmtree(path)
            path.with_name(f"{path.name}.{wave}.zip").unlink(missing_ok=True)
