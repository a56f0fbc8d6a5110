"""What a result is made of: hashed, the key that says what is stale; printed, the colophon of the report."""

import ast
import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sto_analysis import compendium
from sto_analysis.monitor.wave import chain

PACKAGES_OF_OURS = ("sto_analysis", "sto_workbench", "forked_kernels")
PACKAGES = ("sto-analysis", "pandas", "numpy", "scipy", "statsmodels", "matplotlib", "papermill", "nbconvert")
READS: dict[str, tuple[str, ...]] = {
    "00_published": ("codebook.yaml", "raw/published"),
    "01_clean": ("codebook.yaml", "regions.csv", "raw/{wave}"),
    "02_describe": (
        "codebook.yaml", "regions.csv", "raw/published", "raw/{each}/wave.yaml",
        "processed/{each}/answers.parquet", "processed/{each}/regions.parquet",
    ),
    "03_model": (
        "codebook.yaml", "multiverse.yaml", "processed/{wave}/answers.parquet", "processed/{wave}/regions.parquet",
    ),
    "04_robustness": (
        "codebook.yaml", "regions.csv", "multiverse.yaml", "synthetic.yaml", "raw/{each}/wave.yaml",
        "processed/{each}/answers.parquet", "processed/{wave}/regions.parquet",
        "processed/{wave}/results/associations.csv",
    ),
    "05_national_report": (
        "codebook.yaml", "multiverse.yaml", "raw/{each}/wave.yaml", "processed/{wave}/regions.parquet",
        *(f"processed/{{wave}}/results/{name}.csv" for name in (
            "shares", "distribution", "change", "trend", "backtest", "associations", "robustness", "response")),
    ),
    "06_region_report": (
        "codebook.yaml", "processed/{wave}/own/{region}.json",
        *(f"processed/{{wave}}/results/{name}.csv" for name in ("shares", "distribution", "context", "associations")),
    ),
}  # fmt: skip
"""Notebook → files below data/ that it reads (of a folder: every file), with its parameters in braces; ``{each}``: its
wave and all earlier ones."""
WRITES: dict[str, tuple[str, ...]] = {
    "01_clean": tuple(
        f"processed/{{wave}}/{name}"
        for name in ("answers.parquet", "regions.parquet", "missing.csv", "cleaning_log.csv", "own")
    ),
    "02_describe": tuple(
        f"processed/{{wave}}/results/{name}.csv"
        for name in ("shares", "distribution", "context", "changes", "change", "trend", "backtest")
    ),
    "03_model": ("processed/{wave}/results/associations.csv",),
    "04_robustness": tuple(f"processed/{{wave}}/results/{name}.csv" for name in ("robustness", "response")),
}
"""Notebook → files below data/ that it writes for others."""
PAGE = "sto_workbench.pages.render"
"""The module that makes every page."""
FACTS = "STO_FACTS"
"""Environment variable: commit and code of the run, found once for all its notebooks."""


@dataclass(frozen=True)
class Recipe:
    """The ingredients of one result.

    Parameters
    ----------
    notebook, code, versions : str
        SHA-256 of the notebook's cells, of the package files that notebook and page can reach, and of the locked
        versions with the interpreter's.
    data : dict
        File that is read → SHA-256 of its content, or a dash where it is absent.
    parameters : dict
        As passed to the notebook.
    """

    notebook: str
    code: str
    versions: str
    data: dict[str, str]
    parameters: dict[str, Any]

    @property
    def key(self) -> str:
        """SHA-256 of all ingredients."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def differences(self, earlier: dict[str, Any]) -> list[str]:
        """Name the ingredients that differ from those of an earlier result, as `asdict` gave them."""
        out = [name for name in ("notebook", "code", "versions") if getattr(self, name) != earlier.get(name)]
        for kind in ("data", "parameters"):
            ours, theirs = getattr(self, kind), earlier.get(kind, {})
            changed = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
            out += [name if kind == "data" else f"parameter {name}" for name in changed]
        return out


def recipe(notebook: str, parameters: dict[str, Any], code: str | None = None) -> Recipe:
    """Gather the ingredients of a notebook's result as they are now.

    Parameters
    ----------
    notebook : str
        Name without ``.ipynb``.
    parameters : dict
        As passed to the notebook.
    code : str, optional
        What `code_hash` gave, where it is known.
    """
    top = compendium.root()
    lock = top / "requirements.lock"
    versions = f"Python {platform.python_version()} {digest(lock)}"
    data = {path.relative_to(top).as_posix(): digest(path) for path in files(READS[notebook], parameters)}
    return Recipe(notebook_hash(compendium.notebook(notebook)), code or code_hash(notebook), versions, data, parameters)


def files(patterns: tuple[str, ...], parameters: dict[str, Any]) -> list[Path]:
    """Return the files that patterns of `READS` or `WRITES` stand for, sorted; a folder that is absent as itself."""
    found: set[Path] = set()
    for path in places(patterns, parameters):
        found |= {child for child in path.rglob("*") if child.is_file()} if path.is_dir() else {path}
    return sorted(found)


def places(patterns: tuple[str, ...], parameters: dict[str, Any]) -> list[Path]:
    """Return the files and folders that patterns of `READS` or `WRITES` name."""
    data, chained = compendium.root() / "data", any("{each}" in pattern for pattern in patterns)
    waves = [each.wave for each in chain(str(parameters["wave"]))] if chained else []
    return [
        data / pattern.format(**parameters, each=each)
        for pattern in patterns
        for each in (waves if "{each}" in pattern else [""])
    ]


def digest(path: Path) -> str:
    """SHA-256 of a file; a dash when it is absent."""
    try:
        found = path.stat()
    except OSError:
        return "–"
    return _digest(path, found.st_mtime_ns, found.st_size)


@cache
def _digest(path: Path, _changed: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()


def notebook_hash(path: Path) -> str:
    """SHA-256 of a notebook's cells: their kinds, sources and tags, no outputs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    kept = [(cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])) for cell in cells]
    return sha256(json.dumps(kept).encode()).hexdigest()


def code_hash(notebook: str) -> str:
    """SHA-256 of the package files that a notebook and its page can reach."""
    known = json.loads(os.environ.get(FACTS, "{}")).get("code", {})
    if notebook in known:
        return str(known[notebook])
    return sha256("".join(f"{path.name} {digest(path)}\n" for path in code_files(notebook)).encode()).hexdigest()


def package_hash() -> str:
    """SHA-256 of the whole package."""
    top = Path(__file__).parents[2]
    return sha256("".join(f"{path.name} {digest(path)}\n" for path in sorted(top.rglob("*.py"))).encode()).hexdigest()


def code_files(notebook: str) -> list[Path]:
    """Return the package files that a notebook and its page can reach by imports, with the data files of their rooms.

    Parameters
    ----------
    notebook : str
        Name without ``.ipynb``.
    """
    todo, seen = [PAGE, *imports(notebook)], set[Path]()
    while todo:
        for path in _module_files(todo.pop()):
            if path not in seen:
                seen.add(path)
                todo += _imports_of(path, path.stat().st_mtime_ns)
    rooms = {path.parent for path in seen} - {Path(__file__).parents[2] / name for name in PACKAGES_OF_OURS}
    resources = {
        path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    return sorted(seen | resources)


def imports(notebook: str) -> list[str]:
    """Return the names of the package's modules, and of what is imported from them, in a notebook."""
    cells = json.loads(compendium.notebook(notebook).read_text(encoding="utf-8"))["cells"]
    return _imports("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))


def _imports(source: str) -> list[str]:
    """Names of the package's modules, and of what is imported from them, in a source."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.split(".")[0] in PACKAGES_OF_OURS]


@cache
def _imports_of(path: Path, _changed: int) -> list[str]:
    return _imports(path.read_text(encoding="utf-8"))


@cache
def _module_files(name: str) -> list[Path]:
    """Files of a module and of the packages that it stands in; none for what is no module."""
    top, parts = Path(__file__).parents[2], name.split(".")
    found = [top.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    found.append(top.joinpath(*parts).with_suffix(".py"))
    return [path for path in found if path.is_file()]


def facts(notebooks: list[str]) -> str:
    """Find once what is the same for every notebook of a run; the value of `FACTS`."""
    return json.dumps({"commit": commit(), "code": {name: code_hash(name) for name in notebooks}})


def colophon(notebook: str, **parameters: object) -> dict[str, str]:
    """Print the recipe of the result that calls this.

    Parameters
    ----------
    notebook : str
        Name without ``.ipynb``.
    **parameters
        The notebook's parameters, and seeds or counts of the results that it reads.

    Returns
    -------
    dict of str to str
        Keys ``commit``, ``code``, ``data``, ``parameters``, ``packages``, ``lock``.
    """
    made = recipe(notebook, dict(parameters))
    packages = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    return {
        "commit": json.loads(os.environ.get(FACTS, "{}")).get("commit") or commit(),
        "code": f"notebook {made.notebook[:16]}, sto_analysis {made.code[:16]}",
        "data": ", ".join(f"{name.removeprefix('data/')} {value[:16]}" for name, value in made.data.items()),
        "parameters": ", ".join(f"{name} = {value}" for name, value in parameters.items()),
        "packages": ", ".join(packages),
        "lock": made.versions.split(" ")[-1],
    }


def commit() -> str:
    """Commit of the work tree, marked when files differ from it; a dash outside git."""
    top = compendium.root()
    try:
        found = _git(top, "rev-parse", "HEAD")
        changed = _git(top, "status", "--porcelain", "--untracked-files=normal")
    except (OSError, subprocess.CalledProcessError):
        return "–"
    return f"{found} + changes" if changed else found


def _git(top: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(top), *words], check=True, capture_output=True, text=True).stdout.strip()
