"""The preloaded process, from the side of those that ask it to fork."""

import asyncio
import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

SERVER = "STO_KERNEL_SERVER"
"""Environment variable: socket of a preloaded process to share with whoever set it."""
FLAGS = ("-Xfrozen_modules=off",)
"""Of the interpreter: those of an ordinary kernel."""
_lock = Lock()
_own: list[str] = []


def start_server(first: dict[str, Any] | None = None) -> tuple[subprocess.Popen[bytes], str]:
    """Start a preloaded process and wait until it listens (seconds); it ends when its standard input closes.

    Parameters
    ----------
    first : dict, optional
        ``call`` (module:function) and ``argument``: to be called there before anything is forked.

    Returns
    -------
    process : Popen
        To be ended with `end_server`; ends by itself when this process dies.
    address : str
        Its socket; empty when it did not come up.
    """
    address = str(Path(tempfile.mkdtemp(prefix="sto-kernels-")) / "s")
    program = "import runpy, sys; sys.path.pop(0); runpy.run_path(sys.argv[1], run_name='__main__')"
    process = subprocess.Popen(
        [sys.executable, *FLAGS, "-c", program, str(Path(__file__).with_name("forkserver.py")), address,
         json.dumps(first)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", start_new_session=True,
    )  # fmt: skip
    listening = process.stdout.readline() if process.stdout else b""
    return process, address if listening else ""


def end_server(process: subprocess.Popen[bytes]) -> None:
    """End a preloaded process and what it forked."""
    if process.stdin:
        process.stdin.close()
    if process.stdout:
        process.stdout.close()
    process.wait()


def possible() -> bool:
    """Whether this system can fork and hand over open files."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


def server() -> str | None:
    """Return the socket of the preloaded process, started once per process at need; None where there is none."""
    if not possible():
        return None
    if (shared := os.environ.get(SERVER)) is not None:
        return shared or None
    with _lock:
        if not _own:
            process, address = start_server()
            atexit.register(partial(end_server, process))
            _own.append(address)
    return _own[0] or None


class ForkedProcess:
    """What the preloaded process forked, with the part of `subprocess.Popen` that Jupyter uses.

    Parameters
    ----------
    address : str
        Socket of the preloaded process.
    asked : dict
        ``argv`` of ipykernel's launcher for a kernel; ``call`` (module:function) and ``argument`` for a call.
    env, cwd, outputs
        What a fresh process would be given: its environment, folder, and standard output and error.

    Raises
    ------
    OSError
        When no process came of it.
    """

    stdin = stdout = stderr = None

    def __init__(self, address: str, asked: dict[str, Any], env: dict[str, str], cwd: str, outputs: list[int]) -> None:
        self.returncode: int | None = None
        self._said = b""
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.connect(address)
            body = json.dumps({**asked, "env": env, "cwd": cwd}).encode()
            head = f"{len(body)}\n".encode()
            sent = socket.send_fds(self._socket, [head + body], outputs)
            self._socket.sendall((head + body)[sent:])
            word, _, number = self._line().partition(" ")
            if word != "ready":
                raise OSError(f"the preloaded process forked nothing: {word} {number}")
            self.pid = int(number)
        except BaseException:
            self._socket.close()
            raise

    def _line(self) -> str:
        while b"\n" not in self._said:
            more = self._socket.recv(4096)
            if not more:
                return "gone"
            self._said += more
        line, _, self._said = self._said.partition(b"\n")
        return line.decode()

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None:
            self._socket.setblocking(False)
            try:
                self._gone(self._line())
            except BlockingIOError:
                return None
            finally:
                if self.returncode is None:
                    self._socket.setblocking(True)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end and return the exit code; raise `TimeoutError` when that takes too long."""
        if self.returncode is None:
            self._socket.settimeout(timeout)
            self._gone(self._line())
        return self.returncode

    async def gone(self) -> None:
        """Wait for its end without blocking the loop."""
        loop, said = asyncio.get_running_loop(), asyncio.Event()
        while self.poll() is None:
            loop.add_reader(self._socket, said.set)
            try:
                await said.wait()
            finally:
                loop.remove_reader(self._socket)
            said.clear()

    def _gone(self, line: str) -> None:
        word, _, number = line.partition(" ")
        self.returncode = int(number) if word == "exit" else -9  # the preloaded process itself is gone, and all with it
        self._socket.close()

    def send_signal(self, number: int) -> None:
        """Send a signal while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def end(self) -> None:
        """End it and what it started, if it still runs, and let go of it."""
        self._socket.close()  # the preloaded process sees to it

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(9)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(15)
