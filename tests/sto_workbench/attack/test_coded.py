"""Outputs of notebooks and addresses in code are found; code without them is clean."""

import json
from pathlib import Path

import pytest

from sto_workbench.attack.coded import in_code


def _book(*outputs: object) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [*outputs]}]})


@pytest.mark.parametrize(
    ("name", "text", "kinds"),
    [
        ("a.ipynb", _book(), []),
        ("b.ipynb", _book({"text": "R07 5"}), ["answers"]),
        ("c.ipynb", "{", ["unread"]),
        ("d.py", "# ask j.zwaluw@vechtdal.nl", ["mail"]),
        ("e.py", "# ask post@sto.example.org; @cache", []),
    ],
)
def test_code_holds_no_outputs_and_no_addresses(tmp_path: Path, name: str, text: str, kinds: list[str]):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / name).write_text(text)
    leaks = [*in_code(tmp_path / "code", {"post@sto.example.org"})]
    assert [each.kind for each in leaks] == kinds
    assert all(each.place == f"code/{name}" for each in leaks)
