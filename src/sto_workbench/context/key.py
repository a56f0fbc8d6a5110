"""The key: which vestiging is of which region, and when."""

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem
from sto_analysis.monitor.csv_tables import Row, read_rows

_COLUMNS = ("region", "vestiging", "valid_from", "valid_to")
_TODO = "Make it: docs/context.md says what stands in it."


class Key(NamedTuple):
    """Vestiging → region, on the day of a wave.

    Parameters
    ----------
    now : Series of str
        Of those that are of a region on that day.
    ever : Series of str
        Of those that closed before it too (that no vestigingen file has), in their last region: where the pupils of
        before were.
    """

    now: pd.Series
    ever: pd.Series


def read_key(path: Path, regions: Collection[str], known: Collection[str], day: datetime.date) -> Key:
    """Read region_schools.csv.

    Parameters
    ----------
    path : Path
        A CSV with ``region``, ``vestiging``, ``valid_from``, ``valid_to``: years or days, blank where open.
    regions, known : collection of str
        Regions of the wave's frame; vestigingen of the vestigingen file.
    day : date
        Of the wave.

    Raises
    ------
    Problems
        All of: not readable, no days, a vestiging in two regions at a time; and, of what holds on the day, a region
        that is not in the frame or a vestiging that is in no vestigingen file.
    """
    rows = read_rows(path, "the key of regions and schools", _COLUMNS, _TODO)
    table = pd.DataFrame([{"row": number, **_read(row)} for number, row in rows.items()], columns=["row", *_COLUMNS])
    Problems.raise_if(
        [*_cells(path, table, rows), *_overlaps(path, table), *_unknown(path, table, regions, known, day)]
    )
    begun = (
        table[table["valid_from"] <= day.isoformat()]
        .sort_values("valid_from")
        .drop_duplicates("vestiging", keep="last")
    )
    of = begun.set_index("vestiging")["region"].sort_index()
    valid = begun.set_index("vestiging")["valid_to"].sort_index() >= day.isoformat()
    return Key(of[valid], of[(valid | ~of.index.isin(list(known))) & of.isin(list(regions))])


def _read(row: Row) -> dict[str, str]:
    vestiging = (row["vestiging"] or "").upper()
    first, last = _day(row["valid_from"] or "0001", "01-01"), _day(row["valid_to"] or "9999", "12-31")
    return {"region": row["region"] or "", "vestiging": vestiging, "valid_from": first, "valid_to": last}


def _day(text: str, of_year: str) -> str:
    """A day, or the first or last of a year; empty where it is neither."""
    text = f"{text}-{of_year}" if re.fullmatch(r"[0-9]{4}", text) else text
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _cells(path: Path, table: pd.DataFrame, rows: Mapping[int, Row]) -> Iterator[Problem]:
    if table.empty:
        yield problem("context.key_empty", file=path)
    for row in table.to_dict("records"):
        at = {"file": path, "row": row["row"]}
        if not row["region"]:
            yield problem("context.no_text", **at, column="region")
        if not re.fullmatch(r"[0-9]{2}[A-Z]{2}[0-9]{2}", row["vestiging"]):
            yield problem("context.no_vestiging", **at, column="vestiging", value=row["vestiging"])
        for column in ("valid_from", "valid_to"):
            if not row[column]:
                yield problem("context.no_day", **at, column=column, value=rows[row["row"]][column])
        if row["valid_from"] > row["valid_to"] > "":
            yield problem("context.ends_before", **at, column="valid_to", value=row["valid_to"])


def _overlaps(path: Path, table: pd.DataFrame) -> Iterator[Problem]:
    """A vestiging that is of two regions, or twice of one, at some time."""
    for vestiging, rows in table[table["vestiging"].duplicated(keep=False)].groupby("vestiging"):
        ordered = rows.sort_values(["valid_from", "valid_to"]).to_dict("records")
        for before, after in pairwise(ordered):
            if after["valid_from"] <= before["valid_to"]:
                regions = {"region": after["region"], "other": before["region"], "before": before["row"]}
                yield problem("context.two_regions", file=path, row=after["row"], vestiging=vestiging, **regions)


def _unknown(
    path: Path, table: pd.DataFrame, regions: Collection[str], known: Collection[str], day: datetime.date
) -> Iterator[Problem]:
    """What holds on the day and names a region or vestiging that is not there."""
    holds = (table["valid_from"] <= day.isoformat()) & (table["valid_to"] >= day.isoformat())
    for row in table[holds].to_dict("records"):
        at = {"file": path, "row": row["row"]}
        if row["region"] and row["region"] not in regions:
            yield problem("context.not_asked", **at, column="region", value=row["region"])
        if row["vestiging"] not in known:
            yield problem("context.nowhere", **at, column="vestiging", value=row["vestiging"])
