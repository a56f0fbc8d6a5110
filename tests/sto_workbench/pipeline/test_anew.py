"""Modules that were loaded before are found in `sys.modules` when they are imported, and not earlier."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


def _run(code: str, folder: Path) -> str:
    """Run code in a process that loaded a package `sto_analysis` of its own first, and then gives it anew."""
    top = """
        import sys
        sys.path.insert(0, sys.argv[2])  # that of the test goes before the real one
        sys.path.append(sys.argv[1])
        import importlib.util
        spec = importlib.util.spec_from_file_location("anew", sys.argv[1] + "/sto_workbench/pipeline/anew.py")
        anew = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(anew)
        anew.load(["sto_analysis.a", "sto_analysis.room", "sto_analysis.lazy", "no.such.module"])
        before = dict(sys.modules)
        anew.give_anew()
        def ours():
            return sorted(name for name in sys.modules if name.startswith("sto_analysis"))
        assert ours() == []
    """
    source = Path(__file__).parents[3] / "src"
    command = [sys.executable, "-S", "-c", textwrap.dedent(top) + textwrap.dedent(code), str(source), str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def package(tmp_path: Path) -> Path:
    top = tmp_path / "sto_analysis"
    (top / "room").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "a.py": "from sto_analysis.b import word\ncount = []\n",
        "b.py": "word = 'b'\n",
        "lazy.py": "def f():\n    from sto_analysis.late import word\n    return word\n",
        "late.py": "word = 'late'\n",
        "room/__init__.py": "from sto_analysis.room.plot import plot\n",
        "room/plot.py": "def plot():\n    return 'drawn'\n",
        "room/other.py": "",
    }.items():
        (top / name).write_text(text)
    return tmp_path


def test_a_module_comes_back_as_it_was_with_what_it_imports(package: Path):
    _run(
        """
        import sto_analysis.a
        assert ours() == ["sto_analysis", "sto_analysis.a", "sto_analysis.b"], ours()
        assert all(sys.modules[name] is before[name] for name in ours())
        assert sto_analysis.a.__spec__.origin.endswith("a.py")
        """,
        package,
    )


def test_a_name_that_a_package_gives_to_something_else_stays_that(package: Path):
    _run(
        """
        from sto_analysis import room
        assert room.plot() == "drawn"
        assert ours() == ["sto_analysis", "sto_analysis.room", "sto_analysis.room.plot"], ours()
        """,
        package,
    )


def test_what_is_imported_while_a_function_runs_counts_then(package: Path):
    _run(
        """
        from sto_analysis.lazy import f
        assert ours() == ["sto_analysis", "sto_analysis.lazy"], ours()
        assert f() == "late"
        assert "sto_analysis.late" in ours()
        """,
        package,
    )


def test_a_module_that_was_not_loaded_before_is_loaded_as_usual(package: Path):
    _run(
        """
        import sto_analysis.room.other
        assert "sto_analysis.room.other" in ours()
        from importlib.resources import files
        assert files("sto_analysis.room").joinpath("plot.py").is_file()
        """,
        package,
    )
