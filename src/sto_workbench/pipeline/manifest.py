"""What was made of what: one manifest.json per folder of reports, and what it says of a result now."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from sto_analysis import compendium
from sto_analysis.provenance import Record
from sto_workbench.pipeline.plan import Job, notebook_hash

INDEX = "index"
"""Key of the index page."""
_TOLD = 4
"""Reasons that are named before the rest is counted."""
_SHARED = "shared"
"""Key of what many records have in common: hash → content."""


@dataclass(frozen=True)
class State:
    """How a result stands.

    Parameters
    ----------
    word : {"current", "stale", "failed", "absent"}
        Up to date; made of other ingredients or changed since; not made in the last attempt; never made.
    because : tuple of str
        Ingredients that differ, results that were changed or are missing, or the failure.
    """

    word: Literal["current", "stale", "failed", "absent"]
    because: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The first reasons, and how many more there are."""
        more = len(self.because) - _TOLD
        return ", ".join([*self.because[:_TOLD], *([f"and {more} more"] if more > 0 else [])])


class Manifest:
    """The manifests of a compendium, read at need and written whole after every change.

    A key is a result's place below reports/ without its ending; its first folder has the manifest.
    """

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, Any]] = {}

    def _of(self, key: str) -> tuple[Path, dict[str, Any]]:
        top = compendium.root() / "reports"
        path = (top / key.split("/", maxsplit=1)[0] if "/" in key else top) / "manifest.json"
        if path not in self._folders:
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # absent or damaged: everything is made again
                found = {}
            whole = isinstance(found, dict) and all(isinstance(entry, dict) for entry in found.values())
            self._folders[path] = found if whole else {}
        return path, self._folders[path]

    def made(self, key: str, of: Record) -> None:
        """Write down a result and what it was made of; files that only the earlier one left go with it."""
        earlier, top = self.record(key), compendium.root()
        self._note(key, {"record": asdict(of)})
        others = [entry.get("record", {}).get("results", {}) for entry in self._of(key)[1].values()]
        for name in set(earlier.results if earlier else ()).difference(*others):
            (top / name).unlink(missing_ok=True)

    def failed(self, key: str, failure: str) -> None:
        """Write down a failure beside what is known of the earlier result."""
        self._note(key, {**self._of(key)[1].get(key, {}), "failure": failure})

    def _note(self, key: str, entry: dict[str, Any]) -> None:
        path, entries = self._of(key)
        shared = entries.setdefault(_SHARED, {})
        for name in ("code", "versions"):
            content = entry.get("record", {}).get(name)
            if isinstance(content, dict):
                known = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
                shared[known], entry["record"][name] = content, known
        entries[key] = entry
        used = {name for each in entries.values() for name in each.get("record", {}).values() if isinstance(name, str)}
        entries[_SHARED] = {name: content for name, content in shared.items() if name in used}
        compendium.write_text(path, json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    def record(self, key: str) -> Record | None:
        """What a result was made of when it was made last; None where nobody knows."""
        entries = self._of(key)[1]
        try:
            known = dict(entries[key]["record"])
            return Record(**(known | {name: entries[_SHARED][known[name]] for name in ("code", "versions")}))
        except (KeyError, TypeError):
            return None

    def state(self, key: str, job: Job | None = None) -> State:
        """Compare a result with its ingredients as they are now.

        Parameters
        ----------
        key : str
            Of the result.
        job : Job, optional
            For the page of a notebook: its parameters and cells count too.
        """
        if failure := self._of(key)[1].get(key, {}).get("failure"):
            return State("failed", (failure,))
        known = self.record(key)
        if known is None:
            return State("absent", ("never made",))
        because = known.differences()
        if job is not None:
            both = {*job.parameters, *known.parameters}
            changed = [name for name in sorted(both) if job.parameters.get(name) != known.parameters.get(name)]
            because = [*because, *(f"parameter {name}" for name in changed)]
            because = (["notebook"] if notebook_hash(job.notebook) != known.notebook else []) + because
        return State("stale", tuple(because)) if because else State("current")


def states(jobs: Sequence[Job]) -> dict[str, State]:
    """Tell how every page stands, without making any.

    Parameters
    ----------
    jobs : sequence of Job
        Each after those that it names.

    Returns
    -------
    dict of str to State
        Key → state; what reads from a page that is not up to date is not up to date either.
    """
    manifest = Manifest()
    out: dict[str, State] = {}
    for job in jobs:
        state = manifest.state(job.key, job)
        renewed = tuple(f"{key} will be made" for key in job.after if out[key].word != "current")
        if renewed and state.word in ("current", "stale"):
            state = State("stale", (*renewed, *state.because))
        out[job.key] = state
    return out
