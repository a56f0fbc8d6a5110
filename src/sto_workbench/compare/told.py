"""A difference in words, for the terminal and the page, and as JSON."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sto_analysis.declared import PARTS
from sto_analysis.errors import shown
from sto_analysis.report.language import Texts
from sto_workbench.compare.causes import Because
from sto_workbench.compare.difference import Difference
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.pages import Said

_CELLS, _LINES, _WIDE = 6, 12, 300
_SAID = ("text", "status", "reason")
_REGIONS = ("came", "left", "asked", "not_asked")


def named(cause: Cause, t: Texts, most: int = _CELLS) -> str:
    """Say what a cause is, in the language of the texts.

    Parameters
    ----------
    cause : Cause
        Which.
    t : Texts
        Language.
    most : int
        Regions whose answers are named before the rest is counted; where 0, no region is named.
    """
    cells = [t("diff.cell", region=region, before=a or "–", after=b or "–") for region, a, b in cause.cells[:most]]
    if (more := len(cause.cells) - most) > 0:
        cells.append(t("diff.more" if most else "diff.regions", count=more))
    kind = "module" if cause.kind == "function" and not cause.what else cause.kind
    group = "regions_that" if not most and kind in _REGIONS else "cause"
    before, after = _short(cause.before), _short(cause.after)
    told = {"where": cause.where, "what": cause.what, "cells": "; ".join(cells), "before": before, "after": after}
    return t(f"diff.{group}.{kind}", **told)


def _short(text: str) -> str:
    return text if len(text) <= _WIDE else f"{text[:_WIDE]}…"


def summary(found: Difference, t: Texts) -> list[str]:
    """Say in one or two sentences how much differs and because of what."""
    names = {"before": found.before.name, "after": found.after.name}
    if found.nothing:
        return [t("diff.nothing", **names)]
    if not found.because:
        said = sum(each.language == t.language for each, _ in found.said)
        return [t("diff.no_result", **names, sentences=said)]
    counts = {word: t.number(found.count(word)) for word in ("changed", "rounded", "added", "gone")}
    return [t("diff.counted", **names, **counts), t("diff.mainly", causes=t.both(mainly(found, t)))]


def mainly(found: Difference, t: Texts, most: int = 3, cells: int = 2) -> list[str]:
    """Name what most results differ because of, with the answers of at most so many regions."""
    told = list(dict.fromkeys(named(effect.cause, t, cells) for effect in found.effects if effect.results))
    more = [t("diff.more_causes", count=len(told) - most)] if len(told) > most else []
    return [*told[:most], *more]


def terminal(found: Difference, language: str) -> Iterator[str]:
    """Tell a difference on the terminal; what comes of a run from elsewhere is made harmless."""
    t = Texts("en")
    yield from (shown(line) for line in summary(found, t))
    if found.nothing:
        return
    number = {effect.cause: place for place, effect in enumerate(found.effects, start=1)}
    yield from ["", "Because of"] if number else []
    for effect in found.effects[:_LINES]:
        count = f"{effect.results} results, {effect.sentences} sentences"
        yield f"  [{number[effect.cause]}] {shown(named(effect.cause, t))} ({count})"
    yield from _rest(len(found.effects), "causes")
    rows = found.changes.changed
    yield from ["", "Results (as published first)"] if len(rows) else []
    for row in records(rows.head(_LINES)):
        told = f"{row['id']}: {value(row, 'before')} → {value(row, 'after')}"
        yield f"  {shown(told)} {_of(found.because[row['id']], number)}"
    yield from _rest(len(rows), "results")
    yield from _sentences(found, language, number)
    yield from ["", "Without effect on a result or sentence"] if found.without else []
    yield from (f"  {shown(named(cause, t, 2))}" for cause in found.without[:_LINES])
    yield from _rest(len(found.without), "things")


def _sentences(found: Difference, language: str, number: dict[Cause, int]) -> Iterator[str]:
    here = [(said, because) for said, because in found.said if said.language == language]
    yield from ["", f"Sentences of the national report ({language})"] if here else []
    for said, because in here[:_LINES]:
        yield f"  {shown(said.section, 80)} {_of(because, number)}{' (a picture differs)' if said.pictured else ''}"
        for sign, block in (("-", said.before), ("+", said.after)):
            yield from [f"    {sign} {shown(block.text, _WIDE)}"] if block and said.retold else []
    yield from _rest(len(here), "sentences")


def _rest(count: int, what: str) -> Iterator[str]:
    if count > _LINES:
        yield f"  … and {count - _LINES} more {what}: --page FILE or --as json has all"


def _of(because: Because, number: dict[Cause, int]) -> str:
    numbers = sorted(number[cause] for cause in because.causes)
    told = ", ".join(map(str, numbers[:_CELLS])) + (
        f" and {len(numbers) - _CELLS} more" if len(numbers) > _CELLS else ""
    )
    return f"[{told}]" if because.certain else f"[one or more of {told}]"


def value(row: dict[str, Any], side: str) -> str:
    """Write a result as it is published: number, bounds and n; or its text; status and reason where these differ."""
    if row["what"] == ("added" if side == "before" else "gone"):
        return "–"
    digits = _digits(row)
    low, high, n = (row[f"{part}_{side}"] for part in ("low", "high", "n"))
    parts = [_number(row[f"value_{side}"], digits)]
    parts += (
        [f"({_number(low, digits)} to {_number(high, digits)})"] if math.isfinite(low) or math.isfinite(high) else []
    )
    parts += [f"n {n:.0f}" if n == int(n) else f"n {n:.1f}"] if math.isfinite(n) else []
    words = [str(row[f"{part}_{side}"]) for part in _SAID if isinstance(row[f"{part}_{side}"], str)]
    differs = [word for word in words if word and not _same_words(row)]
    return " ".join([*(parts if parts != ["–"] or not differs else []), *differs])


def _same_words(row: dict[str, Any]) -> bool:
    return all(str(row[f"{part}_before"]) == str(row[f"{part}_after"]) for part in _SAID)


def _digits(row: dict[str, Any]) -> int:
    """Decimals at which a result is published; more where it differs only beyond them."""
    step = row["precision"]
    known = max(0, round(-math.log10(step))) if isinstance(step, float) and 0 < step < math.inf else 4
    return min(known, 12) if row["rounded"] else 10


def _number(number: float, digits: int) -> str:
    return "–" if not math.isfinite(number) else f"{number:.{digits}f}" if digits < 10 else f"{number:.10g}"


def as_json(found: Difference) -> str:
    """Write everything that differs as JSON; docs/compare.md documents it."""
    rows = records(found.changes.changed)
    t = Texts("en")
    told = {
        "before": {"name": found.before.name, "wave": found.before.wave},
        "after": {"name": found.after.name, "wave": found.after.wave},
        "changed": not found.nothing,
        "counts": {word: found.count(word) for word in ("changed", "rounded", "added", "gone")},
        "causes": [
            _cause(effect.cause, t) | {"results": effect.results, "sentences": effect.sentences}
            for effect in found.effects
        ],
        "without_effect": [_cause(cause, t) for cause in found.without],
        "results": [_result(row, found.because[row["id"]]) for row in rows],
        "sentences": [_sentence(*each) for each in found.said],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of `sto_workbench.compare.changes.Changes` one by one."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _sentence(said: Said, because: Because) -> dict[str, Any]:
    sides = {"before": said.before, "after": said.after}
    about = {"language": said.language, "section": said.section, "kind": said.kind}
    return about | {side: block.text if block else None for side, block in sides.items()} | _because(because)


def _cause(cause: Cause, t: Texts) -> dict[str, Any]:
    cells = [{"region": region, "before": before, "after": after} for region, before, after in cause.cells]
    parts = {name: getattr(cause, name) for name in ("key", "kind", "where", "what", "before", "after")}
    return {**parts, "cells": cells, "text": named(cause, t)}


def _because(because: Because) -> dict[str, Any]:
    return {"because": [cause.key for cause in because.causes], "certain": because.certain}


def _result(row: dict[str, Any], because: Because) -> dict[str, Any]:
    sides = {
        side: {part: _plain(row[f"{part}_{side}"]) for part in (*PARTS, *_SAID)}
        for side, absent in (("before", "added"), ("after", "gone"))
        if row["what"] != absent
    }
    before, after = (_plain(row[f"value_{side}"]) for side in ("before", "after"))
    by = after - before if isinstance(before, float) and isinstance(after, float) else None
    about = {name: _plain(row[name]) for name in ("id", "table", "statistic", "unit", "precision", "what")}
    return {**about, **sides, "difference": by, "beyond_rounding": bool(row["rounded"]), **_because(because)}


def _plain(found: Any) -> Any:
    return None if isinstance(found, float) and not math.isfinite(found) else found
