"""Files that come from outside: read where they are regular files of bounded size in the folder that names them."""

import stat
from pathlib import Path

from sto_analysis import provenance
from sto_analysis.errors import MissingFile, Problems, UnreadableExport


def outside(path: Path, what: str, todo: str, at_most: int) -> Path:
    """Note that a file from outside is read, and return its path.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it is, for messages: ``the frame of regions``.
    todo : str
        What to do when it is not there.
    at_most : int
        Bytes that it may have.

    Raises
    ------
    Problems
        One: it is not there or cannot be opened, is no file (a folder, a pipe, a device), is a link that leads out of
        its folder, or is too large.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Problems([MissingFile(f"{what} is no file.", todo, file=path)])
        if path.resolve().parent != path.parent.resolve():
            leads = f"{what} is a link that leads out of its folder."
            raise Problems([MissingFile(leads, "Put the file itself there.", file=path)])
        path.open("rb").close()
    except (OSError, ValueError) as error:  # a name that no file system has
        why = getattr(error, "strerror", None) or "no name of a file"
        raise Problems([MissingFile(f"{what} cannot be opened ({why}).", todo, file=path)]) from error
    if found.st_size > at_most:
        large = f"{what} has {found.st_size:,} bytes, more than the {at_most:,} that are read."
        raise Problems([UnreadableExport(large, "Take out what does not belong in it.", file=path)])
    return provenance.read(path)
