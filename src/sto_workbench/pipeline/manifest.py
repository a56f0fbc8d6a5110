"""What was made of what: one manifest.json per folder of reports, and what it says of a result now."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from os.path import normpath
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from sto_analysis import compendium
from sto_analysis.provenance import Record
from sto_workbench.pipeline.plan import Job, notebook_hash

INDEX = "index"
"""Key of the index page."""
_TOLD = 4
"""Reasons that are named before the rest is counted."""
_SHARED = "shared"
"""Key of what many records have in common: hash → content."""
_ONCE = ("code", "versions")
"""Of a record: what stands under that key."""
_JOURNAL = ".journal"
_RECORD = TypeAdapter(Record)


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
    """The manifests of a compendium, read at need; every change is appended to a journal beside its manifest.

    A key is a result's place below reports/ without its ending; its first folder has the manifest.
    """

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, Any]] = {}

    def _of(self, key: str) -> tuple[Path, dict[str, Any]]:
        top = compendium.root() / "reports"
        path = (top / key.split("/", maxsplit=1)[0] if "/" in key else top) / "manifest.json"
        if path not in self._folders:
            found: dict[str, Any] = {_SHARED: {}}
            for text in (_text(path), *_text(path.with_suffix(_JOURNAL)).splitlines()):
                _merge(found, text)
            self._folders[path] = found
        return path, self._folders[path]

    def made(self, key: str, of: Record) -> None:
        """Write down a result and what it was made of; files that only the earlier one left go with it."""
        earlier = self.record(key)
        self._note(key, {"record": asdict(of)})
        if gone := set(earlier.results if earlier else ()).difference(of.results):
            others = filter(None, map(self.record, self._of(key)[1]))
            for name in gone.difference(*(other.results for other in others)):
                _remove(name)

    def failed(self, key: str, failure: str) -> None:
        """Write down a failure beside what is known of the earlier result."""
        self._note(key, {**self._of(key)[1].get(key, {}), "failure": failure})

    def _note(self, key: str, entry: dict[str, Any]) -> None:
        path, entries = self._of(key)
        new: dict[str, Any] = {}
        for name in _ONCE:
            content = entry.get("record", {}).get(name)
            if isinstance(content, dict):
                known = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
                entry["record"][name] = known
                if known not in entries[_SHARED]:
                    new[known] = content
        line = json.dumps({key: entry, **({_SHARED: new} if new else {})})
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(_JOURNAL).open("a", encoding="utf-8", newline="\n") as journal:
            journal.write(f"\n{line}")  # a line break first: an earlier line may have been cut by a death
        _merge(entries, line)

    def save(self) -> None:
        """Write the manifests whole where a journal stands, and remove it: at the end of a run."""
        for path, entries in self._folders.items():
            if path.with_suffix(_JOURNAL).is_file():
                of = [entry.get("record", {}) for entry in entries.values()]
                used = {record.get(name) for record in of for name in _ONCE}
                entries[_SHARED] = {name: content for name, content in entries[_SHARED].items() if name in used}
                told = json.dumps(entries, indent=1, sort_keys=True, ensure_ascii=False)
                compendium.write_text(path, told + "\n")
                path.with_suffix(_JOURNAL).unlink()

    def record(self, key: str) -> Record | None:
        """What a result was made of when it was made last; None where nobody knows."""
        entries = self._of(key)[1]
        try:
            known = dict(entries[key]["record"])
            shared = {name: entries[_SHARED][known[name]] for name in _ONCE}
            return _RECORD.validate_python(known | shared)
        except (KeyError, TypeError, ValueError):
            return None

    def failure(self, key: str) -> str | None:
        """What went wrong when a result was tried last; None where nothing did."""
        told = self._of(key)[1].get(key, {}).get("failure")
        return None if told is None else str(told)

    def state(self, key: str, job: Job | None = None) -> State:
        """Compare a result with its ingredients as they are now.

        Parameters
        ----------
        key : str
            Of the result.
        job : Job, optional
            For the page of a notebook: its parameters and cells count too.
        """
        if failure := self.failure(key):
            return State("failed", (failure,))
        known = self.record(key)
        if known is None:
            return State("absent", ("never made",))
        because = known.differences()
        if job is not None:
            both = {*job.parameters, *known.parameters}
            changed = [name for name in sorted(both) if job.parameters.get(name) != known.parameters.get(name)]
            because = [*because, *(f"parameter {name}" for name in changed)]
            because += ["the page in the other language"] if job.other != known.other else []
            because = (["notebook"] if notebook_hash(job.notebook) != known.notebook else []) + because
        return State("stale", tuple(because)) if because else State("current")


def _remove(name: str) -> None:
    """Remove a file that a run made, and no other, whatever a manifest says."""
    top = compendium.root()
    path = Path(normpath(top / name))
    if path.is_file() and any(path.is_relative_to(top / tree) for tree in ("reports", "data/processed")):
        path.unlink()


def _text(path: Path) -> str:
    """What stands in a file; nothing where it cannot be read: then everything is made again."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _merge(entries: dict[str, Any], text: str) -> None:
    """Take over what a manifest, or a line of its journal, holds in the right shape."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict) and all(isinstance(entry, dict) for entry in found.values()):
        entries[_SHARED] |= found.pop(_SHARED, {})
        entries |= {key: entry for key, entry in found.items() if _whole(entry.get("record"))}


def _whole(record: object) -> bool:
    """Whether an entry's record, if it has one, can be told apart from others."""
    return record is None or (isinstance(record, dict) and all(isinstance(record.get(name), str) for name in _ONCE))


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
