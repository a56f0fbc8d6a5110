"""What a name of our packages stands for: read off their files, nothing is imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sto_analysis.provenance import OURS, SOURCE


@dataclass(frozen=True)
class Thing:
    """A module, function, class or constant of ours.

    Parameters
    ----------
    module, name : str
        Where it stands, and what it is called there; the name of a method has that of its class before it, that of a
        module is empty.
    node : ast.AST
        How it is defined; the whole file for a module.
    """

    module: str
    name: str
    node: ast.AST = field(compare=False, repr=False)

    @property
    def path(self) -> Path:
        """The file that it stands in."""
        return _file(self.module) or SOURCE

    @property
    def line(self) -> int:
        """Line of the file in which its definition begins."""
        return int(getattr(self.node, "lineno", 1))

    @property
    def qualified(self) -> str:
        """Its name with that of its module."""
        return f"{self.module}.{self.name}" if self.name else self.module


def found(dotted: str) -> Thing | None:
    """Find what a dotted name stands for, through whatever imports it.

    Parameters
    ----------
    dotted : str
        Such as ``sto_analysis.analysis.shares.shares``.

    Returns
    -------
    Thing or None
        None for what is not ours, or is not there.
    """
    return _found(dotted, frozenset())


@cache
def _found(dotted: str, seen: frozenset[str]) -> Thing | None:
    if dotted.split(".", maxsplit=1)[0] not in OURS or dotted in seen:
        return None
    if _file(dotted):
        return Thing(dotted, "", _tree(dotted))
    module, _, name = dotted.rpartition(".")
    if _file(module) is None:
        return None
    if name in (here := _names(module)):
        return here[name]
    elsewhere = imports(_tree(module)).get(name, "")
    return _found(elsewhere, seen | {dotted})


def _file(module: str) -> Path | None:
    path = SOURCE.joinpath(*module.split("."))
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()), None)


@cache
def _tree(module: str) -> ast.AST:
    path = _file(module)
    return ast.parse(path.read_text(encoding="utf-8") if path else "")


def imports(tree: ast.AST) -> dict[str, str]:
    """Names that a source imports, anywhere in it → the dotted name that each stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.asname or each.name.split(".")[0]: each.name if each.asname else each.name.split(".")[0]
                      for each in node.names}  # fmt: skip
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return names


@cache
def _names(module: str) -> dict[str, Thing]:
    return {name: Thing(module, name, node) for name, node in _defined(_tree(module))}


def _defined(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What stands at the top of a module, also below an `if` or `try` there."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
            yield from ((each.id, node) for each in names if isinstance(each.ctx, ast.Store))
        elif isinstance(node, ast.If | ast.Try):
            yield from _defined(node)
