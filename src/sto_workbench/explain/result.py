"""What is known of a result: found by its id, and told whole."""

import json
import math
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import pandas as pd

from sto_analysis import compendium
from sto_analysis.declared import PARTS
from sto_analysis.errors import NotMade, Problems, UnknownResult
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.wave import is_synthetic, known_waves
from sto_analysis.report.context import Context
from sto_analysis.results import read_results
from sto_workbench.explain import public, touched, words
from sto_workbench.explain.making import Makings
from sto_workbench.explain.touched import Row
from sto_workbench.pipeline.plan import latest_waves

ASKED = (*PARTS, "interval")
"""What can stand behind an id."""
_NEAREST = 5
Explained = dict[str, Any]
"""Of one number, as JSON has it; docs/results.md names the keys."""


def latest() -> str:
    """Return the latest wave that has results: a real one before a synthetic one.

    Raises
    ------
    Problems
        `NotMade` where no wave has any.
    """
    made = [wave for wave in latest_waves() or known_waves() if any(compendium.results(wave).glob("*.parquet"))]
    if not made:
        raise Problems([NotMade("no wave has results yet.", "Run `sto run`.")])
    return min(made, key=is_synthetic)


class Results:
    """The results of a wave, to be explained.

    Parameters
    ----------
    wave : str
        Id of the wave, or ``published``.

    Raises
    ------
    Problems
        `NotMade` where it has no results.
    """

    def __init__(self, wave: str) -> None:
        self.wave, self.store = wave, _store(wave)
        if self.store.empty:
            todo = f"Run `sto run {wave}`." if wave in known_waves() else f"Choose one of: {', '.join(known_waves())}."
            raise Problems([NotMade(f"there are no results of {wave!r}.", todo, file=compendium.results(wave))])
        texts = ["text", "status", "reason", "notebook", "cell", "read", "inputs"]
        self._rows: Sequence[Row] = self.store.fillna(dict.fromkeys(texts, "")).to_dict("records")
        self._place = {name: place for place, name in enumerate(self.store["id"])}
        self._made = Makings(wave)

    @cached_property
    def _context(self) -> Context:
        return Context("en", read_codebook())

    def find(self, asked: Sequence[str]) -> list[tuple[int, str]]:
        """Find results by id.

        Parameters
        ----------
        asked : sequence of str
            Ids or patterns of ids (``share.urgency.*``), alone or with ``:low``, ``:high``, ``:n`` or
            ``:interval`` behind them.

        Returns
        -------
        list of (int, str)
            Row of the store, and part of it, each once.

        Raises
        ------
        Problems
            `UnknownResult` for each that is not there, with the nearest that are.
        """
        got = {each: list(self._matching(each)) for each in asked}
        Problems.raise_if(self._unknown(each) for each, found in got.items() if not found)
        return list(dict.fromkeys(one for found in got.values() for one in found))

    def _matching(self, asked: str) -> Iterator[tuple[int, str]]:
        result, _, part = asked.rpartition(":")
        result, part = (result, part) if asked not in self._place and part in ASKED else (asked, "value")
        if result in self._place:
            yield self._place[result], part
        elif any(sign in result for sign in "*?["):
            yield from ((place, part) for name, place in self._place.items() if fnmatchcase(name, result))

    def _unknown(self, asked: str) -> UnknownResult:
        result, _, part = asked.rpartition(":")
        if result in self._place:
            todo = f"Take one of: {', '.join(ASKED)}."
            return UnknownResult(f"a result has no part {part!r}.", todo, value=asked)
        near = get_close_matches(asked.rpartition(":")[0] if part in ASKED else asked, self._place, _NEAREST, 0.5)
        meant = f"Nearest: {', '.join(near)}." if near else "`sto explain '*'` tells all."
        return UnknownResult(f"wave {self.wave} has no such result.", meant, value=asked)

    def exactly(self, asked: str) -> Explained | None:
        """Tell what is known of the number with an id, which is no pattern; None where there is none."""
        got = list(self._matching(asked))
        return self.tell(*got[0]) if got and self._rows[got[0][0]]["id"] in (asked, asked.rpartition(":")[0]) else None

    def tell(self, place: int, part: str = "value") -> Explained:
        """Tell what is known of one number.

        Parameters
        ----------
        place : int
            Row of the store.
        part : {"value", "low", "high", "n", "interval"}
            Which of its numbers was asked.
        """
        row = self._rows[place]
        made = self._made.of(row["notebook"], row["cell"], row["table"])
        texts, seed = self._context.texts, row["seed"]
        return {
            **{each: row[each] for each in ("id", "wave", "table", "statistic", "unit", "method")},
            **{each: row[each] or None for each in ("text", "status", "reason", "inputs")},
            **{each: _number(row[each]) for each in (*PARTS, "precision")},
            "part": part,
            "synthetic": is_synthetic(self.wave),
            "labels": json.loads(row["labels"]),
            "what": words.meaning(row, self._context),
            "published": words.published(row, texts),
            "method_told": words.method(row["method"], texts),
            "seed": None if pd.isna(seed) else int(seed),
            **made,
            "files": self._made.files(row["notebook"], row["table"], row["read"]),
            "sources": public.sources(public.variables(row, self._context.codebook.context_variables), self.wave),
            **self._changed(row),
        }

    def _changed(self, row: Row) -> dict[str, list[Any]]:
        """Items that the result counts, and what was changed of their answers."""
        items = touched.items(row, self.store, self._context.codebook)
        logs = [touched.changes(items, wave) for wave in touched.waves(row, self.store)]
        rows = [each for log in logs for each in log.to_dict("records")]
        of = json.loads(row["labels"]).get("region")
        return {"items": items, "cleaning": [each for each in rows if of in (None, each["region"])]}


def _store(wave: str) -> pd.DataFrame:
    """The store of a wave with the tables of single regions, which stand beside those of all."""
    own = [pd.read_parquet(path) for path in sorted(compendium.results(wave).glob("own.*.parquet"))]
    return pd.concat([read_results(wave), *own], ignore_index=True)


def _number(value: float) -> float | str | None:
    """A number as JSON has it: none that is missing, and what is infinite as a text."""
    return None if math.isnan(value) else float(value) if math.isfinite(value) else str(float(value))
