"""The frame of a wave: every region that was asked, with its context."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.csv_tables import Row, amiss, read_rows
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_analysis.names import plain_id, plain_name

if TYPE_CHECKING:
    import pandas as pd  # whoever only plans a run asks for the ids, and does not wait for it


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
    rows = read_rows(path, say("frame.what"), ["region"], say("frame.put"))
    Problems.raise_if(_amiss(rows, "region", path))
    return sorted(str(row["region"]) for row in rows.values())


def read_frame(
    path: Path, codebook: Codebook, codes: Mapping[str, Mapping[str, str | None]] | None = None
) -> "pd.DataFrame":
    """Read a frame of regions.

    Parameters
    ----------
    path : Path
        A CSV with ``region``, ``name`` and the context variables.
    codebook : Codebook
        Names the context variables and their codes.
    codes : mapping, optional
        Region → context variable → code, of context.csv: a region that stands there has no other. The frame needs no
        columns for them then.

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

    coded_here = codebook.context_variables if codes is None else ()
    rows = read_rows(path, say("frame.what"), ["region", "name", *coded_here], say("frame.put"))
    for row in rows.values():
        elsewhere = (codes or {}).get(row["region"] or "", row)
        row |= {name: elsewhere.get(name) for name in codebook.context_variables}
    Problems.raise_if(_problems(rows, codebook, path))
    table = pd.DataFrame(rows.values(), dtype="object").set_index("region").sort_index()
    return table[["name"]].astype("str").join(table[[*codebook.context_variables]].apply(pd.to_numeric))


def _problems(rows: Mapping[int, Row], codebook: Codebook, path: Path) -> Iterator[Problem]:
    if not rows:
        yield problem("frame.no_regions", file=path)
    yield from _amiss(rows, "region", path)
    yield from _amiss(rows, "name", path)
    for column, variable in codebook.context_variables.items():
        known = [*map(str, sorted(level.code for level in variable.levels))]
        for number, row in rows.items():
            if (code := row[column]) is not None and code.removesuffix(".0") not in known:
                place = {"file": path, "row": number, "column": column, "value": code}
                yield problem("frame.no_context_code", known=", ".join(known), **place)


def _amiss(rows: Mapping[int, Row], column: str, path: Path) -> Iterator[Problem]:
    """Ids or names that are blank, stand there twice (whatever their case), or are none."""
    yield from amiss(rows, column, {"region": plain_id, "name": plain_name}[column], path)
    first: dict[str, int] = {}
    for number, row in rows.items():
        place: dict[str, Any] = {"file": path, "row": number, "column": column, "value": (found := row[column])}
        if found is None:
            yield problem(f"frame.no_{column}", **place)
        elif (before := first.setdefault(answer_key(found), number)) != number:
            yield problem("frame.twice", before=before, **place)
