"""The schema that editors use is that of the typed view, and the shipped waves keep to it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import DOCUMENTED
from sto_workbench.intake.arrive import new_wave
from sto_workbench.intake.clean import check_wave

DATA = Path(__file__).parents[3] / "data"
SCHEMA = DATA / "wave.schema.json"
WAVE = "synthetic-2024"
pytestmark = pytest.mark.usefixtures("parsed_once")


WRITE = "import json; from sto_analysis.monitor.wave import Wave; print(json.dumps(Wave.model_json_schema(), indent=1))"


def test_the_schema_is_that_of_the_typed_view():
    environment = {**os.environ, DOCUMENTED: "1"}
    made = subprocess.run([sys.executable, "-c", WRITE], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(SCHEMA.read_text()) == json.loads(made.stdout), f"{DOCUMENTED}=1 python -c '{WRITE}'"


@pytest.mark.parametrize("path", sorted(DATA.glob("raw/synthetic-*/wave.yaml")), ids=lambda path: path.parent.name)
def test_a_shipped_wave_keeps_to_the_schema(path: Path):
    described = yaml.safe_load(path.read_text())
    jsonschema.validate(json.loads(json.dumps(described)), json.loads(SCHEMA.read_text()))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps({**described, "colour": "red"})), json.loads(SCHEMA.read_text()))


def test_the_schema_takes_a_real_proposal_and_the_reasons_of_the_codebook(copy: Path, codebook: Codebook):
    schema = json.loads(SCHEMA.read_text())
    export = copy / "export.csv"
    export.write_text("regio;urgency_teachers;naam\nR01;4;x\nR02;9;y\n")
    new_wave("2026", export, copy / "data" / "raw" / "synthetic-2024" / "frame.csv")
    described = yaml.safe_load((copy / "data" / "raw" / "2026" / "wave.yaml").read_text())
    assert described["wave"] == 2026
    jsonschema.validate(json.loads(json.dumps(described)), schema)
    for wrong in ({"wave": "abc"}, {"missing_codes": {"99": "nonsense"}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(json.dumps({**described, **wrong})), schema)
    assert schema["properties"]["missing_codes"]["additionalProperties"]["enum"] == list(codebook.missing.reasons)
    for part in (schema, *schema["$defs"].values()):
        undescribed = [name for name, known in part["properties"].items() if "description" not in known]
        assert not undescribed or part["title"] == "Labelled"


def _described(copy: Path, item: str = "", **changes: object) -> list[str]:
    """Problems of the description after a change, of the wave or of an item."""
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    described = yaml.safe_load(path.read_text())
    (described["items"][item] if item else described).update(changes)
    path.write_text(yaml.safe_dump(described, allow_unicode=True, sort_keys=False))
    try:
        check_wave(WAVE)
    except Problems as found:
        return [problem.what for problem in found.problems]
    return []


@pytest.mark.parametrize(
    ("item", "changes", "message"),
    [
        ("", {"earlier_wave": "2021"}, "made answers and real ones are never compared"),
        ("", {"earlier_wave": WAVE}, "it is not before this wave"),
        ("", {"earlier_wave": "synthetic-2019"}, "there is no wave 'synthetic-2019'"),
        ("", {"published": 2019}, "there are no figures of 2019, only of 2021, 2024"),
        ("", {"missing_codes": {99: "dont_know", "99.0": "refused"}}, "several keys stand for the answer '99'"),
        ("urgency_teachers", {"codes": {True: 1, False: 2}}, "put quotation marks around it"),
        ("urgency_teachers", {"codes": {1: 5, 2: 2, 3: 3, 4: 4, 5: 1}}, "wave.yaml takes it for 'heel urgent'"),
        ("urgency_teachers", {"missing": {4: "not_applicable"}}, "missing.4: it is also an answer"),
        ("urgency_teachers", {"blank": "nothing"}, "'nothing' is none of"),
    ],
)
def test_what_would_change_answers_unseen_is_a_problem(copy: Path, item: str, changes: dict, message: str):
    assert any(message in what for what in _described(copy, item, **changes))


@pytest.mark.parametrize(
    "codes", [{1: 5, 2: 4, 3: 3, 4: 2, 5: 1}, {1: 1, 2: 1, 3: 3, 4: 4, 5: 5}, {10: 1, 20: 2, 30: 3, 40: 4, 50: 5}]
)
def test_scales_may_be_turned_and_coded_otherwise(copy: Path, codes: dict[int, int]):
    assert not any("neither rise" in what for what in _described(copy, "urgency_teachers", codes=codes))
