"""Who else on this machine can read what was delivered."""

import os
import stat
from collections.abc import Iterator

from sto_analysis import compendium
from sto_analysis.monitor.wave import is_synthetic

_WINDOWS = os.name == "nt"


def readable_by_others(wave: str) -> Iterator[str]:
    """Say so where everybody on this machine can read the delivered files of a real wave; nothing on Windows.

    Parameters
    ----------
    wave : str
        Id of the wave.
    """
    folder = compendium.raw(wave)
    if is_synthetic(wave) or _WINDOWS or not folder.stat().st_mode & stat.S_IXOTH:
        return
    open_to_all = [path.name for path in sorted(folder.iterdir()) if path.stat().st_mode & stat.S_IROTH]
    if open_to_all:
        named = ", ".join(open_to_all)
        yield f"everybody on this machine can read {named}. Close the folder: chmod -R go-rwx data/raw/{wave}"
