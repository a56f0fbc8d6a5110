"""How a notebook that failed is told: in brief on pages and in manifests, whole to the user and in a log."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.errors import NotebookFailed, Problems


@dataclass(frozen=True)
class Failure:
    """A notebook that failed.

    Parameters
    ----------
    told : str
        Notebook, cell and kind of error: no value, no source, so that it can stand on a page.
    detail : str
        What happened and what to do, with the cell; it can hold answers.
    """

    told: str
    detail: str


def begin_cell(folder: Path, cell: Any, number: int) -> None:
    """Note in the folder where a notebook is worked on that a cell begins."""
    told = [f"cell {number + 1} ({cell.get('id', '')})", cell.source]
    (folder / "cell").write_text(json.dumps(told), encoding="utf-8")


def failed(folder: Path, notebook: str, kind: str, what: str = "") -> Failure:
    """Say what happened, in which cell, and what to do.

    Parameters
    ----------
    folder : Path
        Where the notebook was worked on; see `begin_cell`.
    notebook : str
        Path of the notebook.
    kind : str
        Of error, without a value.
    what : str
        What happened, where there is more to say (what we raised says itself what to do).
    """
    place, source = "before the first cell", ""
    with suppress(OSError, ValueError):  # none began, or the disk was full
        place, source = json.loads((folder / "cell").read_text(encoding="utf-8"))
    cell = "\n    ".join(source.strip().splitlines())
    ours = what.startswith(f"{Problems.__name__}:")
    todo = "Then run again." if ours else "Mend the data or the notebook and run again."
    error = NotebookFailed(f"{what or kind}\n  in {place}:\n    {cell}\n ", todo, file=notebook)
    return Failure(f"{Path(notebook).stem}, {place}: {kind}", str(error))


def write(folder: Path, failure: Failure) -> None:
    """Leave a failure in the folder where a notebook was worked on."""
    (folder / "failure").write_text(json.dumps(asdict(failure)), encoding="utf-8")


def left(folder: Path) -> Failure | None:
    """Return the failure that was left in the folder where a notebook was worked on."""
    path = folder / "failure"
    return Failure(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def log_of(key: str) -> Path:
    """Return where the whole message of a job that failed stands: with the answers, not with the pages."""
    folder, _, name = key.rpartition("/")
    wave, _, below = folder.partition("/")
    return compendium.processed(wave) / "logs" / below / f"{name}.log"
