"""The schema that editors use is that of the typed view, and the shipped waves keep to it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from sto_analysis.survey.arrive import new_wave
from sto_analysis.survey.codebook import Codebook
from sto_analysis.survey.described import DOCUMENTED
from sto_analysis.survey.wave import answer_key

DATA = Path(__file__).parents[2] / "data"
SCHEMA = DATA / "wave.schema.json"


WRITE = "import json; from sto_analysis.survey.wave import Wave; print(json.dumps(Wave.model_json_schema(), indent=1))"


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


@pytest.mark.parametrize(("text", "key"), [(" Heel  urgent ", "heel urgent"), ("3,0", "3"), ("03", "3"), ("-1", "-1")])
def test_answers_are_compared_without_case_spaces_and_zeros(text: str, key: str):
    assert answer_key(text) == key


def test_a_date_or_fraction_is_no_number():
    assert answer_key("01.02.2025") == "01.02.2025"
    assert answer_key("3,5") == "3,5"


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
