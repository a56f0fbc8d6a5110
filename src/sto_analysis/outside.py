"""Files that come from outside: read where they are regular files of bounded size in the folder that names them."""

import stat
from pathlib import Path

from sto_analysis import provenance
from sto_analysis.errors import Problems
from sto_analysis.messages import problem, say


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
            raise Problems([problem("outside.no_file", told=what, do=todo, file=path)])
        if path.resolve().parent != path.parent.resolve():
            raise Problems([problem("outside.leads_out", told=what, file=path)])
        path.open("rb").close()
    except (OSError, ValueError) as error:  # a name that no file system has
        why = getattr(error, "strerror", None) or say("outside.no_name")
        raise Problems([problem("outside.not_opened", told=what, why=why, do=todo, file=path)]) from error
    if found.st_size > at_most:
        raise Problems([problem("outside.large", told=what, size=found.st_size, most=at_most, file=path)])
    return provenance.read(path)
