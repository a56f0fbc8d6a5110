"""A recipe follows every ingredient, and nothing else."""

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_analysis.monitor.answers import write_clean
from sto_workbench.intake.clean import clean_wave
from sto_workbench.pipeline import recipe as module
from sto_workbench.pipeline.recipe import READS, WRITES, code_files, colophon, commit, files, notebook_hash, recipe

WAVE = "synthetic-2024"
REGION = {"wave": WAVE, "region": "R07", "language": "nl"}


def test_a_notebook_without_its_outputs_is_the_same_notebook(copy: Path):
    path = copy / "notebooks" / "02_describe.ipynb"
    before, content = notebook_hash(path), json.loads(path.read_text())
    content["cells"][2]["outputs"], content["cells"][2]["execution_count"] = [{"output_type": "stream"}], 7
    path.write_text(json.dumps(content))
    assert notebook_hash(path) == before
    content["cells"][2]["source"] += ["\n# more"]
    path.write_text(json.dumps(content))
    assert notebook_hash(path) != before


def test_every_kind_of_change_is_named(copy: Path):
    write_clean(WAVE, clean_wave(WAVE))
    before = recipe("06_region_report", REGION)
    assert before.differences(asdict(before)) == []
    own = copy / "data" / "processed" / WAVE / "own" / "R07.json"
    own.write_text(own.read_text() + " ")
    assert recipe("06_region_report", REGION).differences(asdict(before)) == [f"data/processed/{WAVE}/own/R07.json"]
    (copy / "requirements.lock").write_text("# another")
    told = recipe("06_region_report", {**REGION, "alpha": 0.1}).differences(asdict(before))
    assert told == ["versions", f"data/processed/{WAVE}/own/R07.json", "parameter alpha"]
    assert recipe("06_region_report", REGION, code="x").differences(asdict(before))[0] == "code"


def test_another_regions_answer_is_no_ingredient(copy: Path):
    write_clean(WAVE, clean_wave(WAVE))
    before = recipe("06_region_report", REGION)
    other = copy / "data" / "processed" / WAVE / "own" / "R08.json"
    other.write_text("changed")
    assert recipe("06_region_report", REGION) == before


def test_code_is_what_the_notebook_and_its_page_can_reach():
    names = {name: {path.name for path in code_files(name)} for name in READS}
    assert all({"render.py", "nl.yaml", "page.css", "index.html.j2"} <= found for found in names.values())
    assert [name for name, found in names.items() if "theory.py" in found] == ["00_published"]
    assert [name for name, found in names.items() if "missing.py" in found] == ["04_robustness"]
    assert [name for name, found in names.items() if "power.py" in found] == ["03_model"]
    assert not any("cli.py" in found or "batch.py" in found for found in names.values())


def test_reads_and_writes_fit_together(copy: Path):
    written = {pattern for patterns in WRITES.values() for pattern in patterns}
    needed = {pattern.replace("{each}", "{wave}") for patterns in READS.values() for pattern in patterns}
    made = {pattern for pattern in needed if pattern.startswith("processed/")}
    assert {pattern.replace("/{region}.json", "") for pattern in made} <= written
    inputs = (needed - made) - {"raw/{wave}", "raw/{wave}/wave.yaml", "raw/published"}
    assert all((copy / "data" / pattern).is_file() for pattern in inputs)


def test_a_notebook_that_reads_all_waves_names_the_files_of_all(copy: Path):
    found = {path.relative_to(copy / "data").as_posix() for path in files(READS["02_describe"], {"wave": WAVE})}
    assert {f"raw/{wave}/wave.yaml" for wave in ("synthetic-2021", WAVE)} <= found


def test_an_unknown_wave_is_told(copy: Path):
    shutil.rmtree(copy / "data" / "raw" / "synthetic-2021")
    with pytest.raises(Problems, match="UnknownWave"):
        files(READS["02_describe"], {"wave": WAVE})


def test_the_colophon_prints_the_recipe(copy: Path, monkeypatch: pytest.MonkeyPatch):
    write_clean(WAVE, clean_wave(WAVE))
    made, told = recipe("06_region_report", REGION), colophon("06_region_report", **REGION, seed=3)
    assert told["code"] == f"notebook {made.notebook[:16]}, sto_analysis {made.code[:16]}"
    assert all(f"{name.removeprefix('data/')} {value[:16]}" in told["data"] for name, value in made.data.items())
    assert told["parameters"] == "wave = synthetic-2024, region = R07, language = nl, seed = 3"
    assert "statsmodels" in told["packages"]
    assert re.fullmatch("[0-9a-f]{64}", told["lock"])
    assert told["commit"] == "–", "outside git there is no commit"
    monkeypatch.setenv(module.FACTS, json.dumps({"commit": "c0ffee", "code": {"06_region_report": "abc"}}))
    assert colophon("06_region_report", **REGION)["commit"] == "c0ffee"


def test_inside_git_there_is_a_commit():
    assert re.match(r"[0-9a-f]{40}", commit())
