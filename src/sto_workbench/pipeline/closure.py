"""Which files of ours a module, or a notebook, reaches by its imports."""

import ast
import json
from functools import cache
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path

from sto_analysis.digests import digest
from sto_analysis.provenance import OURS, SOURCE

_TEMPLATE = SOURCE / "sto_analysis" / "report" / "template" / "sto"


def closure(*names: str) -> list[Path]:
    """Files of ours that modules reach by imports, anywhere in them.

    Parameters
    ----------
    *names : str
        Modules of ours.
    """
    todo, seen = list(names), set[Path]()
    while todo:
        for path in _files(todo.pop()):
            if path not in seen:
                seen.add(path)
                todo += _imports(path.read_text(encoding="utf-8"))
    return sorted(seen)


@cache
def _imports(source: str) -> list[str]:
    """Names of ours that a source imports, with what is imported from them: parsing all of ours takes a second."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.split(".")[0] in OURS]


def _files(name: str) -> list[Path]:
    """Files of a module and of the packages that it stands in; none for what is no module."""
    parts = name.split(".")
    found = [SOURCE.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    return [path for path in (*found, SOURCE.joinpath(*parts).with_suffix(".py")) if path.is_file()]


def imports(notebook: Path) -> list[str]:
    """Names of our modules, and of what is imported from them, in a notebook."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return _imports(source)


def makers() -> list[Path]:
    """Files of our packages that make every page of an executed notebook.

    Also those that are reached by name: by the page template, and by Papermill, which loads all installed engines.
    """
    template = [path for path in _TEMPLATE.rglob("*") if path.is_file()]
    engines = [each.module for each in entry_points(group="papermill.engine")]
    return sorted({*closure("sto_workbench.pipeline.produce", *_template_modules(), *engines), *template})


def package_hash() -> str:
    """SHA-256 of all files of our packages, wherever they stand."""
    files = [path for name in OURS for path in (SOURCE / name).rglob("*") if path.suffix not in ("", ".pyc")]
    return sha256("".join(f"{path.name} {digest(path)}\n" for path in sorted(files)).encode()).hexdigest()


def _template_modules() -> list[str]:
    """Modules that the template names."""
    named = json.loads((_TEMPLATE / "conf.json").read_text(encoding="utf-8")).get("preprocessors", {})
    return [str(each["type"]).rpartition(".")[0] for each in named.values()]
