"""What a number opens: in words what it is, its interval and n, how and where it was made, and of what."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import unescape
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from sto_analysis.report.context import Context
from sto_analysis.report.language import DASH, Texts
from sto_analysis.results import read_stored

NUMBER = re.compile(r'<data value="[^"]*" data-result="([^"]*)"[^>]*>.*?</data>', re.DOTALL)
"""A number of a page that is a result."""
CONSTANT = re.compile(r'<data value="[^"]*" data-constant="([^"]*)">')
"""A number of a page that was declared."""
_WHOLE = re.compile(rf"[^ \n<>]{{0,30}}{NUMBER.pattern}[^ \n<>]{{0,30}}", re.DOTALL)
"""The same with all that stands against it: beside a button a line may break, and nowhere else in a word."""
_MANY = 5
"""Results of one table that a panel explains together."""
_NAMED = ("concept", "exposure", "item", "variable", "benchmark", "weighted_by", "adjusted_for")
_FORMS: dict[str, Callable[[Texts, float], str]] = {
    "share": Texts.percent,
    "difference": Texts.points,
    "ratio": Texts.ratio,
    "p": Texts.p,
    "count": Texts.number,
    "number": lambda texts, value: texts.number(value, 2),
    "log odds": lambda texts, value: texts.number(value, 4),
}


def results_in(html: str) -> list[str]:
    """Ids of the results that a text of ours prints, in their order."""
    return [unescape(found) for found in NUMBER.findall(html)]


class Panels:
    """The panels of one page.

    Parameters
    ----------
    context : Context
        Language and names of the page.
    wave : str
        Whose results they are.
    notebook : str
        That makes the page: its own cells are in it.
    """

    def __init__(self, context: Context, wave: str, notebook: str = "") -> None:
        self._context, self._wave, self._notebook = context, wave, notebook
        self._known: dict[tuple[str, ...], str] = {}
        self._new: list[Markup] = []
        self._rows: dict[str, dict[str, dict[str, Any]]] = {}
        self._plain = context.plain

    def explained(self, html: Markup) -> Markup:
        """Let every number of a sentence that is a result open a panel.

        It is of all numbers of the sentence that stand in one table, or in one row of it where they are many.
        """
        ids = dict.fromkeys(results_in(html))
        tables = Counter(map(self._table, ids))
        by: dict[tuple[str, str], list[str]] = {}
        place = {id_: (of := self._table(id_), id_.partition(".")[2] if tables[of] > _MANY else "") for id_ in ids}
        for id_ in ids:
            by.setdefault(place[id_], []).append(id_)
        return Markup(
            _WHOLE.sub(lambda found: self._button(Markup(found[0]), self._panel(by[place[unescape(found[1])]])), html)
        )

    def rows(self, rows: Sequence[Sequence[str]]) -> list[list[str]]:
        """Let the head of each row of a table that holds results, and so the row, open the panel of the table."""
        every = [results_in("".join(str(cell) for cell in row if isinstance(cell, Markup))) for row in rows]
        first: dict[tuple[str, str], str] = {}
        for id_ in (id_ for ids in every for id_ in ids):
            first.setdefault((self._table(id_), id_.split(".", 1)[0]), id_)
        if not first:
            return [list(row) for row in rows]
        panel = self._panel(first.values(), of_rows=True)
        heads = [self._button(escape(row[0]), panel) if ids else row[0] for row, ids in zip(rows, every, strict=True)]
        return [[head, *row[1:]] for head, row in zip(heads, rows, strict=True)]

    def new(self) -> Markup:
        """Return the panels that were made since this was asked last."""
        made, self._new = Markup("").join(self._new), []
        return made

    def _button(self, inner: str, panel: str) -> Markup:
        return Markup('<button popovertarget="{}">{}</button>').format(panel, inner)

    def _panel(self, ids: Iterable[str], *, of_rows: bool = False) -> str:
        key = (str(of_rows), *ids)
        if key not in self._known:
            self._known[key] = f"why{len(self._known) + 1}"
            self._new.append(self._made(self._known[key], key[1:], of_rows=of_rows))
        return self._known[key]

    def _made(self, panel: str, ids: Sequence[str], *, of_rows: bool) -> Markup:
        """A panel: what each result is, how it was made, where and of what. That of a table names no row."""
        by: dict[tuple[str, str, str], dict[str, list[Markup]]] = {}
        for row in map(self._stored, ids):
            line = _LINE.format(described(self._context, row, of_rows=of_rows), "" if of_rows else self._figures(row))
            made = by.setdefault((row["notebook"], row["cell"], row["read"]), {})
            made.setdefault(self._plain(f"method.{row['method']}"), []).append(line)
        parts: list[Markup] = []
        for at, made in by.items():
            for place, (how, lines) in enumerate(made.items(), start=1):
                parts += [*lines, _HOW.format(how, self._at(*at) if place == len(made) else "")]
        return _PANEL.format(panel, self._plain("page.explained"), Markup("").join(parts))

    def _at(self, notebook: str, cell: str, files: str) -> Markup:
        """The cell that made it, and the files that it read."""
        t = self._plain
        named = t("page.cell", notebook=notebook, cell=cell)
        if not files:  # of a release, in which there is neither
            return Markup(escape(named))
        read = ", ".join(name.removeprefix(f"processed/{self._wave}/") for name in files.split(", "))
        page = "" if notebook == self._notebook else f"cell:{notebook}"
        return _AT.format(f"{page}#cell-{cell}", named, t("page.read", files=read))

    def _table(self, id_: str) -> str:
        return self._context.texts.used[id_].table

    def _stored(self, id_: str) -> dict[str, Any]:
        table = self._table(id_)
        if table not in self._rows:
            self._rows[table] = read_stored(self._wave, table)
        return self._rows[table][id_]

    def _figures(self, row: dict[str, Any]) -> str:
        """The number with its interval and n."""
        t = self._plain
        if row["unit"] == "text":
            return str(row["text"])
        form = _FORMS[row["unit"]]
        ends = Texts.bound if row["unit"] == "difference" else form
        value, low, high = form(t, row["value"]), ends(t, row["low"]), ends(t, row["high"])
        between = t.interval(low, high) if pd.notna(row["low"]) and pd.notna(row["high"]) else ""
        told = between if between and pd.isna(row["value"]) else f"{value} ({between})" if between else value
        return f"{told}; n = {t.number(row['n'])}" if pd.notna(row["n"]) else told


_PANEL = Markup('<div popover autofocus id="{}" class="panel" role="dialog" aria-label="{}" tabindex="-1">{}</div>')
_LINE = Markup("<p>{} <b>{}</b></p>")
_HOW = Markup('<p class="how">{} {}</p>')
_AT = Markup('<a href="{}">{}</a>. {}')


def described(context: Context, row: Mapping[Any, Any], *, of_rows: bool = False) -> str:
    """Say in words what a row of the store is; of a table, without what tells its rows apart."""
    t, labels = context.plain, dict(json.loads(row["labels"]))
    names = {
        name: "…" if of_rows else context.full.get(str(value), str(value))
        for name, value in labels.items()
        if name in _NAMED and value is not None
    }
    key = f"result.{row['table'].split('.')[0]}.{row['statistic']}"
    told = {name: "…" if of_rows else _label(context, labels, name) for name in labels}
    return t(key, **{**told, **names}) if key in t else " ".join([row["statistic"], *names.values()])


def _label(context: Context, labels: dict[str, Any], name: str) -> str:
    t, value = context.plain, labels[name]
    if value is None:
        return DASH
    if name == "position" and "question" in labels:
        return context.codebook.level_labels(labels["question"], context.language)[int(value)]
    for kind in ("measure", "question", "family", "respondents", "kind"):
        if name == kind and f"{kind}.{value}" in t:
            return t(f"{kind}.{value}")
    return f"{value:g}" if isinstance(value, float) else str(value)
