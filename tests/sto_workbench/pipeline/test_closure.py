"""What a module, or a notebook, reaches by imports."""

from sto_analysis import compendium
from sto_workbench.pipeline.closure import closure, imports


def test_a_module_reaches_what_it_imports_and_the_packages_around_it():
    names = {path.name for path in closure("sto_analysis.monitor.described")}
    beside = {"errors.py", "digests.py", "provenance.py", "compendium.py", "names.py", "outside.py", "messages.py"}
    assert names == {"__init__.py", "described.py", *beside}
    assert closure("pandas") == []


def test_a_notebook_names_what_it_imports():
    assert "sto_analysis.report.page" in imports(compendium.notebook("06_region_report"))
    assert not any(name.startswith("pandas") for name in imports(compendium.notebook("02_describe")))
