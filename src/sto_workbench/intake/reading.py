"""One reading of a delivery: what `sto check` checks and cleaning takes, each fact found once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from sto_analysis.errors import Problem
from sto_analysis.messages import problem
from sto_analysis.monitor.codebook import Codebook, Item
from sto_analysis.monitor.item_column import ItemColumn
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.known import label_key, levels_in_words, reasons_in_words
from sto_workbench.intake.marks import NO_MARK, marked_rows
from sto_workbench.intake.readers import Export
from sto_workbench.intake.region_names import RegionNames

UNKNOWN = "? "
"""What stands before an answer that nobody knows."""


@dataclass(frozen=True)
class Asked:
    """An item as a delivery holds it.

    Parameters
    ----------
    item : Item
        Of the codebook.
    source : ItemColumn
        What wave.yaml says of its column.
    cells : Series of str
        The column, of the rows that are answers.
    means : dict
        Answer, as `answer_key` compares it → level id, reason for having none, or what is still to be filled in.
    labels : dict
        Code → what the file calls it.
    """

    item: Item
    source: ItemColumn
    cells: pd.Series
    means: dict[str, str]
    labels: dict[str, str]

    @cached_property
    def said(self) -> pd.Series:
        """What each cell means; behind `UNKNOWN` what nobody knows; missing where blank."""
        keys = {text: answer_key(text) for text in self.cells.dropna().unique()}
        means = {text: self.means.get(key, UNKNOWN + key) for text, key in keys.items()}
        return self.cells.map(means).astype("str")


@dataclass(frozen=True)
class Reading:
    """A delivery and what it is read with.

    Parameters
    ----------
    export : Export
        What `read_export` gave.
    wave, codebook
        What the export is read with; items that the codebook does not know are left out.
    names : RegionNames or None
        The regions that were asked; without them regions are not looked up.
    file : Path
        The export, named in the problems.
    """

    export: Export
    wave: Wave
    codebook: Codebook
    names: RegionNames | None
    file: Path

    @cached_property
    def marked(self) -> dict[int, str]:
        """Row that is no answer → why (see `marked_rows`)."""
        none = {column for column, reason in self.wave.drop.items() if reason.casefold().startswith(NO_MARK)}
        return marked_rows(self.export, {source.column for source in self.wave.items.values()}, none)

    @cached_property
    def left_out(self) -> dict[str, list[int]]:
        """Line of `leave_out` → its rows: those whose region is called so, or else the one of that number."""
        rows, cells = self.export.cells.index, self.region_cells
        keys = cells.map({text: answer_key(text) for text in cells.dropna().unique()})
        called = {key: list(rows[keys == answer_key(key)]) for key in self.wave.leave_out}
        return {key: at or list(rows[rows.astype("str") == key.removeprefix("row ")]) for key, at in called.items()}

    @cached_property
    def set_aside(self) -> dict[int, str]:
        """Row that is not read → why: left out, of a region that withdrew, or `marked` where the wave drops those."""
        gone = self.region.index[self.region.isin(self.wave.withdrawn)]
        named = {row: f"left out: {self.wave.leave_out[key]}" for key, rows in self.left_out.items() for row in rows}
        return (self.marked if self.wave.unfinished == "drop" else {}) | dict.fromkeys(gone, "withdrawn") | named

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Rows of the export that are not set aside."""
        return self.export.cells.drop(index=list(self.set_aside))

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """Item id → item, of those that the codebook knows and the export holds."""
        found = {}
        for name, source in self.wave.items.items():
            if (item := self.codebook.items.get(name)) and source.column in self.cells.columns:
                left = {key: str(told) for key, told in (source.codes or {}).items()}  # a reason, or to be filled in
                means = left | source.answers(item) | self.wave.reasons(source)
                labels = self.export.value_labels.get(source.column, {})
                found[name] = Asked(item, source, self.cells[source.column], means, labels)
        return found

    @cached_property
    def questions(self) -> dict[str, list[str]]:
        """Question → its items."""
        every = {question: [*self.codebook.asked(question).values()] for question in self.codebook.questions}
        return {question: asked for question, items in every.items() if (asked := [*filter(self.asked.get, items)])}

    @cached_property
    def said(self) -> pd.DataFrame:
        """What each cell means: level id, reason, or behind `UNKNOWN` what nobody knows; missing where blank."""
        return pd.DataFrame({name: asked.said for name, asked in self.asked.items()}, index=self.cells.index)

    @cached_property
    def given(self) -> pd.DataFrame:
        """Which cells are answers: not blank, and no reason for having none."""
        return self.said.notna() & ~self.said.isin([*self.codebook.missing.reasons])

    @cached_property
    def answered(self) -> dict[str, pd.Series]:
        """Question → rows in which it is answered: any of its items; of one with a single item, anything at all."""
        return {
            question: self.given[items if len(items) > 1 else [*self.asked]].any(axis="columns")
            for question, items in self.questions.items()
        }

    @cached_property
    def filled(self) -> pd.DataFrame:
        """`said`, with what a blank cell stands for: of a box its level in rows where its question is answered."""
        out = self.said.copy()
        for name, asked in self.asked.items():
            box, why = asked.source.ticked(asked.item), asked.source.blank
            ticked = out[name].isna() & self.answered[asked.item.question] & (box is not None)
            out[name] = out[name].mask(ticked, box).fillna("blank" if box or why is None else str(why))
        return out

    @cached_property
    def by_region(self) -> pd.DataFrame:
        """What each region answers in its first row (see `filled`)."""
        first = self.region[self.cells.index].dropna().drop_duplicates()
        return self.filled.loc[first.index].set_axis(pd.Index(first), axis="index")

    @cached_property
    def region_cells(self) -> pd.Series:
        """Column of the region, of all rows of the export; blank where the export lacks it."""
        return self.export.cells.reindex(columns=[self.wave.region_column]).iloc[:, 0].astype("str")

    @cached_property
    def found(self) -> tuple[dict[str, str], dict[str, str]]:
        """Cell of the region column → region, and → how it was found (see `RegionNames.find`)."""
        if self.names is None:
            return {cell: cell for cell in self.region_cells.dropna().unique()}, {}
        return self.names.find(self.region_cells, self.export.value_labels.get(self.wave.region_column, {}))

    @cached_property
    def region(self) -> pd.Series:
        """Region of each row of the export; missing where nobody knows it."""
        return self.region_cells.map(self.found[0]).astype("str")

    def spoken(self, asked: Asked, code: str, label: str) -> str:
        """Level or reason that the file calls a code by its very words; blank where it calls it otherwise."""
        levels = {text: level.id for text, level in levels_in_words(asked.item.scale).items()}
        return (reasons_in_words(self.codebook.missing) | levels).get(label_key(label, code), "")

    def problem(self, name: str, **values: Any) -> Problem:
        """Make a problem of this export, or of an item of it (`asked`; see `sto_analysis.messages.problem`)."""
        asked = values.pop("asked", None)
        told = {"item": asked.item.id, "column": asked.source.column} if asked else {}
        return problem(name, file=self.file, sheet=self.export.layout.sheet, **told, **values)
