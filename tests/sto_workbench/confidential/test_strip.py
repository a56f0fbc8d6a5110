"""A notebook is stored as a person wrote it."""

import io
import json
import sys

import pytest

from sto_workbench.confidential import strip
from sto_workbench.confidential.strip import stripped
from tests.conftest import ROOT

STORED = [*sorted((ROOT / "notebooks").glob("*.ipynb")), ROOT / "benchmarks" / "fixed.ipynb"]
SECRET = "PLANTED-ANSWER"


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_notebook_comes_back_byte_for_byte(path):
    assert stripped(path.read_text(encoding="utf-8")).encode() == path.read_bytes()


def test_nothing_is_kept_but_what_a_person_wrote():
    text = STORED[0].read_text(encoding="utf-8")
    run = json.loads(text)
    for number, cell in enumerate(run["cells"]):
        cell["metadata"] |= {"keep_output": True, "papermill": {"exception": SECRET}, "ExecuteTime": SECRET}
        cell["attachments"] = {"a.png": {"image/png": SECRET}}
        if cell["cell_type"] == "code":
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "keep_output"]
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": SECRET}]
            cell["execution_count"] = number
    run["metadata"] |= {"widgets": {"state": SECRET}, "papermill": {"parameters": SECRET}, "keep_output": True}
    run["metadata"]["language_info"] |= {"version": "3.11.2", "file_extension": ".py"}
    again = stripped(json.dumps(run))
    assert SECRET not in again
    assert json.loads(again)["metadata"] == json.loads(text)["metadata"]
    tags = [cell["metadata"].get("tags", []) for cell in json.loads(again)["cells"] if cell["cell_type"] == "code"]
    assert all("keep_output" in each for each in tags), "tags are a person's"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"worksheets": [{"cells": []}], "metadata": {}}', '"a"'])
def test_what_is_no_notebook_is_not_added(text: str, monkeypatch: pytest.MonkeyPatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    with pytest.raises(SystemExit, match="no notebook whose outputs can be taken out"):
        strip.main()
    assert capsysbinary.readouterr().out == b""
