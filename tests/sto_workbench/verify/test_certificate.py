import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis.messages import LANGUAGE
from sto_workbench.verify import certificate
from sto_workbench.verify.certificate import passed, write_certificate
from sto_workbench.verify.command import verify
from sto_workbench.verify.compared import Compared

FOUND = [
    Compared("environment: 3 of 3 packages as locked, Python 3.11.7, linux x86_64", "equal"),
    Compared("results/a.csv: share.x (value)", "equal"),
    Compared("report/<script>.html", "different", "“1” in the release, “2” made again"),
    Compared("answers", "not checkable", "confidential"),
]


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "_pdf", lambda _: [])


def written(folder: Path, found: list[Compared]) -> str:
    (folder / "release.json").write_text('{"wave": "synthetic-2024", "number": 3}')
    (folder / "SHA256SUMS").write_text("")
    write_certificate(folder, found, folder / "out", "2026-11-27")
    return (folder / "out" / "certificate.html").read_text()


def test_a_certificate_says_how_much_came_out_how_and_names_what_did_not(tmp_path: Path):
    page = written(tmp_path, FOUND)
    assert "Certificate of release synthetic-2024 3" in page
    assert "Something differs" in page
    assert "report/&lt;script&gt;.html" in page
    assert "<script>" not in page
    assert "confidential" in page
    assert "environment: 3 of 3 packages as locked, Python 3.11.7" in page  # also where all is equal
    told = json.loads((tmp_path / "out" / "certificate.json").read_text())
    assert told["counts"] == {"equal": 2, "within tolerance": 0, "different": 1, "not checkable": 1}
    assert not told["passed"]
    assert len(told["compared"]) == 4


def test_outside_of_a_compendium_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("STO_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(verify, [str(tmp_path)]).exception
    assert isinstance(told, FileNotFoundError)  # where there is one: no release in that folder
    assert "not inside the compendium" in str(told)


def test_a_certificate_speaks_dutch_and_one_without_a_difference_says_so(tmp_path: Path):
    token = LANGUAGE.set("nl")
    try:
        page = written(tmp_path, FOUND[:2] + FOUND[3:])
    finally:
        LANGUAGE.reset(token)
    assert "Niets wijkt af" in page
    assert '<html lang="nl">' in page
    assert passed(FOUND[:2])


def test_a_page_stays_one_page_and_the_rest_is_counted(tmp_path: Path):
    page = written(tmp_path, [Compared(f"f{number}", "different") for number in range(100)])
    assert "And 75 more" in page
