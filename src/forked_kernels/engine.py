"""``papermill --engine forked``: Papermill's own engine, with kernels forked from a preloaded process.

Papermill imports this file, by its entry point, at the end of its own import; so nothing else should be first to do so.
"""

from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.engines import NBClientEngine


class ForkedKernelManager(AsyncKernelManager):
    """Jupyter's kernel manager, with the forked provisioner for kernels that name no other."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """What to launch; see `jupyter_client.KernelManager`."""
        spec = super().kernel_spec
        if spec is not None:
            spec.metadata.setdefault("kernel_provisioner", {"provisioner_name": "forked"})
        return spec


class ForkedEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine with that manager; kernels of other languages and interpreters are ordinary ones."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute the notebook; see `papermill.engines.Engine`."""
        super().execute_managed_notebook(nb_man, kernel_name, kernel_manager_class=ForkedKernelManager, **options)
