"""context.csv: the context of a wave as it is written and read back."""

from pathlib import Path

import pandas as pd

from sto_analysis import compendium
from sto_analysis.inert import write_csv
from sto_analysis.monitor.csv_tables import read_rows

COLUMNS = [
    "region", "variable", "value", "low", "high", "unit", "level", "place", "code", "code_low", "code_high", "why",
    "source", "edition", "date", "sha256",
]  # fmt: skip
_NUMBERS = ["value", "low", "high", "code", "code_low", "code_high"]


def context_path(wave: str) -> Path:
    """Return where the context of a wave stands."""
    return compendium.raw(wave) / "context.csv"


def context_text(table: pd.DataFrame) -> str:
    """Return a context as context.csv holds it, byte for byte the same for the same numbers."""
    return str(write_csv(table[COLUMNS]))


def read_context(wave: str) -> pd.DataFrame | None:
    """Read the context of a wave.

    Parameters
    ----------
    wave : str
        Id of the wave.

    Returns
    -------
    DataFrame or None
        A row per region and variable: texts, and numbers for ``value`` to ``high`` and the codes, missing where blank.
        None for a wave whose codes stand in its frame.

    Raises
    ------
    Problems
        Not readable, or columns that lack.
    """
    path = context_path(wave)
    if not path.exists():
        return None
    rows = read_rows(path, "the context of the regions", COLUMNS, "Make it: `sto context`.")
    table = pd.DataFrame(rows.values(), columns=COLUMNS, dtype="object").fillna("").astype("str")
    return table.assign(**{name: pd.to_numeric(table[name]) for name in _NUMBERS})
