"""What `sto explain` prints; whatever comes from a file is shown, never obeyed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sto_analysis.errors import shown
from sto_workbench.explain.result import Explained
from sto_workbench.pipeline.manifest import State

_MOST_ROWS = 12
"""Of the cleaning log that are printed."""
_DEEPEST = 2
"""How far down functions are printed."""
_PARTS = {"interval": ["low", "high"]}
_ROW = ("wave", "region", "row", "column", "item", "before", "after", "rule")


def told(results: Sequence[Explained]) -> Iterator[str]:
    """Give the lines about some numbers: each, and after those of a table once how that was made.

    Parameters
    ----------
    results : sequence of dict
        As `Results.tell` gives.
    """
    for _, group in groupby(results, key=lambda each: (each["notebook"], each["cell"], each["table"])):
        same = list(group)
        yield from (line for each in same for line in _facts(each))
        yield from _making(same[0])


def _line(name: str, *parts: Any) -> str:
    return f"  {name:<11}{' '.join(shown(str(part), 400) for part in parts if part not in (None, ''))}".rstrip()


def _facts(told: Explained) -> Iterator[str]:
    part = "" if told["part"] == "value" else f":{told['part']}"
    yield f"{shown(told['id'])}{part}, wave {shown(told['wave'])}" + (" (SYNTHETIC)" if told["synthetic"] else "")
    yield _line("what", told["what"])
    printed = told["published"]
    if told["part"] in printed and part:
        yield _line(told["part"], printed[told["part"]] or "none", _full(told[told["part"]]))
    step = f", published to {told['precision']:g}" if told["precision"] is not None else ""
    yield _line("value", printed["value"] or "none", _full(told["value"]), f"({told['unit']}{step})")
    if printed["low"] or printed["high"]:
        bounds = f"{printed['low']} to {printed['high']}", f"{_number(told['low'])} to {_number(told['high'])}"
        yield _line("interval", bounds[0], f"= {bounds[1]}")
    for name in ("n", "status", "reason", "seed"):
        if told[name] is not None:
            yield _line(name, printed["n"] if name == "n" else told[name])
    yield _line("method", told["method_told"])
    yield from _cleaning(told)
    yield from _sources(told)


def _sources(told: Explained) -> Iterator[str]:
    """The public files that it is of."""
    for each in told["sources"]:
        yield _line("source", each["source"] + ",", each["edition"] + f", of {each['date']}", each["url"])
        yield f"    {shown(each['file'])}  {each['sha256']}  {each['now']}"


def _number(value: Any) -> str:
    return "none" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def _full(value: Any) -> str:
    return "" if value is None else f"= {_number(value)}"


def _cleaning(told: Explained) -> Iterator[str]:
    """What cleaning changed of the answers that it counts: of its items first, then of whole rows."""
    items, rows = told["items"], sorted(told["cleaning"], key=lambda row: row["item"] == "")
    if not items:
        yield _line("counts", "no answers")
        return
    yield _line("counts", f"answers to {', '.join(items)}")
    yield _line("cleaning", f"changed {len(rows)} of these, or of whole rows" if rows else "changed none of these")
    for row in rows[:_MOST_ROWS]:
        cells = [shown(str(row[name]), 60) or "''" for name in _ROW]
        yield "    {}  {}  row {}  column {}  {}  {} → {}  {}".format(*cells)
    if len(rows) > _MOST_ROWS:
        yield f"    ... and {len(rows) - _MOST_ROWS} more; `--as json` has all."


def _making(told: Explained) -> Iterator[str]:
    if not told["notebook"]:
        yield _line("made by", "no notebook")
        return
    yield _line("made by", f"{told['notebook']}, cell {told['cell']}")
    yield _line("page", told["page"] or "none")
    why = State(told["state"], tuple(told["because"])).why
    yield _line("state", f"{told['state']}: {why}" if why else told["state"])
    yield _line("code")
    yield from (f"    {shown(line, 200)}" for line in told["code"].splitlines())
    yield _line("functions")
    yield from _functions(told["functions"])
    yield _line("inputs", told["inputs"])
    yield from (f"    {shown(each['file'])}  {each['digest'][:16]}  {each['now']}".rstrip() for each in told["files"])
    yield ""


def _functions(calls: Sequence[dict[str, Any]]) -> Iterator[str]:
    for cell, group in groupby(calls, key=lambda each: each["cell"]):
        yield f"    cell {shown(cell)}"
        near = [each for each in group if each["depth"] <= _DEEPEST]
        yield from (f"      {'  ' * each['depth']}{each['name']}  {each['file']}:{each['line']}" for each in near)
    if deeper := sum(each["depth"] > _DEEPEST for each in calls):
        yield f"    ... and {deeper} below these; `--as json` has all."


def told_of_page(rows: Sequence[Explained]) -> Iterator[str]:
    """Give the lines about the numbers of a page, under its headings.

    Parameters
    ----------
    rows : sequence of dict
        As `explain_page` gives.
    """
    for heading, group in groupby(rows, key=lambda each: each["heading"]):
        yield shown(heading) or "(no heading)"
        yield from map(_on_page, group)
    unknown = sum(each["result"] is None for each in rows)
    differ = sum(each["agrees"] is False for each in rows)
    yield f"{len(rows)} numbers; {unknown} name no result of the store, {differ} are not those of the store."


def _on_page(row: Explained) -> str:
    part, result = "" if row["part"] == "value" else f":{row['part']}", row["result"]
    start = f"  line {row['line']}  “{shown(row['printed'], 60)}”  {shown(row['id'], 200)}{shown(part, 20)}"
    if result is None:
        return f"{start}  NO SUCH RESULT"
    wrong = f"  NOT THE PAGE'S {shown(row['on_page'], 40)}" if row["agrees"] is False else ""
    place = f"  in {shown(row['place'], 60)}" if row["place"] else ""
    stored = shown(result["text"] or "", 60) or " to ".join(
        _number(result[name]) for name in _PARTS.get(row["part"], [row["part"]])
    )
    return f"{start}  = {stored}{wrong}  {result['notebook']}, cell {result['cell']}{place}"
