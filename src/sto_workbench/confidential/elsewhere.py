"""Answers that are written where the user says: not where git would take them, and known should a region withdraw."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import ConfidentialInGit, InvalidDescription, Problem
from sto_analysis.monitor.wave import is_synthetic
from sto_workbench.confidential.removal import EXPORTED
from sto_workbench.confidential.tracked import would_take

_TODO = "Leave out --out, or name a folder that no repository takes up."


def misplaced(targets: Iterable[Path], wave: str, todo: str = _TODO) -> Iterator[Problem]:
    """Say of files that hold answers of a wave which may not be written there, and why.

    Parameters
    ----------
    targets : iterable of Path
        The files.
    wave : str
        Whose answers.
    todo : str
        What the user can do about it.
    """
    for target in targets:
        if not str(target.resolve()).isprintable():  # a withdrawal has to name it, on a line
            yield InvalidDescription("its path does not print.", todo, file=target)
        elif target.resolve().is_relative_to((compendium.root() / "data" / "raw").resolve()):
            yield ConfidentialInGit("answers were delivered here, none are written.", todo, file=target)
        elif not is_synthetic(wave) and would_take(target):
            yield ConfidentialInGit("git would take these answers.", todo, file=target)


def note(wave: str, written: Iterable[Path]) -> None:
    """Note what was written elsewhere, so that it is known should a region withdraw."""
    path = compendium.processed(wave) / EXPORTED
    known = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    named = sorted({*known, *(str(each.resolve()) for each in written)})
    compendium.write_text(path, "".join(f"{name}\n" for name in named))
