"""What one region's report may show of single regions: its own answers, now and the time before."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import NotMade, Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.measures import items_alike
from sto_analysis.monitor.register import read_register, successors
from sto_analysis.monitor.scales import Level
from sto_analysis.monitor.wave import Wave, chain
from sto_analysis.provenance import read

Answers = Mapping[str, Level]
"""Item → the answer; an item without one is absent."""


@dataclass(frozen=True)
class Own:
    """One region.

    Parameters
    ----------
    name : str
        As the frame has it.
    answered : bool
        Whether it answered this wave.
    traits : mapping
        Context variable → its code, NaN where unknown.
    asked : mapping
        Item that the wave asked → its wording.
    answers : mapping
        Its answers.
    measured : mapping
        Context variable → how it was measured: ``value``, ``low``, ``high``, their ``form``, ``code_low`` and
        ``code_high``, and unit in both languages; empty where its codes are all that is known.
    since : str
        The last wave before this one that it answered too; empty without any.
    before : mapping
        Its answers to that wave, to the items that both asked in the same words.
    changed : bool, optional
        Whether somebody else answered then; None where nobody knows.
    merged : str
        Name of the region that answered then and is part of this one since; empty where it was this one.
    """

    name: str
    answered: bool
    traits: Mapping[str, float]
    asked: Mapping[str, str]
    answers: Answers
    measured: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    since: str = ""
    before: Answers = field(default_factory=dict)
    changed: bool | None = None
    merged: str = ""

    def places(self, codebook: Codebook, question: str) -> pd.Series:
        """Position of its answers to a question on the scale, by concept, of what was asked; NaN where missing."""
        asked = {c: codebook.items[item] for c, item in codebook.asked(question).items() if item in self.asked}
        given = {
            c: item.scale.levels.index(self.answers[item.id]) for c, item in asked.items() if item.id in self.answers
        }
        return pd.Series(given, index=list(asked), dtype=float)

    def high(self, question: str, concept: str) -> bool | None:
        """Whether its answer is in the top band; None where it gave none."""
        level = self.answers.get(f"{question}_{concept}")
        return None if level is None else level.band == "top"

    def moved(self, codebook: Codebook, question: str, way: int) -> list[str]:
        """Concepts whose answer to a question rose (1), fell (-1) or stayed (0) since the time before."""
        items = {c: item for c, item in codebook.asked(question).items() if {item} <= self.answers.keys() & self.before}
        steps = {c: self.answers[item].code - self.before[item].code for c, item in items.items()}
        return [concept for concept, step in steps.items() if np.sign(step) == way]

    def gaps(self, codebook: Codebook) -> list[str]:
        """Aspects that it calls urgent without yield in the top band."""
        return [c for c in codebook.aspects if self.high("urgency", c) and self.high("yield", c) is False]


def read_own(wave: str, region: str, codebook: Codebook) -> Own:
    """Read what one region's report may show of single regions: its own context and answers.

    Parameters
    ----------
    wave, region : str
        Which.
    codebook : Codebook
        Knows the items, their levels and the context variables.

    Raises
    ------
    Problems
        `NotMade` when no notebook has cleaned the wave, or one before it.
    """
    waves, content = chain(wave), _content(wave, region)
    if content is None:
        path = compendium.named(compendium.processed(wave) / "own", region).with_suffix(".json")
        what = "no notebook that ran before this one has made this file."
        raise Problems([NotMade(what, f"Run `sto run {wave}`.", file=path)])
    traits = {name: math.nan if (code := content[name]) is None else code for name in codebook.context_variables}
    asked = {item: column.wording for item, column in waves[-1].items.items() if column.column != TODO}
    answers = {item: level for item, level in _levels(content, codebook).items() if item in asked}
    mine = {"name": content["name"], "answered": content["answered"], "traits": traits, "asked": asked}
    mine["measured"] = content.get("measured", {})
    return Own(**mine, answers=answers, **(_before(waves, region, codebook) if answers else {}))


def _content(wave: str, region: str) -> dict[str, Any] | None:
    """What `write_clean` wrote of a region; nothing where the frame of the wave did not have it."""
    path = read(compendium.named(compendium.processed(wave) / "own", region).with_suffix(".json"))
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _levels(content: Mapping[str, Any], codebook: Codebook) -> dict[str, Level]:
    given = content["answers"]
    known = {id_: item.scale.levels for id_, item in codebook.items.items() if id_ in given}
    return {id_: level for id_, levels in known.items() for level in levels if level.id == given[id_]}


def _before(waves: Sequence[Wave], region: str, codebook: Codebook) -> dict[str, Any]:
    """The last earlier wave that the region answered, itself or by the one predecessor that answered; and what."""
    *earlier, last = waves
    if not earlier:
        return {}
    into = successors(read_register("synthetic" if last.synthetic else "real"))
    names = [region, *(old for old, new in into.items() if new == region)]
    for place, wave in reversed(list(enumerate(earlier))):
        found = [each for name in names if (each := _content(wave.wave, name)) and each["answered"]]
        if not found:
            continue
        changed = [each.changed_respondents for each in waves[place + 1 :]]
        known = None if None in changed else any(region in each for each in changed if each)
        same = items_alike(waves, codebook)[wave.wave]
        before = {item: level for item, level in _levels(found[0], codebook).items() if item in same}
        merged = "" if found[0]["region"] == region else str(found[0]["name"])
        told = {"since": wave.wave, "before": before, "changed": known, "merged": merged}
        return told if before and len(found) == 1 else {}
    return {}


def counted(own: Own, codebook: Codebook) -> pd.DataFrame:
    """Count a region's own answers, and take out those that are numbers.

    Parameters
    ----------
    own : Own
        As `read_own` gives.
    codebook : Codebook
        Aspects, forms and scales.

    Returns
    -------
    DataFrame
        A row with ``of`` ``region``: aspects that are urgent without yield in the top band, of those
        with both answers; aspects in the top band of urgency and of yield, of those with an answer; forms at the
        highest level, of those with an answer. And a row with ``of`` ``number`` per answer that is told by its
        number: ``item``, ``when`` (``now``, ``then``), ``number``. None of these where it did not answer. Then a row
        with ``of`` ``context`` per context variable that was not judged, its ``item``: a ``measured`` number or a
        ``share``, with what hidden counts allow: ``measured_low``, ``measured_high``, ``share_low``, ``share_high``.
    """
    aspects = [(own.high("urgency", each), own.high("yield", each)) for each in codebook.aspects]
    forms = [(own.answers[i], codebook.items[i]) for i in codebook.asked("borging").values() if i in own.answers]
    found = {
        "gap": aspects.count((True, False)),
        "compared": sum(None not in pair for pair in aspects),
        "urgency_top": sum(urgency is True for urgency, _ in aspects),
        "yield_top": sum(high is True for _, high in aspects),
        "aspects": sum(pair != (None, None) for pair in aspects),
        "arranged": sum(level == item.scale.levels[-1] for level, item in forms),
        "forms": len(forms),
    }
    numbers = [
        {"of": "number", "item": item, "when": when, "number": float(level.code)}
        for when, answers in (("now", own.answers), ("then", own.before))
        for item, level in answers.items()
        if level.nl == level.en == str(level.code)
    ]
    rows = [{"of": "region", "item": "", "when": "", **found}, *numbers] if own.answers else []
    rows += [
        {"of": "context", "item": name, "when": "", **said}
        for name, each in own.measured.items()
        if (said := _measured(each))
    ]
    floats = [*found, "number", *_MEASURED.values()]
    return pd.DataFrame(rows, columns=["of", "item", "when", *floats]).astype(dict.fromkeys(floats, float))


_MEASURED = {
    (form, end): f"{name}{'_' * (end != 'value')}{end.removeprefix('value')}"
    for form, name in (("number", "measured"), ("share", "share"))
    for end in ("value", "low", "high")
}
"""Form of a number and which of its ends → column of `counted`."""


def _measured(of: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of a context variable, in the columns of their form; none of a code."""
    return {name: of[end] for (form, end), name in _MEASURED.items() if form == of["form"]}
