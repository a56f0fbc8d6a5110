"""One reading of a delivery: what `sto check` checks and cleaning takes, each fact found once."""

from collections.abc import Iterable
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
from sto_workbench.intake.marks import NO_MARK, marked_rows
from sto_workbench.intake.readers import Export, distinct, looked_up
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.words import label_key, levels_in_words


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
    known : dict
        Answer, as `answer_key` compares it → level id.
    absent : dict
        The same → why it counts as missing.
    labels : dict
        Code → what the file calls it.
    """

    item: Item
    source: ItemColumn
    cells: pd.Series
    known: dict[str, str]
    absent: dict[str, str]
    labels: dict[str, str]

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Text of the column → why it counts as missing."""
        keys = {text: answer_key(text) for text in distinct(self.cells)}
        return {text: self.absent[key] for text, key in keys.items() if key in self.absent}

    @cached_property
    def levels(self) -> dict[str, str]:
        """Text of the column → level id; without those that count as missing or that nobody knows."""
        keys = {text: answer_key(text) for text in distinct(self.cells) if text not in self.reasons}
        return {text: self.known[key] for text, key in keys.items() if key in self.known}

    @cached_property
    def answered(self) -> pd.Series:
        """Which cells are answers: not blank, and no reason for having none."""
        return self.cells.notna() & ~self.cells.isin(self.reasons)

    def says(self, code: str) -> str | None:
        """Level whose very words the file calls a code; None where it calls it otherwise."""
        level = levels_in_words(self.item.scale).get(label_key(self.labels[code], code))
        return level.id if level else None


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
    def set_aside(self) -> dict[int, str]:
        """Those of `marked` that the wave leaves out, and rows whose region withdrew."""
        gone = self.region[self.region.isin(self.wave.withdrawn)].index if self.wave.withdrawn else ()
        return {
            **(self.marked if self.wave.unfinished == "drop" else {}),
            **dict.fromkeys(map(int, gone), "withdrawn"),
            **{row: f"left out: {why}" for row, (_, why) in self.left_out.items()},
        }

    @cached_property
    def left_out(self) -> dict[int, tuple[str, str]]:
        """Row that wave.yaml leaves out → the line of `leave_out` that says so, and its reason."""
        rows, column = self.export.cells.index, self.wave.region_column
        called = self.export.cells[column].dropna() if column in self.export.cells.columns else pd.Series(dtype="str")
        out: dict[int, tuple[str, str]] = {}
        for key, why in self.wave.leave_out.items():
            same = {text for text in distinct(called) if answer_key(text) == answer_key(key)}
            found = called.index[called.isin(same)] if same else rows[rows.astype("str") == key]
            out |= {int(row): (key, why) for row in found}
        return out

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Rows of the export that are not set aside."""
        return self.export.cells.drop(index=list(self.set_aside))

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """Item id → item, of those that the codebook knows and the export holds."""
        return {
            name: Asked(
                item := self.codebook.items[name],
                source,
                self.cells[source.column],
                source.answers(item),
                self._reasons(source),
                self.export.value_labels.get(source.column, {}),
            )
            for name, source in self.wave.items.items()
            if name in self.codebook.items and source.column in self.cells.columns
        }

    def _reasons(self, source: ItemColumn) -> dict[str, str]:
        """Answer to an item → why it counts as missing, also where `codes` says so."""
        given = {key: str(told) for key, told in (source.codes or {}).items() if told in self.codebook.missing.reasons}
        return given | self.wave.reasons(source)

    @cached_property
    def questions(self) -> dict[str, list[Asked]]:
        """Question → its items."""
        found: dict[str, list[Asked]] = {}
        for asked in self.asked.values():
            found.setdefault(asked.item.question, []).append(asked)
        return found

    @cached_property
    def answered(self) -> dict[str, pd.Series]:
        """Question → rows in which it is answered: any of its items; of one with a single item, anything at all."""
        return {
            question: _any(items if len(items) > 1 else self.asked.values())
            for question, items in self.questions.items()
        }

    @cached_property
    def found(self) -> tuple[dict[str, str], dict[str, str]]:
        """Cell of the region column → region, and → how it was found (see `RegionNames.find`)."""
        column = self.wave.region_column
        every = self.export.cells[column]
        if self.names is None:
            return {cell: cell for cell in distinct(every)}, {}
        return self.names.find(every, self.export.value_labels.get(column, {}))

    @cached_property
    def region(self) -> pd.Series:
        """Region of each row of the export; missing where nobody knows it."""
        if self.wave.region_column not in self.export.cells.columns:
            return pd.Series(index=self.export.cells.index, dtype="str")
        return looked_up(self.export.cells[self.wave.region_column], self.found[0])

    def problem(self, name: str, **values: Any) -> Problem:
        """Make a problem of this export (see `sto_analysis.messages.problem`)."""
        return problem(name, file=self.file, sheet=self.export.layout.sheet, **values)


def _any(items: Iterable[Asked]) -> pd.Series:
    return pd.concat([asked.answered for asked in items], axis="columns").any(axis="columns")


def said(reading: Reading) -> dict[str, dict[str, str]]:
    """Return region → item → what its first row answers: level, reason, or a text that nobody knows."""
    out: dict[str, dict[str, str]] = {}
    means = {name: {**asked.known, **asked.absent} for name, asked in reading.asked.items()}
    texts = {name: asked.cells.dropna().to_dict() for name, asked in reading.asked.items()}
    for row, region in reading.region[reading.cells.index].dropna().items():
        given = {name: str(cells[row]) for name, cells in texts.items() if row in cells}
        out.setdefault(str(region), {name: means[name].get(answer_key(text), text) for name, text in given.items()})
    return out
