"""Which statements of a notebook lead to a table of results: read off the code, nothing runs."""

import ast
import symtable
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

_WRITES = "write_result"


@dataclass(frozen=True)
class Line:
    """A statement of a notebook.

    Parameters
    ----------
    cell : str
        Id of its cell.
    node : ast.stmt
        The statement.
    """

    cell: str
    node: ast.stmt


def leading_to(cells: Sequence[tuple[str, str]], cell: str, table: str) -> list[Line]:
    """Find the statements from which a table of results follows.

    Parameters
    ----------
    cells : sequence of (str, str)
        Id and code of each code cell, in order.
    cell : str
        Id of the one that writes the table.
    table : str
        Name of the table. Where no statement of the cell names it as it writes, all of the cell counts.

    Returns
    -------
    list of Line
        In order: the statement that writes the table, and those before it, in this cell and earlier ones, that make or
        change a variable that it needs.
    """
    lines = [Line(name, node) for name, code in cells for node in _parsed(code)]
    mine = [place for place, line in enumerate(lines) if line.cell == cell]
    wanted = {place for place in mine if _writes(lines[place].node, table)} or set(mine)
    imported = {name for line in lines if isinstance(line.node, ast.Import | ast.ImportFrom) for name in _made(line)}
    needed: set[str] = set()
    found = []
    for place in range(max(wanted, default=-1), -1, -1):
        line = lines[place]
        made = _made(line)
        if place in wanted or needed & (made | _changed(line.node, imported)):
            needed = needed - made if _whole(line.node) else needed
            needed |= _read(line)
            found.append(line)
    return found[::-1]


def _parsed(code: str) -> list[ast.stmt]:
    with suppress(SyntaxError, ValueError):
        return ast.parse(code).body
    return []


def _writes(node: ast.stmt, table: str) -> bool:
    """Whether a statement writes the table, called by its name."""
    calls = [each for each in ast.walk(node) if isinstance(each, ast.Call) and _root(each.func)[1] == _WRITES]
    return any(isinstance(each, ast.Constant) and each.value == table for call in calls for each in ast.walk(call))


def _root(node: ast.expr) -> tuple[str, str]:
    """The variable that an expression begins with, and its last name."""
    last = node.attr if isinstance(node, ast.Attribute) else ""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    name = node.id if isinstance(node, ast.Name) else ""
    return name, last or name


def _symbols(line: Line) -> tuple[set[str], set[str]]:
    """Variables of the notebook that a statement makes, and those that it reads, also inside comprehensions."""
    top = symtable.symtable(ast.unparse(line.node), "cell", "exec")
    made = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    read = {each.get_name() for each in top.get_symbols() if each.is_referenced()}
    inner = list(top.get_children())
    while inner:
        table = inner.pop()
        read |= {each.get_name() for each in table.get_symbols() if each.is_global()}
        inner += table.get_children()
    return made, read


def _made(line: Line) -> set[str]:
    return _symbols(line)[0]


def _read(line: Line) -> set[str]:
    return _symbols(line)[1]


def _whole(node: ast.stmt) -> bool:
    """Whether a statement makes its variables anew, whatever they were."""
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom)


def _changed(node: ast.stmt, imported: set[str]) -> set[str]:
    """Variables that a statement changes in place: parts that it sets, what a call that is a statement works on."""
    return {name for each in ast.walk(node) for name in _touched(each, imported)}


def _touched(node: ast.AST, imported: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        yield _root(node)[0]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _root(node.value.func)[1] != _WRITES:
        of = _root(node.value.func)[0]
        yield from (each.id for each in node.value.args if isinstance(each, ast.Name)) if of in imported else [of]
