"""Texts in tables that people open in a spreadsheet: nothing in them runs there, and they come back as they were."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd  # who only reads texts back does not wait for it

_RUNS = (
    r"(?:['\"\x00-\x08\x0e-\x1f\u200b-\u200f\u2060\ufeff]|[^\S\t\r\n])*"
    r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]"
)
"""A sign with which a formula begins, or a wide form of it, behind quotes and blanks."""
_AT = rf"(?:^(?='*[\t\r\n]|{_RUNS})|(?<=[;|\t\r\n])(?={_RUNS}))"
"""Where a spreadsheet may begin a cell, with other separators than ours too."""
_OPEN = re.compile(_AT)
_CLOSED = re.compile(rf"(?:^'(?='*[\t\r\n]|{_RUNS})|(?<=[;|\t\r\n])'(?={_RUNS}))")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")


def quiet(text: str) -> str:
    """Return a text with an apostrophe before each sign that could begin a formula; a number stays one."""
    return text if _NUMBER.fullmatch(text) else _OPEN.sub("'", text)


def restored(text: str) -> str:
    """Return the text of which `quiet` made this."""
    return text if _NUMBER.fullmatch(text.removeprefix("'")) else _CLOSED.sub("", text)


def write_csv(table: "pd.DataFrame", file: Path | None = None) -> Any:
    """Write a table as CSV, its texts `quiet`; give it as a text where no file is named.

    Parameters
    ----------
    table : DataFrame
        Its index is left out.
    file : Path, optional
        Where to write.
    """
    import pandas as pd

    told = cache(quiet)  # the same words stand in many cells of a table

    def each(value: Any) -> Any:
        return told(value) if isinstance(value, str) else value

    columns = {n: table[n] for n in table.columns if not pd.api.types.is_numeric_dtype(table[n].dtype)}
    made = table.assign(**{str(name): cells.map(each, na_action="ignore") for name, cells in columns.items()})
    returns = any("\r" in str(text) for name in columns for text in made[name].unique())  # Python quotes none alone
    quoting = csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL
    write: Any = made.to_csv
    return write(file, index=False, lineterminator="\n", encoding="utf-8", quoting=quoting)
