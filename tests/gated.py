"""A gate that withholds rows at random, and the cells of the national report without a kernel."""

import json
import re
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.report import page as module
from sto_analysis.report.shown import Release
from sto_analysis.results import WITHHELD, read_results
from sto_workbench.release.render import NOTEBOOK

NEVER = ("tipping",)
RELEASE = Release(3, "2026-11-27", {"nl": "kleine enquête", "en": "small survey"}, 3, 0.7)
_NUMBERS = ["value", "low", "high", "n"]
_SENTENCE = re.compile(r"(?<=[.?!:;]) ")


@dataclass(frozen=True)
class Passed:
    """What a gate gives."""

    tables: dict[str, pd.DataFrame]


def gate(wave: str, part: float, seed: int, never: Collection[str] = NEVER) -> Passed:
    """Withhold rows of the store (with all their statistics) at random."""
    random, tables = np.random.default_rng(seed), dict[str, pd.DataFrame]()
    for name, rows in read_results(wave).groupby("table", sort=False):
        labels = rows["labels"].unique()
        hidden = rows["labels"].isin(labels[random.random(len(labels)) < part])
        blank = rows.assign(**dict.fromkeys(_NUMBERS, np.nan), text=None, status=WITHHELD)
        tables[str(name)] = rows.where(~hidden, blank)
    return Passed({name: rows for name, rows in tables.items() if name not in never})


def outputs(root: Path, wave: str, language: str, *, pictures: bool = False) -> list[tuple[str, str]]:
    """HTML that each cell of the report shows in a compendium, with the id of the cell."""
    shown, here = list[tuple[str, str]](), [""]
    cells = json.loads((root / "notebooks" / f"{NOTEBOOK}.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ", {"STO_ROOT": str(root)}))
        stack.enter_context(
            patch.object(module, "display", lambda thing, metadata=None: shown.append((*here, thing.data)))
        )
        stack.enter_context(patch.object(module.provenance, "here", lambda: (NOTEBOOK, *here)))
        stack.enter_context(patch.object(module.provenance, "colophon", lambda **_: ({"data": ""}, "{}")))
        if not pictures:
            stack.enter_context(patch.object(module, "picture", lambda *_: "drawn"))
        assert compendium.root() == root
        for cell in cells:
            if cell["cell_type"] == "code":
                here[0] = cell["id"]
                exec("".join(cell["source"]), names)
                names |= {"wave": wave, "language": language} if here[0] == "parameters" else {}
    return shown


def sentences(shown: list[tuple[str, str]]) -> set[str]:
    """What paragraphs, lists, findings and alternative texts say, sentence by sentence."""
    found = set[str]()
    for _, html in shown:
        page = BeautifulSoup(html, "html.parser")
        for part in page.select("[popover], table, figcaption, .note, .files, .hidden, dl, .theory"):
            part.decompose()
        texts = [part.get_text() for part in page.select("p, li")] + [str(image["alt"]) for image in page.select("img")]
        found |= {each.strip() for text in texts for each in _SENTENCE.split(" ".join(text.split()))}
    return found
