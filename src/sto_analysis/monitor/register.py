"""The register of regions: which exist when, what merged into what, and how waves are matched across mergers."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.csv_tables import Row, amiss, read_rows
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.names import plain_id, plain_name

COLUMNS = ["id", "dusi", "name", "valid_from", "valid_to", "merged_into"]
KINDS = ("real", "synthetic")


def read_register(kind: str) -> pd.DataFrame:
    """Read data/regions.csv.

    Parameters
    ----------
    kind : {"real", "synthetic"}
        Which of its regions: a synthetic wave never meets a real region.

    Returns
    -------
    DataFrame of str
        Index ``id``; ``dusi``, ``name``, ``valid_from``, ``valid_to``, ``merged_into``; missing where blank.

    Raises
    ------
    Problems
        Missing or unreadable file or columns, an id or DUS-I number twice, a DUS-I number that is the id of another
        region, what is no year, a merger into nothing or in a circle.
    """
    path = compendium.root() / "data" / "regions.csv"
    rows = read_rows(path, say("register.what"), ["kind", *COLUMNS], say("register.put"))
    Problems.raise_if(_problems(rows, kind, path))
    ours = [row for row in rows.values() if row["kind"] == kind]
    return pd.DataFrame(ours, columns=COLUMNS, dtype="object").set_index("id")


def _problems(rows: Mapping[int, Row], kind: str, path: Path) -> Iterator[Problem]:
    for number, row in rows.items():
        if row["kind"] not in KINDS or row["id"] is None:
            yield problem("register.no_kind", kinds=", ".join(KINDS), file=path, row=number)
    yield from amiss(rows, "id", plain_id, path)
    yield from amiss(rows, "name", plain_name, path)
    ours = {number: row for number, row in rows.items() if row["kind"] == kind}
    ends = _ends({str(row["id"]): into for row in ours.values() if (into := row["merged_into"])})
    lasting = {row["id"] for row in ours.values()} - ends.keys()
    first: dict[str, int] = {}
    for number, row in ours.items():
        at = {"file": path, "row": number}
        for name in {row["id"], row["dusi"]} - {None}:
            if (other := first.setdefault(answer_key(str(name)), number)) != number:
                yield problem("register.twice", other=other, value=name, **at)
        for column in ("valid_from", "valid_to"):
            if (year := row[column]) is not None and not re.fullmatch(r"[0-9]{4}", year):
                yield problem("register.no_year", column=column, value=year, **at)
        if row["id"] in ends and ends[row["id"]] not in lasting:
            yield problem("register.nowhere", region=row["id"], into=row["merged_into"], value=row["id"], **at)


def _ends(merged: Mapping[str, str]) -> dict[str, str]:
    """Region that merged → the one that it is part of at last; in a circle, another that merged."""
    ends = dict(merged)
    for _ in range(len(merged).bit_length()):  # each time twice as far
        ends = {region: ends.get(into, into) for region, into in ends.items()}
    return ends


def successors(register: pd.DataFrame) -> dict[str, str]:
    """Return region that no longer exists → the one that it is part of at last."""
    return _ends({str(region): str(into) for region, into in register["merged_into"].dropna().items()})


@dataclass(frozen=True)
class Panel:
    """How the regions of an earlier wave are matched with those of a later one.

    Parameters
    ----------
    matched : dict
        Earlier region → later region, both answered; by id, or by the one answer that a merger leaves.
    table : DataFrame
        ``region``, ``status`` (``matched``, ``merged``, ``ambiguous``, ``only_earlier``, ``only_later``), ``into``,
        ``changed`` (whether somebody else answered; missing where nobody knows or there is no match).
    """

    matched: dict[str, str]
    table: pd.DataFrame

    def follow(self, earlier: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of an earlier wave that have a match, under the region's id of the later one."""
        return earlier.loc[list(self.matched)].rename(index=self.matched)


def match_panel(
    earlier: pd.Index, later: pd.Index, register: pd.DataFrame, changed: Collection[str] | None = None
) -> Panel:
    """Match the answering regions of two waves, following mergers.

    A region is matched with itself. A region that merged stands for its successor when it is the only predecessor that
    answered the earlier wave; where several did, no answer speaks for the successor, and it is left out.

    Parameters
    ----------
    earlier, later : Index of str
        Regions that answered.
    register : DataFrame
        As `read_register` gives.
    changed : collection of str, optional
        Regions of the later wave where somebody else answered; None where nobody knows.
    """
    into = successors(register)
    current = pd.Series({region: into.get(region, region) for region in earlier}, dtype="object")
    alone, answered, itself = ~current.duplicated(keep=False), current.isin(later), current == current.index
    status = np.select([~answered, ~alone, itself], ["only_earlier", "ambiguous", "matched"], "merged")
    before = pd.DataFrame({"region": current.index, "status": status, "into": current.mask(itself, "").to_numpy()})
    new = pd.DataFrame({"region": later[~later.isin(current)], "status": "only_later", "into": ""})
    table = pd.concat([before, new], ignore_index=True).astype("str")
    matched = {str(region): str(now) for region, now in current[answered & alone].items()}
    known = table["region"].map(matched)
    table["changed"] = known.isin(changed or ()).astype("boolean").mask(known.isna() | (changed is None))
    return Panel(matched, table)
