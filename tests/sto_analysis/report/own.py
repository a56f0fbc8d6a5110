"""A region as a test wants it."""

from collections.abc import Mapping
from typing import Any

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.own import Own
from sto_analysis.monitor.scales import Level


def levels(codebook: Codebook, answers: Mapping[str, str]) -> dict[str, Level]:
    """Item → level, by the ids of the levels."""
    scales = {item: codebook.items[item].scale.levels for item in answers}
    return {item: next(level for level in scales[item] if level.id == id_) for item, id_ in answers.items()}


def region(codebook: Codebook, before: Mapping[str, str] | None = None, /, **answers: str) -> Own:
    """A region that was asked everything, at the middle of commitment."""
    traits = {**dict.fromkeys(codebook.context_variables, float("nan")), "commitment": 1.0}
    asked = {item: each.wording for item, each in codebook.items.items()}
    more: dict[str, Any] = {"since": "synthetic-2021", "before": levels(codebook, before)} if before else {}
    return Own("Zuid", bool(answers), traits, asked, levels(codebook, answers), **more)
