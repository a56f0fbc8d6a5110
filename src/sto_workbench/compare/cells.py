"""A notebook statement by statement: which of them a result comes of."""

import ast
import json
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
        cells = json.loads(notebook or b"{}")["cells"]
        return [piece for cell in cells if cell["cell_type"] == "code" for piece in _cell(cell)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def _cell(cell: dict[str, Any]) -> Iterator[Piece]:
    try:
        body = ast.parse("".join(cell["source"])).body
    except SyntaxError:
        return
    parameter = "parameters" in cell.get("metadata", {}).get("tags", [])
    for node in body:
        for part in _parts(node):
            stored, loads = _names(part)
            imported = {alias.asname or alias.name.split(".")[0] for alias in getattr(part, "names", [])}
            anew = isinstance(part, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom)
            touched = frozenset(stored | imported | set(_changed(part)))
            yield Piece(str(cell.get("id", "")), part, touched, frozenset(loads), anew, parameter)


def _names(node: ast.AST) -> tuple[set[str], set[str]]:
    """Names that some code gives a value and that it uses; those of a comprehension are its own."""
    if isinstance(node, ast.Name):
        return (set(), {node.id}) if isinstance(node.ctx, ast.Load) else ({node.id}, set())
    found = [_names(child) for child in ast.iter_child_nodes(node)]
    stored, loads = (set[str]().union(*(each[place] for each in found)) for place in (0, 1))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return set(), loads - stored | _names(node.generators[0].iter)[1]
    return stored, loads


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


def _changed(part: ast.AST) -> Iterator[str]:
    """Names whose value a statement may change in place: ``x[...] =``, ``x.a =``, ``x.add(...)``."""
    for each in ast.walk(part):
        target: ast.AST | None = None
        if isinstance(each, ast.Subscript | ast.Attribute) and isinstance(each.ctx, ast.Store | ast.Del):
            target = each.value
        elif isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            target = each.value.func if isinstance(each.value.func, ast.Attribute) else None
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name):
            yield target.id


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
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
    named = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id.startswith(_WRITES)]
    said = [argument.value for each in named for argument in each.args if isinstance(argument, ast.Constant)]
    return bool(named) if not table else table in said
