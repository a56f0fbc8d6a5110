"""The preloaded process, from the side of those that ask it to fork."""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import reduction
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from forked_kernels.process import ForkedProcess

SERVER = "FORKED_KERNELS_SERVER"
"""Environment variable: socket of the preloaded process to share with whoever set it; empty: use none."""
FLAGS = ("-Xfrozen_modules=off",)
"""Of the interpreter: those of an ordinary kernel."""
STARTS = 5
"""How often a preloaded process is started, each after the death of the one before."""
_PREFIX = "forked-kernels-"
_LONGEST, _YOUNG = 80, 60
_lock, _life = Lock(), ExitStack()
atexit.register(_life.close)
_ended: set[str] = set()


class NoServerError(RuntimeError):
    """No preloaded process can be had: ordinary kernels have to do."""


class Server:
    """A preloaded process of ours, started again when it dies; it ends when this process does.

    The socket stays the same, and is open in this process: whoever asks while a new one starts waits for it.

    Parameters
    ----------
    first : dict, optional
        ``call`` (module:function) and ``argument``: to be called there before anything is forked.
    """

    def __init__(self, first: dict[str, Any] | None = None) -> None:
        folder = tempfile.gettempdir()
        folder = folder if len(folder) < _LONGEST else "/tmp"  # names of sockets are short
        _clear(folder)
        self.address = f"{tempfile.mkdtemp(prefix=_PREFIX, dir=folder)}/socket"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(1024)
        self._stop, self._life = os.pipe()  # its standard input closes when this process ends, however it does
        program = str(Path(__file__).with_name("forkserver.py"))
        self._command = [sys.executable, *FLAGS, program, str(self._listener.fileno()), json.dumps(first)]
        self._keeper = Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        with self._listener as listener:  # those that wait are told so when it closes
            how: dict[str, Any] = {"stdin": self._stop, "pass_fds": [listener.fileno()], "start_new_session": True}
            for _ in range(STARTS):
                with suppress(OSError):  # the system has no process left
                    subprocess.call(self._command, cwd="/", **how)
                if self.address in _ended:
                    break

    def end(self) -> None:
        """End it and what it forked."""
        if self.address not in _ended:
            _ended.add(self.address)
            os.close(self._life)
            self._keeper.join()
            os.close(self._stop)


def _clear(folder: str) -> None:
    """Remove what preloaded processes left that were killed together with who started them."""
    for left in Path(folder).glob(f"{_PREFIX}*"):
        with socket.socket(socket.AF_UNIX) as probe, suppress(FileNotFoundError, PermissionError):
            try:
                probe.connect(str(left / "socket"))
            except ConnectionRefusedError:
                if left.stat().st_mtime < time.time() - _YOUNG:  # not one that is about to listen
                    shutil.rmtree(left, ignore_errors=True)


def possible() -> bool:
    """Whether this system can fork and hand over open files."""
    return hasattr(os, "fork") and reduction.HAVE_SEND_HANDLE


@contextmanager
def serving(first: str | None = None, argument: object = None) -> Iterator[Server | None]:
    """Have a preloaded process for a block, shared with the processes started in it.

    Parameters
    ----------
    first : str, optional
        ``module:function`` to call in it before anything is forked, to load and use more.
    argument : object
        What JSON can hold: the function's only argument.

    Yields
    ------
    Server or None
        Its ``end()`` ends it, and all that it forked, before the block does. None where forking is impossible: then
        `call` raises `NoServerError`, and kernels are ordinary ones.
    """
    before = os.environ.get(SERVER)
    server = Server({"call": first, "argument": argument} if first else None) if possible() else None
    os.environ[SERVER] = server.address if server else ""
    try:
        yield server
    finally:
        if server:
            server.end()
        del os.environ[SERVER]
        if before is not None:
            os.environ[SERVER] = before


def fork(asked: dict[str, Any], env: dict[str, str], cwd: str, outputs: Sequence[int]) -> ForkedProcess:
    """Fork what is asked for from the shared preloaded process; where there is none yet, start one for this process.

    Parameters
    ----------
    asked, env, cwd, outputs
        See `ForkedProcess`.

    Raises
    ------
    NoServerError
        When no preloaded process is wanted, possible or left.
    InterruptedError
        When this process ended the preloaded process that it asks.
    """
    with _lock:
        if SERVER not in os.environ:
            _life.enter_context(serving())
    address = os.environ[SERVER]
    if not address:
        raise NoServerError(f"this system cannot fork, or {SERVER} is empty")
    while True:
        try:
            with suppress(EOFError, ConnectionResetError, BrokenPipeError):  # it died; its successor is asked
                return ForkedProcess(address, asked, env, cwd, outputs)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            ended = address in _ended
            raise (InterruptedError if ended else NoServerError)(f"nobody listens at {address}") from error


def call(
    function: str, argument: object, *, cwd: str = ".", outputs: Sequence[int] = (1, 2), timeout: float | None = None
) -> int:
    """Call a function in a process forked from the preloaded one, and wait for its end.

    A call whose preloaded process dies goes on. Should both die, it is made again.

    Parameters
    ----------
    function : str
        ``module:function``, imported there.
    argument : object
        Its only argument; it is pickled.
    cwd : str
        Its folder. Its environment is that of this process.
    outputs : sequence of int
        Descriptors that are its standard output and error.
    timeout : float, optional
        Seconds that it may take.

    Returns
    -------
    int
        Its exit code: 0 when the function returned, 1 when it raised; minus the signal that ended it.

    Raises
    ------
    NoServerError
        When no preloaded process can be had.
    InterruptedError
        When this process ended the preloaded process that it asks.
    TimeoutError
        When it took longer; it is ended, and what it started too.
    """
    while True:
        process = fork({"call": function, "argument": argument}, dict(os.environ), cwd, outputs)
        try:
            code = process.wait(timeout)
        finally:
            process.end()
        if not process.lost:
            return code
