"""The preloaded process that kernels, and whole notebooks, are forked from.

Run by its path (`preloaded.py` starts it), never imported: it holds the libraries. The compendium's own package, whose
code may change between two kernels, is preloaded only by a run, which is made of one state of the code. It ends, and
ends what it forked, when the process that started it does.

One connection stands for one forked process. The client sends a length and a JSON request with two file descriptors
(stdout, stderr). The request is for a kernel (``argv`` of ipykernel's launcher) or a call (``call``: module:function,
``argument``). The forked process answers ``ready PID``, a kernel once its sockets are bound; this process answers
``exit CODE`` when it is gone. A connection that the client closes earlier takes its process with it.
"""

import atexit
import contextlib
import gc
import io
import json
import os
import random
import selectors
import signal
import socket
import sys
import time
import traceback
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

PRELOAD = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "IPython.core.completer",
    "papermill", "papermill.clientwrap", "nbclient", "nbconvert.exporters.html", "nbconvert.filters", "nbformat",
    "numpy", "pandas", "pyarrow.parquet", "scipy.optimize", "scipy.stats", "scipy.special", "scipy.linalg",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "seaborn",
    "statsmodels.api", "statsmodels.formula.api", "statsmodels.miscmodels.ordinal_model", "formulaic",
    "babel.numbers", "babel.dates", "babel.lists", "jinja2", "yaml", "pydantic", "rapidfuzz", "click", "rich.console",
)  # fmt: skip
"""What notebooks import; what is not installed is left out."""


def serve(address: str, first: dict[str, Any] | None = None) -> None:
    """Fork on request until standard input closes.

    Parameters
    ----------
    address : str
        Path of the Unix socket to listen on; its folder is removed at the end.
    first : dict, optional
        A call (``call``, ``argument``) to make before anything is forked: more to preload.
    """
    _preload(first)
    awake, bell = socket.socketpair()
    for end in (awake, bell):
        end.setblocking(False)
    signal.set_wakeup_fd(bell.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    children: dict[int, socket.socket] = {}
    watch = selectors.DefaultSelector()
    for source in (sys.stdin.buffer, listener, awake):
        watch.register(source, selectors.EVENT_READ)
    print("listening", flush=True)
    try:
        while True:
            for key, _ in watch.select():
                if key.fileobj is sys.stdin.buffer:
                    return
                if key.fileobj is awake:
                    awake.recv(4096)
                    _reap(children, watch)
                elif key.fileobj is listener:
                    _accept(listener, children, watch)
                else:
                    _closed(key.data)
                    watch.unregister(key.fileobj)
    finally:
        for pid in children:
            _closed(pid)
        with contextlib.suppress(OSError):
            Path(address).unlink()
            Path(address).parent.rmdir()


def _preload(first: dict[str, Any] | None = None) -> None:
    """Import the libraries, and use them once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in PRELOAD:
            with contextlib.suppress(ImportError):
                import_module(name)
    _warm_up()
    if first:
        try:
            _call(first)
        except Exception:  # what is wrong will be told by the notebook that needs it
            traceback.print_exc()
    gc.collect()
    gc.freeze()  # collecting in a forked process would copy every page of what is loaded here


def _accept(listener: socket.socket, children: dict[int, socket.socket], watch: selectors.BaseSelector) -> None:
    """Take one request and fork its process."""
    connection, _ = listener.accept()
    try:
        data, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 2)
        size, _, body = data.partition(b"\n")
        while len(body) < int(size):
            body += connection.recv(1 << 16)
        request = json.loads(body)
        pid = os.fork()
    except (OSError, ValueError) as error:
        connection.sendall(f"refused {error}\n".encode())
        connection.close()
        return
    if not pid:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            listener.close()
            watch.close()
            for other in children.values():
                other.close()
            code = _be(request, descriptors, connection)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            if sys.__stderr__ is not None:
                sys.__stderr__.flush()
        finally:
            os._exit(code)
    for descriptor in descriptors:
        os.close(descriptor)
    children[pid] = connection
    watch.register(connection, selectors.EVENT_READ, pid)


def _reap(children: dict[int, socket.socket], watch: selectors.BaseSelector) -> None:
    """Tell the clients of processes that are gone."""
    while children:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        connection = children.pop(pid)
        with contextlib.suppress(KeyError):
            watch.unregister(connection)
        with contextlib.suppress(OSError):
            connection.sendall(f"exit {os.waitstatus_to_exitcode(status)}\n".encode())
        connection.close()


def _closed(pid: int) -> None:
    """End a process, and what it started, whose client is gone."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def _be(request: dict[str, Any], descriptors: list[int], connection: socket.socket) -> int:
    """Be the process that was asked for, from what a fresh interpreter would set up; return its exit code."""
    os.setsid()
    for descriptor, standard in zip((os.open(os.devnull, os.O_RDONLY), *descriptors), (0, 1, 2), strict=True):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    for number, handler in ((signal.SIGCHLD, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        signal.signal(number, handler)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    _as_fresh()
    try:
        if "argv" in request:
            _kernel(request["argv"], connection)
        else:
            connection.sendall(f"ready {os.getpid()}\n".encode())
            connection.close()
            _call(request)
        return 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        _leave()


def _call(asked: dict[str, Any]) -> None:
    module, _, function = asked["call"].partition(":")
    getattr(import_module(module), function)(asked["argument"])


def _kernel(argv: list[str], connection: socket.socket) -> None:
    """Be IPython's own kernel application, until its client ends it."""
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = argv
    app: Any = IPKernelApp.instance()
    app.parent_handle = os.getppid()
    app.initialize(argv[1:])
    connection.sendall(f"ready {os.getpid()}\n".encode())
    connection.close()
    app.start()


def _as_fresh() -> None:
    """Give the libraries the state that a fresh process has: own random numbers, the asked-for backend."""
    import matplotlib as mpl
    import numpy as np

    np.random.seed()  # noqa: NPY002  # the global generator of notebooks that still use it
    random.seed()
    inline = "module://matplotlib_inline.backend_inline"
    mpl.rcParams._set("backend", os.environ.get("MPLBACKEND") or inline)


_BUFFERED = {io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair}


def _leave() -> None:
    """Do what the end of a process does, without its slow end: exit functions, buffers of files left open."""
    with contextlib.suppress(Exception):
        atexit._run_exitfuncs()
    for thing in gc.get_objects():
        if type(thing) in _BUFFERED:
            with contextlib.suppress(Exception):
                thing.flush()


def _warm_up() -> None:
    """Fill the libraries' own caches (fonts, formats) by using them once; no state that a notebook sees changes."""
    with contextlib.suppress(ImportError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import matplotlib.pyplot as plt
        import pandas as pd
        from jupyter_client.localinterfaces import local_ips
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
        local_ips()
        pd.DataFrame({"a": [1.5], "b": ["x"]}).groupby("b").mean().to_html()
        plt.close("all")
        _warm_up_pages()


def _warm_up_pages() -> None:
    """Fill the caches of what makes a page of a notebook: lexers, Markdown, validators, selectors."""
    from nbconvert import HTMLExporter
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    shown = [
        new_output("stream", name="stdout", text="a"),
        new_output("display_data", {"text/html": "<table><tr><td>1</td></tr></table>"}),
    ]
    cells = [new_markdown_cell("# a\n\n- *b* `c`"), new_code_cell("x = f(1, 'b')  # c\nprint(x)", outputs=shown)]
    HTMLExporter(template_name="basic").from_notebook_node(new_notebook(cells=cells))


if __name__ == "__main__":
    serve(sys.argv[-2], json.loads(sys.argv[-1]))
