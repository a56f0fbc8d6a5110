"""A process that was forked on request, from the side of who asked for it."""

import contextlib
import os
import signal
from collections.abc import Sequence
from multiprocessing.connection import Client
from multiprocessing.reduction import send_handle
from pathlib import Path
from typing import Any


class ForkedProcess:
    """What the preloaded process forked, with the part of `subprocess.Popen` that Jupyter uses.

    Parameters
    ----------
    address : str
        Socket of the preloaded process.
    asked : dict
        ``argv`` of ipykernel's launcher for a kernel; ``call`` (module:function) and ``argument`` for a call.
    env, cwd, outputs
        What a fresh process would be given: its environment, folder, and standard output and error (descriptors).

    Attributes
    ----------
    returncode : int or None
        Exit code, minus the signal that ended it, or None while it runs.
    lost : bool
        Whether it died when nobody was left to say of what: its preloaded process had died before.

    Raises
    ------
    FileNotFoundError, ConnectionRefusedError
        When nobody listens there.
    EOFError, ConnectionError
        When the preloaded process died before it forked: another may be asked.
    RuntimeError
        When the system refuses another process.
    """

    stdin = stdout = stderr = None

    def __init__(
        self, address: str, asked: dict[str, Any], env: dict[str, str], cwd: str, outputs: Sequence[int]
    ) -> None:
        self.returncode: int | None = None
        self.lost = False
        self._connection: Any = Client(address, "AF_UNIX")
        try:
            self._connection.send({**asked, "env": env, "cwd": str(Path(cwd).absolute())})
            for output in outputs:
                send_handle(self._connection, output, None)
            word, self.pid = self._connection.recv()
            if word != "ready":
                raise RuntimeError(f"the preloaded process forked nothing: {word} {self.pid}")
        except BaseException:
            self._connection.close()
            raise

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code; raise `TimeoutError` when that takes too long (seconds)."""
        if self.returncode is None:
            if not self._connection.poll(timeout):
                raise TimeoutError(f"process {self.pid} runs after {timeout:g} seconds")
            try:
                _, self.returncode = self._connection.recv()
            except (EOFError, OSError):
                self.returncode, self.lost = -signal.SIGKILL, True
            self._connection.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        with contextlib.suppress(TimeoutError):
            self.wait(0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def end(self) -> None:
        """End it and what it started, if it still runs, and let go of it."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._connection.close()
