"""What git tracks or would track holds no answers; `sto check` and the hook before each commit see to it."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sto_analysis import compendium
from sto_analysis.errors import ConfidentialInGit, Problem
from sto_workbench.confidential.strip import stripped

SHIPPED = ("published", "synthetic-2021", "synthetic-2024")
"""Folders of data/raw that hold no real answers."""
_HISTORY = (
    "Do not push it. Was it pushed? Then others may have it: tell whoever is responsible for the data (the data "
    "protection officer)."
)
_TODO = (
    "Take it out with `git rm -r --cached -- {}`. Was it committed before? Then it stays in the history. " + _HISTORY
)
_AGAIN = "Run `sto guard`, then `git add --renormalize -- {}`; what was committed before stays in the history."
_OUTPUTS = "this notebook holds what running it has left: outputs, or more"
_HOOK = "sto guard --staged"
_FILTER = "sto-notebook"


def git(*words: str) -> str | None:
    """What git says of the compendium; None where there is no git, or it refuses."""
    try:
        said = subprocess.run(["git", *words], cwd=compendium.root(), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.decode("utf-8", "surrogateescape")


def would_take(path: Path) -> bool:
    """Whether git would take a file, in whatever repository it stands; it need not be there yet."""
    folder = next(folder for folder in path.resolve().parents if folder.is_dir())
    try:
        words = ["git", "check-ignore", "-q", str(path.resolve())]
        return subprocess.run(words, cwd=folder, check=False, capture_output=True).returncode == 1
    except OSError:
        return False


def answers_in_git(*, staged: bool = False) -> list[Problem]:
    """Name what git tracks, or would track with `git add`, though it may hold answers.

    That is whatever .gitignore does not name, folders of answers whatever .gitignore says, notebooks with outputs, and
    answers in the folder of a made wave that do not call themselves synthetic.

    Parameters
    ----------
    staged : bool
        Look at what the next commit would hold only, not at other files of the folder.

    Returns
    -------
    list of Problem
        One per folder; none outside git.
    """
    forced = _listed("--cached", "--ignored", "--exclude-standard")
    seen = _listed("--cached") if staged else _listed("--cached", "--others", "--exclude-standard")
    found = dict.fromkeys(forced, "git tracks a file that .gitignore does not allow: it may hold answers")
    for name in seen:
        if what := _confidential(PurePosixPath(name)) or _holds(name, staged):
            found[name] = what
    return list(_by_folder(found))


def answers_in_history() -> list[str]:
    """Say so where a commit holds answers: taking them out of the folder leaves them there."""
    said = git("log", "--all", "-z", "--format=", "--name-only", "--", "data/raw", "data/processed", "reports") or ""
    held = sorted({name for name in re.split(r"[\0\n]+", said) if name and _confidential(PurePosixPath(name))})
    if not held:
        return []
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    return [f"the history of this repository holds answers ({held[0]}{more}). {_HISTORY}"]


def ignored() -> list[str]:
    """Files that git ignores and that no run made: whatever somebody put in the folder, but for tools and raw data."""
    names = _listed("--others", "--ignored", "--exclude-standard", "--directory")
    tools = re.compile(
        r"\.|reports/|data/processed/|data/raw/|.*(__pycache__|\.egg-info|\.ipynb_checkpoints)/|dist/|build/"
    )
    return [name for name in names if not tools.match(name)]


def _listed(*options: str) -> list[str]:
    return [name for name in (git("ls-files", "-z", *options) or "").split("\0") if name]


def _confidential(path: PurePosixPath) -> str:
    """What makes a file confidential by its place; empty where nothing does."""
    top, *below = path.parts
    raw = path.parts[:2] == ("data", "raw") and len(below) > 1 and below[1] not in SHIPPED
    made = (top == "reports" or path.parts[:2] == ("data", "processed")) and path.name != ".gitkeep"
    return "real answers in git" if raw else "git tracks, or would track, what runs made of answers" if made else ""


def _holds(name: str, staged: bool) -> str:
    """What makes a file confidential by what is in it, where git has it or would take it."""
    notebook = name.endswith(".ipynb")
    if not notebook and not re.fullmatch(r"data/raw/synthetic-.*(?<!frame\.csv)(?<!\.yaml)", name):
        return ""
    filtered = notebook and git("config", f"filter.{_FILTER}.clean") is not None
    there = compendium.root() / name
    contents = [git("show", f":./{name}")]
    if not staged and not filtered and there.is_file():
        contents.append(there.read_bytes().decode("utf-8", "surrogateescape"))
    public = re.search(r"/context[./]", name)  # tables with a header as wide as the real ones
    fine = _is_stripped if notebook else lambda text: "SYNTHETIC" in (text if public else text[:200])
    wrong = any(not fine(text) for text in contents if text)
    return (_OUTPUTS if notebook else "these answers do not call themselves synthetic") if wrong else ""


def _is_stripped(text: str) -> bool:
    try:
        return stripped(text) == text
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _by_folder(found: dict[str, str]) -> Iterator[Problem]:
    """One problem per folder and reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name, what in found.items():
        groups.setdefault((PurePosixPath(name).parent.as_posix(), what), []).append(name)
    for (folder, what), names in groups.items():
        more = f" ({len(names)} files of this folder)" if len(names) > 1 else ""
        place = shlex.quote(folder if len(names) > 1 and folder != "." else names[0])
        todo = (_AGAIN if what == _OUTPUTS else _TODO).format(place)
        yield ConfidentialInGit(f"{what}{more}.", todo, file=compendium.root() / names[0])


def guard() -> list[str]:
    """Let git strip notebooks as it adds them and look for answers before each commit; close the folder of notebooks.

    Returns
    -------
    list of str
        What a person should know: nothing where there is no git.
    """
    compendium.notebook("x").parent.chmod(0o700)  # Jupyter keeps the mode of a notebook that it saves with outputs
    hooks, inside = git("rev-parse", "--git-path", "hooks"), git("rev-parse", "--show-prefix")
    if hooks is None or inside is None:
        return []
    python = shlex.quote(sys.executable)
    gone = '{ echo "The environment that sto guard named is gone: call it again (make lab)." >&2; exit 1; }'
    clean = f"{python} -m sto_workbench.confidential.strip || {gone}"
    for name, value in {"clean": clean, "smudge": "cat", "required": "true"}.items():
        git("config", f"filter.{_FILTER}.{name}", value)
    called = f'{python} -c "from sto_workbench.cli import main; main()" guard --staged'
    script = f"#!/bin/sh\n# {_HOOK}\ncd {shlex.quote(f'./{inside.strip()}')} && {called}\n"
    return _hook(compendium.root() / hooks.strip() / "pre-commit", script)


def _hook(path: Path, script: str) -> list[str]:
    """Write the hook, unless another stands there; that of the tool pre-commit calls ours (.pre-commit-config.yaml)."""
    there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else _HOOK
    if _HOOK in there:
        compendium.write_text(path, script).chmod(0o755)
    elif "pre-commit" not in there:
        return [f"There is another hook in {path}: let it run `{_HOOK}` too."]
    return ["Git strips notebooks as they are added, and looks for answers before each commit."]
