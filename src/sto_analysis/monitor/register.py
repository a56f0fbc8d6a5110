"""The register of regions: which exist when, what merged into what, and how waves are matched across mergers."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import InvalidDescription, Problem, Problems
from sto_analysis.monitor.csv_tables import read_table

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
    table = read_table(path, "the register of regions", ["kind", *COLUMNS], "Restore it from git.")
    problems: list[Problem] = []
    for row in table.index[table[["kind", "id"]].isna().any(axis="columns")]:
        what = "a region without kind or id."
        problems.append(InvalidDescription(what, "Fill it in, or remove the row.", file=path, row=int(row)))
    for row in table.index[table.duplicated(["kind", "id"]) & table["id"].notna()]:
        what, todo = "this region stands in the register twice.", "Keep one row."
        problems.append(InvalidDescription(what, todo, file=path, row=int(row), value=str(table.at[row, "id"])))
    for name in ("valid_from", "valid_to"):
        for row, found in table[name].dropna().items():
            if not re.fullmatch(r"\d{4}", found):
                what, todo = "this is no year.", "Write the year alone."
                wrong = InvalidDescription(what, todo, file=path, row=int(str(row)), column=name, value=found)
                problems.append(wrong)
    Problems.raise_if(problems)
    of_kind = table[table["kind"] == kind]
    rows = dict(zip(of_kind["id"], of_kind.index, strict=True))
    numbers = of_kind["dusi"].dropna()
    taken = numbers.duplicated() | (numbers.isin(of_kind["id"]) & (numbers != of_kind["id"][numbers.index]))
    for row in numbers.index[taken]:
        what, todo = "this DUS-I number is the number or id of another region.", "Correct 'dusi' or 'id'."
        wrong = InvalidDescription(what, todo, file=path, row=int(row), column="dusi", value=str(numbers[row]))
        problems.append(wrong)
    found = of_kind.set_index("id")[COLUMNS[1:]]
    merged = found["merged_into"].dropna()
    for region, into in merged.items():
        seen, at = {str(region)}, str(into)
        while at in merged.index and at not in seen:
            seen.add(at)
            at = str(merged[at])
        if at in seen or at not in found.index:
            what, todo = f"{region} merged into {into}, which leads nowhere.", "Correct 'merged_into'."
            problems.append(InvalidDescription(what, todo, file=path, row=int(rows[region]), value=str(region)))
    Problems.raise_if(problems)
    return found


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
