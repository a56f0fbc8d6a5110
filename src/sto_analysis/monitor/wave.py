"""The typed view of a wave.yaml: which column of which file holds which item, in which codes."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.described import Described, FileName, Id, Place, read_as_far_as_possible
from sto_analysis.monitor.item_column import TODO, Column, ItemColumn, Key, QuestionColumns, Why, as_text, no_twins
from sto_analysis.monitor.scales import Labelled

_WAVE = r"^(synthetic-)?(19|20|21)[0-9]{2}$"
WaveId = Annotated[
    str,
    BeforeValidator(str),
    StringConstraints(pattern=_WAVE),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1900, "maximum": 2199}, {"type": "string", "pattern": _WAVE}]}
    ),
]
"""A year for real answers, ``synthetic-<year>`` for made ones: nothing else, so that no wave can be mistaken."""


Row = Annotated[int, Field(ge=1, le=1_048_576)]


class Header(Described):
    """Rows of the header as a person counts them, where finding them fails."""

    names: Row
    """Row of the column names."""
    group: Row | None = None
    """Row of headings above groups of columns."""
    labels: Row | None = None
    """Row of questions below the names."""
    first: Row | None = None
    """Row of the first answer."""


class Fieldwork(Described):
    """When the questionnaire was open."""

    start: datetime.date
    """First day."""
    end: datetime.date
    """Last day."""


class Wave(Described):
    """One round of the questionnaire.

    A synthetic wave says so in its id (``synthetic-<year>``): everything downstream reads it there.
    """

    wave: WaveId
    """A year for real answers, ``synthetic-<year>`` for made ones; the name of the folder."""
    title: Labelled
    """As the reports name the wave."""
    file: FileName
    """The export, in the wave's folder."""
    sheet: str | None = None
    """Of a workbook; the largest where absent."""
    separator: Annotated[str, StringConstraints(pattern=r'^[^"\r\n]$')] | None = None
    """Of a .csv, one character; found where absent."""
    encoding: str | None = None
    """Of a .csv; found where absent."""
    header: Header | None = None
    """Rows of the header; found where absent."""
    fieldwork: Fieldwork | None = None
    """When the questionnaire was open; shown in the reports."""
    frame: FileName
    """CSV of all regions that were asked, with their context."""
    region_column: Column
    """Column of the export that says which region answers."""
    regions: Annotated[dict[Annotated[str, BeforeValidator(as_text)], Id], BeforeValidator(no_twins)] = Field(
        default_factory=dict
    )
    """Region as the export names it (a code or its label) → id; goes before ids, names and DUS-I numbers."""
    duplicates: Literal["stop", "first", "last_complete"] = "stop"
    """What to do with a region that answered more than once, or whose predecessors both answered."""
    unfinished: Literal["stop", "drop", "keep"] = "stop"
    """What to do with rows that the survey tool marks as a preview or as not finished."""
    earlier_wave: WaveId | None = None
    """The wave before this one; its own earlier wave counts too, and so on."""
    changed_respondents: list[Id] | None = None
    """Regions whose programme leader is another than in the earlier wave; absent where nobody knows."""
    withdrawn: list[Id] = Field(default_factory=list)
    """Regions that withdrew their answers (`sto withdraw`): no run reads their rows."""
    published: int | None = None
    """Year whose published figures this wave must reproduce (the backtest)."""
    missing_codes: Annotated[dict[Key, Why], BeforeValidator(no_twins)]
    """Exported code or text → why there is no answer, for every item."""
    questions: dict[Id, Annotated[QuestionColumns, BeforeValidator(lambda told: told or {})]] = Field(
        default_factory=dict
    )
    """Question of the codebook → what holds for all its items."""
    items: dict[Id, ItemColumn]
    """Item of the codebook → its column; items that this wave did not ask are absent."""
    drop: dict[Column, str] = Field(default_factory=dict)
    """Columns of the export that are not carried on → why."""
    split: dict[Column, list[str]] = Field(default_factory=dict)
    """Column with several answers in a cell → its answers; each is a column ``<column> [<answer>]`` of ja and nee."""
    looked_at: dict[str, str] = Field(default_factory=dict)
    """What `sto check` says stands out, though it is right → why."""
    leave_out: dict[Annotated[str, BeforeValidator(as_text)], str] = Field(default_factory=dict)
    """Row of the file, or what its region is called → why it is no answer, such as a row of totals."""

    def model_post_init(self, _context: object) -> None:
        """Give each item what its question says of all."""
        for name, item in self.items.items():
            self.items[name] = item.under(self.questions.get(self.question(name)))

    def question(self, item: str) -> str:
        """Return the longest key of `questions` that an item is called by; blank where there is none."""
        return max((key for key in self.questions if item == key or item.startswith(f"{key}_")), key=len, default="")

    @property
    def year(self) -> int:
        """Year of the wave."""
        return int(self.wave.removeprefix("synthetic-"))

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made up."""
        return is_synthetic(self.wave)

    def inconsistencies(self) -> Iterator[tuple[Place, str]]:
        """Yield columns that are claimed twice, a wrong earlier wave, a fieldwork that ends before it starts."""
        if self.earlier_wave is not None:
            if is_synthetic(self.earlier_wave) != self.synthetic:
                yield ("earlier_wave",), say("wave.made_and_real")
            elif self.earlier_wave >= self.wave:
                yield ("earlier_wave",), say("wave.not_before")
        if self.fieldwork and self.fieldwork.end < self.fieldwork.start:
            yield ("fieldwork", "end"), say("wave.before_start")
        seen: dict[str, str] = {self.region_column: say("wave.the_region")}
        for item, column in self.items.items():
            if column.column != TODO and (other := seen.setdefault(column.column, item)) != item:
                yield ("items", item, "column"), say("wave.column_of", column=column.column, other=other)
        for column_name in self.drop:
            if column_name in seen:
                yield ("drop", column_name), say("wave.also_column_of", other=seen[column_name])

    def reasons(self, source: ItemColumn) -> dict[str, str]:
        """Exported answer to an item → why it counts as missing."""
        return {**self.missing_codes, **source.missing}


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
    described, problems = read_wave_as_far_as_possible(wave)
    if described is None or problems:
        raise Problems(problems)
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
        Unknown waves, and what is wrong in a wave.yaml; that every wave is before the next is one of its rules.
    """
    found = [read_wave(wave)]
    while (earlier := found[0].earlier_wave) is not None:
        found.insert(0, read_wave(earlier))
    return found


def read_wave_as_far_as_possible(wave: str) -> tuple[Wave | None, list[Problem]]:
    """Read a wave's description without the parts that are wrong, and say what they are (see `read_wave`)."""
    try:
        folder = compendium.raw(wave)
    except Problems as found:
        return None, found.problems
    if not folder.is_dir() or folder.parent.resolve() != folder.resolve().parent:
        known = ", ".join(known_waves()) or say("wave.none")
        return None, [problem("wave.unknown", wave=wave, known=known, file=folder)]
    path = folder / "wave.yaml"
    described, problems = read_as_far_as_possible(path, Wave)
    if described is not None and described.wave != wave:
        problems.append(problem("wave.other_folder", wave=wave, described=described.wave, file=path))
        return None, problems
    return described, problems
