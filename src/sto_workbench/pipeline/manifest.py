"""What was made of what: one manifest.json per folder of reports, and what it says of a result now."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sto_analysis import compendium
from sto_workbench.pipeline.plan import Job
from sto_workbench.pipeline.recipe import Recipe, code_hash, digest, files, recipe


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


def results(job: Job) -> list[Path]:
    """Return the files that a job leaves behind: page, executed notebook, data for others."""
    return [job.page, job.executed, *files(job.writes, job.parameters)]


class Manifest:
    """The manifests of a compendium, read at need and written whole after every change."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, Any]] = {}
        self._code: dict[str, str] = {}

    def _of(self, job: Job) -> tuple[Path, dict[str, Any]]:
        path = compendium.root() / "reports" / job.key.split("/")[0] / "manifest.json"
        if path not in self._folders:
            try:
                self._folders[path] = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # absent or damaged: everything is made again
                self._folders[path] = {}
        return path, self._folders[path]

    def made(self, job: Job, of: Recipe) -> None:
        """Write down a result and its ingredients."""
        top = compendium.root()
        left = {path.relative_to(top).as_posix(): digest(path) for path in results(job)}
        forms = self._of(job)[1].get(job.key, {}).get("formats", {})
        self._note(job, {"key": of.key, "recipe": asdict(of), "results": left, "formats": forms})

    def failed(self, job: Job, failure: str) -> None:
        """Write down a failure beside what is known of the earlier result."""
        self._note(job, {**self._of(job)[1].get(job.key, {}), "failure": failure})

    def format_of(self, job: Job, form: str) -> dict[str, str] | None:
        """Return what is known of a page in another format: ``of`` what it was made, and what it ``is``."""
        known: dict[str, str] | None = self._of(job)[1].get(job.key, {}).get("formats", {}).get(form)
        return known

    def note_format(self, job: Job, form: str, known: dict[str, str]) -> None:
        """Write down a page in another format."""
        entry = self._of(job)[1].get(job.key, {})
        self._note(job, {**entry, "formats": {**entry.get("formats", {}), form: known}})

    def _note(self, job: Job, entry: dict[str, Any]) -> None:
        path, entries = self._of(job)
        entries[job.key] = entry
        compendium.write_text(path, json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False) + "\n")

    def state(self, job: Job) -> State:
        """Compare a job's result with its ingredients as they are now."""
        entry = self._of(job)[1].get(job.key, {})
        if failure := entry.get("failure"):
            return State("failed", (failure,))
        if "recipe" not in entry:
            return State("absent", ("never made",))
        top = compendium.root()
        known = entry["results"]
        changed = [name for name, was in known.items() if digest(top / name) != was]
        missing = {path.relative_to(top).as_posix() for path in results(job)} - set(known)
        touched = tuple(f"{name} is {'gone' if digest(top / name) == '–' else 'changed'}" for name in changed)
        if job.notebook not in self._code:
            self._code[job.notebook] = code_hash(job.notebook)
        made = recipe(job.notebook, job.parameters, self._code[job.notebook])
        differing = made.differences(entry["recipe"])
        if touched or missing or differing:
            return State("stale", (*differing, *touched, *sorted(missing)))
        return State("current")


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
        state = manifest.state(job)
        renewed = tuple(f"{key} will be made" for key in job.after if out[key].word != "current")
        if renewed and state.word in ("current", "stale"):
            state = State("stale", (*renewed, *state.because))
        out[job.key] = state
    return out
