"""Rows of results, and in words why one has no estimate."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sto_analysis.report.language import Texts


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries by column name."""
    return [{str(name): value for name, value in record.items()} for record in frame.to_dict("records")]


def reason(texts: Texts, labels: Mapping[str, str], row: Mapping[str, Any]) -> str:
    """Why a row of associations has no estimate, in words (``status``, and ``alias`` where it has one)."""
    alias = row.get("alias")
    names = [] if pd.isna(alias) else [labels[name] for name in str(alias).split()]
    return texts(f"status.{row['status']}", names=texts.both(names))


def by_position(spread: pd.DataFrame) -> pd.DataFrame:
    """Shares of a `distribution`: concepts in rows in their order, positions of the scale in columns."""
    wide = spread.pivot(index="concept", columns="position", values="share")  # noqa: PD010 (no aggregation)
    return wide.loc[list(dict.fromkeys(spread["concept"]))]
