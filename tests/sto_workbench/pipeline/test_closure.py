"""What a module, or a notebook, reaches by imports."""

import shutil
from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_analysis.provenance import SOURCE
from sto_workbench.pipeline import closure as module
from sto_workbench.pipeline.closure import closure, imports, package_hash


def test_a_module_reaches_what_it_imports_and_the_packages_around_it():
    names = {path.name for path in closure("sto_analysis.monitor.described")}
    beside = {"errors.py", "digests.py", "provenance.py", "compendium.py", "names.py", "outside.py", "messages.py"}
    assert names == {"__init__.py", "described.py", *beside}
    assert closure("pandas") == []


def test_a_notebook_names_what_it_imports():
    assert "sto_analysis.report.page" in imports(compendium.notebook("06_region_report"))
    assert not any(name.startswith("pandas") for name in imports(compendium.notebook("02_describe")))


def test_the_hash_of_our_packages_is_of_what_they_hold_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = package_hash()
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "SOURCE", tmp_path / "src")
    assert package_hash() == here
    with (tmp_path / "src" / "sto_analysis" / "results.yaml").open("a") as file:
        file.write("\n")
    assert package_hash() != here
