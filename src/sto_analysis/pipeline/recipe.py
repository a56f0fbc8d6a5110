"""What a result is made of: the facts that a report's colophon prints."""

import platform
import subprocess
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from sto_analysis import compendium

PACKAGES = (
    "sto-analysis",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "papermill",
    "nbconvert",
)


def colophon(*folders: str, **parameters: object) -> dict[str, str]:
    """Gather commit, data hash, parameters and versions.

    Parameters
    ----------
    *folders : str
        Folders of data/raw that the result rests on: waves, ``published``.
    **parameters
        The notebook's parameters, seeds included.

    Returns
    -------
    dict of str to str
        Keys ``commit``, ``data``, ``parameters``, ``packages``, ``lock``.
    """
    top = compendium.root()
    lock = top / "requirements.lock"
    codebook = sha256((top / "data" / "codebook.yaml").read_bytes()).hexdigest()
    packages = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
    return {
        "commit": _commit(top),
        "data": ", ".join(
            [*(f"{name} {hash_folder(compendium.raw(name))}" for name in folders), f"codebook {codebook}"]
        ),
        "parameters": ", ".join(f"{name} = {value}" for name, value in parameters.items()),
        "packages": ", ".join(packages),
        "lock": sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "–",
    }


def hash_folder(folder: Path) -> str:
    """SHA-256 over names and contents of the files of a folder, in order of their names."""
    total = sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        total.update(f"{path.name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _commit(top: Path) -> str:
    """Commit of the work tree, marked when files differ from it; a dash outside git."""
    try:
        commit = _git(top, "rev-parse", "HEAD")
        changed = _git(top, "status", "--porcelain", "--untracked-files=normal")
    except (OSError, subprocess.CalledProcessError):
        return "–"
    return f"{commit} + changes" if changed else commit


def _git(top: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(top), *words], check=True, capture_output=True, text=True).stdout.strip()
