"""The register of regions: which exist when, what merged into what, and how waves are matched across mergers."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import InvalidDescription, Problem, Problems
from sto_analysis.monitor.csv_tables import Row, read_rows

COLUMNS = ["id", "dusi", "name", "valid_from", "valid_to", "merged_into"]
NO_REGISTER = pd.DataFrame(columns=COLUMNS[1:], index=pd.Index([], name="id"), dtype="str")
"""What is known of regions where the register cannot be read."""


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
    rows = read_rows(path, "the register of regions", ["kind", *COLUMNS], "Restore it from git.")
    Problems.raise_if(_unclear(rows, path))
    regions = {str(row["id"]): (number, row) for number, row in rows.items() if row["kind"] == kind}
    Problems.raise_if(_contradictions(regions, path))
    table = pd.DataFrame([row for _, row in regions.values()], columns=COLUMNS, dtype="object")
    return table.set_index("id")


def _unclear(rows: Mapping[int, Row], path: Path) -> Iterator[Problem]:
    seen = set()
    for number, row in rows.items():
        key, wrong = (row["kind"], row["id"]), partial(InvalidDescription, file=path, row=number)
        if None in key:
            yield wrong("a region without kind or id.", "Fill it in, or remove the row.")
        elif key in seen:
            yield wrong("this region stands in the register twice.", "Keep one row.", value=row["id"])
        seen.add(key)
        for name in ("valid_from", "valid_to"):
            if (year := row[name]) is not None and not re.fullmatch(r"\d{4}", year):
                yield wrong("this is no year.", "Write the year alone.", column=name, value=year)


def _contradictions(regions: Mapping[str, tuple[int, Row]], path: Path) -> Iterator[Problem]:
    merged = {region: row["merged_into"] for region, (_, row) in regions.items()}
    numbers: set[str] = set()
    for region, (at, row) in regions.items():
        wrong = partial(InvalidDescription, file=path, row=at)
        dusi, into = row["dusi"], merged[region]
        if dusi in numbers or (dusi in regions and dusi != region):
            what = "this DUS-I number is the number or id of another region."
            yield wrong(what, "Correct 'dusi' or 'id'.", column="dusi", value=dusi)
        numbers |= {dusi} if dusi else set()
        seen, last = {region}, into
        while last in merged and last not in seen and merged[last] is not None:
            seen.add(last)
            last = merged[last]
        if into is not None and (last in seen or last not in merged):
            yield wrong(f"{region} merged into {into}, which leads nowhere.", "Correct 'merged_into'.", value=region)


def successors(register: pd.DataFrame) -> dict[str, str]:
    """Return region that no longer exists → the one that it is part of at last."""
    merged = register["merged_into"].dropna().to_dict()
    out = {}
    for region, into in merged.items():
        at = into
        while at in merged:
            at = merged[at]
        out[str(region)] = str(at)
    return out


def not_in(register: pd.DataFrame, year: int, regions: Collection[str]) -> dict[str, str]:
    """Tell which regions did not exist in a year, and why, as far as the register says.

    A region ends with ``valid_to``; without one, where it merged, before its successor begins; where that has no year
    either, as soon as both would exist together.

    Parameters
    ----------
    register : DataFrame
        As `read_register` gives.
    year : int
        The year.
    regions : collection of str
        Those that are asked about.
    """
    out: dict[str, str] = {}
    for region, row in register.loc[register.index.intersection(list(regions))].iterrows():
        into = row["merged_into"]
        begins = row["valid_from"]
        successor = register.at[into, "valid_from"] if isinstance(into, str) else None
        if isinstance(begins, str) and year < int(begins):
            out[str(region)] = f"it exists from {begins}"
        elif isinstance(row["valid_to"], str):
            if year > int(row["valid_to"]):
                merged = f", then merged into {into}" if isinstance(into, str) else ""
                out[str(region)] = f"it existed until {row['valid_to']}{merged}"
        elif isinstance(successor, str) and year >= int(successor):
            out[str(region)] = f"it merged into {into}, which exists from {successor}"
        elif isinstance(into, str) and not isinstance(successor, str) and into in regions:
            out[str(region)] = f"it merged into {into}, which is asked too"
    return out


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
    current = {str(region): into.get(str(region), str(region)) for region in earlier}
    counts = pd.Series(current).value_counts()
    rows, matched = [], {}
    for region, now in current.items():
        if now not in later:
            status = "only_earlier"
        elif counts[now] > 1:
            status = "ambiguous"
        else:
            status = "matched" if now == region else "merged"
            matched[region] = now
        rows.append((region, status, now if now != region else ""))
    rows += [(str(region), "only_later", "") for region in later if region not in set(current.values())]
    table = pd.DataFrame(rows, columns=["region", "status", "into"])
    known = table["region"].map(matched)
    table["changed"] = known.isin(changed or ()).astype("boolean").mask(known.isna() | (changed is None))
    return Panel(matched, table)
