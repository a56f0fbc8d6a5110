"""Where things are, and how a file gets there whole."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from sto_analysis.errors import Problems
from sto_analysis.messages import problem
from sto_analysis.names import plain_id

ARRIVING = ".new-"
"""How the name of a folder in data/raw begins in which a wave is put together."""

RELEASE = "release.json"
"""In the folder of a wave's cleaned answers: says that its results are those of a release, in which numbers lack."""


def root() -> Path:
    """Find the top of the compendium.

    Returns
    -------
    Path
        ``$STO_ROOT`` when set, else the nearest folder at or above the working directory that holds
        ``data/codebook.yaml``.

    Raises
    ------
    FileNotFoundError
        When no such folder exists, or ``$STO_ROOT`` is none.
    """
    if named := os.environ.get("STO_ROOT"):
        if not (Path(named) / "data" / "codebook.yaml").is_file():
            raise FileNotFoundError(f"STO_ROOT is {named}, but there is no data/codebook.yaml below it. Correct it.")
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "codebook.yaml").is_file():
            return folder
    raise FileNotFoundError(
        f"{here} is not inside the compendium (no data/codebook.yaml at or above it). "
        "Go to the compendium's folder, or set STO_ROOT to it."
    )


def raw(wave: str) -> Path:
    """Return the folder of a wave's delivered data."""
    return named(root() / "data" / "raw", wave)


def processed(wave: str) -> Path:
    """Return the folder of a wave's cleaned answers."""
    return named(root() / "data" / "processed", wave)


def results(wave: str) -> Path:
    """Return the folder of a wave's tables and estimates."""
    return processed(wave) / "results"


def reports(wave: str) -> Path:
    """Return the folder of a wave's pages (``published`` for the published figures)."""
    return named(root() / "reports", wave)


def named(tree: Path, name: str) -> Path:
    """What a wave or region is called in a folder: whatever a notebook or a command was given comes through here."""
    try:
        return tree / plain_id(name)
    except ValueError as error:
        raise Problems([problem("compendium.no_id", why=error)]) from error


def confidential(path: Path) -> bool:
    """Whether answers can stand in a file: delivered or processed data, and all that is made of it."""
    top = root()
    inside = str(path).startswith(tuple(f"{top / tree}{os.sep}" for tree in ("data/raw", "data/processed", "reports")))
    return inside and path.parent != raw("published")


def notebook(name: str) -> Path:
    """Return the path of a notebook by its name without ``.ipynb``."""
    return root() / "notebooks" / f"{name}.ipynb"


def keep_private() -> None:
    """Let nobody but its owner read what this process, and those that it starts, write from now on."""
    os.umask(0o077)


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole, in UTF-8 with Unix line ends on every platform."""
    return write_whole(path, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))


def parts(tree: Path) -> Path:
    """Return the folder of a tree (reports/, data/processed/) for what is not whole yet; `sto run` empties it."""
    return tree / ".parts"


def scratch() -> Path:
    """Make the folder for what a tool needs while it makes something of a page: a killed run leaves nothing outside."""
    folder = parts(root() / "reports") / "tmp"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file apart and move it to its place when it is whole; nobody but its owner may read it.

    Parameters
    ----------
    path : Path
        Where the file belongs; its folder is made when absent.
    write : callable
        Writes to the temporary path that it is given.

    Returns
    -------
    Path
        `path`. When `write` raises, an earlier file at `path` is untouched.
    """
    for above in reversed([path.parent, *path.parent.parents]):
        above.mkdir(mode=0o700, exist_ok=True)
    folder = path.parent
    for tree in (root() / "reports", root() / "data" / "processed"):
        if path.is_relative_to(tree):
            folder = parts(tree)
            folder.mkdir(mode=0o700, exist_ok=True)
            with suppress(PermissionError):  # somebody else's folder
                tree.chmod(0o700)  # as it comes from git everybody may read it
    handle, name = mkstemp(prefix=".", suffix=path.suffix, dir=folder)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o600)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
