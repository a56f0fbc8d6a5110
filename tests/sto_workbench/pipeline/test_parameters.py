"""Parameters are checked before anything runs."""

from pathlib import Path

import nbformat
import pytest

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_workbench.pipeline.parameters import declared, overrides

NOTEBOOKS = ["03_model", "06_region_report"]
PLANNED = {"wave", "region", "language"}


def test_a_notebook_declares_names_and_types():
    assert declared(compendium.notebook("03_model")) == {
        "wave": str,
        "permutations": int,
        "simulations": int,
        "seed": int,
        "alpha": float,
    }


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[3] / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem
)
def test_every_parameter_has_a_type_and_a_help_text(path: Path):
    assert declared(path)
    cells = [c for c in nbformat.read(path, as_version=4).cells if "parameters" in c.metadata.get("tags", [])]
    assert all("  # " in line for line in cells[0].source.splitlines())


def test_texts_get_the_declared_type():
    given = [("permutations", "500"), ("alpha", "0.1")]
    assert overrides(given, NOTEBOOKS, PLANNED) == {"permutations": 500, "alpha": 0.1}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([("regio", "R07")], "UnknownParameter.*'regio'.*Did you mean the option --region"),
        ([("permutations", "many")], "WrongParameterType.*value 'many'.*Expected: int"),
        ([("wave", "2024")], "UnknownParameter.*'wave' is set by the plan"),
        ([("xyz", "1")], "UnknownParameter.*Known: alpha, permutations, seed, simulations"),
        ([("xyz", "1"), ("seed", "1.5")], "2 problems"),
        ([("permutations", "0")], "ParameterOutOfRange.*value '0'.*99 to 1e"),
        ([("alpha", "5")], "ParameterOutOfRange.*0.001 to 0.5"),
    ],
)
def test_mistakes_are_named(given, message):
    with pytest.raises(Problems, match=message):
        overrides(given, NOTEBOOKS, PLANNED)


def test_a_parameter_without_type_is_refused(tmp_path: Path):
    cell = nbformat.v4.new_code_cell("year = 2024", metadata={"tags": ["parameters"]})
    path = tmp_path / "untyped.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
        ),
        path,
    )
    with pytest.raises(Problems, match="parameter year has no known type"):
        declared(path)


def test_a_missing_notebook_is_named(tmp_path: Path):
    with pytest.raises(Problems, match="MissingFile"):
        declared(tmp_path / "none.ipynb")
