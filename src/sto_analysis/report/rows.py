"""Rows of results, and in words why one has no estimate."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sto_analysis.report.context import Context


def reason(context: Context, row: Mapping[str, Any], prefix: str = "") -> str:
    """Why a row of associations has no estimate, in words (``status``, and ``alias`` where it has one)."""
    alias = row.get(f"{prefix}alias")
    return context.texts(
        f"status.{row[f'{prefix}status']}", names=context.names([] if pd.isna(alias) else str(alias).split())
    )


def by_position(spread: pd.DataFrame) -> pd.DataFrame:
    """Shares of a `distribution`: concepts in rows in their order, positions of the scale in columns."""
    cells: dict[str, dict[int, float]] = {}
    for concept, position, share in zip(spread["concept"], spread["position"], spread["share"], strict=True):
        cells.setdefault(concept, {})[position] = share
    return pd.DataFrame.from_dict(cells, orient="index")  # four times as quick as a pivot, 78 reports have three


DIMENSIONS = ("outcome", "adjust", "sample", "missing", "link", "coding")
"""In which specifications of a curve can differ."""


def choice(context: Context, dimension: str, chosen: str) -> str:
    """A choice of a dimension in words; formulas and levels as they were declared."""
    kind, _, rest = chosen.partition(":")
    if dimension == "adjust":
        return context.texts("choice.adjust", choice=chosen)
    if dimension == "coding":
        return context.texts(f"choice.{kind}" if rest else "choice.level", choice=(rest or chosen).replace("_", " "))
    return context.texts(f"choice.{chosen}")
