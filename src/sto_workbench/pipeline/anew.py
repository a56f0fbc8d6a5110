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


def begin(names: Iterable[str]) -> None:
    """Load what notebooks import of ours and what makes their pages, and make one.

    Parameters
    ----------
    names : iterable of str
        Of modules; what is no module is passed over.
    """
    load([*names, _PRODUCE])
    import_module("sto_analysis.provenance").hold()
    import_module(_PRODUCE).warm_up()


def load(names: Iterable[str]) -> None:
    """Import modules, and note which of ours each of them imports while it is loaded.

    Parameters
    ----------
    names : iterable of str
        What is no module is passed over.
    """
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
        for name in names:
            with suppress(ModuleNotFoundError):
                import_module(name)
    finally:
        builtin.__import__ = ordinary


class _Kept(MetaPathFinder, Loader):
    """Gives back modules that were taken out of `sys.modules`, each with those that it imports."""

    def __init__(self) -> None:
        self.kept = {name: module for name, module in sys.modules.items() if _ours(name)}
        self.held = {name: dict(vars(module)) for name, module in self.kept.items()}
        for name, module in self.kept.items():
            package, _, leaf = name.rpartition(".")
            if package in self.kept and vars(self.kept[package]).get(leaf) is module:
                delattr(self.kept[package], leaf)
            del sys.modules[name]

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


def give_anew() -> None:
    """Take our modules out of `sys.modules`; they come back when they are imported."""
    sys.meta_path.insert(0, _Kept())


def _ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in _OURS
