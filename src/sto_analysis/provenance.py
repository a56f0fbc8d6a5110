"""What a result was made of: recorded while it is made, held against what there is now, printed in its colophon.

Whatever a notebook reads or writes it opens through functions that call `read` and `wrote`; which of our files it runs
on stands in ``sys.modules``. Nobody keeps a list.
"""

import ast
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sto_analysis import compendium, messages
from sto_analysis.digests import ABSENT, digest, keep_key
from sto_analysis.errors import NotMade, Problems

OURS = ("sto_analysis", "sto_workbench", "forked_kernels")
"""Packages whose code makes results."""
SOURCE = Path(__file__).parents[1]
"""Folder of these packages."""
COMMIT = "STO_COMMIT"
"""Environment variable: commit of the run, found once for all its notebooks."""
CHANGES = " + changes"
"""Follows a commit whose files are not those that were used."""
_PRINTED = (
    "sto-analysis",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "seaborn",
    "matplotlib",
    "papermill",
    "nbconvert",
)
_read: dict[Path, str] = {}
_written: dict[Path, str] = {}
_held: dict[Path, str] = {}


def read(path: Path) -> Path:
    """Note that a file is read, as it is now, and return its path."""
    _read.setdefault(path, digest(path))
    return path


messages.opened = read


def made(path: Path) -> Path:
    """Note that a file below data/processed is read that an earlier notebook makes; say so when it is not there."""
    if not path.is_file():
        what = "no notebook that ran before this one has made this file."
        wave = path.relative_to(compendium.root() / "data" / "processed").parts[0]
        todo = f"Run `sto run {wave}`; a new result must be written by an earlier notebook."
        raise Problems([NotMade(what, todo, file=path)])
    return read(path)


def wrote(path: Path) -> Path:
    """Note that a file was written, and return its path."""
    _written[path] = digest(path)
    return path


def forget() -> None:
    """Forget what was read and written so far: for a process that was forked from another."""
    _read.clear()
    _written.clear()


@contextmanager
def recording() -> Iterator[None]:
    """Record anew inside the block: for a process that makes several results."""
    before = dict(_read), dict(_written)
    forget()
    try:
        yield
    finally:
        forget()
        _read.update(before[0])
        _written.update(before[1])


@dataclass(frozen=True)
class Record:
    """The ingredients of one result, and what came of them.

    Parameters
    ----------
    code, data, results : dict of str
        File → `digest`: of our packages (below `SOURCE`), and read and written ones (below the compendium).
    versions : dict of str
        Python, the installed distributions that requirements.lock names, and the lock itself (its SHA-256).
    parameters : dict
        As passed to the notebook.
    notebook : str
        SHA-256 of the notebook's cells and of the texts beside it; empty for what no notebook makes.
    other : str
        Name of the same page in the other language, which it leads to; empty where there is none.
    """

    code: dict[str, str]
    data: dict[str, str]
    results: dict[str, str]
    versions: dict[str, str]
    parameters: dict[str, Any] = field(default_factory=dict)
    notebook: str = ""
    other: str = ""

    def differences(self) -> list[str]:
        """Name what is not any more as it was: files of code, files read, results, versions."""
        top, now = compendium.root(), versions()
        out = [f"code {name}" for name in _changed(self.code, SOURCE)]
        out += _changed(self.data, top)
        changed = [name for name in sorted({*now, *self.versions}) if now.get(name) != self.versions.get(name)]
        out += [f"{name} {self.versions.get(name, ABSENT)[:12]} → {now.get(name, ABSENT)[:12]}" for name in changed]
        gone = {name: digest(top / name) == ABSENT for name in _changed(self.results, top)}
        return out + [f"{name} is {'gone' if lost else 'changed'}" for name, lost in gone.items()]


def _changed(known: Mapping[str, str], folder: Path) -> list[str]:
    return [name for name, was in known.items() if digest(folder / name) != was]


def record(code: Iterable[Path], data: Iterable[Path], results: Iterable[Path]) -> Record:
    """Take down files of our packages, files read and files written, as they are (those read: as they were then).

    Parameters
    ----------
    code, data, results : iterable of Path
        Read files of our packages count as code; other files outside the compendium are left out.
    """
    keep_key()
    top, read_here = compendium.root(), set(data)
    files = {*code, *(path for path in read_here if path.is_relative_to(SOURCE))}
    below = sorted(path for path in read_here - files if path.is_relative_to(top))
    return Record(
        {path.relative_to(SOURCE).as_posix(): _held.get(path) or digest(path) for path in sorted(files)},
        {path.relative_to(top).as_posix(): _read.get(path) or digest(path) for path in below},
        {path.relative_to(top).as_posix(): digest(path) for path in sorted(results) if path.is_relative_to(top)},
        versions(),
    )


def recorded(code: Iterable[Path] | None = None) -> Record:
    """Take down what this process, or the block of `recording`, has read of others and written so far.

    Parameters
    ----------
    code : iterable of Path, optional
        Files of our packages that did it; default: those that this process has loaded.
    """
    return record(loaded() if code is None else code, _read.keys() - _written.keys(), _written)


def hold() -> None:
    """Hold that the files loaded so far are as they are now, whatever happens to them later."""
    _held.update({path: digest(path) for path in loaded()})


def loaded() -> list[Path]:
    """Files of our packages that this process has loaded."""
    ours = [module for name, module in list(sys.modules.items()) if name.split(".")[0] in OURS]
    return [Path(module.__file__) for module in ours if module.__file__]


def versions() -> dict[str, str]:
    """Versions that a result can depend on (see `Record`)."""
    lock = compendium.root() / "requirements.lock"
    return {**_installed(lock, digest(lock)), lock.name: digest(lock)}


@cache
def _installed(lock: Path, _digest: str) -> dict[str, str]:
    """Python, and the distributions of a lock, as they are installed: read off the names of their folders."""
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock.read_text(encoding="utf-8") if lock.is_file() else "", re.M))
    found = {"Python": platform.python_version()}
    for folder in filter(os.path.isdir, sys.path):
        for entry in os.scandir(folder):
            name, _, version = entry.name.removesuffix(".dist-info").partition("-")
            plain = re.sub(r"[._]+", "-", name).lower()
            if entry.name.endswith(".dist-info") and plain in {*pinned, "sto-analysis"}:
                found.setdefault(plain, version)
    return dict(sorted(found.items()))


def colophon(**more: object) -> tuple[dict[str, str], str]:
    """Say what the notebook that calls this was made of so far: its last cell calls it.

    Parameters
    ----------
    **more
        Printed beside the notebook's own parameters: seeds or counts of the results that it reads.

    Returns
    -------
    printed : dict of str
        Keys ``commit``, ``code``, ``data``, ``parameters``, ``packages``, ``lock``.
    recorded : str
        The `Record` as JSON, to travel with the executed notebook.
    """
    made, (cells, parameters) = recorded(), _notebook()
    shown = {name: "" if "/own/" in name else value for name, value in made.data.items()}  # of one region alone
    code = sha256("".join(f"{name} {value}\n" for name, value in made.code.items()).encode()).hexdigest()
    printed = {
        "commit": _with_read(os.environ.get(COMMIT) or commit(), made),
        "code": f"cells {cells[:16]}, {len(made.code)} files {code[:16]}",
        "data": ", ".join(f"{name.removeprefix('data/')} {value[:16]}".strip() for name, value in shown.items()),
        "parameters": ", ".join(f"{name} = {value}" for name, value in {**parameters, **more}.items()),
        "packages": ", ".join(
            f"{name} {made.versions[name]}" for name in ("Python", *_PRINTED) if name in made.versions
        ),
        "lock": made.versions["requirements.lock"],
    }
    return printed, json.dumps(asdict(made))


def _notebook() -> tuple[str, dict[str, object]]:
    """SHA-256 of the code cells that ran here, and the parameters that the first of them declares, as they are now."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    cells = [cell for cell in shell.user_ns.get("In", ()) if cell] if shell else [""]
    names = [ast.unparse(line.target) for line in ast.parse(cells[0]).body if isinstance(line, ast.AnnAssign)]
    known = {name: shell.user_ns[name] for name in names if name in shell.user_ns} if shell else {}
    return sha256("\n".join(cells).encode()).hexdigest(), known


def inputs() -> tuple[str, str]:
    """Files below data/ of others that were read so far, and one hash of them, keyed where answers can stand in one."""
    data = compendium.root() / "data"
    others = {path: value for path, value in _read.items() if path.is_relative_to(data) and path not in _written}
    files = {path.relative_to(data).as_posix(): value for path, value in others.items()}
    told = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return ", ".join(sorted(files)), sha256(told.encode()).hexdigest()[:16]


def here() -> tuple[str, str]:
    """Notebook and id of the cell that runs: the one of notebooks/ with these words; empty where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    ran = str(shell.user_ns.get("In", [""])[-1]).strip() if shell else ""
    return cells(compendium.root()).get(ran, ("", ""))


@cache
def cells(top: Path) -> dict[str, tuple[str, str]]:
    """Code of each cell of notebooks/ of a compendium → its notebook and its id."""
    found = {}
    for path in sorted((top / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                found["".join(cell["source"]).strip()] = (path.stem, str(cell.get("id", "")))
    return found


def commit() -> str:
    """Commit of the work tree, marked when a tracked file differs from it; a dash outside git."""
    top = compendium.root()
    try:
        found = _git(top, "rev-parse", "HEAD")
        changed = _git(top, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return ABSENT
    return found + CHANGES if changed else found


def _with_read(found: str, made: Record) -> str:
    """Mark a commit also where a file was read that git neither tracks nor ignores; others do not count."""
    top = compendium.root()
    files = [*(SOURCE / name for name in made.code), *(top / name for name in made.data)]
    names = [str(path.relative_to(top)) for path in files if path.is_relative_to(top)]
    try:
        new = names and CHANGES not in found and _git(top, "ls-files", "--others", "--exclude-standard", "--", *names)
    except (OSError, subprocess.CalledProcessError):
        return found
    return found + CHANGES if new else found


def _git(top: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(top), *words], check=True, capture_output=True, text=True).stdout.strip()
