"""Where a result was made: notebook, cell and its code, the functions behind it, the files that it was made of."""

from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from typing import Any

from sto_analysis import compendium
from sto_analysis.digests import ABSENT, digest
from sto_analysis.provenance import Record
from sto_workbench.explain.functions import Called, functions
from sto_workbench.explain.statements import pieces, source
from sto_workbench.pipeline.manifest import Manifest
from sto_workbench.pipeline.plan import Job, plan


@dataclass(frozen=True)
class Making:
    """How a table of results was made.

    Parameters
    ----------
    notebook, cell : str
        The cell that wrote it; empty where no notebook did.
    page : str
        Address of the cell in the executed page, below the compendium; empty where there is no page.
    state : {"current", "stale", "failed", "absent"}
        How that page stands (see `sto_workbench.pipeline.manifest.State`).
    because : list of str
        What has changed since.
    parameters : dict
        Of the notebook, as a run passed them.
    code : str
        Of the cell, as it ran; as it stands in notebooks/ where nobody kept that.
    functions : list of Called
        As they stand now.
    """

    notebook: str
    cell: str
    page: str = ""
    state: str = "absent"
    because: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    functions: list[Called] = field(default_factory=list)


class Makings:
    """Looks up how the results of one wave were made; each notebook and each cell once.

    Parameters
    ----------
    wave : str
        Of the results, or ``published``.
    """

    def __init__(self, wave: str) -> None:
        self._wave, self._manifest = wave, Manifest()
        self.of, self.files = cache(self._of), cache(self._files)
        self._job = cache(self._find_job)

    @cached_property
    def _jobs(self) -> list[Job]:
        every = plan([] if self._wave == "published" else [self._wave], (), (), [])
        return [job for job in every if job.parameters.get("wave", "published") == self._wave]

    def _find_job(self, notebook: str, table: str) -> tuple[Job, Record] | None:
        """The job that wrote a table, and of what; else the first of the wave with that notebook."""
        records = [(job, self._manifest.record(job.key)) for job in self._jobs if notebook and job.notebook == notebook]
        made = [(replace(job, parameters=dict(of.parameters)), of) for job, of in records if of]
        file = (compendium.results(self._wave) / f"{table}.parquet").relative_to(compendium.root()).as_posix()
        return next((each for each in made if file in each[1].results), next(iter(made), None))

    def _code(self, notebook: str, table: str) -> bytes | None:
        """The notebook: as it ran where the executed one is there."""
        made = self._job(notebook, table)
        paths = [*([made[0].executed] if made else []), compendium.notebook(notebook)]
        return next((path.read_bytes() for path in paths if path.is_file()), None)

    def _of(self, notebook: str, cell: str, table: str) -> dict[str, Any]:
        """Tell how a table of results was made (see `Making`).

        Parameters
        ----------
        notebook, cell, table : str
            As the store has them; empty where no notebook wrote the table.
        """
        return asdict(self._made(notebook, cell, table) if notebook else Making(notebook, cell))

    def _made(self, notebook: str, cell: str, table: str) -> Making:
        made, ran = self._job(notebook, table), self._code(notebook, table)
        told = Making(notebook, cell, code=source(ran, cell), functions=functions(pieces(ran), cell, table))
        if made is None:
            return told
        job, record = made
        state = self._manifest.state(job.key, job)
        page = f"{job.page.relative_to(compendium.root()).as_posix()}#cell-{cell}"
        more: dict[str, Any] = {"state": state.word, "because": list(state.because), "parameters": record.parameters}
        return replace(told, page=page, **more)

    def _files(self, notebook: str, table: str, read: str) -> list[dict[str, str]]:
        """List the files that were read before a table was written.

        Parameters
        ----------
        notebook, table, read : str
            As the store has them.

        Returns
        -------
        list of dict
            ``file``, below the compendium; ``digest`` when it was read, keyed where answers can stand in it,
            empty where nobody knows; ``now``: ``same``, ``changed`` or ``gone``, empty where nobody knows.
        """
        made = self._job(notebook, table)
        rows = []
        for name in [f"data/{each}" for each in read.split(", ") if each]:
            was, now = (made[1].data.get(name, "") if made else ""), digest(compendium.root() / name)
            word = "same" if now == was else "gone" if now == ABSENT else "changed"
            rows.append({"file": name, "digest": was, "now": word if was or now == ABSENT else ""})
        return rows
