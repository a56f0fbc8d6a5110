"""How a notebook that failed is told to the user."""

from pathlib import Path

from sto_analysis.errors import NotebookFailed, Problems


def told(folder: Path, what: str, notebook: str) -> str:
    """Say what happened, in which cell.

    Parameters
    ----------
    folder : Path
        Where the notebook was worked on; ``cell`` holds its last cell.
    what : str
        What happened.
    notebook : str
        Path of the notebook.
    """
    at = folder / "cell"
    source = at.read_text(encoding="utf-8") if at.exists() else "(before the first cell)"
    return failed(what, source, notebook)


def failed(what: str, source: str, notebook: str) -> str:
    """Say what happened in a cell, and what to do.

    Parameters
    ----------
    what, source, notebook : str
        What happened (what we raised says itself what to do); the cell; path of the notebook.
    """
    cell = "\n    ".join(source.strip().splitlines())
    todo = (
        "Then run again."
        if what.startswith(f"{Problems.__name__}:")
        else "Mend the data or the notebook and run again."
    )
    return str(NotebookFailed(f"{what}\n  in this cell:\n    {cell}\n ", todo, file=notebook))
