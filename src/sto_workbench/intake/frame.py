"""The frame of a wave: every region that was asked, with its context."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sto_analysis import compendium
from sto_analysis.errors import DuplicateRegion, Problem, Problems, UnknownCode, UnknownRegion
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.csv_tables import Row, amiss, read_rows
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_analysis.names import plain_id, plain_name

if TYPE_CHECKING:
    import pandas as pd  # whoever only plans a run asks for the ids, and does not wait for it

_WHAT = "the frame of regions"
_TODO = "Put the file there, or correct 'frame' in wave.yaml."


def frame_ids(wave: Wave) -> list[str]:
    """Return the ids of the regions that a wave asked, sorted; without a look at their context.

    Parameters
    ----------
    wave : Wave
        Names the file.

    Raises
    ------
    Problems
        Not there or not readable; without a column ``region``, uneven rows, blank, repeated or impossible ids.
    """
    path = compendium.raw(wave.wave) / wave.frame
    rows = read_rows(path, _WHAT, ["region"], _TODO)
    Problems.raise_if(_regions_amiss(rows, {"region": "an id"}, path))
    return sorted(str(row["region"]) for row in rows.values())


def read_frame(wave: Wave, codebook: Codebook) -> "pd.DataFrame":
    """Read every region that a wave asked, with its context; result and errors as of `read_frame_file`.

    Parameters
    ----------
    wave : Wave
        Names the file.
    codebook : Codebook
        Names the context variables and their codes.
    """
    return read_frame_file(compendium.raw(wave.wave) / wave.frame, codebook)


def read_frame_file(path: Path, codebook: Codebook) -> "pd.DataFrame":
    """Read a frame of regions.

    Parameters
    ----------
    path : Path
        A CSV with ``region``, ``name`` and the context variables.
    codebook : Codebook
        Names the context variables and their codes.

    Returns
    -------
    DataFrame
        Index ``region``; columns ``name`` and one numeric code per context variable.

    Raises
    ------
    Problems
        All of: not there or not readable; missing columns, uneven rows; blank or repeated regions and names, unknown
        context codes.
    """
    import pandas as pd

    rows = read_rows(path, _WHAT, ["region", "name", *codebook.context_variables], _TODO)
    Problems.raise_if(_problems(rows, codebook, path))
    table = pd.DataFrame(rows.values(), dtype="object")
    codes = {name: pd.to_numeric(table[name]) for name in codebook.context_variables}
    frame = table[["region", "name"]].astype("str").assign(**codes)
    return frame.set_index("region").sort_index()


def _problems(rows: Mapping[int, Row], codebook: Codebook, path: Path) -> Iterator[Problem]:
    if not rows:
        yield UnknownRegion("the frame has no regions.", "List every region that was asked.", file=path)
    yield from _regions_amiss(rows, {"region": "an id", "name": "a name"}, path)
    for column, variable in codebook.context_variables.items():
        known = [*map(str, sorted(level.code for level in variable.levels))]
        for number, row in rows.items():
            if (code := row[column]) is not None and code.removesuffix(".0") not in known:
                what = "the codebook does not know this context code."
                todo = "Correct the value or the codebook; blank where nobody knows."
                at: dict[str, Any] = {"file": path, "row": number, "column": column, "value": code}
                yield UnknownCode(what, todo, **at, expected=f"one of {', '.join(known)}")


def _regions_amiss(rows: Mapping[int, Row], columns: Mapping[str, str], path: Path) -> Iterator[Problem]:
    """Ids and names that are blank, stand there twice (whatever their case), or are none."""
    for column, lacks in columns.items():
        yield from amiss(rows, column, plain_id if column == "region" else plain_name, UnknownRegion, path)
        first: dict[str, int] = {}
        for number, row in rows.items():
            at: dict[str, Any] = {"file": path, "row": number, "column": column, "value": (found := row[column])}
            if found is None:
                yield UnknownRegion(f"a region without {lacks}.", "Fill it in, or remove the row.", **at)
            elif (before := first.setdefault(answer_key(found), number)) != number:
                twice = f"this {column} stands in the frame already, in row {before}."
                yield DuplicateRegion(twice, "Keep one row per region, each with a name of its own.", **at)
