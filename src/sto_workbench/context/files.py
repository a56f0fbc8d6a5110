"""All public files of a wave, read and checked against each other."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pandas as pd
from rapidfuzz import process

from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem
from sto_workbench.context.cells import key
from sto_workbench.context.readers import read_source
from sto_workbench.context.sources import Sources, amiss


class Files:
    """The public files of a folder.

    Parameters
    ----------
    folder : Path
        As `sto_workbench.context.sources.context_folder` gives.
    sources : Sources
        What they are.
    year : int, optional
        Of the wave: of several editions the latest up to it counts, or else the first.

    Raises
    ------
    Problems
        All that is wrong with any of them.
    """

    def __init__(self, folder: Path, sources: Sources, year: int = 9999) -> None:
        self.folder, self.sources, self.year = folder, sources, year
        self.tables: dict[str, pd.DataFrame] = {}
        found = [*amiss(folder, sources)]
        for name, source in sources.files.items() if not found else ():
            try:
                table = read_source(folder / name, source)
            except Problems as wrong:
                found += wrong.problems
            else:
                self.tables[name] = table if "year" in table else table.assign(year=source.of_year)
        Problems.raise_if(found)

    def of_kind(self, kind: str, year: int | None = None) -> tuple[pd.DataFrame, list[str]]:
        """Return the rows of a kind and year, and the files that have them.

        Parameters
        ----------
        kind : str
            As sources.yaml names it.
        year : int, optional
            Default that of the wave, or the nearest before.

        Raises
        ------
        Problems
            No file has them, or two say something of the same place.
        """
        names = [name for name in self.tables if self.sources.files[name].kind == kind]
        years = {year for name in names for year in self.tables[name]["year"]}
        wanted = year if year is not None else max(filter(self.year.__ge__, years), default=min(years, default=0))
        having = {name: self.tables[name][self.tables[name]["year"] == wanted] for name in names}
        having = {name: rows for name, rows in having.items() if len(rows)}
        if not having:
            told = ", ".join(map(str, sorted(years))) or "–"
            raise Problems(
                [
                    problem(
                        "context.no_file", file=self.folder / "sources.yaml", kind=kind, year=wanted or "–", years=told
                    )
                ]
            )
        found = pd.concat(having.values(), ignore_index=True)
        place = found["vestiging" if "vestiging" in found else "municipality"]
        if sum(rows[place.name].nunique() for rows in having.values()) > place.nunique():
            one = {"kind": kind, "year": wanted, "names": ", ".join(having)}
            raise Problems([problem("context.two_files", file=self.folder / "sources.yaml", **one)])
        return found, [*having]

    def of_wave(self, name: str) -> bool:
        """Whether a file is of the year of the wave, or of a kind of which context.yaml names the years."""
        several = self.sources.files[name].kind in ("duo_pupils", "cbs_population", "judged")
        return several or self.year in {*self.tables[name]["year"]}

    @cached_property
    def municipality(self) -> pd.Series:
        """Vestiging → municipality, as the file has it."""
        return self.of_kind("duo_vestigingen")[0].set_index("vestiging")["municipality"]

    @cached_property
    def province(self) -> pd.Series:
        """Vestiging → province, of those of which the file has it."""
        table = self.of_kind("duo_vestigingen")[0]
        told = table.get("province", pd.Series("", table.index)).fillna("")
        return told.set_axis(table["vestiging"])[lambda each: each != ""]

    def places(self, municipalities: Iterable[str]) -> dict[str, str]:
        """Return municipality → labour-market region: of itself with all that merged into it, or of what it became.

        Raises
        ------
        Problems
            A municipality is of none, or of two.
        """
        table, names = self.of_kind("cbs_gebieden")
        rows = [(one, self.sources.today(one), place) for one, place in table[["municipality", "place"]].to_numpy()]
        found = {}
        for one in sorted({*municipalities}):
            own = {place for old, new, place in rows if one in (old, new)}
            found[one] = (own or {place for _, new, place in rows if new == self.sources.today(one)}) - {""}
        at = self.folder / names[0]
        Problems.raise_if(
            problem("context.two_places" if each else "context.no_place", file=at, municipality=one)
            for one, each in found.items()
            if len(each) != 1
        )
        return {one: each.pop() for one, each in found.items()}

    def named(self, name: str, *kinds: str) -> pd.DataFrame:
        """Return the rows of a file.

        Raises
        ------
        Problems
            There is no such file of these kinds.
        """
        if name not in self.tables or self.sources.files[name].kind not in kinds:
            told = {"kind": ", ".join(kinds), "year": "–", "years": "–"}
            raise Problems([problem("context.no_file", file=self.folder / name, **told)])
        return self.tables[name]

    def figures(self, name: str, where: dict[str, str]) -> pd.Series:
        """Return labour-market region → figure of a file.

        Parameters
        ----------
        name : str
            The file.
        where : dict of str
            Field → text of the rows that count.

        Raises
        ------
        Problems
            No such file or rows, several rows per region, or regions of another division than that of CBS.
        """
        path, table = self.folder / name, self.named(name, "uwv_spanning", "transcribed")
        for field, wanted in where.items():
            said = table[field] if field in table else pd.Series("", table.index)
            table = table[said.map(key) == key(wanted)]
            if table.empty:
                told = ", ".join(sorted({*said})[:20])
                raise Problems([problem("context.no_rows", file=path, column=field, value=wanted, told=told)])
        known = self._names()
        codes = table["place"].map(lambda place: known.get(key(self.sources.today(place))))
        Problems.raise_if(self._strange(path, table[codes.isna()], known))
        if codes.duplicated().any():
            raise Problems([problem("context.several", file=path, place=codes[codes.duplicated()].iloc[0])])
        return pd.Series(table["value"].to_numpy(), codes.to_numpy())

    def _names(self) -> dict[str, str]:
        """Labour-market regions by code and by name."""
        table = self.of_kind("cbs_gebieden")[0]
        named = table[table["place"] != ""]
        codes = {key(code): code for code in named["place"]}
        return codes | ({key(name): code for name, code in zip(named["place_name"], named["place"], strict=True)})

    def _strange(self, path: Path, rows: pd.DataFrame, known: dict[str, str]) -> Iterator[Problem]:
        """Regions that the division of CBS does not have: an old division joins nothing."""
        for row in rows.to_dict("records"):
            near = process.extractOne(key(row["place"]), [*known], score_cutoff=60)
            told = known[near[0]] if near else "–"
            yield problem("context.other_division", file=path, row=row["row"], value=row["place"], near=told)
