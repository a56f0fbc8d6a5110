"""One notebook in two runs: everything that differs among its ingredients, and what of it a table can come of."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import metadata
from pathlib import PurePosixPath

from sto_analysis.provenance import Record
from sto_workbench.compare import inputs
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.program import MODULE, Place, Program, Reached, function, unit
from sto_workbench.explain.statements import Piece, behind, pieces

_NOT_THERE = "–"
_NO_LIBRARY = ("requirements.lock", "sto-analysis")
_APART = ("data/processed/", "sto_analysis/report/nl.yaml", "sto_analysis/report/en.yaml")
"""What is compared another way: answers and tables; texts."""
_RESULTS_YAML = "sto_analysis/results.yaml"
Content = Callable[[str | None], bytes | None]


@dataclass
class Side:
    """A notebook in one run: its record, statements and program."""

    record: Record
    content: Content

    @cached_property
    def pieces(self) -> list[Piece]:
        """Statements of the notebook."""
        return pieces(self.content(self.record.notebook))

    @cached_property
    def program(self) -> Program:
        """Sources of ours that it ran on."""
        return Program(self.record.code, self.content)

    @cached_property
    def mentioned(self) -> set[str]:
        """Texts, attributes and fields that stand anywhere in the notebook or its program."""
        here = unit(*(piece.node for piece in self.pieces))
        return here.texts | here.attributes | self.program.all_names

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Parameters as they counted: those that were passed, else those that the notebook declares."""
        declared = {
            piece.node.target.id: ast.unparse(piece.node.value)
            for piece in self.pieces
            if piece.parameter and isinstance(piece.node, ast.AnnAssign) and isinstance(piece.node.target, ast.Name)
            and piece.node.value is not None
        }  # fmt: skip
        return declared | {name: repr(value) for name, value in self.record.parameters.items()}


@dataclass
class Behind:
    """What a table comes of: statements, parameters and what these reach; on either side."""

    statements: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    reached: Reached = field(default_factory=Reached)


class Step:
    """A notebook in two runs.

    Parameters
    ----------
    name : str
        Of the notebook.
    before, after : Side
        In either run.
    """

    def __init__(self, name: str, before: Side, after: Side) -> None:
        self.name, self.sides = name, (before, after)
        self._behind: dict[tuple[str, str], Behind] = {}

    @cached_property
    def _same_program(self) -> bool:
        old, new = (side.record for side in self.sides)
        return (old.notebook, old.code) == (new.notebook, new.code)

    @cached_property
    def differences(self) -> list[Cause]:
        """Everything that differs, but for answers and tables of earlier notebooks."""
        return [*self._parameters(), *self._cells(), *self._functions(), *self._settings(), *self._versions()]

    def _parameters(self) -> Iterator[Cause]:
        old, new = (side.parameters for side in self.sides)
        for name in {**old, **new}:
            before, after = old.get(name, _NOT_THERE), new.get(name, _NOT_THERE)
            if before != after:
                yield Cause("parameter", self.name, name, before.strip("'\""), after.strip("'\""))

    @cached_property
    def _changed_statements(self) -> dict[str, set[str]]:
        """Cell → its statements that only one side has."""
        old, new = ([(p.cell, _dump(p)) for p in side.pieces if not p.parameter] for side in self.sides)
        known = {dump for _, dump in old} & {dump for _, dump in new}
        cells: dict[str, set[str]] = {}
        for cell, dump in (*old, *new):
            if dump not in known:
                cells.setdefault(cell, set()).add(dump)
        return cells

    def _cells(self) -> Iterator[Cause]:
        before, after = (side.record.notebook for side in self.sides)
        if before != after and all(side.pieces for side in self.sides):
            yield from (Cause("cell", self.name, cell) for cell in self._changed_statements)
        elif before != after:
            yield Cause("file", f"notebooks/{self.name}.ipynb")

    @cached_property
    def _changed_places(self) -> dict[Cause, Place]:
        """What is new, gone or other in files that differ; what only moved is the same."""
        old, new = (side.program for side in self.sides)
        files = [file for file in self._differing("code", ".py") if not self._lost(file)]
        differing = [old.names[file] if file in old.names else new.names[file] for file in files]
        places = [(module, name) for module in differing for name in {**old.bound(module), **new.bound(module)}]
        gone, come = (
            {(place[1], one.dump(place)) for place in places if one.dump(place) and not other.dump(place)}
            for one, other in ((old, new), (new, old))
        )
        found = {}
        for place in places:
            before, after = old.dump(place), new.dump(place)
            moved = (place[1], before or after) in (come if before else gone) and not (before and after)
            if (before or "") != (after or "") and not moved:
                found[Cause("function", function(place)[0], "" if place[1] == MODULE else place[1])] = place
            elif old.target(place) != new.target(place) and old.means(place) != new.means(place):
                found[Cause("function", function(place)[0], place[1])] = place
        return found

    def _functions(self) -> Iterator[Cause]:
        yield from self._changed_places
        yield from (Cause("file", file) for file in self._differing("code", ".py") if self._lost(file))

    def _lost(self, file: str) -> bool:
        """Whether a source that one of the runs used is kept nowhere."""
        known = [(side, side.record.code[file]) for side in self.sides if file in side.record.code]
        return any(side.content(digest) is None for side, digest in known)

    def _differing(self, part: str, *endings: str) -> list[str]:
        """Files that differ, by their contents where these are known (another compendium has another key)."""
        old, new = (getattr(side.record, part) for side in self.sides)
        names = [name for name in sorted({*old, *new}) if name.endswith(endings) and old.get(name) != new.get(name)]
        both = {name: [side.content(getattr(side.record, part).get(name)) for side in self.sides] for name in names}
        return [name for name in names if both[name][0] is None or both[name][0] != both[name][1]]

    def _settings(self) -> Iterator[Cause]:
        for part, endings in (("code", (".yaml",)), ("data", ("",))):
            for name in self._differing(part, *endings):
                if not name.startswith((*_APART, f"notebooks/{self.name}.")):
                    old, new = (side.content(getattr(side.record, part).get(name)) for side in self.sides)
                    yield from [Cause("file", name)] if old is None or new is None else inputs.settings(name, old, new)

    def _versions(self) -> Iterator[Cause]:
        old, new = (side.record.versions for side in self.sides)
        for name in sorted({*old, *new}.difference(_NO_LIBRARY)):
            before, after = old.get(name, _NOT_THERE), new.get(name, _NOT_THERE)
            if before != after:
                yield Cause("version", name, "", before, after)

    def behind(self, table: str, cell: str) -> Behind:
        """Find what a table comes of."""
        if (table, cell) not in self._behind:
            self._behind[table, cell] = self._find(table, cell)
        return self._behind[table, cell]

    def _find(self, table: str, cell: str) -> Behind:
        found = Behind()
        for side in self.sides[: 1 if self._same_program else 2]:
            parts = behind(side.pieces, table, cell)
            found.statements |= {_dump(piece) for piece in parts}
            found.parameters |= {name for piece in parts if piece.parameter for name in piece.binds}
            start = unit(*(piece.node for piece in parts))
            reached = side.program.reach(start)
            found.texts |= start.texts
            for name in ("places", "attributes", "texts", "packages"):
                getattr(found.reached, name).update(getattr(reached, name))
        return found

    def touches(self, cause: Cause, found: Behind, table: str) -> bool:
        """Whether a difference can have changed a table."""
        if cause.kind == "parameter":
            return cause.what in found.parameters
        if cause.kind == "cell":
            return bool(self._changed_statements[cause.what] & found.statements)
        if cause.kind == "function":
            return self._changed_places[cause] in found.reached.places
        if cause.kind == "version":
            return cause.where in _needed(frozenset(found.reached.packages))
        if cause.where == _RESULTS_YAML:
            return not cause.what.startswith("tables.") or cause.what.split(".")[1] == table
        return self.reads(cause.where, found) and self._knows(cause.what, found)

    def reads(self, file: str, found: Behind) -> bool:
        """Whether a file can be among those that a table comes of: its name is mentioned there, or nowhere."""
        name = PurePosixPath(file).name
        return name in found.reached.texts or not any(name in side.program.all_texts for side in self.sides)

    def _knows(self, key: str, found: Behind) -> bool:
        """Whether the last part of a key that the program knows at all is known where the table comes of."""
        for part in reversed(key.split(".")):
            if any(part in side.mentioned for side in self.sides):
                return part in found.reached.texts or part in found.reached.attributes
        return True


def _dump(piece: Piece) -> str:
    return ast.dump(piece.node)


@cache
def _needed(packages: frozenset[str]) -> set[str]:
    """Distributions of some packages, and all that these need; Python itself."""
    known = metadata.packages_distributions()
    todo, found = [dist for name in packages for dist in known.get(name, [])], {"Python"}
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            todo += _requires(name)
    return found


def _requires(name: str) -> list[str]:
    try:
        told = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0] for each in told if "extra ==" not in each]
