"""What the repository promises about itself."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from benchmarks import lines

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
# Not on conda-forge under these names: the last line of environment.yml lets pip bring them.
FROM_PIP = {"pypandoc-binary", "resvg-py"}
# What a room may import, besides itself and the files beside the rooms; a package not named here imports no other.
ROOMS = {
    "sto_analysis.analysis": set(),
    "sto_analysis.monitor": set(),
    "sto_analysis.report": {"sto_analysis.analysis", "sto_analysis.monitor"},
    "sto_workbench": {"sto_analysis", "forked_kernels"},
    "sto_analysis": set(),
    "forked_kernels": set(),
}
# Rooms that look at what another made: they may not take its word for anything.
APART = {"sto_workbench.attack": "sto_workbench.release", "sto_workbench.verify": "sto_workbench.release"}
OURS = ("sto_analysis", "sto_workbench", "forked_kernels")
SOURCES = {
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "src").rglob("*.py"))
}


def _imported(path: Path) -> set[str]:
    """Modules of ours that a file imports, anywhere in it; of `from package import module` the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names} & set(SOURCES)
            found |= names or {str(node.module)}
    return {name for name in found if name.split(".")[0] in OURS}


def _room(module: str) -> str:
    return next((room for room in ROOMS if _within(module, room)), module)


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def broken_rules(imports: dict[str, set[str]]) -> list[str]:
    """Imports that leave their room the wrong way, and circles of files."""
    wrong = []
    for module, imported in imports.items():
        room = _room(module)
        for other in sorted(imported):
            there, above = _room(other), _room(other).split(".")[0]
            beside = room.startswith("sto_analysis") and there == "sto_analysis"
            if there != room and not beside and not {there, above} & ROOMS[room]:
                wrong.append(f"{module} imports {other}")
            if any(_within(module, apart) and _within(other, from_) for apart, from_ in APART.items()):
                wrong.append(f"{module} imports {other}")
    files = {module: {o for o in imported if o in imports and o != module} for module, imported in imports.items()}
    left = {m: {o for o in found if SOURCES.get(o, Path("x")).name != "__init__.py"} for m, found in files.items()}
    while free := {m for m, found in left.items() if not found} | (set(left) - set().union(*left.values())):
        left = {module: found - free for module, found in left.items() if module not in free}
    return wrong + ([f"a circle of files among {', '.join(sorted(left))}"] if left else [])


def _names(requirements: list[str]) -> dict[str, str]:
    split = (re.match(r"([A-Za-z0-9_.-]+)(.*)", text) for text in requirements)
    return {re.sub("[_.]", "-", found[1].lower()): found[2] for found in split if found}


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
        if path.is_file() and path.suffix not in {".sav", ".png", ".xls", ".xlsx", ".docx", ".pptx"}:
            found = wrong.search(path.read_text(encoding="utf-8", errors="replace"))
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


def test_packages_and_rooms_import_one_way_and_no_files_in_a_circle():
    assert broken_rules({module: _imported(path) for module, path in SOURCES.items()}) == []


@pytest.mark.parametrize(
    ("imports", "told"),
    [
        ({"sto_analysis.report.page": {"sto_workbench.cli"}}, "report.page imports sto_workbench.cli"),
        ({"sto_analysis.errors": {"sto_analysis.monitor.wave"}}, "errors imports sto_analysis.monitor.wave"),
        ({"sto_analysis.monitor.wave": {"sto_analysis.analysis.shares"}}, "imports sto_analysis.analysis.shares"),
        ({"forked_kernels.engine": {"sto_analysis.errors"}}, "forked_kernels.engine imports sto_analysis.errors"),
        (
            {"sto_workbench.attack.scan": {"sto_workbench.release.gate"}},
            "attack.scan imports sto_workbench.release.gate",
        ),
        ({"sto_workbench.verify.folder": {"sto_workbench.release"}}, "verify.folder imports sto_workbench.release"),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, "a circle of files among b, c"),
    ],
)
def test_a_wrong_import_is_seen(imports: dict[str, set[str]], told: str):
    if "a" in imports:
        imports = {f"sto_workbench.{m}": {f"sto_workbench.{o}" for o in found} for m, found in imports.items()}
        told = "a circle of files among sto_workbench.b, sto_workbench.c"
    assert any(told in wrong for wrong in broken_rules(imports)), broken_rules(imports)


# Tests of something that is no module: how the house holds together, and whole runs.
WHOLE = {
    "test_repository.py", "test_accessible.py", "test_bad_input.py", "test_docs.py", "test_add_a_wave.py",
    "test_readable.py",
    "test_notebooks.py", "test_numbers.py", "test_reads.py", "test_regions.py", "test_reports.py", "test_slides.py",
    "test_charts.py", "test_steps.py",
    "test_traced.py",
    "blind/test_blind.py", "test_decks.py",
    "hostile/test_look.py", "hostile/test_pages.py", "hostile/test_hashes.py", "hostile/test_notebooks.py",
    "hostile/test_deliveries.py",
    "sto_workbench/intake/test_files.py", "sto_workbench/intake/test_mutants.py",
    "sto_workbench/intake/test_mistakes.py",
    "sto_workbench/pipeline/test_faults.py", "sto_workbench/pipeline/test_stale.py",
}  # fmt: skip
# A module that has no test file of its own: the file that tests it, through the only way that there is to it.
THROUGH = {
    "forked_kernels/__main__.py": "forked_kernels/test_engine.py",
    "forked_kernels/direct.py": "forked_kernels/test_provisioner.py",
    "forked_kernels/forkserver.py": "forked_kernels/test_preloaded.py",
    "forked_kernels/process.py": "forked_kernels/test_provisioner.py",
    "sto_analysis/declared.py": "sto_analysis/test_results.py",
    "sto_analysis/digests.py": "sto_analysis/test_provenance.py",
    "sto_analysis/analysis/arrays.py": "sto_analysis/analysis/test_proportional_odds.py",
    "sto_analysis/analysis/counts.py": "sto_analysis/analysis/test_proportional_odds.py",
    "sto_analysis/analysis/newton.py": "sto_analysis/analysis/test_proportional_odds.py",
    "sto_analysis/monitor/csv_tables.py": "sto_workbench/intake/test_frame.py",
    "sto_analysis/monitor/separated.py": "sto_workbench/intake/test_readers.py",
    "sto_analysis/report/context.py": "sto_analysis/report/test_page.py",
    "sto_analysis/report/columns.py": "sto_analysis/report/exhibits/test_models.py",
    "sto_analysis/report/exhibit.py": "sto_analysis/report/test_page.py",
    "sto_analysis/report/exhibits/came_in.py": "sto_workbench/intake/test_came_in.py",
    "sto_analysis/report/sentences/came_in.py": "sto_workbench/intake/test_came_in.py",
    "sto_workbench/handout/command.py": "sto_workbench/handout/test_give.py",
    "sto_workbench/attack/about.py": "sto_workbench/attack/test_scan.py",
    "sto_workbench/attack/readable.py": "sto_workbench/attack/test_scan.py",
    "sto_workbench/attack/command.py": "sto_workbench/attack/test_asked.py",
    "sto_workbench/attack/drawn.py": "sto_workbench/attack/test_asked.py",
    "sto_workbench/attack/scales.py": "sto_workbench/attack/test_inverted.py",
    "sto_workbench/attack/system.py": "sto_workbench/attack/test_intervals.py",
    "sto_workbench/attack/targets.py": "sto_workbench/attack/test_attacked.py",
    "sto_workbench/context/files.py": "sto_workbench/context/test_derive.py",
    "sto_workbench/context/table.py": "sto_workbench/context/test_wave.py",
    "sto_workbench/explain/command.py": "sto_workbench/explain/test_asked.py",
    "sto_workbench/synthetic/command.py": "sto_workbench/synthetic/test_calibration.py",
    "sto_workbench/cli.py": "sto_workbench/pipeline/test_batch.py",
    "sto_workbench/compare/named.py": "sto_workbench/compare/test_asked.py",
    "sto_workbench/compare/wording.py": "sto_workbench/compare/test_difference.py",
    "sto_workbench/confidential/elsewhere.py": "sto_workbench/intake/test_export.py",
    "sto_workbench/intake/delivery.py": "sto_workbench/intake/test_check.py",
    "sto_workbench/intake/header.py": "sto_workbench/intake/test_readers.py",
    "sto_workbench/intake/marks.py": "sto_workbench/intake/test_rows.py",
    "sto_workbench/intake/answer_sets.py": "sto_workbench/intake/test_matching.py",
    "sto_workbench/intake/proposed.py": "sto_workbench/intake/test_known.py",
    "sto_workbench/intake/parse.py": "sto_workbench/intake/test_readers.py",
    "sto_workbench/intake/reading.py": "sto_workbench/intake/test_clean.py",
    "sto_workbench/intake/region_names.py": "sto_workbench/intake/test_matching.py",
    "sto_workbench/intake/scaffold.py": "sto_workbench/intake/test_arrive.py",
    "sto_workbench/intake/workbook.py": "sto_workbench/intake/test_readers.py",
    "sto_workbench/pipeline/execute.py": "sto_workbench/pipeline/test_faults.py",
    "sto_workbench/pipeline/index.py": "sto_workbench/pipeline/test_batch.py",
    "sto_workbench/synthetic/described.py": "sto_workbench/synthetic/test_country.py",
    "sto_workbench/release/command.py": "sto_workbench/release/test_approve.py",
    "sto_workbench/release/regate.py": "sto_workbench/release/test_make.py",
    "sto_workbench/verify/command.py": "sto_workbench/verify/test_certificate.py",
    "sto_workbench/pipeline/produce.py": "sto_workbench/pipeline/test_batch.py",
}


def _mirror(module: str) -> str:
    """The test file that mirrors a module."""
    return str(Path(module).with_name(f"test_{Path(module).name}"))


def test_every_module_has_its_test_and_every_test_its_module():
    tests = {p.relative_to(ROOT / "tests").as_posix() for p in (ROOT / "tests").rglob("test_*.py")}
    modules = {p.relative_to(ROOT / "src").as_posix() for p in SOURCES.values() if p.name != "__init__.py"}
    alone = {_mirror(module) for module in modules - set(THROUGH)} - tests
    assert alone == set(), "modules without a test: write it"
    for module, through in THROUGH.items():
        assert module in modules, f"THROUGH names {module}, which is gone: take it out"
        assert through in tests, f"THROUGH says that {through} tests {module}, but it is gone"
        assert _mirror(module) not in tests, f"{module} has a test of its own: take it out of THROUGH"
    assert tests - WHOLE - {_mirror(module) for module in modules} == set(), "tests that mirror no module"


@pytest.mark.parametrize("package", ["sto_analysis", "forked_kernels"])
def test_a_package_stays_as_small_as_it_is_meant_to_be(package: str):
    assert lines.counts()[package] <= lines.LIMITS[package], "lines of code; see `make check`"


def test_no_file_of_the_packages_is_longer_than_can_be_read_at_once():
    assert lines.longest()[0] <= lines.LONGEST, lines.longest()[1]
