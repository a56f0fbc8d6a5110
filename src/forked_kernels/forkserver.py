"""The preloaded process that kernels, and whole notebooks, are forked from.

Run by its path (`preloaded.py` starts it), never imported: it holds the libraries. It ends, and ends what it forked,
when the process that started it does.

One connection stands for one forked process. The client sends a request and two file descriptors (stdout, stderr). The
request is for a kernel (``argv`` of ipykernel's launcher) or a call (``call``: module:function, ``argument``). The
forked process answers ``ready, PID``, a kernel once its sockets are bound, and ``exit, CODE`` when it leaves in good
order; for one that died, this process says so. A connection that the client closes earlier takes its process with it:
both this process and the forked one see to that, so that either may be killed.
"""

import _thread
import atexit
import contextlib
import gc
import io
import json
import os
import random
import shutil
import signal
import socket
import sys
import time
import traceback
import warnings
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any

KERNEL = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "IPython.core.completer")
"""What every kernel imports."""
PRELOAD = (
    "numpy,pandas,pyarrow.parquet,scipy.linalg,scipy.optimize,scipy.special,scipy.stats,sklearn,seaborn,"
    "matplotlib.pyplot,matplotlib.backends.backend_agg,matplotlib.backends.backend_svg,"
    "statsmodels.api,statsmodels.formula.api"
)
"""What notebooks import, unless FORKED_KERNELS_PRELOAD says otherwise; what is not installed is left out."""

STDIN = 0


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
    _preload(first)
    awake, bell = socket.socketpair()
    bell.setblocking(False)
    signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, Connection] = {}
    try:
        while True:
            clients = {connection: pid for pid, connection in children.items()}
            ready = wait([STDIN, listener, awake, *clients])
            if STDIN in ready:
                return
            for pid in (clients[each] for each in ready if each in clients):
                _end(pid)
            if awake in ready:
                awake.recv(4096)
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in (*KERNEL, *filter(None, map(str.strip, named))):
            with contextlib.suppress(ImportError):
                import_module(name)
        if "matplotlib" in sys.modules:
            _warm_up()
    if first:
        try:
            _call(first)
        except Exception:  # what is wrong will be told by the notebook that needs it
            traceback.print_exc()
    gc.collect()
    gc.freeze()  # collecting in a forked process would copy every page of what is loaded here


def _accept(listener: socket.socket, children: dict[int, Connection]) -> None:
    """Take one request and fork its process."""
    connection = Connection(listener.accept()[0].detach())
    try:
        request = connection.recv()
        outputs = [recv_handle(connection) for _ in range(2)]
    except (EOFError, OSError):  # the client is gone
        connection.close()
        return
    try:
        pid = os.fork()
    except OSError as error:
        connection.send(("refused", str(error)))
        connection.close()
    else:
        if not pid:
            listener.close()
            for other in children.values():
                other.close()
            _be(request, outputs, connection)
        children[pid] = connection
    finally:
        for output in outputs:
            os.close(output)


def _reap(children: dict[int, Connection]) -> None:
    """Tell the clients of processes that are gone."""
    for pid, connection in list(children.items()):
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            del children[pid]
            with contextlib.suppress(OSError):
                connection.send(("exit", os.waitstatus_to_exitcode(status)))
            connection.close()


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
        _thread.start_new_thread(_end_with, (connection,))
        os.register_at_fork(after_in_child=connection.close)
        _as_fresh(request, outputs)
        if "argv" in request:
            _kernel(request["argv"], connection)
        else:
            connection.send(("ready", os.getpid()))
            _call(request)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        with contextlib.suppress(BaseException):
            _leave()
            connection.send(("exit", code))
        os._exit(code)


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
    signal.set_wakeup_fd(-1)
    for number, handler in ((signal.SIGCHLD, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        signal.signal(number, handler)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # the global generator of notebooks that still use it
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams._set("backend", os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline")


def _call(asked: dict[str, Any]) -> None:
    module, _, function = asked["call"].partition(":")
    getattr(import_module(module), function)(asked["argument"])


def _kernel(argv: list[str], connection: Connection) -> None:
    """Be IPython's own kernel application, until its client ends it."""
    from ipykernel.kernelapp import IPKernelApp

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
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    for form in ("png", "svg"):
        figure = Figure(layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.plot([1, 10], [0, 1], label="a")
        axes.set(xscale="log", xlabel="x", title="t")
        axes.text(1, 0, "bold", weight="bold")
        axes.legend()
        figure.savefig(io.BytesIO(), format=form)
    if pandas := sys.modules.get("pandas"):
        pandas.DataFrame({"a": [1.5], "b": ["x"]}).groupby("b").mean().to_html()


if __name__ == "__main__":
    sys.path[:] = [place for place in sys.path if place != str(Path(__file__).parent)]
    serve(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
