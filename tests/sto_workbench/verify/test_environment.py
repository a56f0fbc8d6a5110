import tomllib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from sto_workbench.verify import environment as module
from sto_workbench.verify.compared import Compared
from sto_workbench.verify.environment import environment

ROOT = Path(__file__).parents[3]
INSTALLED = {
    "runs": ("1.0", ["Deep.er[more]>=1", "elsewhere; sys_platform == 'nowhere'", "unasked; extra == 'other'"]),
    "deep-er": ("2.0", ["by-extra; extra == 'more'"]),
    "by-extra": ("3.0", []),
    "ruff": ("9.9", []),
    "unasked": ("9.9", []),
}
LOCK = {"runs": "1.0", "deep-er": "2.0", "by-extra": "3.0", "ruff": "0.1", "unasked": "0.1", "elsewhere": "0.1"}


def found(monkeypatch: pytest.MonkeyPatch, folder: Path, lock: Mapping[str, str], more: str = "") -> list[Compared]:
    def version(name: str) -> str:
        if name not in INSTALLED:
            raise PackageNotFoundError(name)
        return INSTALLED[name][0]

    monkeypatch.setattr(module, "version", version)
    monkeypatch.setattr(module, "requires", lambda name: INSTALLED[name][1])
    lines = [f"{name}=={pinned} \\\n    --hash=sha256:00\n" for name, pinned in lock.items()]
    (folder / "requirements.lock").write_text("# a comment\n" + "".join(lines) + more)
    asked = '[project]\ndependencies = ["runs>=1", "gone"]\noptional-dependencies = {dev = ["ruff>=0.1"]}\n'
    (folder / "pyproject.toml").write_text(asked)
    return [*environment(folder)]


def test_where_all_is_as_locked_it_says_so_with_python_and_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Tools of developers, of other platforms and of extras that nobody asks for do not count."""
    (told,) = found(monkeypatch, tmp_path, LOCK)
    assert told.word == "equal"
    assert told.what.startswith("environment: 3 of 3 packages as locked, Python 3.")


def test_another_version_is_named_and_is_no_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    one, told = found(monkeypatch, tmp_path, LOCK | {"by-extra": "3.1"})
    assert (one.what, one.word) == ("environment: by-extra", "within tolerance")
    assert one.why.startswith("3.1 in the lock, 3.0 here")
    assert "2 of 3 packages" in told.what
    assert told.word == "within tolerance"


def test_what_is_not_installed_is_not_checkable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    one, told = found(monkeypatch, tmp_path, LOCK | {"gone": "1.0"})
    assert (one.what, one.word, one.why) == (
        "environment: gone",
        "not checkable",
        "1.0 in the lock, not installed here",
    )
    assert "3 of 4 packages" in told.what


def test_a_package_that_is_locked_in_two_versions_has_that_of_this_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    two = (
        "runs==1.0 ; python_full_version >= '3.11' \\\n    --hash=sha256:00\nruns==0.9 ; python_full_version < '3.11'\n"
    )
    (told,) = found(monkeypatch, tmp_path, {name: LOCK[name] for name in ("deep-er", "by-extra")}, two)
    assert told.word == "equal"


def test_a_run_of_the_compendium_needs_its_libraries_and_no_tool_of_developers():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = module._closure(project["dependencies"])
    assert {"numpy", "scipy", "nbclient"} <= needed
    assert not {"ruff", "mypy", "pytest"} & needed
    assert f" of {len(needed)} packages as locked" in [*environment(ROOT)][-1].what
