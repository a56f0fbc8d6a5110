"""A notebook statement by statement: which of them a result comes of. Read off the code, nothing runs."""

import ast
import json
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_WRITES = "write_"


@dataclass(frozen=True)
class Piece:
    """A statement of a notebook, or the part of one that binds one name.

    Parameters
    ----------
    cell : str
        Id of its cell.
    node : AST
        What it says.
    binds, loads : frozenset of str
        Names that it gives a value or may change, and names that it uses.
    anew : bool
        Whether the values before do not count any more.
    parameter : bool
        Whether it stands in the cell of the parameters.
    """

    cell: str
    node: ast.AST
    binds: frozenset[str]
    loads: frozenset[str]
    anew: bool
    parameter: bool = False


@lru_cache(maxsize=32)
def pieces(notebook: bytes | None) -> list[Piece]:
    """Read a notebook; nothing of what is none, or of a cell that is no Python."""
    try:
        cells = [cell for cell in json.loads(notebook or b"{}")["cells"] if cell["cell_type"] == "code"]
        parts = [(cell, part) for cell in cells for part in _parsed("".join(cell["source"]))]
        imported = {
            name for _, part in parts if isinstance(part, ast.Import | ast.ImportFrom) for name in _names(part)[0]
        }
        return [_piece(cell, part, imported) for cell, part in parts]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def source(notebook: bytes | None, cell: str) -> str:
    """Give the code of a cell by its id; empty where there is none."""
    cells = json.loads(notebook or b'{"cells": []}')["cells"]
    return next(("".join(each["source"]) for each in cells if each.get("id") == cell), "")


def _parsed(code: str) -> Iterator[ast.stmt]:
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return
    for node in body:
        yield from _parts(node)


def _piece(cell: dict[str, Any], part: ast.stmt, imported: set[str]) -> Piece:
    made, loads = _names(part)
    anew = isinstance(part, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom)
    binds = frozenset(made.union(*(_changed(each, imported) for each in ast.walk(part))))
    parameter = "parameters" in cell.get("metadata", {}).get("tags", [])
    return Piece(str(cell.get("id", "")), part, binds, frozenset(loads), anew, parameter)


def _names(part: ast.stmt) -> tuple[set[str], set[str]]:
    """Variables of the notebook that a statement makes, and those that it reads, also inside comprehensions."""
    top = symtable.symtable(ast.unparse(part), "cell", "exec")
    made = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    read = {each.get_name() for each in top.get_symbols() if each.is_referenced()}
    inner = list(top.get_children())
    while inner:
        table = inner.pop()
        read |= {each.get_name() for each in table.get_symbols() if each.is_global()}
        inner += table.get_children()
    return made, read


def _parts(node: ast.stmt) -> Iterator[ast.stmt]:
    """Split ``a, b = x, y`` and ``from m import a, b``, so that each name comes of its own part only."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple) and len(node.targets) == 1:
        target = node.targets[0]
        plain = isinstance(target, ast.Tuple) and not any(
            isinstance(e, ast.Starred) for e in target.elts + node.value.elts
        )
        if isinstance(target, ast.Tuple) and plain and len(target.elts) == len(node.value.elts):
            for name, value in zip(target.elts, node.value.elts, strict=True):
                yield ast.Assign([name], value, lineno=node.lineno)
            return
    if isinstance(node, ast.ImportFrom):
        yield from (ast.ImportFrom(node.module, [alias], node.level) for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (ast.Import([alias]) for alias in node.names)
    else:
        yield node


def _changed(node: ast.AST, imported: set[str]) -> set[str]:
    """Variables that some code may change in place: parts that it sets, what a call that is a statement works on."""
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return {_root(node)[0]}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and not _writing(node.value):
        of = _root(node.value.func)[0]
        return {each.id for each in node.value.args if isinstance(each, ast.Name)} if of in imported else {of}
    return set()


def _root(node: ast.expr) -> tuple[str, str]:
    """The variable that an expression begins with, and its last name."""
    last = node.attr if isinstance(node, ast.Attribute) else ""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    name = node.id if isinstance(node, ast.Name) else ""
    return name, last or name


def _writing(call: ast.Call) -> bool:
    return _root(call.func)[1].startswith(_WRITES)


def behind(found: Sequence[Piece], table: str, cell: str = "") -> list[Piece]:
    """Give the statements that a table of results comes of, last first.

    Parameters
    ----------
    found : sequence of Piece
        Of its notebook.
    table : str
        The table; where empty, whatever is written.
    cell : str
        Where no statement writes the table by its name: the cell that did.

    Returns
    -------
    list of Piece
        All pieces where nobody can tell.
    """
    ends = [place for place, piece in enumerate(found) if _writes(piece.node, table)]
    ends = ends or [place for place, piece in enumerate(found) if cell and piece.cell == cell]
    if not ends:
        return list(reversed(found))
    needed, out = set[str](), list[Piece]()
    for place in range(ends[-1], -1, -1):
        piece = found[place]
        if place in ends or piece.binds & needed:
            needed = (needed - piece.binds if piece.anew else needed) | piece.loads
            out.append(piece)
    return out


def _writes(node: ast.AST, table: str) -> bool:
    """Whether a statement calls a function that writes, for this table."""
    named = [each for each in ast.walk(node) if isinstance(each, ast.Call) and _writing(each)]
    said = [each.value for call in named for each in ast.walk(call) if isinstance(each, ast.Constant)]
    return bool(named) if not table else table in said
