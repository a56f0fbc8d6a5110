"""The same work on the workers of a Dask cluster that all see the compendium's folder."""

import logging
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.errors import ClusterLost, MissingTool, NotSharedFolder, Problem, Problems
from sto_workbench.pipeline.closure import package_hash
from sto_workbench.pipeline.execute import Outcome, Setting, run_in
from sto_workbench.pipeline.plan import Job


@contextmanager
def dask_cluster(address: str, setting: Setting) -> Iterator[tuple[Executor, Callable[[Job, Setting], Outcome]]]:
    """Use a Dask cluster as executor.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.5:8786``.
    setting : Setting
        For every unit of work.

    Raises
    ------
    Problems
        `MissingTool` without the package distributed; `NotSharedFolder` for each worker that does not see the
        compendium at the path that it has here, or has another version of its package; `ClusterLost` when the
        scheduler dies.
    """
    try:
        from distributed import Client
    except ImportError as error:
        todo = "Install it: pip install 'sto-analysis[dask]'."
        raise Problems([MissingTool("--dask needs the package distributed.", todo)]) from error
    folder = compendium.parts(Path(setting.root) / "reports")
    folder.mkdir(parents=True, exist_ok=True)
    token = folder / f"{uuid.uuid4()}.token"
    token.touch()
    for talks in ("distributed", "distributed.client", "distributed.utils"):
        logging.getLogger(talks).setLevel(logging.CRITICAL)  # what is wrong is told here, in a sentence
    connect: Any = Client
    with connect(address, timeout="20s") as client:
        seen = client.run(_sees, str(token))
        Problems.raise_if(_wrong(seen, setting.root))
        try:
            yield client.get_executor(pure=False), run_in
        except CancelledError as error:
            todo = "Start it again and run again: what was made stands."
            raise Problems([ClusterLost(f"the scheduler at {address} is gone.", todo)]) from error


def _sees(token: str) -> tuple[bool, str]:
    return Path(token).exists(), package_hash()


def _wrong(seen: dict[str, tuple[bool, str]], root: str) -> Iterator[Problem]:
    if not seen:
        yield NotSharedFolder("the cluster has no workers.", "Start some: dask worker ADDRESS.")
    for worker, (shares, code) in seen.items():
        if not shares:
            todo = "Mount the folder there under the same path."
            yield NotSharedFolder(f"worker {worker} does not see {root}.", todo)
        elif code != package_hash():
            todo = "Install the package there from the shared folder: pip install --editable ."
            yield NotSharedFolder(f"worker {worker} has another version of sto_analysis.", todo)
