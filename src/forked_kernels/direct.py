"""Run a notebook's cells in this very process, with IPython's own kernel and without its sockets.

For a process that is fresh and runs nothing else (`forkserver.py` makes them): what a kernel would send is handed to
nbclient directly, so outputs are those of an ordinary kernel, and neither messages nor a second process cost time. Its
standard output and error are files, opened to be read too: what programs print is read from there.
"""

import logging
import os
import sys
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from traitlets.config import Application, Config

_SHOWN = {"stream", "display_data", "update_display_data", "execute_result"}
_AT_ONCE = 2**22
"""Bytes of what is printed that are taken at once."""


class TooMuchOutput(RuntimeError):  # noqa: N818
    """What a cell shows is more than its notebook may."""


class _Socket:
    """All sockets of the kernel: keeps messages as a client receives them, behind what programs printed before them."""

    def __init__(self, most: float) -> None:
        self.session, self.context = Session(key=b""), zmq.Context()
        self.kept: list[dict[str, Any]] = []
        self.left = most
        self._read = {number: os.fstat(number).st_size for number in (1, 2)}

    def send_multipart(self, parts: list[bytes], **_: Any) -> None:
        """Keep a message, and before it what programs, and code below Python, printed."""
        for number, name in ((1, "stdout"), (2, "stderr")):
            if text := os.pread(number, min(os.fstat(number).st_size, _AT_ONCE), self._read[number]):
                self._read[number] += len(text)
                self._keep(self.session.msg("stream", {"name": name, "text": text.decode(errors="replace")}))
        self._keep(self.session.deserialize(self.session.feed_identities(parts)[1]))

    def _keep(self, message: dict[str, Any]) -> None:
        if message["msg_type"] in _SHOWN:
            self.left -= len(str(message["content"]))
            if self.left < 0:
                raise TooMuchOutput("the cells show more than they may")
        self.kept.append(message)


class _Stream(OutStream):
    """Standard output or error of the cells; a cell that prints without end is not waited for."""

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Write a text; what is long is sent at once."""
        written = super().write(string)
        if any(buffer.tell() > _AT_ONCE for buffer in self._buffers.values()):
            self.flush()  # type: ignore[no-untyped-call]
        return written


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client on IPython's kernel in this process."""

    most = float("inf")

    def execute(self, **_: Any) -> Any:
        """Execute all cells."""
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        shell_app: Any = SimpleNamespace(ignore_cwd=False)
        InteractiveShellApp.init_path(shell_app)
        self._socket = _Socket(self.most)
        kernel: Any = IPythonKernel
        self._kernel = kernel.instance(
            session=self._socket.session,
            iopub_socket=self._socket,
            log=logging.getLogger("forked_kernels"),
            config=Config({"HistoryManager": {"enabled": False}}),
        )
        setattr(Application.instance(), "kernel", self._kernel)  # noqa: B010  # where magics look for it
        self._kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)  # asked for by cells with await
        thread = IOPubThread(self._socket)
        for number, name in ((1, "stdout"), (2, "stderr")):
            stream: Any = _Stream(self._socket.session, thread, name, watchfd=False)  # type: ignore[no-untyped-call]
            stream._original_stdstream_copy = number  # where programs that a cell gives it write to
            setattr(sys, name, stream)
        sys.displayhook = self._kernel.shell.displayhook
        self.reset_execution_trackers()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self._kernel.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
        """Execute one cell."""
        if self.on_cell_start is not None:
            self.on_cell_start(cell=cell, cell_index=cell_index)
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        cell.outputs, self.clear_before_next_output = [], False
        request = self._socket.session.msg("execute_request", {"code": cell.source, "stop_on_error": False})
        self._kernel.set_parent([], request)
        run_sync(self._kernel.execute_request)(self._socket, [], request)
        messages, self._socket.kept = self._socket.kept, []
        for message in messages:
            if message["msg_type"] == "execute_reply":
                reply = message
            elif message["msg_type"] != "status":
                self.process_message(message, cell, cell_index)
        if self.on_cell_executed is not None:
            self.on_cell_executed(cell=cell, cell_index=cell_index, execute_reply=reply)
        run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        return cell


class DirectEngine(Engine):  # type: ignore[misc]
    """A Papermill engine that executes a notebook in this process, which runs nothing else before or after."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """Execute the notebook; see `papermill.engines.Engine`. ``most`` (bytes) is what its cells may show in all."""
        hooks = {name: kwargs.get(name) for name in ("on_cell_start", "on_cell_executed")}
        client = _Client(nb_man, record_timing=False, **hooks)
        client.most = kwargs.get("most", client.most)
        client.execute()
