"""What a release shows: which rows are whole, and what is said only where all are."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd
from markupsafe import Markup

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.known import Known, constant, records
from sto_analysis.provenance import read
from sto_analysis.report.context import Context
from sto_analysis.report.language import MARK
from sto_analysis.report.plain import plain
from sto_analysis.results import WITHHELD

HALF = 0.5
"""Share of the numbers below which a release says which coarser question could be answered."""
_COUNTED = ("number", "minimum")
_DIGIT = re.compile(r"\d")
Row = dict[str, Any]
Cell = Callable[[Context, Row], str]
_P = ParamSpec("_P")
_Said = TypeVar("_Said", str, list[str])


@dataclass(frozen=True)
class Release:
    """Which release a page belongs to, as ``release.json`` beside the results of its wave says.

    Parameters
    ----------
    number, minimum : int
        Of the release; regions that a count must exceed.
    date : str
        Of the release, ISO.
    preset : dict of str
        Name of its rules, by language.
    shown : float
        Share of the numbers that it shows.
    """

    number: int
    date: str
    preset: dict[str, str]
    minimum: int
    shown: float = 1.0


def released(wave: str) -> Release | None:
    """Read which release the results of a wave are; None where they are all of them, in an ordinary compendium."""
    try:
        path = compendium.processed(wave) / compendium.RELEASE
    except Problems:  # no id, so no release's
        return None
    return Release(**json.loads(read(path).read_text(encoding="utf-8"))) if path.is_file() else None


def release_sentence(context: Context, release: Release) -> str:
    """Say that a page is public, by which rules, what they mean, and how much is left; if little, what to ask."""
    t, told = context.texts, vars(release)
    values: dict[str, object] = {name: t.number(constant(f"release.{name}", told[name])) for name in _COUNTED}
    values |= {"date": t.date(date.fromisoformat(release.date)), "preset": release.preset[t.language]}
    values["shown"] = t.percent(constant("release.shown", release.shown))
    said = [t("release.public", **values), *([t("release.coarser")] if release.shown < HALF else [])]
    return Markup(" ").join(said)


def all_shown(frame: pd.DataFrame, *columns: str) -> bool:
    """Whether no row withholds a number of these columns, or of any without them; of a release, there are rows too."""
    if WITHHELD not in frame:
        return True
    return len(frame) > 0 and not any(not columns or hidden & {*columns} for hidden in frame[WITHHELD] if hidden)


def withheld(frame: pd.DataFrame, *columns: str) -> pd.Series:
    """Which rows of a release withhold a number of these columns; elsewhere none."""
    hidden = frame[WITHHELD] if WITHHELD in frame else pd.Series([()] * len(frame), frame.index)
    return hidden.map(lambda each: bool({*each} & {*columns})).astype(bool)


def drawn(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Rows that can be drawn: those that withhold no number of these columns."""
    return frame[~withheld(frame, *columns)] if WITHHELD in frame else frame


def of_all(*columns: str) -> Callable[[Callable[_P, _Said]], Callable[_P, _Said]]:
    """Let a function that looks at all rows of its frames say nothing where `all_shown` does not hold for one."""

    def guarded(function: Callable[_P, _Said]) -> Callable[_P, _Said]:
        @wraps(function)
        def said(*args: _P.args, **more: _P.kwargs) -> _Said:
            frames = (each for each in args if isinstance(each, pd.DataFrame))
            if all(all_shown(frame, *columns) for frame in frames):
                return function(*args, **more)
            nothing: _Said = function.__annotations__["return"]()
            return nothing

        return said

    return guarded


class _NotShownError(Exception):
    """A number was asked for that a release does not show."""


class Watched(Row):
    """A row that does not give a number which a release does not show."""

    def __getitem__(self, field: str) -> Any:
        """Give what the row holds."""
        value = super().__getitem__(field)
        if isinstance(value, Known) and value.source.withheld:
            raise _NotShownError
        return value

    def get(self, field: str, default: Any = None) -> Any:
        """Give what the row holds, if anything."""
        return self[field] if field in self else default  # noqa: SIM401 (so that it is looked at)


def watched(frame: pd.DataFrame) -> list[Row]:
    """Rows as `records` gives them; of a release, `Watched`."""
    return [*map(Watched, records(frame))] if WITHHELD in frame else records(frame)


def marked(cell: Cell, context: Context, row: Row) -> str:
    """Fill a cell from a row; of a release, the mark where it asks for any number that is withheld."""
    try:
        return cell(context, row)
    except _NotShownError:
        return MARK


def hidden_in(table: pd.DataFrame) -> tuple[bool, bool, bool]:
    """How much of an exhibit's finished table is withheld.

    Returns
    -------
    tuple of bool
        Whether any number is; whether too many for a figure: half of the rows, or the whole first column of numbers;
        and whether all are. A column that is withheld whole counts against no row.
    """
    texts = table.iloc[:, 1:].map(plain)
    cells, any_ = texts == MARK, bool(texts.map(lambda cell: MARK in cell).any(axis=None))
    whole, numbers = cells.all(), texts.map(lambda cell: bool(_DIGIT.search(cell)))
    few = bool(whole.iloc[:1].any()) or cells.loc[:, ~whole].any(axis="columns").mean() > HALF
    return any_, few, any_ and not numbers.any(axis=None)


def without_withheld(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the columns of an exhibit's finished table that are withheld whole.

    Returns
    -------
    tuple of DataFrame and list of str
        What is left, and the heads that no column has any more.
    """
    whole = (table.map(plain) == MARK).all().to_numpy() & bool(len(table))
    left = table.loc[:, ~whole]
    return left, [plain(head) for head in dict.fromkeys(table.columns[whole]) if head not in left]
