"""Where results were made, held against a finished run."""

import json
from pathlib import Path

import pytest

from sto_analysis import compendium
from sto_workbench.explain.making import Makings
from sto_workbench.explain.result import Results
from tests.running import WAVE


def test_without_a_run_the_notebook_as_it_stands_is_told(copy: Path):
    told = Makings(WAVE).of("02_describe", "shares-table", "shares")
    assert (told["page"], told["state"]) == ("", "absent")
    assert 'write_result(table, wave, "shares")' in told["code"]
    assert "sto_analysis.analysis.shares.shares" in [each["name"] for each in told["functions"]]
    assert Makings(WAVE).of("", "", "shares")["functions"] == []
    assert Makings(WAVE).of("99_gone", "x", "shares")["code"] == ""
    assert Makings(WAVE).files("02_describe", "shares", "codebook.yaml, gone.csv") == [
        {"file": "data/codebook.yaml", "digest": "", "now": ""},
        {"file": "data/gone.csv", "digest": "", "now": "gone"},
    ]


@pytest.mark.whole
def test_every_result_of_a_finished_run_is_told_with_cell_functions_and_inputs(
    finished: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STO_ROOT", str(finished))
    results, tables = Results(WAVE), set()
    told = [results.tell(*place) for place in results.find(["*"])]
    assert len(told) == len(results.store) > 5000
    json.dumps(told[::50], allow_nan=False)
    for each in told:
        assert each["what"] and each["state"] == "current", each["id"]
        assert any(each[name] is not None for name in ("value", "low", "text", "status", "reason")) or each["unit"], (
            each["id"]
        )
        if each["table"] not in tables:
            tables.add(each["table"])
            page, _, cell = each["page"].partition("#")
            folder = Path(page).parent
            executed = (folder if folder.name == "notebooks" else folder / "notebooks") / f"{Path(page).stem}.ipynb"
            cells = json.loads((finished / executed).read_text())["cells"]
            assert cell.removeprefix("cell-") in [c["id"] for c in cells]
            assert each["code"] and each["functions"] and (each["inputs"] or each["table"].startswith("own."))
            assert {file["now"] for file in each["files"]} == {"same"}
    assert tables == set(results.store["table"])


@pytest.mark.whole
def test_what_has_changed_since_a_run_is_told(finished_copy: Path):
    codebook = finished_copy / "data" / "codebook.yaml"
    codebook.write_text(codebook.read_text() + "\n# changed\n")
    told = Results(WAVE).tell(0)
    assert (told["state"], told["because"]) == ("stale", ["data/codebook.yaml"])
    assert {each["file"]: each["now"] for each in told["files"]}["data/codebook.yaml"] == "changed"
    page = compendium.root() / told["page"].split("#")[0]
    assert page.is_file()
