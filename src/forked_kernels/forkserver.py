"""The preloaded process that kernels, and whole notebooks, are forked from.

Run by its path (`preloaded.py` starts it), never imported: it holds the libraries. It ends, and ends what it forked,
when the process that started it does.

One connection stands for one forked process. The client sends a request and two file descriptors (stdout, stderr). The
request is for a kernel (``argv`` of ipykernel's launcher) or a call (``call``: module:function, ``argument``). The
forked process answers ``ready, PID``, a kernel once its sockets are bound, and ``exit, CODE`` when it leaves in good
order; of one that died, this process says so. What a forked process started ends with it, and it ends with its client:
both this process and the forked one see to that, so that either may be killed.
"""

import _thread
import atexit
import contextlib
import ctypes
import gc
import io
import json
import os
import shutil
import signal
import socket
import sys
import time
import traceback
import warnings
from collections.abc import Container
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import ipykernel.debugger  # noqa: F401  # which a kernel imports when it starts
import psutil
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.localinterfaces import local_ips

PRELOAD = (
    "numpy,pandas,pyarrow.parquet,scipy.stats,sklearn,matplotlib.pyplot,seaborn,statsmodels.api,statsmodels.formula.api"
)
"""What notebooks import, unless FORKED_KERNELS_PRELOAD says otherwise; what is not installed is left out."""
STDIN = 0
DEATH = 0.1
"""Seconds until the death of a forked process, or of a client, is noticed."""


def serve(listener: socket.socket, first: dict[str, Any] | None = None) -> None:
    """Fork on request until standard input closes.

    Parameters
    ----------
    listener : socket
        Where requests come in; the folder of its socket is removed at the end.
    first : dict, optional
        A call (``call``, ``argument``) to make before anything is forked: more to preload.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    os.dup2(2, 1)  # what libraries print is no output of that process
    _adopt()
    _preload(first)
    children: dict[int, Connection] = {}
    try:
        while STDIN not in (ready := wait([STDIN, listener], DEATH if children else None)):
            _reap(children)
            if listener in ready:
                _accept(listener, children)
    finally:
        for pid in children:
            _end(pid)
        while children:
            _reap(children)
        shutil.rmtree(Path(listener.getsockname()).parent, ignore_errors=True)


def _preload(first: dict[str, Any] | None = None) -> None:
    """Import the libraries, and use them once."""
    named = os.environ.get("FORKED_KERNELS_PRELOAD", PRELOAD).split(",")
    with warnings.catch_warnings(action="ignore"):
        local_ips()  # which kernels ask for, and which it then knows
        for name in filter(None, map(str.strip, named)):
            with contextlib.suppress(ImportError, AttributeError):
                resolve_name(name)
        if "matplotlib" in sys.modules:
            _warm_up()
    if first:
        try:
            resolve_name(first["call"])(first["argument"])
        except Exception:  # what is wrong will be told by the notebook that needs it
            traceback.print_exc()
    gc.collect()
    gc.freeze()  # collecting in a forked process would copy every page of what is loaded here


def _accept(listener: socket.socket, children: dict[int, Connection]) -> None:
    """Take one request and fork its process."""
    connection, outputs = Connection(listener.accept()[0].detach()), list[int]()
    try:
        request = connection.recv()
        outputs += [recv_handle(connection) for _ in range(2)]
        pid = os.fork()
    except (EOFError, OSError) as error:
        with contextlib.suppress(OSError):
            connection.send(("refused", str(error)))
    else:
        if not pid:
            listener.close()
            for other in children.values():
                other.close()
            _be(request, outputs, connection)
        children[pid] = connection
    for output in outputs:
        os.close(output)


def _reap(children: dict[int, Connection]) -> None:
    """End the processes of clients that are gone; tell the clients of processes that are gone."""
    for pid, connection in list(children.items()):
        if connection.poll():
            _end(pid)
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            del children[pid]
            with contextlib.suppress(OSError):
                connection.send(("exit", os.waitstatus_to_exitcode(status)))
            connection.close()
            _end_left(children)


def _adopt() -> None:
    """Become the parent of what processes of this one leave behind (Linux), so that it can be ended."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _end_left(known: Container[int]) -> None:
    """End the children of this process that it did not fork itself, and what they leave behind."""
    while left := [child.pid for child in psutil.Process().children() if child.pid not in known]:
        for pid in left:
            _end(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _end(pid: int) -> None:
    """End a process and what it started."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def _be(request: dict[str, Any], outputs: list[int], connection: Connection) -> None:
    """Be the process that was asked for, from what a fresh interpreter would set up, to its end."""
    code = 1
    try:
        os.setsid()
        _adopt()
        _thread.start_new_thread(_end_with, (connection,))
        os.register_at_fork(after_in_child=connection.close)
        _as_fresh(request, outputs)
        if "argv" in request:
            _kernel(request["argv"], connection)
        else:
            connection.send(("ready", os.getpid()))
            resolve_name(request["call"])(request["argument"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        with contextlib.suppress(BaseException):
            _leave()
        with contextlib.suppress(OSError):
            connection.send(("exit", code))
        with contextlib.suppress(BaseException):
            _end_left(())
        os.killpg(0, signal.SIGKILL)  # and what it started


def _end_with(connection: Connection) -> None:
    """End this process, and what it started, when its client is gone."""
    with contextlib.suppress(EOFError, OSError):
        connection.recv_bytes()
    os.killpg(0, signal.SIGKILL)


def _as_fresh(request: dict[str, Any], outputs: list[int]) -> None:
    """Set up what a fresh process has: its own files, signals, folder, environment, random numbers, backend."""
    for descriptor, standard in zip((os.open(os.devnull, os.O_RDONLY), *outputs), (0, 1, 2), strict=True):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    for generator in sys.modules.keys() & {"random", "numpy.random"}:
        sys.modules[generator].seed()
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams._set("backend", os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline")


def _kernel(argv: list[str], connection: Connection) -> None:
    """Be IPython's own kernel application, until its client ends it."""
    sys.argv = argv
    app: Any = IPKernelApp.instance()
    app.parent_handle = 1  # not to be watched: `_end_with` sees to the client, and the parent may die
    app.initialize(argv[1:])
    connection.send(("ready", os.getpid()))
    app.start()


def _leave() -> None:
    """Do what the end of a process does, without its slow end: exit functions, buffers of files left open."""
    atexit._run_exitfuncs()
    buffered = {io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair}
    for thing in gc.get_objects():
        if type(thing) in buffered:
            with contextlib.suppress(Exception):
                thing.flush()


def _warm_up() -> None:
    """Fill the libraries' own caches (fonts, formats) by using them once; no state that a notebook sees changes."""
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    figure.subplots().semilogx([1, 10], [0, 1])
    for form in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=form)
    if pandas := sys.modules.get("pandas"):
        pandas.DataFrame({"a": [1.5], "b": ["x"]}).groupby("b").mean().to_html()


if __name__ == "__main__":
    sys.path[:] = [place for place in sys.path if place != str(Path(__file__).parent)]
    serve(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
