"""Which functions of ours a piece of code can reach, and which of them are others than before.

Read off the sources, never run: a name reaches what it is bound to; a class its fields, what Python calls by itself,
and those methods whose name is mentioned on the way. What is reached may be more than what runs, hardly ever less.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from sto_analysis.provenance import OURS

MODULE = "<module>"
"""Name of what a module does when it is loaded, besides defining."""
_PLAIN = {"property", "cached_property", "staticmethod", "classmethod", "cache"}
Place = tuple[str, str]
"""A module, and a name in it (``Page.figure`` for a method)."""


@dataclass
class Unit:
    """A function, a method, what a class holds besides methods, or the value of a name.

    Attributes
    ----------
    nodes : list of AST
        What it is.
    bare, dotted, attributes, texts, fields : set
        Names that it uses; names with an attribute of theirs; any attributes; texts; names that it gives a type.
    imports : dict
        Names that it imports itself → module, and name in it.
    """

    nodes: list[ast.AST]
    bare: set[str] = field(default_factory=set)
    dotted: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def dump(self) -> str:
        """What it says, without comments, docstrings and layout."""
        return "\n".join(ast.dump(_undocumented(node)) for node in self.nodes)


def unit(*nodes: ast.AST) -> Unit:
    """Take down what some code uses."""
    found, bases = Unit(list(nodes)), set[int]()
    for node in (each for whole in nodes for each in ast.walk(whole)):
        if isinstance(node, ast.Attribute):
            found.attributes.add(node.attr)
            if isinstance(node.value, ast.Name):
                found.dotted.add((node.value.id, node.attr))
                bases.add(id(node.value))
        elif isinstance(node, ast.Name) and id(node) not in bases:
            found.bare.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.texts.add(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.fields.add(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.imports |= dict(_imported(node))
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, tuple[str, str]]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, (node.module or "", alias.name)
        else:
            whole = alias.name if alias.asname else alias.name.split(".")[0]
            yield alias.asname or whole, (whole, "")


def _undocumented(node: ast.AST) -> ast.AST:
    for each in ast.walk(node):
        body = getattr(each, "body", None)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and body:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(body) > 1:
                del body[0]
    return node


class Module:
    """What stands in a file, name by name."""

    def __init__(self, source: str) -> None:
        self.units: dict[str, Unit] = {}
        self.imports: dict[str, tuple[str, str]] = {}
        self.members: dict[str, dict[str, bool]] = {}
        rest = []
        for node in ast.parse(source).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imports |= dict(_imported(node))
            elif isinstance(node, ast.ClassDef):
                self._class(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.units[node.name] = unit(node)
            elif names := _bound(node):
                self.units |= {name: unit(node) for name in names}
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                rest.append(node)
        self.units[MODULE] = unit(*rest)

    def _class(self, node: ast.ClassDef) -> None:
        """Methods apart, each with whether it is reached without being named."""
        inside = self.members.setdefault(node.name, {})
        others: list[ast.AST] = [*node.bases, *node.keywords, *node.decorator_list]
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                known = {
                    found.attr if isinstance(found, ast.Attribute) else getattr(found, "id", "")
                    for found in each.decorator_list
                }
                inside[each.name] = each.name.startswith("__") or bool(known - _PLAIN)
                self.units[f"{node.name}.{each.name}"] = unit(each)
            elif not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)):
                others.append(each)
        self.units[node.name] = unit(*others)


def _bound(node: ast.stmt) -> set[str]:
    """Names that a statement of a module gives a value."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


@lru_cache(maxsize=1024)
def _module(content: bytes) -> Module | None:
    """A source parsed, once for all notebooks and runs that ran on it; None for what is no Python."""
    try:
        return Module(content.decode())
    except (SyntaxError, ValueError, RecursionError):
        return None


@dataclass
class Reached:
    """What code reaches: places of ours, attributes and texts that are mentioned there, packages of others."""

    places: set[Place] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)


class Program:
    """Sources of our packages as a run used them.

    Parameters
    ----------
    sources : dict of str to str
        File below src/ → digest.
    content : callable
        Digest → the file, or None where nobody has it.
    """

    def __init__(self, sources: dict[str, str], content: Callable[[str], bytes | None]) -> None:
        self._content, self._modules = content, dict[str, Module | None]()
        self.files = {name.removesuffix("/__init__.py").removesuffix(".py").replace("/", "."): name for name in sources}
        self.names = {file: name for name, file in self.files.items()}
        self._digests = sources

    def module(self, name: str) -> Module | None:
        """What stands in a module; None where it is none of ours, or its source is lost."""
        if name not in self._modules:
            file = self.files.get(name, "")
            content = self._content(self._digests[file]) if file.endswith(".py") else None
            self._modules[name] = _module(content) if content is not None else None
        return self._modules[name]

    def dump(self, place: Place) -> str | None:
        """What stands at a place; None where there is nothing."""
        module = self.module(place[0])
        found = module.units.get(place[1]) if module else None
        return found.dump if found else None

    def bound(self, name: str) -> dict[str, object]:
        """Names that a module defines or imports."""
        here = self.module(name)
        return {**here.units, **here.imports} if here else {}

    def target(self, place: Place) -> Place | None:
        """Where a name that a module imports is from; None for what it does not import."""
        here = self.module(place[0])
        return here.imports.get(place[1]) if here else None

    def means(self, place: Place) -> str:
        """What a name that a module imports stands for: what of ours stands where it is from, or else that place."""
        target = self.target(place)
        return "" if target is None else self.dump(target) or ".".join(target)

    @cached_property
    def all_texts(self) -> set[str]:
        """Texts that stand anywhere in the program."""
        return set().union(*(each.texts for each in self._units()))

    @cached_property
    def all_names(self) -> set[str]:
        """Texts, attributes that are asked for, and fields, anywhere in the program."""
        return self.all_texts.union(*(each.attributes | each.fields for each in self._units()))

    def _units(self) -> Iterator[Unit]:
        for module in filter(None, map(self.module, self.files)):
            yield from module.units.values()

    def reach(self, start: Unit) -> Reached:
        """Follow names from some code."""
        found, todo = Reached(), list(self._used("", start))
        found.attributes |= start.attributes
        found.texts |= start.texts
        waiting: dict[Place, bool] = {}
        while todo:
            place = todo.pop()
            if place[0].split(".")[0] not in OURS:
                found.packages.add(place[0].split(".")[0])
            elif place not in found.places and (here := self.module(place[0])) is not None:
                if place[1] in here.units:
                    found.places.add(place)
                    found.attributes |= here.units[place[1]].attributes
                    found.texts |= here.units[place[1]].texts
                    waiting |= {(place[0], f"{place[1]}.{m}"): own for m, own in here.members.get(place[1], {}).items()}
                    todo += [(place[0], MODULE), *self._used(place[0], here.units[place[1]])]
                elif place[1] in here.imports:
                    todo += self._bound_to(here.imports[place[1]])
            if not todo:
                todo = [each for each, own in waiting.items() if own or each[1].split(".")[1] in found.attributes]
                waiting = {each: own for each, own in waiting.items() if each not in todo}
        return found

    def _used(self, module: str, used: Unit) -> Iterator[Place]:
        """Places that the names of a unit stand for."""
        here = self.module(module) if module else None
        names = {**(here.imports if here else {}), **used.imports}
        for name in used.bare:
            if name in names:
                yield from self._bound_to(names[name], whole=True)
            elif here and name in here.units:
                yield module, name
        for name, attribute in used.dotted:
            if name in names:
                target = ".".join(filter(None, names[name]))
                if target in self.files:
                    yield from self._bound_to((target, attribute))
                else:
                    yield from self._bound_to(names[name])
            elif here and name in here.units:
                yield module, name

    def _bound_to(self, target: tuple[str, str], *, whole: bool = False) -> Iterator[Place]:
        """The place that was imported; every place of a module that is used as a value."""
        module = ".".join(filter(None, target))
        if module in self.files:
            here = self.module(module)
            yield from ((module, name) for name in (here.units if here and whole else (MODULE,)))
        else:
            yield target[0], target[1] or MODULE


def function(place: Place) -> tuple[str, str]:
    """Name a place to a person: file below src/ and function."""
    return PurePosixPath(*place[0].split(".")).as_posix() + ".py", place[1]
