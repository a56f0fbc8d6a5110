"""Run a notebook's cells in this very process, with IPython's own kernel and without its sockets.

For a process that is fresh and runs nothing else (`forkserver.py` makes them): what a kernel would send is handed to
nbclient directly, so outputs are those of an ordinary kernel, and neither messages nor a second process cost time.
"""

import asyncio
import io
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session, extract_header
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from traitlets.config import Application, Config

Message = dict[str, Any]
_PRINTED = object()


class _Kept(Session):
    """A session that keeps what it is told to send."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.kept: list[Message] = []
        self.before: Callable[[], None] = lambda: None

    def send(  # type: ignore[override]
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **more: Any
    ) -> Message:
        """Keep a message as a client would receive it, behind what programs printed before it."""
        if stream is not _PRINTED:
            self.before()
        message: Message = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(msg_or_type, content, parent, metadata=more.get("metadata"))
        )
        received = self.unpack(self.pack({**message, "header": extract_header(message), "parent_header": {}}))
        self.kept.append({**received, "buffers": list(more.get("buffers") or [])})
        return message


class _Stream(io.TextIOBase):
    """Standard output or error of the cells: what they print becomes a message."""

    def __init__(self, session: _Kept, name: str, descriptor: int) -> None:
        self._session, self._name, self._descriptor = session, name, descriptor
        self._text = ""

    encoding = "utf-8"

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that programs started by the cells write to."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Keep a text for the next message."""
        self._text += text
        return len(text)

    def flush(self) -> None:
        """Send what was written as one message."""
        if self._text:
            self._session.send(None, "stream", {"name": self._name, "text": self._text})
            self._text = ""


class _Kernel:
    """IPython's kernel in this process."""

    def __init__(self) -> None:
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        shell_app: Any = SimpleNamespace(ignore_cwd=False)
        InteractiveShellApp.init_path(shell_app)
        self._session = _Kept()
        kernel: Any = IPythonKernel
        self._kernel = kernel.instance(
            session=self._session,
            iopub_socket=object(),
            log=logging.getLogger("sto"),
            config=Config({"HistoryManager": {"enabled": False}}),
        )
        setattr(Application.instance(), "kernel", self._kernel)  # noqa: B010  # where magics look for it
        self._kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)  # asked for by cells with await
        sys.stdout, sys.stderr = _Stream(self._session, "stdout", 1), _Stream(self._session, "stderr", 2)
        sys.displayhook = self._kernel.shell.displayhook
        self._printed = {name: Path(f"/dev/fd/{number}").resolve() for name, number in (("stdout", 1), ("stderr", 2))}
        self._read = {name: path.stat().st_size for name, path in self._printed.items()}
        self._session.before = self._of_programs
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self.language_info: dict[str, Any] = self._kernel.language_info

    def run(self, source: str) -> tuple[Message, list[Message]]:
        """Run a cell; return the kernel's reply and the messages that came before it."""
        request = self._session.msg("execute_request", {"code": source, "stop_on_error": False})
        self._kernel.set_parent([], request)
        self._loop.run_until_complete(self._kernel.execute_request(None, [], request))
        kept, self._session.kept = self._session.kept, []
        (reply,) = [message for message in kept if message["msg_type"] == "execute_reply"]
        return reply, [message for message in kept if message is not reply]

    def _of_programs(self) -> None:
        """Send what programs, and code below Python, printed."""
        for name, path in self._printed.items():
            with path.open("rb") as file:
                file.seek(self._read[name])
                text = file.read().decode(errors="replace")
            self._read[name] += len(text.encode())
            if text:
                self._session.send(_PRINTED, "stream", {"name": name, "text": text})


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client on that kernel."""

    def execute(self, **_: Any) -> Any:
        """Execute all cells."""
        self.reset_execution_trackers()
        self._direct = _Kernel()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self._direct.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
        """Execute one cell."""
        if self.on_cell_start is not None:
            self.on_cell_start(cell=cell, cell_index=cell_index)
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        cell.outputs, self.clear_before_next_output = [], False
        self.code_cells_executed += 1
        reply, messages = self._direct.run(cell.source)
        for message in messages:
            if message["msg_type"] != "status":
                self.process_message(message, cell, cell_index)
        run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        return cell


class DirectEngine(Engine):  # type: ignore[misc]
    """A Papermill engine that executes a notebook in this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        """Execute the notebook; see `papermill.engines.Engine`."""
        hook = kwargs.get("on_cell_start")
        _Client(nb_man, on_cell_start=hook, record_timing=False).execute()
