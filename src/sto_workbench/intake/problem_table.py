"""Problems as a table: one row each, or those of one kind together."""

from collections.abc import Sequence

import pandas as pd

from sto_analysis.errors import Problem

_SHOWN = 8
"""Rows that are listed by number before the rest is counted."""


def problem_rows(problems: Sequence[Problem]) -> pd.DataFrame:
    """Problems as a table, sorted by cause.

    Parameters
    ----------
    problems : sequence of Problem
        What was found.

    Returns
    -------
    DataFrame of str
        ``cause``, ``file``, ``sheet``, ``line``, ``row``, ``column``, ``value``, ``what``, ``expected``, ``todo``.
    """
    names = ["file", "sheet", "line", "row", "column", "value", "what", "expected", "todo"]
    rows = [{"cause": type(problem).__name__} | problem.told for problem in problems]
    table = pd.DataFrame(rows, columns=["cause", *names], dtype="str")
    return table.sort_values("cause", kind="stable", ignore_index=True)


def grouped(rows: pd.DataFrame) -> pd.DataFrame:
    """Put problems together that differ only in their row.

    Parameters
    ----------
    rows : DataFrame
        As `problem_rows` gives.

    Returns
    -------
    DataFrame of str
        The same columns; ``row`` lists the first rows and counts the others.
    """
    alike = [name for name in rows.columns if name != "row"]
    listed = rows.groupby(alike, sort=False)["row"].agg(_listed)
    return listed.reset_index()[list(rows.columns)]


def _listed(numbers: pd.Series) -> str:
    first = ", ".join(numbers[:_SHOWN])
    return first if len(numbers) <= _SHOWN else f"{first} and {len(numbers) - _SHOWN} more"
