"""Work that is no notebook, in a process forked from the preloaded one: beside this one, and without its start."""

import os
import tempfile
from contextlib import suppress
from pkgutil import resolve_name

from forked_kernels import preloaded


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
    function, argument = asked
    print(resolve_name(function)(argument), end="")
