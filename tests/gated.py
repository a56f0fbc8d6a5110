"""A gate that withholds rows at random, and the cells of the national report without a kernel."""

import json
import re
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.declared import tables
from sto_analysis.report import page as module
from sto_analysis.report.shown import Release
from sto_workbench.release.blank import Shown, blanked, rowed, stored
from sto_workbench.release.exhibits import REPORT as NOTEBOOK

NEVER = ("tipping",)
RELEASE = Release(3, "2026-11-27", {"nl": "kleine enquête", "en": "small survey"}, 3, 0.7)
_SENTENCE = re.compile(r"(?<=[.?!:;]) ")


@dataclass(frozen=True)
class Passed:
    """What a gate gives."""

    tables: dict[str, Shown]


def gate(wave: str, part: float, seed: int, never: Collection[str] = NEVER) -> Passed:
    """Withhold rows of the store (with all their statistics), and statistics of whole tables, at random."""
    random, passed = np.random.default_rng(seed), dict[str, Shown]()
    for name in tables():
        if (compendium.results(wave) / f"{name}.parquet").is_file():
            table = stored(wave, name)
            rows, whole = sorted({*rowed(name, table.rows)}), sorted({*table.rows["statistic"]})
            hidden = [each for each in rows if random.random() < part]
            denied = [each for each in whole if random.random() < part / 4]
            passed[name] = blanked(name, table, hidden, denied, {})
    return Passed(
        {name: replace(each, rows=each.rows.iloc[: 0 if name in never else None]) for name, each in passed.items()}
    )


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
