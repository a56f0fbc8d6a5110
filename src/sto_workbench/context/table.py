"""context.csv: the context of a wave as it is written and read back."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.inert import write_csv
from sto_analysis.messages import problem
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.csv_tables import Row, read_rows

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "region", "variable", "value", "low", "high", "unit", "level", "place", "province", "code", "code_low",
    "code_high", "why", "source", "edition", "date", "sha256",
]  # fmt: skip
_NUMBERS = ["value", "low", "high", "code", "code_low", "code_high"]


def context_path(wave: str) -> Path:
    """Return where the context of a wave stands."""
    return compendium.raw(wave) / "context.csv"


def context_text(table: "pd.DataFrame") -> str:
    """Return a context as context.csv holds it, byte for byte the same for the same numbers."""
    return str(write_csv(table[COLUMNS]))


def read_context(wave: str) -> "pd.DataFrame | None":
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
    import pandas as pd

    rows = _rows(wave)
    if rows is None:
        return None
    table = pd.DataFrame(rows.values(), columns=COLUMNS, dtype="object").fillna("").astype("str")
    return table.assign(**{name: pd.to_numeric(table[name]) for name in _NUMBERS})


def read_codes(wave: str) -> dict[str, dict[str, str | None]] | None:
    """Return region → context variable → code, None where it has none; errors as of `read_context`.

    Parameters
    ----------
    wave : str
        Id of the wave.
    """
    rows = _rows(wave)
    if rows is None:
        return None
    codes: dict[str, dict[str, str | None]] = {}
    for row in rows.values():
        codes.setdefault(str(row["region"]), {})[str(row["variable"])] = row["code"]
    return codes


def beside(wave: str, codebook: Codebook) -> "pd.DataFrame | None":
    """Return what context.csv knows beside the codes; None for a wave without one, errors as of `read_context`.

    Parameters
    ----------
    wave : str
        Id of the wave.
    codebook : Codebook
        Names the context variables; no other is told of.

    Returns
    -------
    DataFrame
        Index region: per context variable ``<variable>_low`` and ``<variable>_high``, the codes that hidden counts or
        coders allow, and ``<variable>_cluster``, the labour-market region where the value is one of it.
    """
    import pandas as pd

    table = read_context(wave)
    if table is None:
        return None
    of_all: dict[str, pd.Series] = {}
    known = table[table["variable"].isin(codebook.context_variables)].set_index("region")
    for name, rows in known.groupby("variable", sort=False):
        of_all |= {f"{name}_low": rows["code_low"], f"{name}_high": rows["code_high"]}
        if (shared := rows["level"] == "arbeidsmarktregio").any():
            of_all[f"{name}_cluster"] = rows["place"].where(shared & (rows["place"] != ""))
    return pd.DataFrame(of_all, index=known.index.unique())


def _rows(wave: str) -> dict[int, Row] | None:
    """Rows of context.csv; whoever only plans a run does not wait for pandas."""
    path = context_path(wave)
    if not path.exists():
        return None
    rows = read_rows(path, "the context of the regions", COLUMNS, "Make it: `sto context`.")
    Problems.raise_if(_amiss(path, rows))
    return rows


def _amiss(path: Path, rows: dict[int, Row]) -> Iterator[Problem]:
    """Cells that are no number, and what is said twice."""
    first: dict[tuple[str | None, str | None], int] = {}
    for number, row in rows.items():
        for column in _NUMBERS:
            if not re.fullmatch(r"(?:-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)?", row[column] or ""):
                yield problem("context.no_number", file=path, row=number, column=column, value=row[column])
        if (other := first.setdefault((row["region"], row["variable"]), number)) != number:
            yield problem("context.contradict", file=path, row=number, other=other)
