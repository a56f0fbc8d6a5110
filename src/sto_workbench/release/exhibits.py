"""Which exhibit of the public report is made where, of which results: read off the notebook, the page and the store."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sto_workbench.pages.exhibits import inside, words

REPORT = "05_national_report"
_SHOWN = re.compile(r'<(?:figure|div)\b[^>]*\bid="((?:fig|table)-\d+)"[^>]*\bdata-exhibit="(\w+)"[^>]*>')


@dataclass(frozen=True)
class Exhibit:
    """A figure or table of the report.

    Parameters
    ----------
    name, cell : str
        As the notebook calls it, and the id of the cell that shows it.
    tables : tuple of str
        Tables of results that it shows.
    place, caption : str
        Its id on the page and its caption; empty where the page does not show it.
    """

    name: str
    cell: str
    tables: tuple[str, ...]
    place: str = ""
    caption: str = ""


def exhibits(notebook: Path, html: str, tables: Mapping[str, pd.DataFrame]) -> list[Exhibit]:
    """List the exhibits of the report, in its order.

    Parameters
    ----------
    notebook : Path
        Of the report.
    html : str
        The rendered page.
    tables : mapping of str to DataFrame
        Released tables of results.
    """
    shown = _shown(html)
    return [
        Exhibit(name, cell, of, *shown.pop(0)[1:]) if shown and shown[0][0] == name else Exhibit(name, cell, of)
        for name, cell, of in _called(notebook, set(tables))
    ]


def programs(rows: pd.DataFrame) -> list[str]:
    """Name the notebook and the cell that computed some rows of the store."""
    made = rows[["notebook", "cell"]].dropna().drop_duplicates()
    return [f"{notebook}, cell {cell}" for notebook, cell in made.itertuples(index=False)]


def _shown(html: str) -> list[tuple[str, str, str]]:
    """Name, place and caption of every exhibit of a page."""
    parts, found = _SHOWN.split(html), []
    for place, name, content in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        caption = [words(each) for each in inside("figcaption|caption", content)]
        found.append((name, place, caption[0] if caption else ""))
    return found


def _called(notebook: Path, tables: set[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, cell and tables of each call of ``page.figure`` and ``page.table``."""
    known: dict[str, set[str]] = {table: {table} for table in tables}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.Assign | ast.NamedExpr):
                _learn(node, known, tables)
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"page.figure", "page.table"}:
                told = [_tables(each, known, tables) for each in [*node.args[1:], *(k.value for k in node.keywords)]]
                yield str(ast.literal_eval(node.args[0])), str(cell["id"]), tuple(sorted(set().union(*told)))


def _learn(node: ast.Assign | ast.NamedExpr, known: dict[str, set[str]], tables: set[str]) -> None:
    """Note which tables the names of an assignment hold; one that is called as a table holds that."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for each in ast.walk(target):
            if isinstance(each, ast.Name) and each.id not in tables:
                known[each.id] = _tables(node.value, known, tables)


def _tables(node: ast.AST, known: Mapping[str, set[str]], tables: set[str]) -> set[str]:
    """Tables that an expression names."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found |= known.get(each.id, set())
        elif isinstance(each, ast.Constant) and each.value in tables:
            found.add(str(each.value))
    return found
