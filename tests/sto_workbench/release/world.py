"""A compendium with answers of one's own, and the store that notebook 02 makes of them."""

import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.intake.clean import clean_wave, write_clean

WAVE, BEFORE = "synthetic-2024", "synthetic-2021"
_PAGE = "from sto_analysis.report.page import Page"


@cache
def delivered(wave: str) -> CleanWave:
    return clean_wave(wave)


def answer(wave: str, answers: pd.DataFrame) -> None:
    """Let these be the cleaned answers of a wave."""
    given = delivered(wave)
    regions = given.regions.assign(answered=given.regions.index.isin(answers.index))
    write_clean(wave, replace(given, answers=answers, regions=regions))


def drawn(wave: str, rng: np.random.Generator, missing: float = 0.05, regions: int | None = None) -> pd.DataFrame:
    """Answers drawn anew, each item with chances of its own, for as many regions, drawn too."""
    given = delivered(wave).answers
    some = rng.choice(len(given), len(given) if regions is None else regions, replace=False)
    columns = {}
    for item, old in given.items():
        kinds = old.cat.categories
        codes = rng.choice(len(kinds), len(some), p=rng.dirichlet(np.full(len(kinds), rng.choice([0.3, 1, 5]))))
        codes = np.where(rng.random(len(some)) < missing, -1, codes)
        columns[item] = pd.Categorical.from_codes(codes, kinds, ordered=True)
    return pd.DataFrame(columns, index=given.index[np.sort(some)])


def describe(wave: str) -> None:
    """Run the code of notebook 02, without its page."""
    told = json.loads(compendium.notebook("02_describe").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in told if cell["cell_type"] == "code"]
    names: dict[str, Any] = {"Page": _Page}
    for source in code:
        kept = "\n".join(line for line in source.splitlines() if not line.startswith(("page.", _PAGE)))
        exec(kept.replace(f'wave: str = "{WAVE}"', f"wave = {wave!r}"), names)


class _Page:
    def __init__(self, wave: str) -> None:
        self.context = SimpleNamespace(codebook=read_codebook())

    def table(self, *_: object, **__: object) -> None:
        """Show nothing."""

    figure = table
