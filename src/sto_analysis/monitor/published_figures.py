"""The published figures, with the state of every cell; a damaged cell cannot be calculated with."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import DamagedFigure, Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.csv_tables import read_rows

TABLES = {
    **{"aspects": "measure wave id percent starred state", "borging": "measure wave id percent state"},
    **{"borging_sentences": "id wave numerator denominator state", "response": "id wave value state"},
    "grades": "id column printed value starred state",
}
"""Table → columns that it must have, beside those that say more."""


@dataclass(frozen=True)
class PublishedFigures:
    """The tables of data/raw/published as they are, damaged cells and all.

    Parameters
    ----------
    tables : dict of str to DataFrame
        One frame per CSV; each has a column ``state`` (legible, read_as, damaged).
    folder : Path
        Where they were read.
    """

    tables: dict[str, pd.DataFrame]
    folder: Path

    def cells(self, table: str, **where: object) -> pd.DataFrame:
        """Return rows to calculate with.

        Parameters
        ----------
        table : str
            ``aspects``, ``borging``, ``borging_sentences``, ``grades`` or ``response``.
        **where
            Column values that the rows must have.

        Raises
        ------
        Problems
            With a `DamagedFigure` for each selected row that is damaged.
        """
        frame = self.tables[table]
        for column, value in where.items():
            frame = frame[frame[column] == value]
        damaged = frame[frame["state"] == "damaged"]
        Problems.raise_if(
            DamagedFigure(
                "this published cell is damaged and has no value.",
                "Leave it out; show it with `tables` if it must be seen.",
                file=self.folder / f"{table}.csv",
                row=int(str(index)) + 1,
                value=str(row.get("printed", "")),
            )
            for index, row in damaged.iterrows()
        )
        return frame

    def percentages(self, measure: str, wave: int) -> pd.Series:
        """Return one published column as whole percentages by concept id.

        Parameters
        ----------
        measure : str
            ``urgency``, ``yield_top``, ``yield_low`` or ``borging``.
        wave : int
            Year of the wave.

        Raises
        ------
        KeyError
            When nothing is published under that name.
        Problems
            When a cell of the column is damaged.
        """
        table = "borging" if measure == "borging" else "aspects"
        rows = self.cells(table, measure=measure, wave=wave)
        if rows.empty:
            raise KeyError(f"no published figures for {measure} in {wave}")
        return rows.set_index("id")["percent"].astype(int).rename(measure)

    def printed(self, wave: int | None) -> dict[str, pd.Series]:
        """Return all that is published about a wave and must be reproduced.

        Parameters
        ----------
        wave : int or None
            Year of the published figures; None for a wave without any.

        Returns
        -------
        dict
            ``urgency_earlier``, ``urgency_later``, ``yield_top``, ``yield_low``, ``borging`` → whole percentages by
            concept; ``sentence`` → fractions in words (numerator, denominator) by measure. Empty without a wave.
        """
        if wave is None:
            return {}
        years = sorted(self.tables["aspects"].query("measure == 'urgency'")["wave"].unique())
        found = {
            measure: self.percentages("urgency", int(year))
            for measure, year in zip(("urgency_earlier", "urgency_later"), years, strict=True)
        }
        found |= {measure: self.percentages(measure, wave) for measure in ("yield_top", "yield_low", "borging")}
        words = self.cells("borging_sentences", wave=wave).set_index("id").rename(index={"active": "borging_active"})
        found["sentence"] = pd.Series(list(zip(words["numerator"], words["denominator"], strict=True)), words.index)
        return found

    def starred(self, wave: int) -> pd.Series:
        """Return by aspect whether the slide marks the change of urgency with an asterisk."""
        rows = self.cells("aspects", measure="urgency", wave=wave)
        return rows.set_index("id")["starred"].astype(bool)


def read_published(folder: Path | None = None) -> PublishedFigures:
    """Read the published figures.

    Parameters
    ----------
    folder : Path, optional
        Default ``data/raw/published`` of the compendium.

    Raises
    ------
    Problems
        A table that is not there, or is not as `TABLES` says.
    """
    folder = folder or compendium.raw("published")
    return PublishedFigures(
        {name: _table(folder / f"{name}.csv", each.split()) for name, each in TABLES.items()}, folder
    )


def _table(path: Path, columns: list[str]) -> pd.DataFrame:
    rows = read_rows(path, say("published_figures.what"), columns, say("published_figures.put"))
    table = pd.read_csv(StringIO(pd.DataFrame(rows.values()).to_csv(index=False)))
    if "wave" in table and not pd.api.types.is_integer_dtype(table["wave"]):
        raise Problems([problem("published_figures.no_years", file=path, column="wave")])
    return table
