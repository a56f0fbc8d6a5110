"""The register of regions: which exist when, what merged into what, and how waves are matched across mergers."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import InvalidDescription, MissingColumn, MissingFile, Problem, Problems

COLUMNS = ["id", "dusi", "name", "valid_from", "valid_to", "merged_into"]


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
        Missing file or columns, an id twice, a merger into nothing or in a circle.
    """
    path = compendium.root() / "data" / "regions.csv"
    try:
        table = pd.read_csv(path, dtype="str")
    except OSError as error:
        raise Problems(
            [MissingFile("the register of regions is not there.", "Restore it from git.", file=path)]
        ) from error
    wanted = ["kind", *COLUMNS]
    Problems.raise_if(
        MissingColumn("the register lacks this column.", "Add the column.", file=path, column=name)
        for name in wanted
        if name not in table.columns
    )
    problems: list[Problem] = []
    for row in table.index[table.duplicated(["kind", "id"])]:
        what, todo = "this region stands in the register twice.", "Keep one row."
        problems.append(InvalidDescription(what, todo, file=path, row=int(row) + 2, value=str(table.at[row, "id"])))
    found = table[table["kind"] == kind].drop_duplicates("id").set_index("id")[COLUMNS[1:]]
    merged = found["merged_into"].dropna()
    for region, into in merged.items():
        seen, at = {str(region)}, str(into)
        while at in merged.index and at not in seen:
            seen.add(at)
            at = str(merged[at])
        if at in seen or at not in found.index:
            what, todo = f"{region} merged into {into}, which leads nowhere.", "Correct 'merged_into'."
            problems.append(InvalidDescription(what, todo, file=path, value=str(region)))
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
