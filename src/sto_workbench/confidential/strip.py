"""A notebook without anything that running it has left: the filter that git adds notebooks through (`sto guard`).

``python -m sto_workbench.confidential.strip`` reads a notebook and writes it so. Tools for it keep the outputs of cells
that ask for it (``keep_output``), and know metadata by name; here nothing is kept but what a person wrote.
"""

import json
import sys
from typing import Any

_WRITTEN = {"tags", "alt", "jupyter", "slideshow", "editable", "deletable"}
"""Metadata of a cell that a person gives it."""


def stripped(text: str) -> str:
    """Leave of a notebook its sources, tags and kernel.

    Parameters
    ----------
    text : str
        JSON of a notebook, format 4.

    Returns
    -------
    str
        As nbformat writes it: one that was stored so comes back byte for byte.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        When it is no such notebook.
    """
    notebook = json.loads(text)
    about = notebook["metadata"]
    kept = {
        "cells": [_cell(cell) for cell in notebook["cells"]],
        "metadata": {
            "kernelspec": about.get("kernelspec", {}),
            "language_info": {"name": about.get("language_info", {}).get("name", "python")},
        },
        "nbformat": notebook["nbformat"],
        "nbformat_minor": notebook["nbformat_minor"],
    }
    return json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: cell[name] for name in ("cell_type", "id", "source") if name in cell}
    kept["metadata"] = {name: value for name, value in cell["metadata"].items() if name in _WRITTEN}
    return kept | ({"execution_count": None, "outputs": []} if cell["cell_type"] == "code" else {})


def main() -> None:
    """Strip a notebook from input to output; where that fails nothing is written, and git does not add it."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        clean = stripped(sys.stdin.read()).encode()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"This is no notebook whose outputs can be taken out ({type(error).__name__}): mend or remove it.")
    sys.stdout.buffer.write(clean)


if __name__ == "__main__":
    main()
