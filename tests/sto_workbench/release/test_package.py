import csv
import io
import json
from pathlib import Path

import frictionless

from tests.sto_workbench.release.small import small_release


def test_frictionless_accepts_the_results(tmp_path: Path):
    folder = small_release(tmp_path)
    report = frictionless.validate(folder / "results" / "datapackage.json")
    assert report.valid, report.flatten(["message"])
    told = json.loads((folder / "results" / "datapackage.json").read_text())
    assert [each["path"] for each in told["resources"]] == ["shares.csv", "trend.csv"]
    assert told["title"].startswith("SYNTHETIC")


def test_a_result_that_was_altered_is_not_that_of_the_package(tmp_path: Path):
    folder = small_release(tmp_path)
    path = folder / "results" / "shares.csv"
    path.write_bytes(path.read_bytes().replace(b"0.88", b"0.89"))
    assert not frictionless.validate(folder / "results" / "datapackage.json").valid


def test_checks_name_exhibit_rule_status_what_and_why_and_no_value(tmp_path: Path):
    folder = small_release(tmp_path)
    found = list(csv.DictReader(io.StringIO((folder / "checks.csv").read_text())))
    row = next(each for each in found if each["exhibit"].startswith("quadrant") and each["results"] == "shares")
    assert row["exhibit"] == "quadrant (fig-1)"
    assert (row["rule"], row["status"]) == ("small_groups", "partly withheld")
    assert (row["what"], row["why"]) == (
        "1 of 2 statistics shown; rows or statistics by this rule: 1",
        "a group of few regions would follow",
    )
    assert next(each for each in found if each["results"] == "trend")["status"] == "shown"
    assert "0.88" not in (folder / "checks.csv").read_text()
