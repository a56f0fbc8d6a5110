"""The environment of a run against the lock of a release: every package that a run needs, and no other."""

import platform
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from sto_workbench.verify.compared import Compared, Word

ENVIRONMENT = "environment: "
"""How what is said of it begins."""
AS_LOCKED = " packages as locked"
"""In what is said of all of them."""
_PIN = re.compile(r"^[\w.-]+ *==[^\\\n]+", re.MULTILINE)


def environment(code: Path) -> Iterator[Compared]:
    """Compare installed packages with those of the lock.

    Another version is named, and nothing more: whether numbers differ by it, they say themselves. What only developers
    need, or another platform, is left out.

    Parameters
    ----------
    code : Path
        Of the release: its pyproject.toml says what a run needs, its requirements.lock in which version.

    Yields
    ------
    Compared
        Each package that is not as locked; then how many are, the Python and the platform.
    """
    pins = (Requirement(line) for line in _PIN.findall((code / "requirements.lock").read_text(encoding="utf-8")))
    locked = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins if not _elsewhere(pin, "")}
    project = tomllib.loads((code / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = sorted(_closure(project["dependencies"]) & locked.keys())
    here = {name: installed for name in needed if (installed := _installed(name))}
    for name in needed:
        if name not in here:
            yield Compared(f"{ENVIRONMENT}{name}", "not checkable", f"{locked[name]} in the lock, not installed here")
        elif here[name] != locked[name]:
            why = f"{locked[name]} in the lock, {here[name]} here; whether numbers differ by it, they say themselves"
            yield Compared(f"{ENVIRONMENT}{name}", "within tolerance", why)
    same = sum(here.get(name) == locked[name] for name in needed)
    told = f"{same} of {len(needed)}{AS_LOCKED}, Python {platform.python_version()}, {_platform()}"
    word: Word = "equal" if same == len(needed) else "within tolerance"
    yield Compared(f"{ENVIRONMENT}{told}", word, "" if word == "equal" else "the others are named")


def _platform() -> str:
    return f"{sys.platform} {platform.machine()}"


def _elsewhere(asked: Requirement, extra: str) -> bool:
    """Whether something is asked for on other platforms, by other Pythons or for another extra only."""
    return asked.marker is not None and not asked.marker.evaluate({"extra": extra})


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _closure(asked: Iterable[str]) -> set[NormalizedName]:
    """Names of packages, and of all that they ask for as they are installed here."""
    seen, ahead = set[tuple[NormalizedName, str]](), [(line, "") for line in asked]
    while ahead:
        line, extra = ahead.pop()
        found = Requirement(line)
        if _elsewhere(found, extra):
            continue
        for part in {"", *found.extras}:
            key = (canonicalize_name(found.name), part)
            if key not in seen and _installed(key[0]):
                ahead += [(each, part) for each in requires(key[0]) or ()]
            seen.add(key)
    return {name for name, _ in seen}
