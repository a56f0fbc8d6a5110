"""The functions of ours that a result comes from, down to the last: read off the code, nothing runs."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sto_analysis.provenance import SOURCE
from sto_workbench.explain.modules import Thing, imports
from sto_workbench.explain.reader import Reader, member
from sto_workbench.explain.statements import Piece, behind

_LEAVES = ("compendium", "digests", "errors", "inert", "names", "outside", "provenance", "results")
"""Modules beside the rooms: they name, note, keep and write. What they call is not followed."""
_CALLED_WHEN_MADE = ("__init__", "__post_init__")


@dataclass(frozen=True)
class Called:
    """A function, or a class, that a result comes from.

    Parameters
    ----------
    name, file : str
        Its qualified name; its file, from the folder of the packages.
    line, depth : int
        Where it begins; how many functions stand between it and the notebook.
    cell : str
        Id of the cell that calls it, or what calls it.
    """

    name: str
    file: str
    line: int
    depth: int
    cell: str


def functions(found: Sequence[Piece], cell: str, table: str) -> list[Called]:
    """List the functions from which a table of results comes.

    Parameters
    ----------
    found, cell, table
        As for `behind`; nothing comes from a cell that is not there.

    Returns
    -------
    list of Called
        A tree, each function once, depth first: those of the cell that writes the table, then those of the cells before
        it from which it takes variables, the nearest first.
    """
    parts = behind(found, table, cell) if any(piece.cell == cell for piece in found) else []
    reader = Reader({name: dotted for piece in parts for name, dotted in imports(piece.node).items()})
    by_cell: dict[str, list[Thing]] = {piece.cell: [] for piece in parts}
    for piece in parts[::-1]:
        reader.run(piece.node)
        by_cell[piece.cell] += reader.taken()
    seen: set[Thing] = set()
    return [each for name, things in by_cell.items() for each in _tree(things, seen, 0, name)]


def _tree(things: Iterable[Thing], seen: set[Thing], depth: int, cell: str) -> Iterator[Called]:
    for thing in things:
        aside = thing.module.removeprefix("sto_analysis.") in _LEAVES
        if thing not in seen and not (aside and depth):
            seen.add(thing)
            yield Called(thing.qualified, thing.path.relative_to(SOURCE).as_posix(), thing.line, depth, cell)
            yield from [] if aside else _tree(_inside(thing), seen, depth + 1, cell)


@cache
def _inside(thing: Thing) -> tuple[Thing, ...]:
    """What a function calls, or the making of an object of a class."""
    if isinstance(thing.node, ast.ClassDef):
        methods = [member(thing, name) for name in _CALLED_WHEN_MADE]
        return tuple(each for method in methods if method for each in _inside(method))
    reader = Reader({}, thing.module)
    reader.enter(thing)
    return tuple(reader.taken())
