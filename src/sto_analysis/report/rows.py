"""Rows of results, and in words why one has no estimate."""

import re
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
    """A choice of a dimension in words: of a formula its variables, of a level what was answered."""
    (kind, _, rest), t = chosen.partition(":"), context.texts
    if dimension == "adjust":
        names = [_term(context, *term) for term in _TERM.findall(chosen)]
        return t("choice.adjust", choice=t.both(names) or t("status.none"))
    if dimension == "coding" and not rest:
        asked = context.codebook.questions["borging"].scale
        labels = {level.id: level.label(t.language) for level in context.codebook.scales[asked].levels}
        return t("choice.level", choice=labels[chosen])
    return t(f"choice.{kind}", choice=rest)


def _term(context: Context, levels: str, steps: str) -> str:
    """A variable of a formula, by its levels or as steps."""
    name = context.short.get(levels or steps, levels or steps)
    return context.texts("choice.by_level", name=name) if levels else name


_TERM = re.compile(r"C\((\w+)\)|([A-Za-z_]\w*)")
