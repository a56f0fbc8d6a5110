"""Kernels forked from one preloaded process, for any Papermill or nbclient call in this environment.

Chosen by ``JUPYTER_DEFAULT_PROVISIONER_NAME=forked``. Every notebook still gets a fresh process; what it no longer pays
is importing the libraries. Another interpreter or language, a system without fork, or any failure to fork gets the
ordinary launch.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from forked_kernels.preloaded import FLAGS, fork
from forked_kernels.process import ForkedProcess


class ForkedProvisioner(LocalProvisioner):
    """Launch this interpreter's ipykernel by a fork of the preloaded process, anything else as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel; see `jupyter_client.provisioning.LocalProvisioner`."""
        process = _forked(cmd, LocalProvisioner._scrub_kwargs(kwargs))
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process: Any = process
        self.pid = self.pgid = process.pid
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the end of the kernel, in shorter steps than Jupyter's tenth of a second."""
        while self.process and self.process.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()


def _forked(cmd: list[str], kwargs: dict[str, Any]) -> ForkedProcess | None:
    """Fork a kernel, or return None where only the ordinary launch gives what was asked for."""
    env = kwargs.pop("env", None) or dict(os.environ)
    cwd = kwargs.pop("cwd", None) or "."
    outputs = [kwargs.pop(name, None) or number for number, name in ((1, "stdout"), (2, "stderr"))]
    python, *argv = (word for word in cmd if word not in FLAGS)
    ours = python == sys.executable and argv[:2] == ["-m", "ipykernel_launcher"]
    if not ours or kwargs or _read(env) != _read(os.environ):
        return None
    argv = [*argv[1:], "--HistoryManager.enabled=False"]  # parallel kernels would lock its database
    try:
        return fork({"argv": argv}, env, cwd, outputs)
    except (OSError, ValueError, RuntimeError):
        return None


def _read(env: Mapping[str, str]) -> dict[str, str]:
    """What the interpreter reads at its start, which a fork inherits."""
    return {name: value for name, value in env.items() if name.startswith("PYTHON")}
