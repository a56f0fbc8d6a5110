"""The public files that a result on the regional context is of: each with its edition and hash."""

import json
import re
from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from typing import Any

from sto_analysis import compendium
from sto_analysis.monitor.described import read_described
from sto_workbench.context.readable import files_of
from sto_workbench.context.sources import Source, Sources, context_folder
from sto_workbench.context.table import read_context
from sto_workbench.explain.touched import Row


def variables(row: Row, known: Collection[str]) -> list[str]:
    """Name the context variables that a result is of, or is adjusted for.

    Parameters
    ----------
    row : dict
        Of the store.
    known : collection of str
        The variables of the codebook, in their order.
    """
    labels = json.loads(row["labels"])
    named = [*_NAMED, *_WEIGHTED] if row["method"] == "poststratified" else _NAMED
    said = {word for name in named if labels.get(name) for word in re.findall(r"\w+", str(labels[name]))}
    return [name for name in known if name in said]


_NAMED = ("concept", "item", "exposure", "variable", "benchmark", "adjusted_for", "adjust")
_WEIGHTED = ("weighted_by",)


def sources(names: Collection[str], wave: str) -> list[dict[str, Any]]:
    """List the public files that hold the figures of context variables.

    Parameters
    ----------
    names : collection of str
        Context variables.
    wave : str
        Of the result.

    Returns
    -------
    list of dict
        ``variable``, ``file`` (below the compendium), ``source``, ``edition``, ``date``, ``url`` (None where it has
        none), ``sha256``, and ``now``: ``same``, ``changed`` or ``gone``. None where codes stand in the frame.

    Raises
    ------
    Problems
        context.csv or sources.yaml cannot be read.
    """
    return [each for each in known(wave) if each["variable"] in names] if names else []


@cache
def known(wave: str) -> list[dict[str, Any]]:
    """List all public files of a wave's context; as `sources`."""
    table = read_context(wave)
    if table is None:
        return []
    found = files_of(table, read_described(context_folder(wave) / "sources.yaml", Sources))
    return [_told(wave, *each) for each in _each(found)]


def _each(found: dict[str, dict[str, Source]]) -> Iterator[tuple[str, str, Source]]:
    for variable, files in found.items():
        for name, source in files.items():
            yield variable, name, source


def _told(wave: str, variable: str, name: str, source: Source) -> dict[str, Any]:
    path = context_folder(wave) / name
    now = sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    told = {"variable": variable, "file": path.relative_to(compendium.root()).as_posix(), "source": source.source}
    told |= {"edition": source.told, "date": source.date.isoformat(), "sha256": source.sha256 or ""}
    return told | {"url": source.url, "now": "gone" if now is None else "same" if now == source.sha256 else "changed"}
