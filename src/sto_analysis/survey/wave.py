"""The typed view of a wave.yaml: which column of which file holds which item, in which codes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BeforeValidator, StringConstraints

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

WaveId = Annotated[str, BeforeValidator(str), StringConstraints(pattern=r"^(synthetic-)?[0-9]{4}$")]
"""A year for real answers, ``synthetic-<year>`` for made ones: nothing else, so that no wave can be mistaken."""


class ItemColumn(Described):
    """Where a wave holds an item, and how it was asked."""

    column: str
    wording: str
    same_wording_as_earlier: bool = True
    codes: dict[int, int] | None = None
    """Exported code → codebook code; absent when they are the same."""


class Wave(Described):
    """One round of the questionnaire.

    A synthetic wave says so in its id (``synthetic-<year>``): everything downstream reads it there.
    """

    wave: WaveId
    title: Labelled
    file: str
    frame: str
    region_column: str
    earlier_wave: WaveId | None = None
    published: int | None = None
    """Year whose published figures this wave must reproduce (the backtest)."""
    missing_codes: dict[int, str]
    items: dict[str, ItemColumn]

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up."""
        return is_synthetic(self.wave)

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield columns that two items claim."""
        seen: dict[str, str] = {}
        for item, column in self.items.items():
            if column.column in seen:
                yield (
                    ("items", item, "column"),
                    f"{column.column!r} is already the column of {seen[column.column]}",
                )
            seen[column.column] = item

    def contradictions(self, codebook: Codebook) -> Iterator[tuple[Place, str]]:
        """Yield what the codebook does not know."""
        for code, reason in self.missing_codes.items():
            if reason not in codebook.missing.reasons:
                yield ("missing_codes", code), f"{reason!r} is none of {', '.join(codebook.missing.reasons)}"
        for item, column in self.items.items():
            if item not in codebook.items:
                yield ("items", item), "the codebook has no such item"
                continue
            for ours in (column.codes or {}).values():
                if ours not in codebook.items[item].scale.codes:
                    yield ("items", item, "codes"), f"{ours} is no code of the codebook for this item"


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
    path = compendium.raw(wave.wave) / wave.frame
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
