"""Work that is no notebook, in a process forked from the preloaded one: beside this one, and without its start."""

import gc
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name

from forked_kernels import preloaded

_BEHIND = 10
"""Of its priority: notebooks that wait for each other go first, or a core has nothing to do at the end."""
_TRIES = 10


def apart(function: str, argument: object) -> str:
    """Call a function in a process of its own; here where there is no preloaded process.

    Parameters
    ----------
    function : str
        ``module:function``, of one argument, that returns a text.
    argument : object
        It is pickled.

    Returns
    -------
    str
        What it returns.

    Raises
    ------
    ChildProcessError
        Its process died, or ended with an error, which stands in the log of this process.
    """
    if os.environ.get(preloaded.SERVER):
        with suppress(preloaded.NoServerError), tempfile.TemporaryFile("w+", encoding="utf-8") as told:
            if code := preloaded.call(f"{__name__}:_print", (function, argument), outputs=(told.fileno(), 2)):
                raise ChildProcessError(f"its process died (exit code {code})")
            told.seek(0)
            return told.read()
    return str(resolve_name(function)(argument))


def _print(asked: tuple[str, object]) -> None:
    gc.disable()  # a page or a PDF that is read is much that stays, which would be looked through again and again
    _stand_behind()
    function, argument = asked
    print(resolve_name(function)(argument), end="")


def _stand_behind() -> None:
    os.nice(_BEHIND)
    with suppress(OSError):  # Linux weighs sessions against each other first, and a forked process has its own
        for _ in range(_TRIES):
            try:
                Path("/proc/self/autogroup").write_text(str(_BEHIND))
                return
            except BlockingIOError:  # for all but an administrator: ten of them a second
                time.sleep(0.1)
