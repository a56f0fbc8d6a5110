"""Runs that are kept: a zip per finished run, with its results, its national pages and whatever their records name.

    run.json                  the wave, the records of its notebooks, results that are not what a notebook wrote
    results/<table>.parquet   the store, as it stood, without what is of one region (own.R01)
    pages/<language>.html     the national report
    files/<digest>            inputs, answers, code and notebooks, under the digest by which the records know them

The same run gives the same bytes. All of it stands in data/processed and goes when a region withdraws.
"""

import datetime
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.digests import digest
from sto_analysis.monitor.wave import chain
from sto_analysis.provenance import SOURCE, Record
from sto_workbench.pipeline.manifest import Manifest
from sto_workbench.pipeline.plan import LANGUAGES, Job, notebook_hash, plan

MOST = 10
"""Runs that are kept where the user does not say how many."""
_LARGEST = 4_000_000
"""Bytes of an input that is kept; what is larger is compared by its digest alone."""
_KINDS = {".yaml", ".csv", ".parquet", ".json"}
_APART = ("00_published", "06_region_report")
"""Notebooks that write no results of a wave."""
_DATE = (2020, 1, 1, 0, 0, 0)


def folder(wave: str) -> Path:
    """Return the folder of a wave's kept runs."""
    return compendium.processed(wave) / "runs"


def kept(wave: str) -> list[Path]:
    """Return the kept runs of a wave, oldest first."""
    return sorted(folder(wave).glob("[0-9][0-9][0-9][0-9]*.zip"), key=lambda path: (len(path.name), path.name))


def marker(wave: str) -> Path:
    """Return the file that says which run was handed out last, and when."""
    return folder(wave) / "handed-out.json"


def handed_out(wave: str) -> tuple[Path, str] | None:
    """Return the run that was handed out last and the day (ISO); None where none was, or it is gone."""
    try:
        told = json.loads(marker(wave).read_text(encoding="utf-8"))
        path, day = folder(wave) / f"{int(told['run']):04}.zip", datetime.date.fromisoformat(told["date"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (path, day.isoformat()) if path.is_file() else None


def keep(wave: str, most: int = MOST) -> Path | None:
    """Keep a wave as it stands, and of earlier runs the newest and the one that was handed out.

    Parameters
    ----------
    wave : str
        Id of the wave.
    most : int
        Runs to keep, besides the one that was handed out.

    Returns
    -------
    Path or None
        The kept run; None where results and pages are those of the newest, or where there are none.
    """
    files, there, path = pack(wave), kept(wave), None
    if most and any(map(made, files)) and not (there and sums(there[-1]) == sums_of(files)):
        number = int(there[-1].stem) + 1 if there else 1
        path = folder(wave) / f"{number:04}.zip"
        compendium.write_whole(path, lambda part: _write(part, files))
    given = handed_out(wave)
    now = kept(wave)
    for old in now[: len(now) - most]:
        if given is None or old != given[0]:
            old.unlink()
    return path


def hand_out(wave: str) -> Path | None:
    """Mark the newest kept run as handed out today, and return it; None where none is kept."""
    if not (there := kept(wave)):
        return None
    told = {"run": int(there[-1].stem), "date": datetime.date.today().isoformat()}
    compendium.write_text(marker(wave), json.dumps(told) + "\n")
    return there[-1]


def pack(wave: str) -> dict[str, bytes]:
    """Put together what a kept run of a wave holds, from what stands in the compendium.

    Parameters
    ----------
    wave : str
        Id of the wave.

    Returns
    -------
    dict of bytes
        Name (see above) → content.
    """
    manifest, jobs = Manifest(), _jobs(wave)
    records = {job.key: found for job in jobs if (found := manifest.record(job.key)) is not None}
    results = [path for path in sorted(compendium.results(wave).glob("*.parquet")) if "." not in path.stem]
    told = {
        "wave": wave,
        "records": {key: asdict(record) | {"results": {}} for key, record in records.items()},
        "by_hand": [path.stem for path in results if digest(path) not in _written(records, path)],
    }
    pages = {job.parameters["language"]: job.page for job in jobs if "language" in job.parameters}
    return {
        "run.json": json.dumps(told, sort_keys=True).encode(),
        **{f"results/{path.name}": path.read_bytes() for path in results},
        **{f"pages/{language}.html": page.read_bytes() for language, page in pages.items() if page.is_file()},
        **dict(_named(wave, records, jobs)),
    }


def made(name: str) -> bool:
    """Whether a file of a run is a result or a page: by these one run is told from another."""
    return name.startswith(("results/", "pages/"))


def sums(path: Path) -> dict[str, int]:
    """Give the check sums of the results and pages of a kept run."""
    with zipfile.ZipFile(path) as whole:
        return {each.filename: each.CRC for each in whole.infolist() if made(each.filename)}


def sums_of(files: Mapping[str, bytes]) -> dict[str, int]:
    """Give the check sums of results and pages, as `sums` does."""
    return {name: zlib.crc32(content) for name, content in files.items() if made(name)}


def waves(jobs: Iterable[Job]) -> list[str]:
    """Return the waves whose results some jobs make or report."""
    apart = (*_APART, "01_clean")
    return list(dict.fromkeys(str(job.parameters["wave"]) for job in jobs if job.notebook not in apart))


def _jobs(wave: str) -> list[Job]:
    """Notebooks on whose way the results of a wave come about, and its national reports."""
    return [job for job in plan([wave], (), LANGUAGES, []) if job.notebook not in _APART]


def _written(records: Mapping[str, Record], path: Path) -> set[str]:
    name = path.relative_to(compendium.root()).as_posix()
    return {record.results[name] for record in records.values() if name in record.results}


def _named(wave: str, records: Mapping[str, Record], jobs: list[Job]) -> Iterator[tuple[str, bytes]]:
    """What the records name, as far as it still stands or the newest kept run has it."""
    top = compendium.root()
    delivered = {f"data/raw/{each.wave}/{each.file}" for each in chain(wave)}
    wanted: dict[str, Path] = {}
    for job in jobs:
        if record := records.get(job.key):
            wanted |= {known: SOURCE / name for name, known in record.code.items()}
            wanted |= {known: top / name for name, known in record.data.items() if _small(name) - delivered}
            wanted[record.notebook] = compendium.notebook(job.notebook)
    current = {notebook_hash(job.notebook) for job in jobs}
    lost = set[str]()
    for known, path in wanted.items():
        if known in current or digest(path) == known:
            if path.is_file() and path.stat().st_size <= _LARGEST:
                yield f"files/{known}", path.read_bytes()
        else:
            lost.add(f"files/{known}")
    if lost and (there := kept(wave)):
        with zipfile.ZipFile(there[-1]) as newest:
            yield from ((name, newest.read(name)) for name in sorted(lost.intersection(newest.namelist())))


def _small(name: str) -> set[str]:
    """The name itself where it is an input that is compared cell by cell or key by key; results stand apart."""
    path = Path(name)
    return {name} if path.suffix in _KINDS and path.parent.name not in ("own", "results") else set()


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as whole:
        for name, content in files.items():
            whole.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
