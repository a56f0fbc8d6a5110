"""A region withdraws its answers, or a delivery does not hold them any more."""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import InvalidDescription, Problems, UnknownRegion
from sto_analysis.monitor.wave import chain, read_wave, read_wave_as_far_as_possible
from sto_workbench.confidential.removal import remove
from sto_workbench.intake.frame import frame_ids
from sto_workbench.pipeline.manifest import Manifest
from sto_workbench.pipeline.plan import Job

_ENTRY = re.compile(r"^withdrawn:.*\n(?:[ \t]*-.*\n)*", re.MULTILINE)


def withdraw(wave: str, region: str) -> Iterator[str]:
    """Leave a region's answers out from now on, and remove whatever was made of them.

    Parameters
    ----------
    wave, region : str
        Whose answers to which wave.

    Yields
    ------
    str
        What was removed, and what has to be called back.

    Raises
    ------
    Problems
        An unknown wave or region; a wave.yaml in which the line cannot be written.
    """
    described = read_wave(wave)
    if region not in (frame := frame_ids(described)):
        raise Problems([UnknownRegion(f"wave {wave} has no region {region!r}.", f"Choose one of {', '.join(frame)}.")])
    listed = sorted({*described.withdrawn, region})
    path = compendium.raw(wave) / "wave.yaml"
    line, text = f"withdrawn: [{', '.join(listed)}]\n", path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    compendium.write_text(path, _ENTRY.sub("", text, count=1) + line)
    written, _ = read_wave_as_far_as_possible(wave)
    if written is None or written.withdrawn != listed:
        compendium.write_text(path, text)
        raise Problems([InvalidDescription("the line cannot be written here.", f"Write it: {line.strip()}", file=path)])
    yield f"{region} is withdrawn from wave {wave}: its wave.yaml says so, and no run reads its row again."
    yield from remove(wave, [region])
    yield f"The delivered file {described.file} still holds its row: put one without it in its place."


def remove_vanished(jobs: Collection[Job]) -> Iterator[str]:
    """Remove what was made of answers that a delivery does not hold any more, before a run makes it anew.

    Parameters
    ----------
    jobs : collection of Job
        Of the run.

    Yields
    ------
    str
        As `withdraw`; nothing where every region that answered still does.
    """
    for wave in _waves(jobs):
        known = _own(wave) | _remembered(wave)
        unchanged = not known or Manifest().state(f"{wave}/notebooks/01_clean.{wave}").word == "current"
        if gone := [] if unchanged else sorted(known - _answering(wave, known)):
            yield f"{', '.join(gone)}: answered wave {wave} before, and the delivery does not hold it any more."
            yield from remove(wave, gone)


def _answering(wave: str, otherwise: set[str]) -> set[str]:
    """Regions that a delivery holds answers of; what the run itself will refuse tells nothing."""
    from sto_workbench.intake.clean import clean_wave  # slow to import, and only a changed delivery needs it

    try:
        return set(clean_wave(wave).answers.index)
    except Problems:
        return otherwise


def remember(jobs: Collection[Job]) -> None:
    """Remember beside the pages who had answered: a notebook that somebody runs by hand may clean anew.

    Parameters
    ----------
    jobs : collection of Job
        Of a run that is over.
    """
    for wave in _waves(jobs):
        if compendium.reports(wave).is_dir() and (answered := _own(wave)) != _remembered(wave):
            compendium.write_text(_memory(wave), json.dumps(sorted(answered)) + "\n")


def _waves(jobs: Collection[Job]) -> list[str]:
    """Waves of a run, and those that they are compared with."""
    named = {str(job.parameters["wave"]) for job in jobs if "wave" in job.parameters}
    return sorted({each.wave for wave in named for each in chain(wave)})


def _memory(wave: str) -> Path:
    return compendium.reports(wave) / ".answered.json"


def _remembered(wave: str) -> set[str]:
    with suppress(OSError, ValueError, TypeError):
        return set(map(str, json.loads(_memory(wave).read_text(encoding="utf-8"))))
    return set()


def _own(wave: str) -> set[str]:
    """Regions whose answers stand in data/processed; a damaged file may be of one that answered."""
    found = set()
    for path in (compendium.processed(wave) / "own").glob("*.json"):
        try:
            answered = json.loads(path.read_text(encoding="utf-8"))["answered"]
        except (ValueError, KeyError, TypeError):
            answered = True
        found |= {path.stem} if answered else set()
    return found
