"""Our own modules: loaded once in the process that others are forked from, and given anew to each notebook.

A forked process has loaded all that any notebook needs. So that ``sys.modules`` says in it, as in a fresh one, what its
notebook has loaded, our modules leave it before the notebook begins and come back, as they are, when they are imported.
This file imports nothing of ours, so that it sees all imports.
"""

import builtins
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_OURS = ("sto_analysis", "sto_workbench", "forked_kernels")
_PRODUCE = "sto_workbench.pipeline.produce"
_needs: dict[str, list[str]] = {}
"""Module → modules of ours that it imports while it is loaded."""


def begin(names: Sequence[str]) -> None:
    """Prepare the process that others are forked from: load what notebooks need of ours, make a page, take ours out.

    Parameters
    ----------
    names : sequence of str
        Of modules; what is no module is passed over.
    """
    load([*names, _PRODUCE])
    provenance = import_module("sto_analysis.provenance")
    provenance.hold()
    provenance.versions()
    import_module(_PRODUCE).warm_up()
    give_anew()


def produce(asked: dict[str, Any]) -> None:
    """Produce a notebook in a forked process (see `sto_workbench.pipeline.produce.produce`)."""
    if not any(isinstance(finder, _Kept) for finder in sys.meta_path):
        load([_PRODUCE])  # where nobody began: in a worker of a cluster
    give_anew().kept[_PRODUCE].produce(asked)


def load(names: Sequence[str]) -> None:
    """Import modules, and note which of ours each of them imports while it is loaded.

    Parameters
    ----------
    names : sequence of str
        Libraries are loaded first, in the ordinary way: what is noted loads slowly. What is no module is passed over.
    """
    _import([name for name in names if not _ours(name)])
    builtin: Any = builtins
    ordinary = builtin.__import__

    def noting(name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] = (), level: int = 0) -> Any:
        found = ordinary(name, globals, locals, fromlist, level)
        if _ours(name) and globals:
            imported = [name, *(f"{name}.{each}" for each in fromlist or ())]
            _needs.setdefault(str(globals.get("__name__")), []).extend(each for each in imported if each in sys.modules)
        return found

    builtin.__import__ = noting
    try:
        _import(filter(_ours, names))
    finally:
        builtin.__import__ = ordinary


def _import(names: Iterable[str]) -> None:
    for name in names:
        with suppress(ModuleNotFoundError):
            import_module(name)


class _Kept(MetaPathFinder, Loader):
    """Gives back modules that were taken out of `sys.modules`, each with those that it imports."""

    def __init__(self) -> None:
        self.kept = {name: module for name, module in sys.modules.items() if _ours(name)}
        self.held = {name: dict(vars(module)) for name, module in self.kept.items()}

    def take_out(self) -> None:
        """Take our modules out of `sys.modules`, and out of the packages that they stand in."""
        for name in list(filter(_ours, sys.modules)):
            package, _, leaf = name.rpartition(".")
            module = sys.modules.pop(name)
            if package in self.kept and vars(self.kept[package]).get(leaf) is module:
                delattr(self.kept[package], leaf)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find a module among those that were taken out."""
        return ModuleSpec(name, self) if name in self.kept else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module itself."""
        return self.kept[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Import what it imports; its names are as they were, also where a package gives a module's name another."""
        for needed in _needs.get(module.__name__, ()):
            import_module(needed)
        held = self.held[module.__name__].items()
        vars(module).update({name: value for name, value in held if not isinstance(value, ModuleType)})


def give_anew() -> _Kept:
    """Take our modules out of `sys.modules`, also those that came back; they come back when they are imported."""
    found = [finder for finder in sys.meta_path if isinstance(finder, _Kept)]
    if not found:
        sys.meta_path[:0] = found = [_Kept()]
    found[0].take_out()
    return found[0]


def _ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in _OURS
