"""What the repository promises about itself."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "sto_analysis"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
# Not on conda-forge under these names: the last line of environment.yml lets pip bring them.
FROM_PIP = {"pypandoc-binary", "resvg-py"}
# What a room may import, besides itself and the files beside the rooms.
ALLOWED = {
    "analysis": set(),
    "survey": {"analysis"},
    "synthetic": {"analysis", "survey"},
    "report": {"analysis", "survey"},
    "pipeline": {"analysis", "survey", "report"},
}


def _names(requirements: list[str]) -> dict[str, str]:
    split = (re.match(r"([A-Za-z0-9_.-]+)(.*)", text) for text in requirements)
    return {found[1].lower().replace("_", "-"): found[2] for found in split if found}


def test_environment_and_pyproject_ask_for_the_same():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = _names([entry for entry in listed if isinstance(entry, str) and entry != "pip"])
    assert conda.pop("python") == PROJECT["project"]["requires-python"]
    asked = _names(PROJECT["project"]["dependencies"])
    assert conda == {name: least for name, least in asked.items() if name not in FROM_PIP}
    assert listed[-1] == {"pip": ["--editable ."]}  # which brings the rest


def test_the_lock_pins_every_dependency_within_its_range():
    pins = dict(re.findall(r"^([a-z0-9._-]+)==([^ \\;]+)", LOCK, flags=re.MULTILINE))
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    for name, least in _names(wanted).items():
        assert name in pins, f"{name} is not locked: run `make lock`"
        numbers = [tuple(int(n) for n in re.findall(r"\d+", text)) for text in (pins[name], least)]
        assert numbers[0] >= numbers[1], f"{name} is locked at {pins[name]}, outside {least}"


def test_the_lock_has_hashes_and_no_url():
    assert "://" not in LOCK
    entries = re.split(r"^(?=[a-z0-9._-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) > 100
    assert all("--hash=sha256:" in entry for entry in entries)


def test_no_file_names_a_package_registry_or_a_path_of_a_machine():
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    hosts = "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "conda" + r"\.anaconda"])
    wrong = re.compile(rf"{hosts}|(?<![\w./-])/(?:home|root|Users)/\w")
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".sav", ".png", ".xls", ".xlsx"}:
            found = wrong.search(path.read_text(encoding="utf-8"))
            assert not found, f"{name}: {found and found[0]}"


def test_no_real_answers_are_tracked():
    tracked = subprocess.run(["git", "ls-files", "data/raw"], cwd=ROOT, check=True, capture_output=True, text=True)
    folders = {Path(name).parts[2] for name in tracked.stdout.splitlines()}
    assert folders == {"published", "synthetic-2021", "synthetic-2024"}
    ignored = subprocess.run(["git", "check-ignore", "data/raw/2024/x.sav"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs_and_defines_nothing(path: Path):
    cells = json.loads(path.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    for cell in code:
        nodes = ast.walk(ast.parse("".join(cell["source"])))
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) for node in nodes)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_rooms_import_in_one_direction(path: Path):
    room = path.relative_to(PACKAGE).parts[0]
    if room not in ALLOWED:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in modules:
            parts = module.split(".")
            if parts[0] == "sto_analysis" and len(parts) > 1 and parts[1] in ALLOWED:
                assert parts[1] in ALLOWED[room] | {room}, f"{path.name} in {room} imports {module}"


def test_the_tests_mirror_the_package():
    modules = {p.relative_to(PACKAGE) for p in PACKAGE.rglob("*.py") if p.name != "__init__.py"}
    tests = {p.relative_to(ROOT / "tests") for p in (ROOT / "tests").rglob("test_*.py")} - {
        Path("test_repository.py"),
        Path("test_accessible.py"),
        Path("test_bad_input.py"),
        Path("test_docs.py"),
        Path("test_add_a_wave.py"),
        Path("survey/test_mutants.py"),
        Path("test_reads.py"),
        Path("test_reports.py"),
        Path("pipeline/test_faults.py"),
        Path("pipeline/test_stale.py"),
    }
    for test in tests:
        assert test.with_name(test.name.removeprefix("test_")) in modules, f"{test} mirrors no module"
