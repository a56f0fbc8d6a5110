"""Kernels forked from one preloaded process, for any Papermill or nbclient call in this environment.

Chosen by ``JUPYTER_DEFAULT_PROVISIONER_NAME=forked``. Every notebook still gets a fresh process; what it no longer pays
is importing the libraries. Another interpreter or language, a system without fork, or any failure to fork gets the
ordinary launch.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from forked_kernels.preloaded import FLAGS, fork
from forked_kernels.process import ForkedProcess

_NO_HISTORY = "--HistoryManager.enabled=False"
"""Parallel kernels would lock its database."""


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
        code: int | None = await super().wait()
        return code


def _forked(cmd: list[str], kwargs: dict[str, Any]) -> ForkedProcess | None:
    """Fork a kernel, or return None where only the ordinary launch gives what was asked for."""
    if cmd[0] != sys.executable or "ipykernel_launcher" not in cmd:
        return None
    at = cmd.index("ipykernel_launcher")
    plain = (
        cmd[at - 1] == "-m" and set(cmd[1 : at - 1]) <= set(FLAGS) and set(kwargs) <= {"env", "cwd", "stdout", "stderr"}
    )
    env = kwargs.get("env") or dict(os.environ)
    if not plain or _python(env) != _python(os.environ):
        return None
    outputs = [
        stream if stream is not None else place
        for place, stream in ((1, kwargs.get("stdout")), (2, kwargs.get("stderr")))
    ]
    try:
        launcher = [*dict.fromkeys((*cmd[at:], _NO_HISTORY))]
        return fork({"argv": launcher}, env, str(kwargs.get("cwd") or Path.cwd()), outputs)
    except (OSError, ValueError, RuntimeError):
        return None


def _python(env: Mapping[str, str]) -> dict[str, str]:
    """What the interpreter reads at its start, which a fork inherits."""
    return {name: value for name, value in env.items() if name.startswith("PYTHON")}
