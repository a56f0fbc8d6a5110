"""What `sto new` and `sto check` tell, on two screens at most: a value of a file is shown, never obeyed."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from sto_analysis.errors import Problem, shown
from sto_analysis.messages import rank, say
from sto_analysis.monitor.item_column import TODO
from sto_workbench.intake.again import Again
from sto_workbench.intake.scaffold import Proposal

_PLACE = ["file", "sheet", "line", "column", "row", "value"]
_SHOWN, _LONGEST = 5, 60
"""Places that are told apart, and rows, columns, values that are listed before the rest is counted; their letters."""
_VALUES = re.compile(r"\d+|'[^']*'")
"""In the name of a problem: what does not make it another mistake."""
_LINES, _REST = 80, 9
"""Of two screens: for mistakes that are told whole, and to name the others."""


def proposal(wave: str, made: Proposal) -> Iterator[str]:
    """Tell what a person should look at in a proposed wave.yaml, and how much of it is open."""
    lost = [match.item for match in made.matches if match.column == TODO]
    unsure = [match.item for match in made.matches if match.unsure and match.column != TODO]
    yield from (say(f"printed.{n}", items=_listed(items)) for n, items in (("unsure", unsure), ("lost", lost)) if items)
    yield from (say("printed.note", notice=shown(notice)) for notice in made.notices)
    counts = {"items": len(made.matches), "lost": len(lost), "dropped": len(made.drop), "rows": made.rows}
    unknown = [*made.drop.values()].count(TODO)
    yield say("printed.proposed", wave=wave, region=shown(made.region, 120), unknown=unknown, **counts)


def again(wave: str, made: Again) -> Iterator[str]:
    """Tell what a second delivery changed, region by region, and what of the mapping no longer fits."""
    regions = made.differences.groupby("region")
    for region, rows in regions:
        each = rows[["item", "before", "after"]].itertuples(index=False)
        told = [f"{item} {before} → {after}" if item else after for item, before, after in each]
        yield f"{region}: {shown('; '.join(told))}"
    yield say("printed.differing", regions=len(regions), kept=made.kept)
    yield from on_two_screens(made.problems) if made.problems else [say("printed.fits", wave=wave)]


def problem_rows(problems: Sequence[Problem]) -> pd.DataFrame:
    """Problems as a table, sorted by cause.

    Parameters
    ----------
    problems : sequence of Problem
        What was found.

    Returns
    -------
    DataFrame of str
        ``cause``, ``file``, ``sheet``, ``line``, ``column``, ``row``, ``value``, ``what``, ``expected``, ``todo``.
    """
    rows = [{"cause": type(problem).__name__} | problem.told for problem in problems]
    table = pd.DataFrame(rows, columns=["cause", *_PLACE, "what", "expected", "todo"], dtype="str")
    return table.sort_values("cause", kind="stable", ignore_index=True)


def mistakes(problems: Sequence[Problem]) -> list[list[str]]:
    """Put problems together that are one mistake, the most telling first.

    Parameters
    ----------
    problems : sequence of Problem
        Those of one name in the catalogue are one mistake; without a name, those of one kind with one thing to do.

    Returns
    -------
    list of list of str
        Of each mistake its kind in words and how often it was made, what is wrong and where, what to do.
    """
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_VALUES.sub("", problem.name or f"{type(problem).__name__} {problem.todo}"), []).append(
            problem
        )
    return [[*_told(group)] for group in sorted(groups.values(), key=_telling)]


def _telling(group: list[Problem]) -> tuple[int, bool, bool, int]:
    """Kinds as in the catalogue; whole files before columns, columns before cells; then the most frequent."""
    first = group[0]
    return rank(f"kinds.{type(first).__name__}"), first.column is not None, first.row is not None, -len(group)


def _told(group: list[Problem]) -> Iterator[str]:
    """Kind and number; what is wrong, once, and where, or where and what; what to do."""
    yield f"{say(f'kinds.{type(group[0]).__name__}')}: {len(group)}"
    apart: dict[object, list[dict[str, str]]] = {}
    for told in (each.told | {"file": "/".join(Path(each.file or "").parts[-2:])} for each in group):
        apart.setdefault(tuple(told[name] for name in told if name != "row"), []).append(told)
    parts = [*apart.values()] if len(apart) <= _SHOWN else [[told for part in apart.values() for told in part]]
    said = [(_place(part), _what(part)) for part in parts]
    once = len({what for _, what in said}) == 1
    yield from [said[0][1], *(place for place, _ in said if place)] if once else map(": ".join, said)
    todos = list(dict.fromkeys(told["todo"] for part in parts for told in part))
    yield from (f"→ {todo}" for todo in (todos if len(apart) <= _SHOWN else [_common(parts[0], "todo")]))


def _what(part: list[dict[str, str]]) -> str:
    expected = {told["expected"] for told in part} - {""}
    right = [say("printed.expected", expected=text) for text in expected if len(expected) == 1]
    return "".join([_common(part, "what"), *right])


def _common(part: list[dict[str, str]], name: str) -> str:
    """One text for many: words that differ give way to dots; the first, where more than words differs."""
    words = [told[name].split(" ") for told in part]
    if len({*map(len, words)}) > 1:
        return say("printed.such_as", text=part[0][name])
    told = (each[0] if len({*each}) == 1 else "…" for each in zip(*words, strict=True))
    return " ".join(word for word, _ in groupby(told))


def _place(part: list[dict[str, str]]) -> str:
    """Where problems are: of file, column, row, value the first few, and how many more."""
    every = {name: list(dict.fromkeys(told[name] for told in part if told[name])) for name in _PLACE}
    return "; ".join(say(f"printed.{name}", listed=_listed(texts)) for name, texts in every.items() if texts)


def _listed(texts: list[str]) -> str:
    """The first few, of what is long the beginning and the end, where columns differ; and how many more."""
    half = _LONGEST // 2
    first = [text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}" for text in texts[:_SHOWN]]
    return ", ".join(first) + (say("printed.more", more=len(texts) - _SHOWN) if len(texts) > _SHOWN else "")


def on_two_screens(problems: Sequence[Problem]) -> Iterator[str]:
    """Tell the mistakes that problems come down to, in lines of the terminal; those beyond two screens by number."""
    left, told, console = _LINES, mistakes(problems), Console()
    for place, (title, *rest) in enumerate(told):
        lines = [title, *(line for text in rest for line in _wrapped(text, console))][:_LINES]
        if len(lines) > left:
            others = "; ".join(first for first, *_ in told[place:])
            yield from _wrapped(say("printed.others", others=others), console)[:_REST]
            break
        yield from lines
        left -= len(lines)
    yield say("printed.mend", count=len(problems))


def _wrapped(text: str, console: Console) -> list[str]:
    return [f"  {line.plain.rstrip()}" for line in Text(text).wrap(console, max(console.width - 2, 20))]
