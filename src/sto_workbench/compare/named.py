"""What a user calls a run: a wave as it stands, one that was kept, or a file or folder from elsewhere."""

import re
from pathlib import Path

from sto_analysis.errors import Problems, UnknownRun
from sto_analysis.monitor.wave import known_waves
from sto_workbench.compare import kept
from sto_workbench.compare.run import Run, in_folder, in_memory, zipped

_NAME = re.compile(r"(?P<wave>[\w-]+)(?:@(?P<run>[\w-]+))?")
LAST, HANDED_OUT = "last", "handed-out"


def run(name: str) -> Run:
    """Find a run by what the user calls it.

    Parameters
    ----------
    name : str
        ``WAVE`` as it stands, ``WAVE@3``, ``WAVE@last``, ``WAVE@handed-out``; or the path of a kept run (zip), of one
        that was unpacked, or of data/processed/WAVE of some compendium.

    Raises
    ------
    Problems
        There is no such run, or what is there cannot be read.
    """
    asked = _NAME.fullmatch(name)
    if asked and asked["wave"] in known_waves():
        return _kept(asked["wave"], asked["run"]) if asked["run"] else standing(asked["wave"])
    path = Path(name)
    if path.is_dir():
        return in_folder(name, path)
    if path.is_file():
        return zipped(name, path)
    known = (
        f"one of {', '.join(known_waves())}; WAVE@3, WAVE@{LAST} or WAVE@{HANDED_OUT}; a kept run, or a folder of one"
    )
    raise Problems([UnknownRun(f"there is no run {name!r}.", "Correct it.", expected=known)])


def standing(wave: str) -> Run:
    """Take a wave as it stands.

    Raises
    ------
    Problems
        It has no results.
    """
    files = kept.pack(wave)
    if not any(name.startswith("results/") for name in files):
        raise Problems([UnknownRun(f"wave {wave} has no results.", f"Run `sto run {wave}`.")])
    return in_memory(wave, wave, files)


def earlier(wave: str, now: Run) -> Run:
    """Choose what a wave as it stands is held against where the user does not say.

    Parameters
    ----------
    wave : str
        Id of the wave.
    now : Run
        The wave as it stands.

    Returns
    -------
    Run
        What was handed out last; else the newest kept run that is another than `now`.

    Raises
    ------
    Problems
        No run is kept.
    """
    if given := kept.handed_out(wave):
        return zipped(f"{wave}@{HANDED_OUT}", given[0])
    there = kept.kept(wave)
    if not there:
        raise Problems([UnknownRun(f"no run of wave {wave} is kept.", f"Run `sto run {wave}`: it keeps itself.")])
    made = kept.sums_of({name: give() for name, give in now.files.items()})
    other = [path for path in there if kept.sums(path) != made]
    path = (other or there)[-1]
    return zipped(f"{wave}@{int(path.stem)}", path)


def _kept(wave: str, run: str) -> Run:
    there = {str(int(path.stem)): path for path in kept.kept(wave)}
    given = kept.handed_out(wave)
    named = {LAST: list(there.values())[-1]} if there else {}
    named |= {HANDED_OUT: given[0]} if given else {}
    found = named.get(run) or there.get(run.lstrip("0"))
    if found is None:
        what = f"no run {run!r} of wave {wave} is kept."
        raise Problems([UnknownRun(what, "Choose one of these.", expected=", ".join([*there, *named]) or "none yet")])
    return zipped(f"{wave}@{run}", found)
