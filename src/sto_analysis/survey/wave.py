"""The typed view of a wave.yaml: which column of which file holds which item, in which codes."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from sto_analysis import compendium
from sto_analysis.errors import (
    DuplicateRegion,
    InvalidDescription,
    MissingColumn,
    MissingFile,
    Problem,
    Problems,
    UnknownCode,
    UnknownWave,
)
from sto_analysis.survey.codebook import Codebook, Labelled
from sto_analysis.survey.described import Described, Place, read_described
from sto_analysis.survey.readers import Layout

WaveId = Annotated[str, BeforeValidator(str), StringConstraints(pattern=r"^(synthetic-)?[0-9]{4}$")]
"""A year for real answers, ``synthetic-<year>`` for made ones: nothing else, so that no wave can be mistaken."""


def answer_key(text: str) -> str:
    """Make answers comparable: no case, single spaces, ``3,0`` and ``03`` are ``3``."""
    plain = " ".join(text.split()).casefold()
    if number := re.fullmatch(r"([+-]?)0*(\d+)(?:[.,]0+)?", plain):
        return number[1].replace("+", "") + number[2]
    return plain


Key = Annotated[str, BeforeValidator(str), AfterValidator(answer_key)]
"""An answer as exported: a code or a text, compared without case, spaces and leading zeros."""


class ItemColumn(Described):
    """Where a wave holds an item, and how it was asked."""

    column: str
    """Name of the column in the export."""
    wording: str
    """The question as this wave asked it."""
    same_wording_as_earlier: bool | None = None
    """Whether the wave before it asked it in the same words, where the wordings alone do not tell; otherwise the two
    are never subtracted."""
    codes: dict[Key, int | str] | None = None
    """Exported code or text → code or id of the codebook; absent when the codes are the same."""
    missing: dict[Key, str] = Field(default_factory=dict)
    """Exported code or text → why there is no answer, for this item only."""


class Header(Described):
    """Rows of the header as a person counts them, where finding them fails."""

    names: int
    """Row of the column names."""
    group: int | None = None
    """Row of headings above groups of columns."""
    labels: int | None = None
    """Row of questions below the names."""
    first: int | None = None
    """Row of the first answer."""


class Fieldwork(Described):
    """When the questionnaire was open."""

    start: datetime.date
    end: datetime.date


class Wave(Described):
    """One round of the questionnaire.

    A synthetic wave says so in its id (``synthetic-<year>``): everything downstream reads it there.
    """

    wave: WaveId
    title: Labelled
    file: str
    """The export, in the wave's folder."""
    sheet: str | None = None
    """Of a workbook; the largest where absent."""
    separator: str | None = None
    """Of a .csv; found where absent."""
    encoding: str | None = None
    """Of a .csv; found where absent."""
    header: Header | None = None
    fieldwork: Fieldwork | None = None
    frame: str
    """CSV of all regions that were asked, with their context."""
    region_column: str
    regions: dict[str, str] = Field(default_factory=dict)
    """Region as the export names it → id, where that is neither id nor name of the frame."""
    duplicates: Literal["stop", "first", "last_complete"] = "stop"
    """What to do with a region that answered more than once."""
    earlier_wave: WaveId | None = None
    """The wave before this one; its own earlier wave counts too, and so on."""
    changed_respondents: list[str] | None = None
    """Regions whose programme leader is another than in the earlier wave; absent where nobody knows."""
    published: int | None = None
    """Year whose published figures this wave must reproduce (the backtest)."""
    missing_codes: dict[Key, str]
    """Exported code or text → why there is no answer, for every item."""
    items: dict[str, ItemColumn]
    drop: dict[str, str] = Field(default_factory=dict)
    """Columns of the export that are not carried on → why."""

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up."""
        return is_synthetic(self.wave)

    @property
    def layout(self) -> Layout:
        """What is stated about how the answers stand in the file."""
        rows = self.header.model_dump() if self.header else {}
        return Layout(sheet=self.sheet, separator=self.separator, encoding=self.encoding, **rows)

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield columns that are claimed twice."""
        seen: dict[str, str] = {self.region_column: "the region"}
        for item, column in self.items.items():
            if column.column == TODO:
                continue
            if column.column in seen:
                yield (
                    ("items", item, "column"),
                    f"{column.column!r} is already the column of {seen[column.column]}",
                )
            seen[column.column] = item
        for column_name in self.drop:
            if column_name in seen:
                yield ("drop", column_name), f"it is also the column of {seen[column_name]}"

    def contradictions(self, codebook: Codebook) -> Iterator[tuple[Place, str]]:
        """Yield what the codebook does not know."""
        reasons = codebook.missing.reasons
        for code, reason in self.missing_codes.items():
            if reason not in reasons:
                yield ("missing_codes", code), f"{reason!r} is none of {', '.join(reasons)}"
        for item, column in self.items.items():
            if item not in codebook.items:
                yield ("items", item), "the codebook has no such item"
                continue
            known: set[int | str] = set(codebook.items[item].scale.codes)
            known |= {level.id for level in codebook.items[item].scale.levels}
            for ours in (column.codes or {}).values():
                if ours not in known:
                    yield ("items", item, "codes"), f"{ours} is no code of the codebook for this item"
            for code, reason in column.missing.items():
                if reason not in reasons:
                    yield ("items", item, "missing", code), f"{reason!r} is none of {', '.join(reasons)}"

    def todos(self) -> Iterator[tuple[Place, str]]:
        """Yield the lines that `sto new` left open."""
        for place in ("region_column", "frame"):
            if str(getattr(self, place)).startswith(TODO):
                yield (place,), "it is still to be filled in"
        for item, column in self.items.items():
            if column.column.startswith(TODO):
                yield ("items", item, "column"), "no column was found for this item"
        for name, reason in self.drop.items():
            if reason.startswith(TODO):
                yield ("drop", name), "nobody has said what this column is"


TODO = "TODO"
"""What `sto new` writes where it does not know."""


def is_synthetic(wave: str) -> bool:
    """Whether a wave id is that of a made wave."""
    return wave.startswith("synthetic-")


def known_waves() -> list[str]:
    """Return the waves that have a wave.yaml under data/raw, in order of their ids."""
    return sorted(path.parent.name for path in (compendium.root() / "data" / "raw").glob("*/wave.yaml"))


def read_wave(wave: str) -> Wave:
    """Read a wave's description.

    Parameters
    ----------
    wave : str
        Id of the wave: the name of its folder under data/raw.

    Raises
    ------
    Problems
        `UnknownWave` when there is no such folder, `MissingFile` when it has no wave.yaml,
        `InvalidDescription` for each contradiction in it.
    """
    folder = compendium.raw(wave)
    if not folder.is_dir() or folder.parent.resolve() != folder.resolve().parent or "/" in wave:
        known = ", ".join(known_waves()) or "none"
        raise Problems([UnknownWave(f"there is no wave {wave!r}.", f"Choose one of: {known}.", file=folder)])
    path = folder / "wave.yaml"
    described = read_described(path, Wave)
    if described.wave != wave:
        todo = f"Write 'wave: {wave}', or rename the folder."
        raise Problems([InvalidDescription(f"wave is {described.wave!r} in folder {wave!r}.", todo, file=path)])
    return described


def chain(wave: str) -> list[Wave]:
    """Follow ``earlier_wave`` back as far as it goes.

    Parameters
    ----------
    wave : str
        Id of the last wave.

    Returns
    -------
    list of Wave
        Earliest first, `wave` last.

    Raises
    ------
    Problems
        Unknown waves, and waves that lead back to themselves.
    """
    found = [read_wave(wave)]
    while (earlier := found[0].earlier_wave) is not None:
        if earlier in {known.wave for known in found}:
            path = compendium.raw(found[0].wave) / "wave.yaml"
            what = f"earlier_wave leads from {found[0].wave} to {earlier} and back."
            raise Problems([InvalidDescription(what, "Name a wave before this one.", file=path)])
        found.insert(0, read_wave(earlier))
    return found


def read_frame(wave: Wave, codebook: Codebook) -> pd.DataFrame:
    """Read every region that was asked, with its context.

    Parameters
    ----------
    wave : Wave
        Names the file.
    codebook : Codebook
        Names the context variables and their codes.

    Returns
    -------
    DataFrame
        Index ``region``; columns ``name`` and one numeric code per context variable.

    Raises
    ------
    Problems
        All of: missing file or columns, duplicate regions, unknown context codes.
    """
    return read_frame_file(compendium.raw(wave.wave) / wave.frame, codebook)


def read_frame_file(path: Path, codebook: Codebook) -> pd.DataFrame:
    """Read a frame of regions; result and problems as for `read_frame`.

    Parameters
    ----------
    path : Path
        A CSV with ``region``, ``name`` and the context variables.
    codebook : Codebook
        As for `read_frame`.
    """
    try:
        frame = pd.read_csv(path, dtype={"region": str, "name": str})
    except OSError as error:
        todo = "Put the file there, or correct 'frame' in wave.yaml."
        raise Problems([MissingFile("the frame of regions cannot be opened.", todo, file=path)]) from error
    needed = ["region", "name", *codebook.context_variables]
    todo = "Add the column, or correct its name."
    Problems.raise_if(
        MissingColumn("the frame lacks this column.", todo, file=path, column=column)
        for column in needed
        if column not in frame.columns
    )
    Problems.raise_if(_frame_problems(frame, codebook, path))
    return frame.set_index("region")[needed[1:]].sort_index()


def _frame_problems(frame: pd.DataFrame, codebook: Codebook, path: Path) -> Iterator[Problem]:
    for index in frame.index[frame["region"].duplicated()]:
        found = str(frame.at[index, "region"])
        what, todo = "this region stands in the frame twice.", "Keep one row per region."
        yield DuplicateRegion(what, todo, file=path, row=int(index) + 1, column="region", value=found)
    for name, variable in codebook.context_variables.items():
        codes = [level.code for level in variable.levels]
        for index in frame.index[frame[name].notna() & ~frame[name].isin(codes)]:
            yield UnknownCode(
                "the codebook does not know this context code.",
                "Correct the value, or the codebook.",
                file=path,
                row=int(index) + 1,
                column=name,
                value=str(frame.at[index, name]),
                expected=f"one of {codes}",
            )
