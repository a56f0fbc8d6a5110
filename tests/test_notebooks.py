"""Notebooks read as a paper, can be changed where they are read, and say the same in both languages."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sto_analysis.report.exhibits import EXHIBITS
from sto_analysis.report.language import catalogue

ROOT = Path(__file__).parents[1]
NOTEBOOKS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["cells"]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
}
DUTCH = {path.name.partition(".")[0]: path for path in sorted((ROOT / "notebooks").glob("*.nl.yaml"))}
LINES = {"00_published": 110, "02_describe": 90, "04_robustness": 120, "05_national_report": 110}
"""Most lines of code, where it is not 70."""
WORDS = {"02_describe": 900, "03_model": 1400, "04_robustness": 1400}
"""Fewest words, where method is explained: what seaborn's tutorials have for as many lines of code."""


def _sources(name: str, kind: str) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in NOTEBOOKS[name] if cell["cell_type"] == kind}


def _dutch(name: str) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(DUTCH[name].read_text(encoding="utf-8"))
    return found


def _calls(name: str) -> list[tuple[str, str]]:
    """Figures and tables that a notebook shows: kind and name."""
    nodes = [node for source in _sources(name, "code").values() for node in ast.walk(ast.parse(source))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    shown: list[tuple[str, Any]] = [
        (call.func.attr, call.args[0])
        for call in calls
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "page" and call.args
    ]
    return [(kind, ast.literal_eval(first)) for kind, first in shown if kind in ("figure", "table")]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_has_few_lines_of_code_in_short_cells(name: str):
    cells = [[line for line in source.splitlines() if line.strip()] for source in _sources(name, "code").values()]
    assert sum(map(len, cells)) <= LINES.get(name, 70)
    assert max(len([line for line in cell if "import " not in line]) for cell in cells) <= 12


@pytest.mark.parametrize("name", WORDS)
def test_where_method_is_explained_it_is_explained(name: str):
    assert len(" ".join(_sources(name, "markdown").values()).split()) >= WORDS[name]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_ids_of_cells_speak(name: str):
    ids = [cell["id"] for cell in NOTEBOOKS[name]]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


def test_a_notebook_in_two_languages_has_its_dutch_beside_it():
    two = {name for name in NOTEBOOKS if re.search(r"^language: str", "\n".join(_sources(name, "code").values()), re.M)}
    assert set(DUTCH) == two


@pytest.mark.parametrize("name", DUTCH)
def test_every_text_has_its_dutch_and_every_dutch_text_its_cell(name: str):
    english, dutch = _sources(name, "markdown"), _dutch(name)
    assert [key for key in english if key not in dutch] == [], f"cells without a text in {DUTCH[name].name}"
    assert [key for key in dutch if key not in english] == [], f"texts of {DUTCH[name].name} without a cell"
    assert f'notebook="{name}"' in "\n".join(_sources(name, "code").values())


@pytest.mark.parametrize("name", DUTCH)
@pytest.mark.parametrize("mark", ["#+ ", "- ", r"\d+\. ", r"\| "])
def test_both_languages_have_the_same_headings_and_lists(name: str, mark: str):
    for key, english in _sources(name, "markdown").items():
        shapes = [re.findall(rf"^({mark})", text, re.M) for text in (english, _dutch(name)[key])]
        assert shapes[0] == shapes[1], f"{key} of {DUTCH[name].name}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_notebook_shows_is_made_by_somebody_and_has_its_texts(name: str):
    for kind, exhibit in _calls(name):
        assert f"{exhibit}_{kind}" in EXHIBITS, f"nothing makes the {kind} {exhibit!r} of {name}"
        for part in ("caption", {"figure": "alt", "table": "note"}[kind]):
            assert f"{kind}.{exhibit}.{part}" in catalogue("en"), f"no text '{kind}.{exhibit}.{part}' for {name}"


def test_every_exhibit_is_shown_somewhere_and_every_text_of_one_has_its_exhibit():
    shown = {f"{exhibit}_{kind}" for name in NOTEBOOKS for kind, exhibit in _calls(name)}
    assert set(EXHIBITS) - shown == set(), "exhibits that no notebook shows"
    keys = (key.split(".") for key in catalogue("en") if key.endswith((".caption", ".alt", ".note")))
    assert {f"{exhibit}_{kind}" for kind, exhibit, _ in keys} - set(EXHIBITS) == set(), "texts of no exhibit"
