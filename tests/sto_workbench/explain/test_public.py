"""A number on the regional context ends at the public files that it is of, with their edition and hash."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from sto_workbench.context.sources import context_folder
from sto_workbench.explain import public
from tests.sto_workbench.explain.conftest import WAVE

KNOWN = ["commitment", "krimp", "employment", "technology", "teacher_shortage"]


@pytest.fixture(autouse=True)
def _anew(copy: Path) -> Iterator[None]:
    public.known.cache_clear()
    yield
    public.known.cache_clear()


@pytest.mark.parametrize(
    ("labels", "named"),
    [
        ({"concept": "krimp", "position": 0}, ["krimp"]),
        ({"concept": "krimp", "variable": "commitment"}, ["commitment", "krimp"]),
        ({"exposure": "communication", "adjust": "C(commitment)"}, ["commitment"]),
        ({"exposure": "krimp_employment", "item": "technology"}, ["technology"]),
        ({"measure": "urgency", "concept": "teachers", "weighted_by": "commitment"}, []),
        ({"of": "context", "region": "krimp", "item": "employment"}, ["employment"]),
        ({"concept": None}, []),
        ({}, []),
    ],
)
def test_the_variables_are_those_that_a_result_is_of_or_adjusted_for(labels: dict, named: list[str]):
    row = {"labels": json.dumps(labels), "method": "wilson"}
    assert public.variables(row, KNOWN) == named


def test_what_is_weighted_is_of_the_variable_by_which_it_is():
    row = {"labels": json.dumps({"concept": "teachers", "weighted_by": "commitment"}), "method": "poststratified"}
    assert public.variables(row, KNOWN) == ["commitment"]


def test_each_variable_has_the_files_whose_hash_its_context_names(copy: Path):
    folder = context_folder(WAVE)
    described = yaml.safe_load((folder / "sources.yaml").read_text())["files"]
    found = public.sources(["krimp", "employment"], WAVE)
    assert [(each["variable"], Path(each["file"]).name) for each in found] == [
        ("employment", "spanning.csv"), ("krimp", "leerlingen-2019.csv"), ("krimp", "leerlingen-2024.csv"),
    ]  # fmt: skip
    for each in found:
        path = copy / each["file"]
        assert each["sha256"] == sha256(path.read_bytes()).hexdigest() and each["now"] == "same"
        assert each["edition"].startswith(described[path.name]["edition"])
        assert each["date"] == str(described[path.name]["date"]) and each["url"] is None
    assert found[2]["edition"].endswith("(provisional)")


def test_a_file_that_changed_or_went_says_so(copy: Path):
    folder = context_folder(WAVE)
    (folder / "spanning.csv").write_text("other")
    (folder / "leerlingen-2019.csv").unlink()
    found = {Path(each["file"]).name: each["now"] for each in public.sources(["krimp", "employment"], WAVE)}
    assert found == {"spanning.csv": "changed", "leerlingen-2019.csv": "gone", "leerlingen-2024.csv": "same"}


def test_a_wave_without_context_csv_has_none(copy: Path):
    (context_folder(WAVE).parent / "context.csv").unlink()
    assert public.sources(["krimp"], WAVE) == [] and public.sources(["krimp"], "published") == []
    assert public.sources([], "no wave") == []
